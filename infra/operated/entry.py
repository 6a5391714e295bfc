"""From what an operator does to an entry in a tenant's audit. Nothing personal is in it but sealed, or as a mark."""

import os
import pwd
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from infra.marks import ID, VALUE, mark, told
from infra.settings import Settings
from schemas.contract import ERASED, Sealed, Vault
from schemas.generated.audit.trail import Entry, EntryKind

_LONGEST_ASKED = 1000
_MOST_VALUES = 50
_PLAIN = frozenset({
    "where", "what", "domain", "type", "aggregate", "from", "until", "occurred_from", "occurred_until", "offsets",
    "since", "after", "database", "target", "currency", "valid_from", "encoding", "decimal", "dates", "known",
    "unknown", "acknowledge", "topic", "syslog",
})  # fmt: skip
"""Parameters that hold no personal values, and name no tenant."""
_OF_ONE_TENANT = frozenset({"id", "ids", "key", "user"})
"""Parameters that name a record. Told where it is one, and a single tenant is concerned: none reads of another's."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works on the command line, and from where. `name` is the operating system's user, and behind a slash who
    they say that they are where several share it. `address` is None at the machine itself."""

    name: str
    host: str
    address: str | None

    @property
    def actor(self) -> str:
        return f"operator:{self.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as yet without its tenant, who did it and from where. `status` is the command's exit code."""

    kind: EntryKind
    record: str | None = None
    found: int | None = None
    status: int = 0
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What was called: such as "nexus360 dlq discard", with which parameters, about what kind of record. All entries
    of a call bear its `id`."""

    id: str
    name: str
    asked: Mapping[str, Any]
    about: tuple[str | None, str | None]


def operator(settings: Settings) -> Operator:
    """Who works here. What the environment says is not believed of the operating system's user."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    said = settings.operator or os.environ.get("SUDO_USER", "")
    address = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
    return Operator(f"{user}/{said}" if said and said != user else user, socket.gethostname(), address or None)


def entry_of(
    draft: Draft, operation: Operation, who: Operator, secret: bytes, vault: Vault, *, alone: bool = True
) -> Entry:
    """The entry. `secret` and `vault` are the tenant's; `alone` says that no other is concerned."""
    domain, aggregate = operation.about
    return Entry(
        at=datetime.now(UTC),
        kind=draft.kind,
        operation=operation.name,
        asked=_asked(operation.asked, secret, alone=alone),
        domain=domain,
        aggregate=aggregate,
        record=None if draft.record is None else told(draft.record, ID, secret),
        found=draft.found,
        status=draft.status,
        code=draft.code,
        actor=who.actor,
        subject=who.actor,
        address=_sealed(vault, who.actor, who.address),
        agent=_sealed(vault, who.actor, f"nexus360 on {who.host}"),
        request_id=operation.id,
    )


def _asked(given: Mapping[str, Any], secret: bytes, *, alone: bool) -> str:
    """Whose trail it is says which tenant is meant."""
    pairs = [
        f"{name.strip('_')}={_value(name.strip('_'), each, secret, alone=alone and len(values) == 1)}"
        for name, value in given.items()
        if name != "tenant" and (values := _values(value))
        for each in values
    ]
    return "&".join(pairs[:_MOST_VALUES])[:_LONGEST_ASKED]


def _values(given: Any) -> Sequence[Any]:
    match given:
        case None | False:
            return ()
        case list() | tuple():
            return cast("Sequence[Any]", given)
        case _:
            return (given,)


def _value(name: str, value: Any, secret: bytes, *, alone: bool) -> str:
    match value:
        case True:
            return "true"
        case int() | float():
            return str(value)
        case str() if name in _PLAIN:
            return told(value, VALUE, secret)
        case str() if name in _OF_ONE_TENANT and alone:
            return told(value, ID, secret)
        case _:
            return mark(str(value), secret)


def _sealed(vault: Vault, subject: str, text: str | None) -> Sealed | None:
    if not text:
        return None
    raw = vault.seal(subject, text)
    return Sealed(raw, text if raw else ERASED)
