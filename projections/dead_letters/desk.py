"""The dead letters of all kinds, for the command line and the gateway: listed, shown, redriven, discarded, counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from infra.log.codec import Codec
from infra.log.envelope import Vaults
from infra.settings import Settings
from projections.catalog import databases
from projections.dead_letters import commands, read_models, workflows
from projections.dead_letters.commands import Send
from projections.dead_letters.letter import (
    WORKFLOWS,
    Action,
    DeadLetter,
    Place,
    Shown,
    UnknownLetter,
    Wanted,
    What,
    Who,
    parse,
    prefix,
)
from projections.dead_letters.requests import PATIENCE, Asked, Result, wait
from schemas.contract import domains


@dataclass(frozen=True, slots=True)
class Desk:
    """What working with dead letters takes. `send` sends a command once more."""

    settings: Settings
    codec: Codec
    vaults: Vaults
    send: Send


@dataclass(frozen=True, slots=True)
class Found:
    """A page of dead letters, and `after` of the next one."""

    letters: list[DeadLetter]
    next: str | None


Source = tuple[str, What]
"""Where dead letters may lie, and of what kind."""


def sources() -> list[Source]:
    """Every place where dead letters may lie, in the order in which they are listed."""
    folded: list[Source] = [(name, "read-models") for name in databases()]
    decided: list[Source] = [(name, "commands") for name in domains()]
    return [*folded, *decided, (WORKFLOWS, "workflow-events"), (WORKFLOWS, "workflow-commands")]


def page(desk: Desk, wanted: Wanted) -> Found:
    """The dead letters asked for, ordered by where they lie and what they are about. Raises UnknownLetter for a bad
    `after`."""
    chosen = [s for s in sources() if wanted.where in (None, s[0]) and wanted.what in (None, s[1])]
    after = None if wanted.after is None else parse(wanted.after)
    if after is not None:
        if (after.where, after.what) not in chosen:
            raise UnknownLetter(f"No page of these dead letters ends with {wanted.after}; begin at the first.")
        chosen = chosen[chosen.index((after.where, after.what)) :]
    letters: list[DeadLetter] = []
    for source in chosen:
        here = after is not None and source == (after.where, after.what)
        left = replace(wanted, after=wanted.after if here else None, limit=wanted.limit + 1 - len(letters))
        letters += _page(desk, source, left)
        if len(letters) > wanted.limit:
            return Found(letters[: wanted.limit], letters[wanted.limit - 1].id)
    return Found(letters, None)


def _page(desk: Desk, source: Source, wanted: Wanted) -> list[DeadLetter]:
    where, what = source
    match what:
        case "read-models":
            return read_models.page(desk.settings, where, wanted)
        case "commands":
            return commands.page(desk.settings, where, wanted)
        case "workflow-events" | "workflow-commands":
            return workflows.page(desk.settings, desk.codec, what, wanted)
        case _:
            assert_never(what)


def show(desk: Desk, id: str, tenant: str | None = None) -> Shown:
    """A dead letter with what it holds. Raises UnknownLetter and AlreadySettled."""
    place = _known(id)
    match place.what:
        case "read-models":
            return read_models.show(desk.settings, desk.codec, place, tenant)
        case "commands":
            return commands.show(desk.settings, desk.codec, place, tenant)
        case "workflow-events" | "workflow-commands":
            return workflows.show(desk.settings, desk.codec, place, tenant)
        case _:
            assert_never(place.what)


def tenant_of(desk: Desk, id: str) -> str:
    """Whose it is; empty where nobody knows. Raises UnknownLetter and AlreadySettled."""
    place = _known(id)
    match place.what:
        case "read-models":
            return read_models.tenant_of(desk.settings, place)
        case "commands":
            return commands.tenant_of(desk.settings, place)
        case "workflow-events" | "workflow-commands":
            return workflows.tenant_of(desk.settings, place)
        case _:
            assert_never(place.what)


def settle(desk: Desk, id: str, action: Action, who: Who, patience: float = PATIENCE) -> Result | None:
    """Redrives a dead letter, or discards it, and gives what came of it; None when nothing did in so many seconds, and
    the request stays. Raises UnknownLetter, AlreadySettled and Pending."""
    return outcome(ask(desk, id, action, who), patience)


def ask(desk: Desk, id: str, action: Action, who: Who) -> Asked | Result:
    """The same without waiting for others. Commands that raised are settled at once."""
    place = _known(id)
    match place.what:
        case "read-models":
            return read_models.ask(desk.settings, place, action, who)
        case "commands" if action == "discard":
            return commands.discard(desk.settings, place, who)
        case "commands":
            return commands.redrive(desk.settings, desk.codec, desk.vaults, desk.send, place, who)
        case "workflow-events" | "workflow-commands":
            return workflows.ask(desk.settings, place, action, who)
        case _:
            assert_never(place.what)


def outcome(asked: Asked | Result, patience: float) -> Result | None:
    """What came of it; None when nothing did in so many seconds."""
    return asked if isinstance(asked, Result) else wait(asked, patience)


def counts(settings: Settings) -> dict[str, int]:
    """How many dead letters of all tenants there are in each place, such as {"crm/read-models": 2}; places without any
    are left out."""
    found = {prefix(where, what): _count(settings, (where, what)) for where, what in sources()}
    return {place: count for place, count in found.items() if count}


def _count(settings: Settings, source: Source) -> int:
    where, what = source
    match what:
        case "read-models":
            return read_models.count(settings, where)
        case "commands":
            return commands.count(settings, where)
        case "workflow-events" | "workflow-commands":
            return workflows.count(settings, what)
        case _:
            assert_never(what)


def _known(id: str) -> Place:
    place = parse(id)
    if (place.where, place.what) not in sources():
        raise UnknownLetter(f"There is no {place.where} that could hold the dead letter {id}.")
    return place


def described(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter as JSON holds it."""
    return {
        "id": letter.id,
        "what": letter.what,
        "where": letter.where,
        "tenant": letter.tenant,
        "subject": letter.subject,
        "type": letter.type,
        "since": letter.since,
        "behind": letter.behind,
        "code": letter.code,
        "reason": letter.reason,
        "requested": letter.requested,
        "how": letter.how,
    }


def described_whole(shown: Shown) -> Mapping[str, Any]:
    """The same with what it holds."""
    held = shown.content
    return {
        **described(shown.letter),
        "trace": held.trace,
        "topic": held.topic,
        "partition": held.partition,
        "offset": held.offset,
        "headers": dict(held.headers),
        "data": held.data,
        "data_base64": held.data_base64,
    }
