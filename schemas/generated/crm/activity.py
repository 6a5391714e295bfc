"""Generated from schemas/crm/activity.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Erased, Vault
from schemas.generated.common import CustomValue
from schemas.generated.crm.merge import ReplacedLink
from schemas.wire import from_micros, seal, seal_list, to_micros, unseal, unseal_list


class ActivityKind(StrEnum):
    """What sort of activity it is."""

    UNKNOWN = "UNKNOWN"
    TASK = "TASK"
    CALL = "CALL"
    MEETING = "MEETING"
    NOTE = "NOTE"
    EMAIL = "EMAIL"

    @classmethod
    def _missing_(cls, value: object) -> "ActivityKind":
        return cls.UNKNOWN


class ActivityStatus(StrEnum):
    """Where an activity stands."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "ActivityStatus":
        return cls.UNKNOWN


class ActivityPriority(StrEnum):
    """How much an activity matters."""

    UNKNOWN = "UNKNOWN"
    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"

    @classmethod
    def _missing_(cls, value: object) -> "ActivityPriority":
        return cls.UNKNOWN


class ActivityDirection(StrEnum):
    """Who called or wrote."""

    UNKNOWN = "UNKNOWN"
    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"

    @classmethod
    def _missing_(cls, value: object) -> "ActivityDirection":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A contact whose place another took in the activity."""

    NAME: ClassVar[str] = "crm.Replaced"

    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    participant: bool
    """Whether the contact took part."""
    linked: bool
    """Whether it was linked to the contact."""
    had_participant: bool
    """Whether the other took part already."""
    had_link: bool
    """Whether it was linked to the other already."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "participant": self.participant,
            "linked": self.linked,
            "had_participant": self.had_participant,
            "had_link": self.had_link,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            participant=data["participant"],
            linked=data["linked"],
            had_participant=data["had_participant"],
            had_link=data["had_link"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something that is to be done, or that took place: a task, a call, a meeting, a note or an email. Its words
    have a key of their own.
    """

    NAME: ClassVar[str] = "crm.Activity"

    activity_id: str = ''
    """The activity's id; empty while it does not exist."""
    kind: ActivityKind = ActivityKind.UNKNOWN
    """What sort of activity it is."""
    status: ActivityStatus = ActivityStatus.NEW
    """Where it stands."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    outcome: str | Erased | None = None
    """What came of it."""
    message_id: str | Erased | None = None
    """The Message-ID of an email (RFC 5322)."""
    priority: ActivityPriority = ActivityPriority.NORMAL
    """How much it matters."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    owner_id: str = ''
    """The user whose activity it is."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    reminded: bool = False
    """Whether its owner was reminded at that time."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    series_id: str | None = None
    """The id of the first activity of those that repeat one another."""
    series_start: datetime | None = None
    """The time from which the rule counts."""
    completed_at: datetime | None = None
    """When it was done."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    links: tuple[str, ...] = ()
    """The records it belongs to, such as crm/deal/<id>."""
    mentions: tuple[str, ...] = ()
    """The users who are mentioned in it."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    erased: bool = False
    """Whether its words were erased."""
    removed_at: datetime | None = None
    """Since when it is in the trash."""
    expired: bool = False
    """Whether its words are about to be destroyed by a rule of retention."""
    replaced: tuple[Replaced, ...] = ()
    """The contacts whose place others took in it."""
    companies_replaced: tuple[ReplacedLink, ...] = ()
    """The companies whose place others took among its links."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "kind": self.kind.value,
            "status": self.status.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "outcome": seal(vault, self.activity_id, self.outcome),
            "message_id": seal(vault, self.activity_id, self.message_id),
            "priority": self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "reminded": self.reminded,
            "rule": self.rule,
            "zone": self.zone,
            "series_id": self.series_id,
            "series_start": None if self.series_start is None else to_micros(self.series_start),
            "completed_at": None if self.completed_at is None else to_micros(self.completed_at),
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "links": list(self.links),
            "mentions": list(self.mentions),
            "readers": list(self.readers),
            "editors": list(self.editors),
            "erased": self.erased,
            "removed_at": None if self.removed_at is None else to_micros(self.removed_at),
            "expired": self.expired,
            "replaced": [x.to_avro(vault) for x in self.replaced],
            "companies_replaced": [x.to_avro(vault) for x in self.companies_replaced],
            "custom": seal_list(vault, self.activity_id, self.custom),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            kind=ActivityKind(data["kind"]),
            status=ActivityStatus(data["status"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            outcome=unseal(vault, data["activity_id"], data["outcome"]),
            message_id=unseal(vault, data["activity_id"], data["message_id"]),
            priority=ActivityPriority(data["priority"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            reminded=data["reminded"],
            rule=data["rule"],
            zone=data["zone"],
            series_id=data["series_id"],
            series_start=None if (v := data["series_start"]) is None else from_micros(v),
            completed_at=None if (v := data["completed_at"]) is None else from_micros(v),
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            links=tuple(data["links"]),
            mentions=tuple(data["mentions"]),
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            erased=data["erased"],
            removed_at=None if (v := data["removed_at"]) is None else from_micros(v),
            expired=data["expired"],
            replaced=tuple(Replaced.from_avro(x, vault) for x in data["replaced"]),
            companies_replaced=tuple(ReplacedLink.from_avro(x, vault) for x in data["companies_replaced"]),
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateActivity:
    """Plans a task, a call or a meeting; logs one that took place, a note or an email."""

    NAME: ClassVar[str] = "crm.CreateActivity"

    activity_id: str
    """The activity's id."""
    kind: ActivityKind
    """What sort of activity it is."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    outcome: str | Erased | None = None
    """What came of it."""
    message_id: str | Erased | None = None
    """The Message-ID of an email (RFC 5322)."""
    priority: ActivityPriority | None = None
    """How much it matters; NORMAL when left out."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    owner_id: str
    """The user whose activity it is."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    completed_at: datetime | None = None
    """When it was done, for one that took place already; notes and emails always did."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    links: tuple[str, ...] = ()
    """The records it belongs to, such as crm/deal/<id>."""
    mentions: tuple[str, ...] = ()
    """The users who are mentioned in it."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """Values of fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "kind": self.kind.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "outcome": seal(vault, self.activity_id, self.outcome),
            "message_id": seal(vault, self.activity_id, self.message_id),
            "priority": None if self.priority is None else self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "completed_at": None if self.completed_at is None else to_micros(self.completed_at),
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "links": list(self.links),
            "mentions": list(self.mentions),
            "custom": seal_list(vault, self.activity_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            kind=ActivityKind(data["kind"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            outcome=unseal(vault, data["activity_id"], data["outcome"]),
            message_id=unseal(vault, data["activity_id"], data["message_id"]),
            priority=None if (v := data["priority"]) is None else ActivityPriority(v),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            completed_at=None if (v := data["completed_at"]) is None else from_micros(v),
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            links=tuple(data["links"]),
            mentions=tuple(data["mentions"]),
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeActivity:
    """Replaces what the activity says, and how much it matters."""

    NAME: ClassVar[str] = "crm.ChangeActivity"

    activity_id: str
    """The activity's id."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    priority: ActivityPriority | None = None
    """How much it matters; NORMAL when left out."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "priority": None if self.priority is None else self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            priority=None if (v := data["priority"]) is None else ActivityPriority(v),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleActivity:
    """Replaces all times of an open activity, and how it repeats."""

    NAME: ClassVar[str] = "crm.RescheduleActivity"

    activity_id: str
    """The activity's id."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteActivity:
    """The activity is done; one that repeats is planned for its next time."""

    NAME: ClassVar[str] = "crm.CompleteActivity"

    activity_id: str
    """The activity's id."""
    outcome: str | Erased | None = None
    """What came of it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "outcome": seal(vault, self.activity_id, self.outcome),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            outcome=unseal(vault, data["activity_id"], data["outcome"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelActivity:
    """The activity will not take place, and is not repeated."""

    NAME: ClassVar[str] = "crm.CancelActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenActivity:
    """An activity that was done or cancelled is to be done after all."""

    NAME: ClassVar[str] = "crm.ReopenActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkActivity:
    """The activity belongs to a record, on whose timeline it stands."""

    NAME: ClassVar[str] = "crm.LinkActivity"

    activity_id: str
    """The activity's id."""
    record: str
    """The record, such as crm/deal/<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "record": self.record,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            record=data["record"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkActivity:
    """The activity does not belong to a record."""

    NAME: ClassVar[str] = "crm.UnlinkActivity"

    activity_id: str
    """The activity's id."""
    record: str
    """The record, such as crm/deal/<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "record": self.record,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            record=data["record"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddParticipant:
    """A contact or a user takes part."""

    NAME: ClassVar[str] = "crm.AddParticipant"

    activity_id: str
    """The activity's id."""
    contact_id: str | None = None
    """The contact who takes part."""
    user_id: str | None = None
    """The user who takes part, if it is not a contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DropParticipant:
    """A contact or a user does not take part."""

    NAME: ClassVar[str] = "crm.DropParticipant"

    activity_id: str
    """The activity's id."""
    contact_id: str | None = None
    """The contact who takes part."""
    user_id: str | None = None
    """The user who takes part, if it is not a contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionUsers:
    """Mentions users in the activity; who is mentioned already stays so."""

    NAME: ClassVar[str] = "crm.MentionUsers"

    activity_id: str
    """The activity's id."""
    user_ids: tuple[str, ...]
    """The users."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_ids": list(self.user_ids),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_ids=tuple(data["user_ids"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignActivity:
    """Passes the activity to another user."""

    NAME: ClassVar[str] = "crm.AssignActivity"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    from_owner_id: str | None = None
    """Pass it only while this user still owns it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "from_owner_id": self.from_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            from_owner_id=data["from_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareActivity:
    """Shares the activity with a user or a team, who need not be its owner's."""

    NAME: ClassVar[str] = "crm.ShareActivity"

    activity_id: str
    """The activity's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool = False
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareActivity:
    """Ends the sharing with a user or a team."""

    NAME: ClassVar[str] = "crm.UnshareActivity"

    activity_id: str
    """The activity's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceContact:
    """Names the contact that took another's place, as both are one person."""

    NAME: ClassVar[str] = "crm.ReplaceContact"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackContact:
    """Names a contact again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackContact"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLinkedCompany:
    """Names the company that took another's place, as both are one."""

    NAME: ClassVar[str] = "crm.ReplaceLinkedCompany"

    activity_id: str
    """The activity's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackLinkedCompany:
    """Names a company again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackLinkedCompany"

    activity_id: str
    """The activity's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveActivity:
    """Puts an activity that should never have been there in the trash."""

    NAME: ClassVar[str] = "crm.RemoveActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreActivity:
    """Takes the activity out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.RestoreActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetActivityFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetActivityFields"

    activity_id: str
    """The activity's id."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "custom": seal_list(vault, self.activity_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatActivity:
    """Plans the next one of a series, as the one before it was."""

    NAME: ClassVar[str] = "crm.RepeatActivity"

    activity_id: str
    """The activity's id."""
    kind: ActivityKind
    """What sort of activity it is."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    priority: ActivityPriority = ActivityPriority.NORMAL
    """How much it matters."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    owner_id: str
    """The user whose activity it is."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    series_id: str | None = None
    """The id of the first activity of those that repeat one another."""
    series_start: datetime | None = None
    """The time from which the rule counts."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    links: tuple[str, ...] = ()
    """The records it belongs to, such as crm/deal/<id>."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "kind": self.kind.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "priority": self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "series_id": self.series_id,
            "series_start": None if self.series_start is None else to_micros(self.series_start),
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "links": list(self.links),
            "custom": seal_list(vault, self.activity_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            kind=ActivityKind(data["kind"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            priority=ActivityPriority(data["priority"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            series_id=data["series_id"],
            series_start=None if (v := data["series_start"]) is None else from_micros(v),
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            links=tuple(data["links"]),
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfActivity:
    """The time has come to remind its owner of the activity."""

    NAME: ClassVar[str] = "crm.RemindOfActivity"

    activity_id: str
    """The activity's id."""
    remind_at: datetime
    """The time that was set then; nothing comes of it when another is by now."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "remind_at": to_micros(self.remind_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            remind_at=from_micros(data["remind_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetParticipant:
    """A contact who takes part, or whom the activity belongs to, was erased."""

    NAME: ClassVar[str] = "crm.ForgetParticipant"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireActivity:
    """Takes in that its words are about to be destroyed, if nothing was recorded since that was found to be due."""

    NAME: ClassVar[str] = "crm.ExpireActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseActivity:
    """Takes in that the key of the activity's words was destroyed."""

    NAME: ClassVar[str] = "crm.EraseActivity"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeInActivity:
    """An email or a meeting is in somebody's mailbox or calendar: it is there once, whoever has it too, and
    follows what a calendar says of it.
    """

    NAME: ClassVar[str] = "crm.TakeInActivity"

    activity_id: str
    """The activity's id."""
    kind: ActivityKind
    """What sort of activity it is: an email or a meeting."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    message_id: str | Erased | None = None
    """The Message-ID of an email (RFC 5322)."""
    direction: ActivityDirection | None = None
    """Who wrote; of emails alone."""
    owner_id: str
    """The user in whose mailbox or calendar it is."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    cancelled: bool = False
    """Whether it will not take place."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "kind": self.kind.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "message_id": seal(vault, self.activity_id, self.message_id),
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "cancelled": self.cancelled,
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            kind=ActivityKind(data["kind"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            message_id=unseal(vault, data["activity_id"], data["message_id"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            cancelled=data["cancelled"],
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCreated:
    """An activity was planned or logged."""

    NAME: ClassVar[str] = "crm.ActivityCreated"

    activity_id: str
    """The activity's id."""
    kind: ActivityKind
    """What sort of activity it is."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    outcome: str | Erased | None = None
    """What came of it."""
    message_id: str | Erased | None = None
    """The Message-ID of an email (RFC 5322)."""
    priority: ActivityPriority = ActivityPriority.NORMAL
    """How much it matters."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    owner_id: str
    """The user whose activity it is."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    series_id: str | None = None
    """The id of the first activity of those that repeat one another."""
    series_start: datetime | None = None
    """The time from which the rule counts."""
    completed_at: datetime | None = None
    """When it was done."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    links: tuple[str, ...] = ()
    """The records it belongs to, such as crm/deal/<id>."""
    mentions: tuple[str, ...] = ()
    """The users who are mentioned in it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "kind": self.kind.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "outcome": seal(vault, self.activity_id, self.outcome),
            "message_id": seal(vault, self.activity_id, self.message_id),
            "priority": self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "series_id": self.series_id,
            "series_start": None if self.series_start is None else to_micros(self.series_start),
            "completed_at": None if self.completed_at is None else to_micros(self.completed_at),
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "links": list(self.links),
            "mentions": list(self.mentions),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            kind=ActivityKind(data["kind"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            outcome=unseal(vault, data["activity_id"], data["outcome"]),
            message_id=unseal(vault, data["activity_id"], data["message_id"]),
            priority=ActivityPriority(data["priority"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            series_id=data["series_id"],
            series_start=None if (v := data["series_start"]) is None else from_micros(v),
            completed_at=None if (v := data["completed_at"]) is None else from_micros(v),
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            links=tuple(data["links"]),
            mentions=tuple(data["mentions"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChanged:
    """What the activity says was replaced."""

    NAME: ClassVar[str] = "crm.ActivityChanged"

    activity_id: str
    """The activity's id."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    priority: ActivityPriority = ActivityPriority.NORMAL
    """How much it matters."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "priority": self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            priority=ActivityPriority(data["priority"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRescheduled:
    """The activity's times were replaced."""

    NAME: ClassVar[str] = "crm.ActivityRescheduled"

    activity_id: str
    """The activity's id."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    series_id: str | None = None
    """The id of the first activity of those that repeat one another."""
    series_start: datetime | None = None
    """The time from which the rule counts."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "series_id": self.series_id,
            "series_start": None if self.series_start is None else to_micros(self.series_start),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            series_id=data["series_id"],
            series_start=None if (v := data["series_start"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCompleted:
    """The activity was done."""

    NAME: ClassVar[str] = "crm.ActivityCompleted"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    outcome: str | Erased | None = None
    """What came of it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "outcome": seal(vault, self.activity_id, self.outcome),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            outcome=unseal(vault, data["activity_id"], data["outcome"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.ActivityFieldsSet"

    activity_id: str
    """The activity's id."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "custom": seal_list(vault, self.activity_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecurred:
    """The activity is to be done again; this is how."""

    NAME: ClassVar[str] = "crm.ActivityRecurred"

    activity_id: str
    """The activity's id."""
    next_id: str
    """The id of the next one of the series."""
    kind: ActivityKind
    """What sort of activity it is."""
    title: str | Erased | None = None
    """What it is, in a few words."""
    body: str | Erased | None = None
    """All else that there is to say."""
    location: str | Erased | None = None
    """Where it takes place."""
    priority: ActivityPriority = ActivityPriority.NORMAL
    """How much it matters."""
    direction: ActivityDirection | None = None
    """Who called or wrote; of calls and emails alone."""
    owner_id: str
    """The user whose activity it is."""
    due_at: datetime | None = None
    """By when it is to be done."""
    starts_at: datetime | None = None
    """When it begins."""
    ends_at: datetime | None = None
    """When it ends."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it."""
    rule: str | None = None
    """How it repeats, an RRULE of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO: daily, weekly, monthly or yearly."""
    zone: str | None = None
    """The IANA time zone whose clock the rule goes by, such as Europe/Berlin; UTC when left out."""
    series_id: str | None = None
    """The id of the first activity of those that repeat one another."""
    series_start: datetime | None = None
    """The time from which the rule counts."""
    contact_ids: tuple[str, ...] = ()
    """The contacts who take part."""
    user_ids: tuple[str, ...] = ()
    """The users who take part, besides the owner."""
    links: tuple[str, ...] = ()
    """The records it belongs to, such as crm/deal/<id>."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "next_id": self.next_id,
            "kind": self.kind.value,
            "title": seal(vault, self.activity_id, self.title),
            "body": seal(vault, self.activity_id, self.body),
            "location": seal(vault, self.activity_id, self.location),
            "priority": self.priority.value,
            "direction": None if self.direction is None else self.direction.value,
            "owner_id": self.owner_id,
            "due_at": None if self.due_at is None else to_micros(self.due_at),
            "starts_at": None if self.starts_at is None else to_micros(self.starts_at),
            "ends_at": None if self.ends_at is None else to_micros(self.ends_at),
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "rule": self.rule,
            "zone": self.zone,
            "series_id": self.series_id,
            "series_start": None if self.series_start is None else to_micros(self.series_start),
            "contact_ids": list(self.contact_ids),
            "user_ids": list(self.user_ids),
            "links": list(self.links),
            "custom": seal_list(vault, self.activity_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            next_id=data["next_id"],
            kind=ActivityKind(data["kind"]),
            title=unseal(vault, data["activity_id"], data["title"]),
            body=unseal(vault, data["activity_id"], data["body"]),
            location=unseal(vault, data["activity_id"], data["location"]),
            priority=ActivityPriority(data["priority"]),
            direction=None if (v := data["direction"]) is None else ActivityDirection(v),
            owner_id=data["owner_id"],
            due_at=None if (v := data["due_at"]) is None else from_micros(v),
            starts_at=None if (v := data["starts_at"]) is None else from_micros(v),
            ends_at=None if (v := data["ends_at"]) is None else from_micros(v),
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            rule=data["rule"],
            zone=data["zone"],
            series_id=data["series_id"],
            series_start=None if (v := data["series_start"]) is None else from_micros(v),
            contact_ids=tuple(data["contact_ids"]),
            user_ids=tuple(data["user_ids"]),
            links=tuple(data["links"]),
            custom=unseal_list(vault, data["activity_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCancelled:
    """The activity will not take place."""

    NAME: ClassVar[str] = "crm.ActivityCancelled"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReopened:
    """The activity is to be done after all."""

    NAME: ClassVar[str] = "crm.ActivityReopened"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLinked:
    """The activity was linked to a record."""

    NAME: ClassVar[str] = "crm.ActivityLinked"

    activity_id: str
    """The activity's id."""
    record: str
    """The record, such as crm/deal/<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "record": self.record,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            record=data["record"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityUnlinked:
    """The activity is no longer linked to a record."""

    NAME: ClassVar[str] = "crm.ActivityUnlinked"

    activity_id: str
    """The activity's id."""
    record: str
    """The record, such as crm/deal/<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "record": self.record,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            record=data["record"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantAdded:
    """Somebody takes part in the activity."""

    NAME: ClassVar[str] = "crm.ParticipantAdded"

    activity_id: str
    """The activity's id."""
    contact_id: str | None = None
    """The contact who takes part."""
    user_id: str | None = None
    """The user who takes part, if it is not a contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantDropped:
    """Somebody takes part in the activity no longer."""

    NAME: ClassVar[str] = "crm.ParticipantDropped"

    activity_id: str
    """The activity's id."""
    contact_id: str | None = None
    """The contact who takes part."""
    user_id: str | None = None
    """The user who takes part, if it is not a contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersMentioned:
    """Users were mentioned in the activity."""

    NAME: ClassVar[str] = "crm.UsersMentioned"

    activity_id: str
    """The activity's id."""
    user_ids: tuple[str, ...]
    """Those who had not been mentioned before."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_ids": list(self.user_ids),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_ids=tuple(data["user_ids"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityAssigned:
    """The activity passed to another user."""

    NAME: ClassVar[str] = "crm.ActivityAssigned"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    previous_owner_id: str
    """The user whose it was before."""
    open: bool
    """Whether it is still to be done."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "previous_owner_id": self.previous_owner_id,
            "open": self.open,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            previous_owner_id=data["previous_owner_id"],
            open=data["open"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityShared:
    """The activity was shared with a user or a team."""

    NAME: ClassVar[str] = "crm.ActivityShared"

    activity_id: str
    """The activity's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityUnshared:
    """The activity is no longer shared with a user or a team."""

    NAME: ClassVar[str] = "crm.ActivityUnshared"

    activity_id: str
    """The activity's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReminded:
    """The owner was reminded of the activity."""

    NAME: ClassVar[str] = "crm.ActivityReminded"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    remind_at: datetime
    """The time that was set for it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "remind_at": to_micros(self.remind_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            remind_at=from_micros(data["remind_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantForgotten:
    """A contact who was erased is not named by the activity any more."""

    NAME: ClassVar[str] = "crm.ParticipantForgotten"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact."""
    last: bool
    """Whether it names no other contact, so that its words are about nobody else."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "last": self.last,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            last=data["last"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReplaced:
    """A contact was merged into another, whom the activity names from now on; the events that follow tell how."""

    NAME: ClassVar[str] = "crm.ContactReplaced"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    participant: bool
    """Whether the contact took part."""
    linked: bool
    """Whether it was linked to the contact."""
    had_participant: bool
    """Whether the other took part already."""
    had_link: bool
    """Whether it was linked to the other already."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "participant": self.participant,
            "linked": self.linked,
            "had_participant": self.had_participant,
            "had_link": self.had_link,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            participant=data["participant"],
            linked=data["linked"],
            had_participant=data["had_participant"],
            had_link=data["had_link"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGivenBack:
    """A contact was told apart again from the one that had taken their place."""

    NAME: ClassVar[str] = "crm.ContactGivenBack"

    activity_id: str
    """The activity's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCompanyReplaced:
    """A company was merged into another, which the activity names from now on; the event that follows tells how."""

    NAME: ClassVar[str] = "crm.LinkedCompanyReplaced"

    activity_id: str
    """The activity's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    linked: bool
    """Whether it was linked to the company."""
    had_link: bool
    """Whether it was linked to the other already."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "linked": self.linked,
            "had_link": self.had_link,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            linked=data["linked"],
            had_link=data["had_link"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCompanyGivenBack:
    """A company was told apart again from the one that had taken its place."""

    NAME: ClassVar[str] = "crm.LinkedCompanyGivenBack"

    activity_id: str
    """The activity's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRemoved:
    """The activity was put in the trash."""

    NAME: ClassVar[str] = "crm.ActivityRemoved"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    erased: bool = False
    """Whether its words were erased before, so that nothing is kept to be restored."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "erased": self.erased,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            erased=data["erased"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRestored:
    """The activity was taken out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.ActivityRestored"

    activity_id: str
    """The activity's id."""
    owner_id: str
    """The user whose activity it is."""
    open: bool
    """Whether it is still to be done."""
    remind_at: datetime | None = None
    """When its owner is to be reminded of it, if that is still to be done."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "owner_id": self.owner_id,
            "open": self.open,
            "remind_at": None if self.remind_at is None else to_micros(self.remind_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            owner_id=data["owner_id"],
            open=data["open"],
            remind_at=None if (v := data["remind_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityExpired:
    """Its words are about to be destroyed: a rule of retention says so, and nothing was recorded since. None are
    taken any more.
    """

    NAME: ClassVar[str] = "crm.ActivityExpired"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityErased:
    """The key of the activity's words was destroyed: they are erased, in what was recorded before, too."""

    NAME: ClassVar[str] = "crm.ActivityErased"

    activity_id: str
    """The activity's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "activity_id": self.activity_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            activity_id=data["activity_id"],
            at=from_micros(data["at"]),
        )


ActivityCommand = (
    CreateActivity
    | ChangeActivity
    | RescheduleActivity
    | CompleteActivity
    | CancelActivity
    | ReopenActivity
    | LinkActivity
    | UnlinkActivity
    | AddParticipant
    | DropParticipant
    | MentionUsers
    | AssignActivity
    | ShareActivity
    | UnshareActivity
    | ReplaceContact
    | GiveBackContact
    | ReplaceLinkedCompany
    | GiveBackLinkedCompany
    | RemoveActivity
    | RestoreActivity
    | SetActivityFields
    | RepeatActivity
    | RemindOfActivity
    | ForgetParticipant
    | ExpireActivity
    | EraseActivity
    | TakeInActivity
)
ActivityEvent = (
    ActivityCreated
    | ActivityChanged
    | ActivityRescheduled
    | ActivityCompleted
    | ActivityFieldsSet
    | ActivityRecurred
    | ActivityCancelled
    | ActivityReopened
    | ActivityLinked
    | ActivityUnlinked
    | ParticipantAdded
    | ParticipantDropped
    | UsersMentioned
    | ActivityAssigned
    | ActivityShared
    | ActivityUnshared
    | ActivityReminded
    | ParticipantForgotten
    | ContactReplaced
    | ContactGivenBack
    | LinkedCompanyReplaced
    | LinkedCompanyGivenBack
    | ActivityRemoved
    | ActivityRestored
    | ActivityExpired
    | ActivityErased
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="activity",
    plural="activities",
    id_field="activity_id",
    service="activity",
    state=Activity,
    state_version=4,
    commands=(
        CommandContract(cls=CreateActivity, verb="create", creates=True, permission="crm.activity.create", internal=False),
        CommandContract(cls=ChangeActivity, verb="change", creates=False, permission="crm.activity.change", internal=False),
        CommandContract(cls=RescheduleActivity, verb="reschedule", creates=False, permission="crm.activity.reschedule", internal=False),
        CommandContract(cls=CompleteActivity, verb="complete", creates=False, permission="crm.activity.complete", internal=False),
        CommandContract(cls=CancelActivity, verb="cancel", creates=False, permission="crm.activity.cancel", internal=False),
        CommandContract(cls=ReopenActivity, verb="reopen", creates=False, permission="crm.activity.reopen", internal=False),
        CommandContract(cls=LinkActivity, verb="link", creates=False, permission="crm.activity.link", internal=False),
        CommandContract(cls=UnlinkActivity, verb="unlink", creates=False, permission="crm.activity.unlink", internal=False),
        CommandContract(cls=AddParticipant, verb="add-participant", creates=False, permission="crm.activity.add-participant", internal=False),
        CommandContract(cls=DropParticipant, verb="drop-participant", creates=False, permission="crm.activity.drop-participant", internal=False),
        CommandContract(cls=MentionUsers, verb="mention", creates=False, permission="crm.activity.mention", internal=False),
        CommandContract(cls=AssignActivity, verb="assign", creates=False, permission="crm.activity.assign", internal=False),
        CommandContract(cls=ShareActivity, verb="share", creates=False, permission="crm.activity.share", internal=False),
        CommandContract(cls=UnshareActivity, verb="unshare", creates=False, permission="crm.activity.unshare", internal=False),
        CommandContract(cls=ReplaceContact, verb="replace-contact", creates=False, permission="crm.activity.replace-contact", internal=True),
        CommandContract(cls=GiveBackContact, verb="give-back-contact", creates=False, permission="crm.activity.give-back-contact", internal=True),
        CommandContract(cls=ReplaceLinkedCompany, verb="replace-company", creates=False, permission="crm.activity.replace-company", internal=True),
        CommandContract(cls=GiveBackLinkedCompany, verb="give-back-company", creates=False, permission="crm.activity.give-back-company", internal=True),
        CommandContract(cls=RemoveActivity, verb="remove", creates=False, permission="crm.activity.remove", internal=False),
        CommandContract(cls=RestoreActivity, verb="restore", creates=False, permission="crm.activity.restore", internal=False),
        CommandContract(cls=SetActivityFields, verb="set-fields", creates=False, permission="crm.activity.set-fields", internal=False),
        CommandContract(cls=RepeatActivity, verb="repeat", creates=True, permission="crm.activity.repeat", internal=True),
        CommandContract(cls=RemindOfActivity, verb="remind", creates=False, permission="crm.activity.remind", internal=True),
        CommandContract(cls=ForgetParticipant, verb="forget-participant", creates=False, permission="crm.activity.forget-participant", internal=True),
        CommandContract(cls=ExpireActivity, verb="expire", creates=False, permission="crm.activity.expire", internal=True),
        CommandContract(cls=EraseActivity, verb="erase", creates=True, permission="crm.activity.erase", internal=True),
        CommandContract(cls=TakeInActivity, verb="take-in", creates=True, permission="crm.activity.take-in", internal=True),
    ),
    events=(
        ActivityCreated,
        ActivityChanged,
        ActivityRescheduled,
        ActivityCompleted,
        ActivityFieldsSet,
        ActivityRecurred,
        ActivityCancelled,
        ActivityReopened,
        ActivityLinked,
        ActivityUnlinked,
        ParticipantAdded,
        ParticipantDropped,
        UsersMentioned,
        ActivityAssigned,
        ActivityShared,
        ActivityUnshared,
        ActivityReminded,
        ParticipantForgotten,
        ContactReplaced,
        ContactGivenBack,
        LinkedCompanyReplaced,
        LinkedCompanyGivenBack,
        ActivityRemoved,
        ActivityRestored,
        ActivityExpired,
        ActivityErased,
    ),
    values=(Replaced,),
    erasure=ActivityErased,
)
