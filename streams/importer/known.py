"""What becomes of rows about records that are on file, and of rows about none, where an import says it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infra.sheets.problems import Problem
from schemas.contract import Record, fields
from schemas.generated.crm.company import ClassifyCompany
from schemas.generated.crm.contact import ClassifyContact
from schemas.generated.integration.import_job import ImportJob, KnownRows, UnknownRows
from streams.importer.lookup import Lookup
from streams.importer.own import SetFields, filling
from streams.importer.present import Place, Present, place_of

_SAID_TOGETHER = ("lifecycle", "source")
"""Fields that one command says together: what a row leaves out of it has to be known."""

Numbered = tuple[int, Record]
"""A command with its number in its row."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What is left of a row's commands. `skipped` says that it was passed over as asked."""

    commands: Sequence[Numbered] = ()
    skipped: bool = False
    problem: Problem | None = None


def usual(state: ImportJob) -> bool:
    """Whether rows change what is on file and create what is not, and say all that their commands do, so that nobody
    needs to look."""
    if not state.mapping.keys().isdisjoint(_SAID_TOGETHER):
        return False
    return state.known in (KnownRows.UPDATE, KnownRows.UNKNOWN) and state.unknown is not UnknownRows.SKIP


def ruled(
    state: ImportJob, commands: Sequence[Numbered], own: Place, record: Present, done: bool, first: int | None
) -> Ruled:
    """`own` is the row's record, which is now as `record` says. `done` says that the row was worked on before a stop:
    its commands have their answers. `first` is the line of the row that named the same record before."""
    if done:
        return Ruled(commands)
    there = record.version > 0 and is_on_file(record.state)
    if first is not None and state.known is KnownRows.FILL:
        reason = f"The row at line {first} names the same record; make one row of the two."
        return Ruled(problem=Problem("row_repeated", reason))
    if first is not None and state.unknown is not UnknownRows.SKIP:
        there = True
    if (there and state.known is KnownRows.SKIP) or (not there and state.unknown is UnknownRows.SKIP):
        return Ruled(skipped=True)
    if there and state.known is KnownRows.FILL:
        return Ruled(list(_filling(commands, own, record.state)))
    return Ruled([(number, completed(each, record.state)) for number, each in commands])


def completed(command: Record, state: Any) -> Record:
    """The command, saying again what the row leaves out and it would take away."""
    match command:
        case ClassifyContact() | ClassifyCompany():
            lifecycle, source = command.lifecycle or state.lifecycle, command.source or state.source
            return replace(command, lifecycle=lifecycle, source=source)
        case _:
            return command


def is_on_file(state: Any) -> bool:
    """Whether a record is there: not yet and no longer are the same to a row. Deals say it by their stage."""
    removed = getattr(state, "removed_at", None) is not None
    return not removed and str(getattr(state, "status", None) or state.stage) not in ("NEW", "REMOVED", "UNKNOWN")


def _filling(commands: Iterable[Numbered], own: Place, state: Any) -> Iterator[Numbered]:
    """Of what the row says of its own record, what is blank there; of others it says what it says."""
    for number, command in commands:
        if place_of(command) != own:
            yield number, command
        elif isinstance(command, SetFields):
            yield number, replace(command, custom=filling(command, state))
        else:
            yield number, filled(command, state)


def filled(command: Record, state: Any) -> Record:
    """The command, saying of every field that the record has what it has."""
    held = {each.name: getattr(state, each.name, None) for each in fields(type(command))}
    kept: Mapping[str, Any] = {name: value for name, value in held.items() if value not in (None, "", ())}
    written: Any = command
    return replace(written, **kept)


def repeats(seen: Lookup, places: Iterable[tuple[Place, int]]) -> list[int | None]:
    """For each record that a row names, the line that named it before; takes the rest in."""
    found: list[int | None] = []
    for place, line in places:
        before = seen.find(place)
        found.append(int(before[0]) if before else None)
        if not before:
            seen.put([(place, str(line))])
    return found
