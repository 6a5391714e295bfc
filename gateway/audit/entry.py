"""From a request that was answered to its entry in the audit. Nothing personal is in an entry but sealed."""

from dataclasses import replace
from urllib.parse import parse_qsl

from gateway.audit.purpose import Purpose
from gateway.audit.queue import Answered
from gateway.commands import TRACEPARENT
from infra.marks import ID, NAME, VALUE, mark, told
from schemas.contract import ERASED, Sealed, Vault
from schemas.generated.audit.trail import Entry, EntryKind

_LONGEST_AGENT = 200
_LONGEST_ASKED = 1000
_MOST_PARAMETERS = 50
_NO_MATTER = frozenset({"after", "cursor"})
"""Parameters that say how far somebody has read, and are long."""


def entry_of(answered: Answered, purpose: Purpose, secret: bytes) -> Entry:
    """The entry, as yet without address and agent. `secret` is the tenant's."""
    noted, traced = answered.noted, TRACEPARENT.fullmatch(answered.traceparent.decode("latin-1"))
    record = noted.record or _first_part(answered)
    found = noted.found if noted.found is not None or record is None else 1
    kind = _kind(EntryKind.EXPORTED if noted.file else purpose.kind, answered.status)
    return Entry(
        at=answered.at,
        kind=kind,
        operation=f"{answered.method} {answered.path}",
        asked=_asked(answered.query, purpose, secret),
        permission=answered.permission,
        domain=purpose.domain,
        aggregate=purpose.aggregate,
        record=None if record is None else told(record, ID, secret),
        found=found if kind in (EntryKind.SAW, EntryKind.EXPORTED) else None,
        records=noted.records,
        command_id=noted.command_id,
        business_at=noted.business_at,
        status=answered.status,
        code=noted.code,
        actor=noted.actor,
        user_id=noted.user,
        on_behalf_of=None if noted.on_behalf_of is None else told(noted.on_behalf_of, ID, secret),
        subject=noted.user or noted.actor,
        request_id=noted.request_id,
        trace_id=None if traced is None else traced[0].split("-")[1],
    )


def sealed(entry: Entry, answered: Answered, vault: Vault) -> Entry:
    """The entry with address and agent, under the key of whom they tell of."""
    agent = answered.agent.decode("latin-1")[:_LONGEST_AGENT]
    return replace(
        entry,
        address=_sealed(vault, entry.subject, answered.address),
        agent=_sealed(vault, entry.subject, agent),
    )


def _sealed(vault: Vault, subject: str, text: str | None) -> Sealed | None:
    if not text:
        return None
    raw = vault.seal(subject, text)
    return Sealed(raw, text if raw else ERASED)


def _kind(purpose: EntryKind, status: int) -> EntryKind:
    if status < 400:
        return purpose
    return EntryKind.REFUSED if status < 500 else EntryKind.FAILED


def _first_part(answered: Answered) -> str | None:
    return next((str(part) for part in answered.parts.values()), None)


def _asked(query: bytes, purpose: Purpose, secret: bytes) -> str:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)[:_MOST_PARAMETERS]
    asked = (
        f"{told(name, NAME, secret)}={_value(name, value, purpose, secret)}"
        for name, value in pairs
        if name not in _NO_MATTER
    )
    return "&".join(asked)[:_LONGEST_ASKED]


def _value(name: str, value: str, purpose: Purpose, secret: bytes) -> str:
    if name.partition(".")[0] in purpose.plain:
        return told(value, VALUE, secret)
    return mark(value, secret)
