"""Dead letters for people at a terminal. What is done is asked for, waited for, and told."""

import getpass
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from infra.log import registry
from infra.log.dead_letters import Unreadable
from infra.log.sender import CommandSender, LogUnavailable
from infra.operated import Deed
from infra.plain import dump
from infra.settings import Settings, load
from infra.vault import Vaults
from projections import generations
from projections.dead_letters import desk as desks
from projections.dead_letters.desk import Desk
from projections.dead_letters.letter import (
    WHATS,
    WORKFLOWS,
    AlreadySettled,
    DeadLetter,
    Shown,
    UnknownLetter,
    Wanted,
    Who,
)
from projections.dead_letters.requests import Asked, Pending, Result
from schemas.generated.audit.trail import EntryKind
from streams.workflows.tables import ensure_tables

Say = Callable[[str], None]
_PAGE = 200


class BadChoice(ValueError):
    """What is chosen makes no sense; the message says what to choose."""


REFUSALS = (BadChoice, UnknownLetter, AlreadySettled, Pending, Unreadable, LogUnavailable)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Dead letters by their ids, or all of a kind."""

    ids: tuple[str, ...]
    all: bool
    where: str | None
    what: str | None
    tenant: str | None


def list_(deed: Deed, say: Say, where: str | None, what: str | None, tenant: str | None, *, as_json: bool) -> bool:
    """Tells what waits. Every tenant of whom something is shown is told of it."""
    with _opened(load()) as desk:
        count, known = 0, set[str]()
        for page in _pages(desk, _wanted(where, what, tenant)):
            if new := {letter.tenant for letter in page} - known:
                deed.shows(new)
                known |= new
            for letter in page:
                say(dump(desks.described(letter)).decode() if as_json else _line(letter))
            count += len(page)
    if not as_json:
        say(f"{count:,} dead letters; `nexus360 dlq show ID` tells more." if count else "There are no dead letters.")
    return True


def show(deed: Deed, say: Say, id: str, *, as_json: bool) -> bool:
    """Tells all about one."""
    with _opened(load()) as desk:
        shown = desks.show(desk, id)
    deed.shows((shown.letter.tenant,), id)
    if as_json:
        say(dump(desks.described_whole(shown)).decode())
    else:
        for line in _lines(shown):
            say(line)
    return True


def redrive(deed: Deed, say: Say, chosen: Chosen, wait: float, *, as_json: bool) -> bool:
    """Redrives them one after the other; whether nothing of them waits any more."""
    if bool(chosen.ids) is chosen.all:
        raise BadChoice("Name dead letters by their ids, or give --all; `nexus360 dlq list` shows them.")
    settled = True
    with _opened(load()) as desk:
        for id, tenant, asked in _asked(deed, desk, chosen):
            result = desks.outcome(asked, wait)
            settled &= result is not None and result.outcome == "redriven"
            _note(deed, tenant, id, result)
            _tell(say, id, result, as_json=as_json)
    return settled


def _asked(deed: Deed, desk: Desk, chosen: Chosen) -> list[tuple[str, str, Asked | Result]]:
    """Asks for all, so that they are worked off one behind the other, before the first outcome is waited for. Gives
    ids, tenants and what was asked for."""
    if chosen.ids:
        wanted = [(desks.tenant_of(desk, id), id) for id in chosen.ids]
    else:
        pages = _pages(desk, _wanted(chosen.where, chosen.what, chosen.tenant))
        wanted = [(letter.tenant, letter.id) for page in pages for letter in page]
    if not wanted:
        return []
    deed.begins(wanted)
    asked: list[tuple[str, str, Asked | Result]] = []
    for tenant, id in wanted:
        try:
            asked.append((id, tenant, desks.ask(desk, id, "redrive", _me())))
        except (UnknownLetter, AlreadySettled):
            if chosen.ids:
                raise
            deed.came(tenant, id, EntryKind.REFUSED, "already_settled")  # somebody else was faster
            continue
        _note(deed, tenant, id, None)
    return asked


def discard(deed: Deed, say: Say, id: str, reason: str, wait: float, *, as_json: bool) -> bool:
    """Discards what stops one; whether that was done."""
    if not reason.strip():
        raise BadChoice("Say why with --reason; it is kept with your name.")
    with _opened(load()) as desk:
        tenant = desks.tenant_of(desk, id)
        deed.begins([(tenant, id)])
        result = desks.settle(desk, id, "discard", _me(reason.strip()), wait)
        _note(deed, tenant, id, result)
    _tell(say, id, result, as_json=as_json)
    return result is not None and result.outcome == "discarded"


def _note(deed: Deed, tenant: str, id: str, result: Result | None) -> None:
    """What came of one, for the audit. Nothing did of a redrive that failed again."""
    match "pending" if result is None else result.outcome:
        case "redriven" | "discarded":
            deed.came(tenant, id, EntryKind.DID)
        case "failed_again" | "refused" | "gone" as outcome:
            deed.came(tenant, id, EntryKind.REFUSED, outcome)
        case "late" | "broken" as outcome:
            deed.came(tenant, id, EntryKind.FAILED, outcome)
        case outcome:
            deed.came(tenant, id, EntryKind.DID, outcome)


def _tell(say: Say, id: str, result: Result | None, *, as_json: bool) -> None:
    outcome = "pending" if result is None else result.outcome
    told = f"Nobody took it in time. It is done when {_owner(id)} runs." if result is None else result.told
    say(dump({"id": id, "outcome": outcome, "told": told}).decode() if as_json else f"{id}: {outcome}. {told}")


def _owner(id: str) -> str:
    where = id.partition("/")[0]
    return "`nexus360 serve workflows`" if where == WORKFLOWS else f"`nexus360 serve projector {where}`"


def _me(why: str = "") -> Who:
    return Who(f"cli:{getpass.getuser()}", why)


@contextmanager
def _opened(settings: Settings) -> Generator[Desk]:
    generations.ensure(settings)
    ensure_tables(settings)
    codec, vaults = registry.codec(settings), Vaults(settings)
    with ExitStack() as afterwards, closing(vaults):

        @cache
        def sender() -> CommandSender:
            """Made when the first command is sent."""
            made = CommandSender(settings, codec, vaults, f"dlq-{uuid4().hex[:12]}")
            made.start()
            afterwards.callback(made.close)
            return made

        yield Desk(settings, codec, vaults, lambda envelope: sender().send(envelope))


def _wanted(where: str | None, what: str | None, tenant: str | None) -> Wanted:
    known = {place for place, _ in desks.sources()}
    if where is not None and where not in known:
        raise BadChoice(f"There is no {where}; there are {', '.join(sorted(known))}.")
    if what is not None and what not in WHATS:
        raise BadChoice(f"There is no kind {what}; there are {', '.join(WHATS)}.")
    return Wanted(tenant, what, where, limit=_PAGE)


def _pages(desk: Desk, wanted: Wanted) -> Iterable[Sequence[DeadLetter]]:
    """All of them, a page at a time, whatever happens to them meanwhile."""
    while True:
        found = desks.page(desk, wanted)
        yield found.letters
        if found.next is None:
            return
        wanted = Wanted(wanted.tenant, wanted.what, wanted.where, found.next, wanted.limit)


def _line(letter: DeadLetter) -> str:
    behind = f", {letter.behind:,} behind it" if letter.behind else ""
    asked = f" ({letter.requested} is asked for)" if letter.requested else ""
    return f"{letter.id}\n    {letter.type} since {letter.since:%Y-%m-%d %H:%M:%S}{behind}: {letter.reason}{asked}"


def _lines(shown: Shown) -> Iterable[str]:
    letter, held = shown.letter, shown.content
    yield _line(letter)
    yield f"    {letter.subject} of {letter.tenant}, at {held.topic}[{held.partition}] {held.offset}"
    for name, text in held.headers.items():
        yield f"    {name}: {text}"
    yield f"data: {dump(held.data).decode() if held.data_base64 is None else 'base64 ' + held.data_base64}"
    if held.trace:
        yield "trace:"
        yield held.trace.rstrip()
    yield letter.how
