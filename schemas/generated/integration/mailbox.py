"""Generated from schemas/integration/mailbox.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class MailboxKind(StrEnum):
    """What speaks where a mailbox is."""

    UNKNOWN = "UNKNOWN"
    IMAP = "IMAP"
    CALDAV = "CALDAV"
    ICS = "ICS"

    @classmethod
    def _missing_(cls, value: object) -> "MailboxKind":
        return cls.UNKNOWN


class MailboxStatus(StrEnum):
    """Whether a mailbox is looked into."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    CONNECTED = "CONNECTED"
    PAUSED = "PAUSED"
    DISCONNECTED = "DISCONNECTED"

    @classmethod
    def _missing_(cls, value: object) -> "MailboxStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox or calendar elsewhere whose mails and events become activities here."""

    NAME: ClassVar[str] = "integration.Mailbox"

    mailbox_id: str = ''
    """The mailbox's id; empty while it is not connected."""
    name: str = ''
    """What people know it as."""
    kind: MailboxKind = MailboxKind.UNKNOWN
    """What speaks there."""
    address: str = ''
    """Where it is: imaps://host of an IMAP server, https://host/path of a CalDAV server or a calendar file."""
    login: str | None = None
    """The user name there."""
    secret: str | None = None
    """The password there; of a calendar file what follows its address and is known to its owner alone, such as
    /ical/5c1f/basic.ics.
    """
    owner_id: str = ''
    """The user whose activities its mails and events become."""
    folders: tuple[str, ...] = ()
    """The folders or calendars that are looked into. With none, of mail the inbox and what was sent, of
    calendars all.
    """
    since_at: datetime | None = None
    """Nothing that is older is taken in."""
    internal: bool = False
    """Whether mails and events among colleagues alone are taken in too."""
    status: MailboxStatus = MailboxStatus.NEW
    """Whether it is looked into."""
    looked_at: datetime | None = None
    """When the last look was told of which something came."""
    code: str | None = None
    """What is wrong with it now, as a stable code."""
    reason: str | None = None
    """A sentence that says why and what to do."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "name": self.name,
            "kind": self.kind.value,
            "address": self.address,
            "login": self.login,
            "secret": self.secret,
            "owner_id": self.owner_id,
            "folders": list(self.folders),
            "since_at": None if self.since_at is None else to_micros(self.since_at),
            "internal": self.internal,
            "status": self.status.value,
            "looked_at": None if self.looked_at is None else to_micros(self.looked_at),
            "code": self.code,
            "reason": self.reason,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            name=data["name"],
            kind=MailboxKind(data["kind"]),
            address=data["address"],
            login=data["login"],
            secret=data["secret"],
            owner_id=data["owner_id"],
            folders=tuple(data["folders"]),
            since_at=None if (v := data["since_at"]) is None else from_micros(v),
            internal=data["internal"],
            status=MailboxStatus(data["status"]),
            looked_at=None if (v := data["looked_at"]) is None else from_micros(v),
            code=data["code"],
            reason=data["reason"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectMailbox:
    """Lets the mails or events of a mailbox become activities, from now on and as far back as is asked."""

    NAME: ClassVar[str] = "integration.ConnectMailbox"

    mailbox_id: str
    """The mailbox's id."""
    name: str
    """What people know it as."""
    kind: MailboxKind
    """What speaks there."""
    address: str
    """Where it is: imaps://host of an IMAP server, https://host/path of a CalDAV server or a calendar file."""
    login: str | None = None
    """The user name there."""
    secret: str | None = None
    """The password there; of a calendar file what follows its address and is known to its owner alone, such as
    /ical/5c1f/basic.ics.
    """
    owner_id: str
    """The user whose activities its mails and events become."""
    folders: tuple[str, ...] = ()
    """The folders or calendars that are looked into. With none, of mail the inbox and what was sent, of
    calendars all.
    """
    since_at: datetime | None = None
    """Nothing that is older is taken in; 30 days before when left out."""
    internal: bool = False
    """Whether mails and events among colleagues alone are taken in too."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "name": self.name,
            "kind": self.kind.value,
            "address": self.address,
            "login": self.login,
            "secret": self.secret,
            "owner_id": self.owner_id,
            "folders": list(self.folders),
            "since_at": None if self.since_at is None else to_micros(self.since_at),
            "internal": self.internal,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            name=data["name"],
            kind=MailboxKind(data["kind"]),
            address=data["address"],
            login=data["login"],
            secret=data["secret"],
            owner_id=data["owner_id"],
            folders=tuple(data["folders"]),
            since_at=None if (v := data["since_at"]) is None else from_micros(v),
            internal=data["internal"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMailbox:
    """Changes how a mailbox is looked into. What speaks there and where it is stay; another place is another
    mailbox.
    """

    NAME: ClassVar[str] = "integration.ChangeMailbox"

    mailbox_id: str
    """The mailbox's id."""
    name: str
    """What people know it as."""
    login: str | None = None
    """Another user name there. The one there is stays when it is left out."""
    secret: str | None = None
    """Another password, or what follows the address of a calendar file. The one there is stays when it is left out."""
    owner_id: str
    """The user whose activities its mails and events become."""
    folders: tuple[str, ...] = ()
    """The folders or calendars that are looked into. With none, of mail the inbox and what was sent, of
    calendars all.
    """
    internal: bool = False
    """Whether mails and events among colleagues alone are taken in too."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "name": self.name,
            "login": self.login,
            "secret": self.secret,
            "owner_id": self.owner_id,
            "folders": list(self.folders),
            "internal": self.internal,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            name=data["name"],
            login=data["login"],
            secret=data["secret"],
            owner_id=data["owner_id"],
            folders=tuple(data["folders"]),
            internal=data["internal"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseMailbox:
    """Lets a mailbox rest. What comes there meanwhile is taken in later."""

    NAME: ClassVar[str] = "integration.PauseMailbox"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeMailbox:
    """Looks into a resting mailbox again."""

    NAME: ClassVar[str] = "integration.ResumeMailbox"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectMailbox:
    """Looks into a mailbox no more, and forgets its password. What was taken in stays."""

    NAME: ClassVar[str] = "integration.DisconnectMailbox"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMailboxLook:
    """The worker tells what came of looking into it."""

    NAME: ClassVar[str] = "integration.RecordMailboxLook"

    mailbox_id: str
    """The mailbox's id."""
    counts: Mapping[str, int]
    """How many mails or events became what since the look before: taken, followed, known, matched, left, broken."""
    problems: Mapping[str, str]
    """What could not be taken in whole, by folder and number there, each with a stable code."""
    code: str | None = None
    """What is wrong with it now, as a stable code; nothing when left out."""
    reason: str | None = None
    """A sentence that says why and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "counts": {k: x for k, x in self.counts.items()},
            "problems": {k: x for k, x in self.problems.items()},
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            counts=data["counts"],
            problems=data["problems"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxConnected:
    """A mailbox is looked into."""

    NAME: ClassVar[str] = "integration.MailboxConnected"

    mailbox_id: str
    """The mailbox's id."""
    name: str
    """What people know it as."""
    kind: MailboxKind
    """What speaks there."""
    address: str
    """Where it is: imaps://host of an IMAP server, https://host/path of a CalDAV server or a calendar file."""
    login: str | None = None
    """The user name there."""
    secret: str | None = None
    """The password there; of a calendar file what follows its address and is known to its owner alone, such as
    /ical/5c1f/basic.ics.
    """
    owner_id: str
    """The user whose activities its mails and events become."""
    folders: tuple[str, ...] = ()
    """The folders or calendars that are looked into. With none, of mail the inbox and what was sent, of
    calendars all.
    """
    since_at: datetime
    """Nothing that is older is taken in."""
    internal: bool = False
    """Whether mails and events among colleagues alone are taken in too."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "name": self.name,
            "kind": self.kind.value,
            "address": self.address,
            "login": self.login,
            "secret": self.secret,
            "owner_id": self.owner_id,
            "folders": list(self.folders),
            "since_at": to_micros(self.since_at),
            "internal": self.internal,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            name=data["name"],
            kind=MailboxKind(data["kind"]),
            address=data["address"],
            login=data["login"],
            secret=data["secret"],
            owner_id=data["owner_id"],
            folders=tuple(data["folders"]),
            since_at=from_micros(data["since_at"]),
            internal=data["internal"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxChanged:
    """A mailbox is looked into in another way."""

    NAME: ClassVar[str] = "integration.MailboxChanged"

    mailbox_id: str
    """The mailbox's id."""
    name: str
    """What people know it as."""
    login: str | None = None
    """The user name there."""
    secret: str | None = None
    """The password there; of a calendar file what follows its address and is known to its owner alone, such as
    /ical/5c1f/basic.ics.
    """
    owner_id: str
    """The user whose activities its mails and events become."""
    folders: tuple[str, ...] = ()
    """The folders or calendars that are looked into. With none, of mail the inbox and what was sent, of
    calendars all.
    """
    internal: bool = False
    """Whether mails and events among colleagues alone are taken in too."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "name": self.name,
            "login": self.login,
            "secret": self.secret,
            "owner_id": self.owner_id,
            "folders": list(self.folders),
            "internal": self.internal,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            name=data["name"],
            login=data["login"],
            secret=data["secret"],
            owner_id=data["owner_id"],
            folders=tuple(data["folders"]),
            internal=data["internal"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPaused:
    """A mailbox rests."""

    NAME: ClassVar[str] = "integration.MailboxPaused"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxResumed:
    """A mailbox is looked into again."""

    NAME: ClassVar[str] = "integration.MailboxResumed"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxDisconnected:
    """A mailbox is looked into no more."""

    NAME: ClassVar[str] = "integration.MailboxDisconnected"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLooked:
    """Something came of looking into a mailbox."""

    NAME: ClassVar[str] = "integration.MailboxLooked"

    mailbox_id: str
    """The mailbox's id."""
    counts: Mapping[str, int]
    """How many mails or events became what since the look before: taken, followed, known, matched, left, broken."""
    problems: Mapping[str, str]
    """What could not be taken in whole, by folder and number there, each with a stable code."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "counts": {k: x for k, x in self.counts.items()},
            "problems": {k: x for k, x in self.problems.items()},
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            counts=data["counts"],
            problems=data["problems"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFailed:
    """A mailbox, or part of it, cannot be looked into. That is tried again, later each time."""

    NAME: ClassVar[str] = "integration.MailboxFailed"

    mailbox_id: str
    """The mailbox's id."""
    code: str
    """A stable code."""
    reason: str
    """A sentence that says why and what to do."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "code": self.code,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            code=data["code"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxRecovered:
    """All of a mailbox can be looked into again."""

    NAME: ClassVar[str] = "integration.MailboxRecovered"

    mailbox_id: str
    """The mailbox's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "mailbox_id": self.mailbox_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            mailbox_id=data["mailbox_id"],
            at=from_micros(data["at"]),
        )


MailboxCommand = (
    ConnectMailbox
    | ChangeMailbox
    | PauseMailbox
    | ResumeMailbox
    | DisconnectMailbox
    | RecordMailboxLook
)
MailboxEvent = (
    MailboxConnected
    | MailboxChanged
    | MailboxPaused
    | MailboxResumed
    | MailboxDisconnected
    | MailboxLooked
    | MailboxFailed
    | MailboxRecovered
)


CONTRACT = AggregateContract(
    domain="integration",
    aggregate="mailbox",
    plural="mailboxes",
    id_field="mailbox_id",
    service="integration",
    state=Mailbox,
    state_version=1,
    commands=(
        CommandContract(cls=ConnectMailbox, verb="connect", creates=True, permission="integration.mailbox.connect", internal=False),
        CommandContract(cls=ChangeMailbox, verb="change", creates=False, permission="integration.mailbox.change", internal=False),
        CommandContract(cls=PauseMailbox, verb="pause", creates=False, permission="integration.mailbox.pause", internal=False),
        CommandContract(cls=ResumeMailbox, verb="resume", creates=False, permission="integration.mailbox.resume", internal=False),
        CommandContract(cls=DisconnectMailbox, verb="disconnect", creates=False, permission="integration.mailbox.disconnect", internal=False),
        CommandContract(cls=RecordMailboxLook, verb="record-look", creates=False, permission="integration.mailbox.record-look", internal=True),
    ),
    events=(
        MailboxConnected,
        MailboxChanged,
        MailboxPaused,
        MailboxResumed,
        MailboxDisconnected,
        MailboxLooked,
        MailboxFailed,
        MailboxRecovered,
    ),
    values=(),
)
