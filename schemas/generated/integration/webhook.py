"""Generated from schemas/integration/webhook.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class WebhookStatus(StrEnum):
    """Whether events are sent to a webhook."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "WebhookStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address of another system to which events are sent as they are recorded."""

    NAME: ClassVar[str] = "integration.Webhook"

    webhook_id: str = ''
    """The webhook's id; empty while there is none."""
    name: str = ''
    """What people know it as."""
    url: str = ''
    """Where events are sent: https://host/path."""
    types: tuple[str, ...] = ()
    """Events of these types, such as crm.DealWon. With neither types nor kinds of record, all but those of the
    audit and of webhooks.
    """
    aggregates: tuple[str, ...] = ()
    """Events of records of these kinds, such as deal, beside those of the types."""
    owner_id: str | None = None
    """The user, or account:<id>, whose rights count at each event: what they may not read is not sent.
    Everything is, when left out, which takes the rights of an owner.
    """
    since_at: datetime | None = None
    """Events recorded since then are sent."""
    status: WebhookStatus = WebhookStatus.NEW
    """Whether events are sent to it."""
    generation: int = 0
    """How often its secret was changed."""
    rotated_at: datetime | None = None
    """When its secret was last changed; what was signed by the one before counts for a day more."""
    ping_id: str | None = None
    """When it was tried last, by the id of that."""
    skipped: tuple[str, ...] = ()
    """The last events that are not to be sent, by their ids."""
    code: str | None = None
    """What is wrong with it now, as a stable code."""
    reason: str | None = None
    """A sentence that says why and what to do."""
    event_id: str | None = None
    """The event that could not be sent."""
    failed_at: datetime | None = None
    """Since when something is wrong."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "name": self.name,
            "url": self.url,
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "owner_id": self.owner_id,
            "since_at": None if self.since_at is None else to_micros(self.since_at),
            "status": self.status.value,
            "generation": self.generation,
            "rotated_at": None if self.rotated_at is None else to_micros(self.rotated_at),
            "ping_id": self.ping_id,
            "skipped": list(self.skipped),
            "code": self.code,
            "reason": self.reason,
            "event_id": self.event_id,
            "failed_at": None if self.failed_at is None else to_micros(self.failed_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            name=data["name"],
            url=data["url"],
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            owner_id=data["owner_id"],
            since_at=None if (v := data["since_at"]) is None else from_micros(v),
            status=WebhookStatus(data["status"]),
            generation=data["generation"],
            rotated_at=None if (v := data["rotated_at"]) is None else from_micros(v),
            ping_id=data["ping_id"],
            skipped=tuple(data["skipped"]),
            code=data["code"],
            reason=data["reason"],
            event_id=data["event_id"],
            failed_at=None if (v := data["failed_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWebhook:
    """Sends events to an address of another system, signed, each record's in their order, until they are taken."""

    NAME: ClassVar[str] = "integration.AddWebhook"

    webhook_id: str
    """The webhook's id."""
    name: str
    """What people know it as."""
    url: str
    """Where events are sent: https://host/path."""
    types: tuple[str, ...] = ()
    """Events of these types, such as crm.DealWon. With neither types nor kinds of record, all but those of the
    audit and of webhooks.
    """
    aggregates: tuple[str, ...] = ()
    """Events of records of these kinds, such as deal, beside those of the types."""
    owner_id: str | None = None
    """The user, or account:<id>, whose rights count at each event: what they may not read is not sent.
    Everything is, when left out, which takes the rights of an owner.
    """
    since_at: datetime | None = None
    """Events recorded since then are sent, those that are there first; since `at` when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "name": self.name,
            "url": self.url,
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "owner_id": self.owner_id,
            "since_at": None if self.since_at is None else to_micros(self.since_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            name=data["name"],
            url=data["url"],
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            owner_id=data["owner_id"],
            since_at=None if (v := data["since_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWebhook:
    """Changes where events are sent, which of them, and whose rights count. It goes on where it was."""

    NAME: ClassVar[str] = "integration.ChangeWebhook"

    webhook_id: str
    """The webhook's id."""
    name: str
    """What people know it as."""
    url: str
    """Where events are sent: https://host/path."""
    types: tuple[str, ...] = ()
    """Events of these types, such as crm.DealWon. With neither types nor kinds of record, all but those of the
    audit and of webhooks.
    """
    aggregates: tuple[str, ...] = ()
    """Events of records of these kinds, such as deal, beside those of the types."""
    owner_id: str | None = None
    """The user, or account:<id>, whose rights count at each event: what they may not read is not sent.
    Everything is, when left out, which takes the rights of an owner.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "name": self.name,
            "url": self.url,
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            name=data["name"],
            url=data["url"],
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseWebhook:
    """Sends nothing for now. What is recorded meanwhile is sent later."""

    NAME: ClassVar[str] = "integration.PauseWebhook"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeWebhook:
    """Sends events again, from where it ended."""

    NAME: ClassVar[str] = "integration.ResumeWebhook"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateWebhookSecret:
    """Signs with another secret from now on, and for a day with the one before as well."""

    NAME: ClassVar[str] = "integration.RotateWebhookSecret"

    webhook_id: str
    """The webhook's id."""
    generation: int
    """How often it is changed with this change: one more than its answer tells."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "generation": self.generation,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            generation=data["generation"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PingWebhook:
    """Sends an event of its own, to see that it comes."""

    NAME: ClassVar[str] = "integration.PingWebhook"

    webhook_id: str
    """The webhook's id."""
    ping_id: str
    """The id of this try, a uuid."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "ping_id": self.ping_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            ping_id=data["ping_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipWebhookEvent:
    """Leaves out an event that is not taken, and goes on behind it."""

    NAME: ClassVar[str] = "integration.SkipWebhookEvent"

    webhook_id: str
    """The webhook's id."""
    event_id: str
    """The event's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            event_id=data["event_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveWebhook:
    """Sends nothing there any more."""

    NAME: ClassVar[str] = "integration.RemoveWebhook"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWebhookTrouble:
    """The worker tells what is wrong with it, or that nothing is any more."""

    NAME: ClassVar[str] = "integration.RecordWebhookTrouble"

    webhook_id: str
    """The webhook's id."""
    code: str | None = None
    """What is wrong, as a stable code; nothing when left out."""
    reason: str | None = None
    """A sentence that says why and what to do."""
    event_id: str | None = None
    """The event that could not be sent."""
    pause: bool = False
    """Whether nothing is to be tried any more until it is resumed."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "code": self.code,
            "reason": self.reason,
            "event_id": self.event_id,
            "pause": self.pause,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            code=data["code"],
            reason=data["reason"],
            event_id=data["event_id"],
            pause=data["pause"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAdded:
    """Events are sent to another system."""

    NAME: ClassVar[str] = "integration.WebhookAdded"

    webhook_id: str
    """The webhook's id."""
    name: str
    """What people know it as."""
    url: str
    """Where events are sent: https://host/path."""
    types: tuple[str, ...] = ()
    """Events of these types, such as crm.DealWon. With neither types nor kinds of record, all but those of the
    audit and of webhooks.
    """
    aggregates: tuple[str, ...] = ()
    """Events of records of these kinds, such as deal, beside those of the types."""
    owner_id: str | None = None
    """The user, or account:<id>, whose rights count at each event: what they may not read is not sent.
    Everything is, when left out, which takes the rights of an owner.
    """
    since_at: datetime
    """Events recorded since then are sent."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "name": self.name,
            "url": self.url,
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "owner_id": self.owner_id,
            "since_at": to_micros(self.since_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            name=data["name"],
            url=data["url"],
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            owner_id=data["owner_id"],
            since_at=from_micros(data["since_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChanged:
    """Other events are sent, elsewhere, or by the rights of somebody else."""

    NAME: ClassVar[str] = "integration.WebhookChanged"

    webhook_id: str
    """The webhook's id."""
    name: str
    """What people know it as."""
    url: str
    """Where events are sent: https://host/path."""
    types: tuple[str, ...] = ()
    """Events of these types, such as crm.DealWon. With neither types nor kinds of record, all but those of the
    audit and of webhooks.
    """
    aggregates: tuple[str, ...] = ()
    """Events of records of these kinds, such as deal, beside those of the types."""
    owner_id: str | None = None
    """The user, or account:<id>, whose rights count at each event: what they may not read is not sent.
    Everything is, when left out, which takes the rights of an owner.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "name": self.name,
            "url": self.url,
            "types": list(self.types),
            "aggregates": list(self.aggregates),
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            name=data["name"],
            url=data["url"],
            types=tuple(data["types"]),
            aggregates=tuple(data["aggregates"]),
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPaused:
    """Nothing is sent for now."""

    NAME: ClassVar[str] = "integration.WebhookPaused"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResumed:
    """Events are sent again."""

    NAME: ClassVar[str] = "integration.WebhookResumed"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecretRotated:
    """Events are signed with another secret."""

    NAME: ClassVar[str] = "integration.WebhookSecretRotated"

    webhook_id: str
    """The webhook's id."""
    generation: int
    """How often the secret was changed."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "generation": self.generation,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            generation=data["generation"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPinged:
    """Somebody tried whether events come. It is sent to that webhook, whatever else is."""

    NAME: ClassVar[str] = "integration.WebhookPinged"

    webhook_id: str
    """The webhook's id."""
    ping_id: str
    """The id of this try."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "ping_id": self.ping_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            ping_id=data["ping_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEventSkipped:
    """An event is not sent."""

    NAME: ClassVar[str] = "integration.WebhookEventSkipped"

    webhook_id: str
    """The webhook's id."""
    event_id: str
    """The event's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            event_id=data["event_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFailed:
    """Events cannot be sent. That is tried again, later each time."""

    NAME: ClassVar[str] = "integration.WebhookFailed"

    webhook_id: str
    """The webhook's id."""
    code: str
    """A stable code."""
    reason: str
    """A sentence that says why and what to do."""
    event_id: str | None = None
    """The event that could not be sent."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "code": self.code,
            "reason": self.reason,
            "event_id": self.event_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            code=data["code"],
            reason=data["reason"],
            event_id=data["event_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecovered:
    """Events can be sent again."""

    NAME: ClassVar[str] = "integration.WebhookRecovered"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRemoved:
    """Nothing is sent there any more."""

    NAME: ClassVar[str] = "integration.WebhookRemoved"

    webhook_id: str
    """The webhook's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            webhook_id=data["webhook_id"],
            at=from_micros(data["at"]),
        )


WebhookCommand = (
    AddWebhook
    | ChangeWebhook
    | PauseWebhook
    | ResumeWebhook
    | RotateWebhookSecret
    | PingWebhook
    | SkipWebhookEvent
    | RemoveWebhook
    | RecordWebhookTrouble
)
WebhookEvent = (
    WebhookAdded
    | WebhookChanged
    | WebhookPaused
    | WebhookResumed
    | WebhookSecretRotated
    | WebhookPinged
    | WebhookEventSkipped
    | WebhookFailed
    | WebhookRecovered
    | WebhookRemoved
)


CONTRACT = AggregateContract(
    domain="integration",
    aggregate="webhook",
    plural="webhooks",
    id_field="webhook_id",
    service="integration",
    state=Webhook,
    state_version=1,
    commands=(
        CommandContract(cls=AddWebhook, verb="add", creates=True, permission="integration.webhook.add", internal=False),
        CommandContract(cls=ChangeWebhook, verb="change", creates=False, permission="integration.webhook.change", internal=False),
        CommandContract(cls=PauseWebhook, verb="pause", creates=False, permission="integration.webhook.pause", internal=False),
        CommandContract(cls=ResumeWebhook, verb="resume", creates=False, permission="integration.webhook.resume", internal=False),
        CommandContract(cls=RotateWebhookSecret, verb="rotate-secret", creates=False, permission="integration.webhook.rotate-secret", internal=False),
        CommandContract(cls=PingWebhook, verb="ping", creates=False, permission="integration.webhook.ping", internal=False),
        CommandContract(cls=SkipWebhookEvent, verb="skip", creates=False, permission="integration.webhook.skip", internal=False),
        CommandContract(cls=RemoveWebhook, verb="remove", creates=False, permission="integration.webhook.remove", internal=False),
        CommandContract(cls=RecordWebhookTrouble, verb="record-trouble", creates=False, permission="integration.webhook.record-trouble", internal=True),
    ),
    events=(
        WebhookAdded,
        WebhookChanged,
        WebhookPaused,
        WebhookResumed,
        WebhookSecretRotated,
        WebhookPinged,
        WebhookEventSkipped,
        WebhookFailed,
        WebhookRecovered,
        WebhookRemoved,
    ),
    values=(),
)
