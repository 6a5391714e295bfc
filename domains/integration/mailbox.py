"""A mailbox: mail over IMAP, or calendars over CalDAV or as a file, that a worker looks into, and how that goes.

User name and password reach this domain sealed already. What of a calendar file's address its owner alone knows is the
password, so that the address can be shown.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from domains.checks import LONGEST_ID, is_inward, is_loopback, text
from domains.kernel import Decider, Rejected
from schemas.generated.integration.mailbox import (
    CONTRACT,
    ChangeMailbox,
    ConnectMailbox,
    DisconnectMailbox,
    Mailbox,
    MailboxChanged,
    MailboxCommand,
    MailboxConnected,
    MailboxDisconnected,
    MailboxEvent,
    MailboxFailed,
    MailboxKind,
    MailboxLooked,
    MailboxPaused,
    MailboxRecovered,
    MailboxResumed,
    MailboxStatus,
    PauseMailbox,
    RecordMailboxLook,
    ResumeMailbox,
)

MOST = 50
"""Folders or calendars that one mailbox names."""
AT_FIRST = timedelta(days=30)
"""How far back a mailbox is looked into if nothing else is said."""
EARLIEST = datetime.fromisoformat("1990-01-01T00:00:00Z")
SCHEMES = {MailboxKind.IMAP: "imaps", MailboxKind.CALDAV: "https", MailboxKind.ICS: "https"}
"""What the address of each kind begins with."""
_ADDRESS = re.compile(
    r"(imaps?|https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?"
)


def _address(kind: MailboxKind, value: str) -> str:
    """An address of this kind: with TLS, or without it on this machine alone; a place that names lead to is asked
    about when it is looked into."""
    given = text(value, "address", 500)
    scheme = SCHEMES.get(kind)
    if scheme is None:
        raise Rejected("kind_unknown", "A mailbox is IMAP, CALDAV or ICS.", "kind")
    found = _ADDRESS.fullmatch(given)
    if (
        found is None
        or found[1] not in (scheme, scheme[:-1])
        or (kind is MailboxKind.IMAP and (found[4] or "/") != "/")
    ):
        message = f"That is no address of this kind; write it as {scheme}://mail.example.com, without a user."
        raise Rejected("address_malformed", message, "address")
    host = found[2].strip("[]")
    if found[3] is not None and not 0 < int(found[3]) < 65_536:
        raise Rejected("address_malformed", "The address has a port that cannot be; leave it out.", "address")
    if found[1] != scheme and not is_loopback(host):
        message = f"Others could read what is sent there; the address must begin with {scheme}://."
        raise Rejected("address_not_secure", message, "address")
    if not is_loopback(host) and is_inward(host):
        raise Rejected("address_inward", "The address leads inside; name the server by its host.", "address")
    return given


def _folders(given: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order given; spaces around a name are part of it elsewhere, and of none here."""
    once = tuple(dict.fromkeys(text(each, "folders", 300) for each in given))
    if len(once) > MOST:
        raise Rejected("too_many_folders", f"A mailbox names {MOST} folders at most; leave some out.", "folders")
    return once


def _since(command: ConnectMailbox) -> datetime:
    since = command.at - AT_FIRST if command.since_at is None else command.since_at
    if not EARLIEST <= since <= command.at:
        raise Rejected("since_implausible", "The time is before 1990 or to come; correct it.", "since_at")
    return since


def _connected(command: ConnectMailbox) -> MailboxConnected:
    if command.kind in (MailboxKind.IMAP, MailboxKind.CALDAV):
        for field in ("login", "secret"):
            if not getattr(command, field):
                raise Rejected(f"{field}_missing", "It takes a user name and a password to look into it.", field)
    return MailboxConnected(
        mailbox_id=command.mailbox_id,
        name=text(command.name, "name", 100),
        kind=command.kind,
        address=_address(command.kind, command.address),
        login=command.login,
        secret=command.secret,
        owner_id=text(command.owner_id, "owner_id", LONGEST_ID),
        folders=_folders(command.folders),
        since_at=_since(command),
        internal=command.internal,
        at=command.at,
    )


def _changed(command: ChangeMailbox, mailbox: Mailbox) -> Sequence[MailboxEvent]:
    event = MailboxChanged(
        mailbox_id=mailbox.mailbox_id,
        name=text(command.name, "name", 100),
        login=command.login or mailbox.login,
        secret=command.secret or mailbox.secret,
        owner_id=text(command.owner_id, "owner_id", LONGEST_ID),
        folders=_folders(command.folders),
        internal=command.internal,
        at=command.at,
    )
    return [] if evolve(mailbox, event) == mailbox else [event]


def _looked(command: RecordMailboxLook, mailbox: Mailbox) -> Sequence[MailboxEvent]:
    """Nothing is told of a look of which nothing came, after one like it, nor of one that was told already."""
    id, events = mailbox.mailbox_id, list[MailboxEvent]()
    told = mailbox.looked_at is not None and command.at <= mailbox.looked_at
    if not told and (any(command.counts.values()) or command.problems):
        looked = MailboxLooked(mailbox_id=id, counts=command.counts, problems=command.problems, at=command.at)
        events.append(looked)
    reason = command.reason or ""
    if command.code is not None and (command.code, reason) != (mailbox.code, mailbox.reason):
        events.append(MailboxFailed(mailbox_id=id, code=command.code, reason=reason, at=command.at))
    if command.code is None and mailbox.code is not None:
        events.append(MailboxRecovered(mailbox_id=id, at=command.at))
    return events


def decide(command: MailboxCommand, mailbox: Mailbox) -> Sequence[MailboxEvent]:
    id, status = mailbox.mailbox_id, mailbox.status
    absent = status in (MailboxStatus.NEW, MailboxStatus.DISCONNECTED)
    match command:
        case ConnectMailbox():
            connected = _connected(command)
            if absent:
                return [connected]
            if evolve(mailbox, connected) == mailbox:
                return []
            raise Rejected("mailbox_exists", "The mailbox is connected already; change it instead.")
        case DisconnectMailbox():
            return [] if absent else [MailboxDisconnected(mailbox_id=id, at=command.at)]
        case RecordMailboxLook() if absent:
            return []
        case _ if absent:
            raise Rejected("mailbox_disconnected", "The mailbox was disconnected; connect it again first.")
        case ChangeMailbox():
            return _changed(command, mailbox)
        case PauseMailbox():
            return [] if status is MailboxStatus.PAUSED else [MailboxPaused(mailbox_id=id, at=command.at)]
        case ResumeMailbox():
            return [] if status is MailboxStatus.CONNECTED else [MailboxResumed(mailbox_id=id, at=command.at)]
        case RecordMailboxLook():
            return _looked(command, mailbox)
        case _:
            assert_never(command)


def evolve(mailbox: Mailbox, event: MailboxEvent) -> Mailbox:
    match event:
        case MailboxConnected():
            return Mailbox(
                mailbox_id=event.mailbox_id,
                name=event.name,
                kind=event.kind,
                address=event.address,
                login=event.login,
                secret=event.secret,
                owner_id=event.owner_id,
                folders=event.folders,
                since_at=event.since_at,
                internal=event.internal,
                status=MailboxStatus.CONNECTED,
            )
        case MailboxChanged():
            return replace(
                mailbox,
                name=event.name,
                login=event.login,
                secret=event.secret,
                owner_id=event.owner_id,
                folders=event.folders,
                internal=event.internal,
            )
        case MailboxPaused():
            return replace(mailbox, status=MailboxStatus.PAUSED)
        case MailboxResumed():
            return replace(mailbox, status=MailboxStatus.CONNECTED)
        case MailboxDisconnected():
            return Mailbox(mailbox_id=event.mailbox_id, status=MailboxStatus.DISCONNECTED)
        case MailboxLooked():
            return replace(mailbox, looked_at=event.at)
        case MailboxFailed():
            return replace(mailbox, code=event.code, reason=event.reason)
        case MailboxRecovered():
            return replace(mailbox, code=None, reason=None)
        case _:
            assert_never(event)


DECIDER: Decider[MailboxCommand, Mailbox, MailboxEvent] = Decider(CONTRACT, Mailbox(), decide, evolve)
