"""Commands decided as a processor would decide them, and never sent: what a dry run puts in the log's place.

Each is decided by its domain over the record as it is now, and what it would lead to is remembered for the rows after
it. So many records are remembered at once; one that comes again later than that is looked up anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, TypeAlias

import structlog

from domains.kernel import Rejected, command_contracts, deciders, execute
from infra.log.envelope import CommandEnvelope
from infra.log.replies import EventRef, Reply
from schemas.generated.common import Money
from streams.importer.own import changed_values
from streams.importer.present import Place, Present
from streams.processor.decide import trace_of

_log = structlog.get_logger("importer")
REMEMBERED = 20_000
"""Records whose state after the dry run so far is held in memory."""

LookUp: TypeAlias = Callable[[str, Collection[Place]], Mapping[Place, Present]]
"""`look_up(tenant, places)` gives each record as it is now."""
Changes: TypeAlias = Mapping[str, str]
"""What a record's fields would be, by name, where they would be something else."""


@dataclass(slots=True)
class Rehearsal:
    """`changes` are, by command id, what commands would change of records on file, until they are asked for."""

    tenant: str
    look_up: LookUp
    known: OrderedDict[Place, Present] = field(default_factory=OrderedDict[Place, Present])
    changes: dict[str, Changes] = field(default_factory=dict[str, Changes])

    def bring(self, places: Iterable[Place]) -> None:
        """Has these records at hand."""
        wanted = set(places)
        missing = [place for place in wanted if place not in self.known]
        if missing:
            self.known.update(self.look_up(self.tenant, missing))
        for place in wanted:
            self.known.move_to_end(place)
        while len(self.known) > max(REMEMBERED, len(wanted)):
            self.known.popitem(last=False)

    def send(self, envelope: CommandEnvelope) -> "Future[Reply]":
        """The answer that the command would get, at once. Its record has been brought."""
        future: Future[Reply] = Future()
        future.set_result(self._decided(envelope))
        return future

    def _decided(self, envelope: CommandEnvelope) -> Reply:
        aggregate, contract = command_contracts()[envelope.command.NAME]
        place = Place(aggregate.domain, aggregate.aggregate, envelope.id)
        before, number = self.known[place], envelope.command_id
        try:
            decider = deciders(place.domain)[place.aggregate]
            events, state = execute(decider, contract, before.state, before.version, envelope.command)
        except Rejected as no:
            refused_as = 409 if no.field is None else 422
            status = 404 if no.code == "not_found" else refused_as
            return Reply(number, "", status, before.version, code=no.code, message=no.message, field=no.field)
        except Exception as error:  # a rule that is broken sets one command aside and stops nothing
            _log.error("rehearsal_broken", command=envelope.command.NAME, trace=trace_of(error))
            message = "The command would fail for an internal reason, and be set aside without effect."
            return Reply(number, "", 500, before.version, code="internal_error", message=message)
        after = before.version + len(events)
        self.known[place] = Present(after, state, before.commands)
        if before.version and events:
            self.changes[number] = changed(before.state, state)
        told = tuple(EventRef("", event.NAME, before.version + n) for n, event in enumerate(events, 1))
        return Reply(number, "", 200, after, told)


def changed(before: Any, after: Any) -> Changes:
    """The fields that are something else, with what they are then."""
    names = [each.name for each in fields(after) if getattr(before, each.name) != getattr(after, each.name)]
    own: Changes = changed_values(before.custom, after.custom) if "custom" in names else {}
    return {name: _shown(getattr(after, name)) for name in names if name != "custom"} | dict(own)


def _shown(value: Any) -> str:
    """A value as a report says it; parts of a list stand one after another."""
    match value:
        case None:
            return ""
        case Money():
            return f"{value.amount} {value.currency}"
        case Enum():
            return str(value.value)
        case tuple() | list():
            parts: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
            return ", ".join(_shown(part) for part in parts)
        case _:
            return str(value)
