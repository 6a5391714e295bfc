"""Events folded into workflows' states, and the commands that follow. No Kafka, no database, no clock."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from domains.kernel import Later, Workflow, command_contracts
from infra.log.envelope import Recorded
from projections.message import Fact, Message, Poison, describe


class StateKey(NamedTuple):
    """Whose state it is: of a workflow, for a tenant, by the workflow's own key."""

    tenant: str
    workflow: str
    key: str


Place = tuple[str, int, int]
"""Where a message lies: topic, partition, offset."""


def place_of(message: Message) -> Place:
    return message.topic, message.partition, message.offset


@dataclass(frozen=True, slots=True)
class Follow:
    """A command that follows from an event. `causation` is the event's id, `source_time` when it was recorded.

    One that is for later waits until `not_before`, and counts as of then: others of the same record do not wait for it.
    """

    state: StateKey
    command: Any
    command_id: str
    domain: str
    aggregate: str
    id: str
    causation: str
    correlation: str
    source_time: datetime
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that waits: it could not be folded, or one before it could not. `trace` names no personal data."""

    state: StateKey
    message: Message
    reason: str
    trace: str


@dataclass(slots=True)
class Folding:
    """A batch being folded. `states` holds what is known before and after, None for a key never seen.

    `reacts(workflow, message)` says whether commands may follow: not while history is folded again. `discarded` are
    events, by state and place, that count no more.
    """

    workflows: Mapping[str, Workflow[Any]]
    states: dict[StateKey, Any]
    parked: set[StateKey]
    reacts: Callable[[str, Message], bool]
    discarded: set[tuple[StateKey, Place]] = field(default_factory=set[tuple[StateKey, Place]])
    follows: list[Follow] = field(default_factory=list[Follow])
    parks: list[Parked] = field(default_factory=list[Parked])
    changed: set[StateKey] = field(default_factory=set[StateKey])


_BEHIND = "An earlier event of this key is parked."
_LONGEST = 500


def whole(tenant: str, workflow: str, domain: str, aggregate: str, id: str) -> StateKey:
    """The key under which events of one aggregate are parked when it is not known whose states they touch."""
    return StateKey(tenant, workflow, f"@{domain}/{aggregate}/{id}")


def keys_touched(workflow: Workflow[Any], item: Fact | Poison) -> list[StateKey]:
    """The states that may be needed to fold an event; the aggregate's own parking place comes first."""
    tenant, name = item.key.tenant, workflow.name
    place = [whole(tenant, name, item.key.domain, item.key.aggregate, item.key.id)]
    if isinstance(item, Poison):
        return place
    try:
        return place + [StateKey(tenant, name, key) for key in _keys(workflow, item)]
    except Exception:
        return place  # folding meets the same exception and parks the event


def fold(folding: Folding, workflow: Workflow[Any], item: Fact | Poison) -> None:
    """Folds one event into one workflow. What goes wrong parks the key it concerns, and no other."""
    place = whole(item.key.tenant, workflow.name, item.key.domain, item.key.aggregate, item.key.id)
    if (place, place_of(item.message)) in folding.discarded:
        return None
    if isinstance(item, Poison):
        return _park(folding, place, item.message, item.reason, item.trace)
    if place in folding.parked:
        return _park(folding, place, item.message, _BEHIND, "")
    try:
        keys = _keys(workflow, item)
    except Exception as error:
        return _park(folding, place, item.message, *describe(error))
    for key in keys:
        fold_key(folding, workflow, StateKey(item.key.tenant, workflow.name, key), item)
    return None


def fold_key(folding: Folding, workflow: Workflow[Any], key: StateKey, item: Fact) -> None:
    """Folds one event into one state, and notes the commands that follow."""
    if (key, place_of(item.message)) in folding.discarded:
        return None
    if key in folding.parked:
        return _park(folding, key, item.message, _BEHIND, "")
    event = item.recorded.event
    before = folding.states.get(key)
    try:
        after = workflow.evolve(workflow.initial if before is None else before, event, key.key)
        commands = workflow.react(after, event, key.key) if folding.reacts(workflow.name, item.message) else ()
        follows = [_follow(key, item.recorded, command) for command in commands]
    except Exception as error:
        return _park(folding, key, item.message, *describe(error))
    folding.states[key] = after
    folding.changed.add(key)
    folding.follows += follows
    return None


def command_id(event_id: str, workflow: str, domain: str, aggregate: str, id: str, command: str) -> str:
    """The id of a command that follows from an event: the same however often the event is folded."""
    return str(uuid.uuid5(uuid.UUID(event_id), f"{workflow}|{domain}/{aggregate}/{id}|{command}"))


def _follow(key: StateKey, recorded: Recorded, reaction: Any) -> Follow:
    command, moment = (reaction.command, reaction.moment) if isinstance(reaction, Later) else (reaction, None)
    contract, _ = command_contracts()[command.NAME]
    target = contract.domain, contract.aggregate, _storable(getattr(command, contract.id_field))
    return Follow(
        state=key,
        command=command,
        command_id=command_id(recorded.event_id, key.workflow, *target, command.NAME),
        domain=target[0],
        aggregate=target[1],
        id=target[2],
        causation=recorded.event_id,
        correlation=recorded.correlation_id,
        source_time=recorded.recorded_at if moment is None else max(recorded.recorded_at, moment),
        not_before=moment,
    )


def _keys(workflow: Workflow[Any], item: Fact) -> list[str]:
    """The states an event touches, each once."""
    return [_storable(key) for key in dict.fromkeys(workflow.keys(item.recorded.event))]


def _storable(text: str) -> str:
    """The text, which Postgres must be able to hold, in an index too."""
    if "\0" in text:
        raise ValueError("A key or an id holds NUL, which Postgres cannot hold.")
    if len(text) > _LONGEST:
        raise ValueError(f"A key or an id is longer than {_LONGEST} characters, which an index does not hold.")
    return text


def _park(folding: Folding, key: StateKey, message: Message, reason: str, trace: str) -> None:
    folding.parked.add(key)
    folding.parks.append(Parked(key, message, reason, trace))


def listeners(workflows: Sequence[Workflow[Any]]) -> Mapping[str, list[Workflow[Any]]]:
    """The workflows that listen to an event, by the event's name."""
    found: dict[str, list[Workflow[Any]]] = {}
    for workflow in workflows:
        for event in workflow.events:
            found.setdefault(event.NAME, []).append(workflow)
    return found


def domains_of(workflows: Iterable[Workflow[Any]]) -> list[str]:
    """The domains whose events they listen to, sorted. An event's domain is the first part of its name."""
    return sorted({str(event.NAME).partition(".")[0] for workflow in workflows for event in workflow.events})
