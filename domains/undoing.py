"""Taking back one change of a record: the command that makes what the change touched what it was before, and leaves
what came later.

It is a three-way merge of states, before the change, after it, and now: what it touched must still be as it left it.
Which command does that, an aggregate says beside its rules (`Decider.undo`); whether it does is asked of the decider
itself. So either all is as it was before the change, or the undo is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from domains.kernel import Decider, Rejected, Undo, command_contracts, execute
from schemas.contract import ERASED

Atom = tuple[str, Any]
"""A field of a state, with None; of one that is a set, such as tags, with what tells one element from the others."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """The command that may take a change back of a record that is `now` and is to be as `wanted`, at this version.
    `whole` says that it need not be just that, since the change is what made the record."""

    command: Any
    now: Any
    wanted: Any
    version: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """The command that takes a change back, and the events that it gives now."""

    command: Any
    events: Sequence[Any]


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """Why a change is not taken back: these fields were changed since, last of all by the event of this number."""

    number: int
    fields: Sequence[str]


def undone(decider: Decider[Any, Any, Any], events: Sequence[Any], number: int, at: datetime) -> Undone | ChangedSince:
    """What takes back one event of a record, where its command carries nothing: `way_back`, and `proved`."""
    way = way_back(decider, events, number, at)
    return way if isinstance(way, ChangedSince) else proved(decider, way, way.command)


def way_back(
    decider: Decider[Any, Any, Any], events: Sequence[Any], number: int, at: datetime
) -> WayBack | ChangedSince:
    """What may take back one event of a record. `events` are all of the record's, in the order of the log; the first
    has the number 1.

    Raises Rejected: `erasure_final`, `nothing_to_undo` for what touched nothing, `no_inverse` where no command is near.
    """
    how, event = decider.undo, events[number - 1]
    if event.__class__ is decider.contract.erasure:
        raise Rejected("erasure_final", "What was erased does not come back.")
    if how is None:
        raise Rejected("no_inverse", "No command takes this back; change the record by hand.")
    how = replace(how, follows=how.follows - how.minds.get(event.__class__, frozenset()))
    states = [decider.initial]
    for each in events:
        states.append(decider.evolve(states[-1], each))
    held = [_atoms(how, state) for state in states]
    touched = _differing(held[number - 1], held[number])
    if not touched:
        raise Rejected("nothing_to_undo", "This changed nothing that the record still holds.")
    if lost := touched & _differing(held[number], held[-1]):
        last = max(later for later in range(number + 1, len(held)) if lost & _differing(held[later - 1], held[later]))
        return ChangedSince(last, sorted({name for name, _ in lost}))
    before = {atom: held[number - 1].get(atom) for atom in touched}
    if ERASED in before.values():
        raise Rejected("erasure_final", "What it was before was erased and does not come back.")
    now, wanted = states[-1], _merged(how, states[-1], before)
    command = how.command(event, now, wanted, at)
    if command is None and how.recalled is not None:
        command = how.recalled(events[: number - 1], event, states[number - 1], at)
    if command is None:
        raise Rejected("no_inverse", "No command takes this back; change the record by hand.")
    return WayBack(command, now, wanted, len(events), number == 1)


def proved(decider: Decider[Any, Any, Any], way: WayBack, command: Any) -> Undone:
    """The undo, if its command, with what that carries, makes of the record what is wanted. Raises Rejected:
    `no_inverse` where it does not, and whatever the rules of the record say."""
    how = decider.undo
    assert how is not None
    _, contract = command_contracts()[command.NAME]
    given, state = execute(decider, contract, way.now, way.version, command)
    if not way.whole and (others := _differing(_atoms(how, state), _atoms(how, way.wanted))):
        names = ", ".join(sorted({name for name, _ in others}))
        raise Rejected("no_inverse", f"No one command makes it as it was, since it leaves {names}; do it by hand.")
    return Undone(command, given)


def _atoms(how: Undo[Any, Any, Any], state: Any) -> dict[Atom, Any]:
    """All that a state holds, each by itself; what follows from the rest is left out."""
    found: dict[Atom, Any] = {}
    for name in (field.name for field in fields(state) if field.name not in how.follows):
        value = getattr(state, name)
        if name in how.sets and isinstance(value, tuple):
            found |= {(name, how.sets[name](each)): each for each in _elements(value)}
        elif value is not None:
            found[name, None] = value
    return found


def _differing(one: Mapping[Atom, Any], other: Mapping[Atom, Any]) -> set[Atom]:
    return {atom for atom in one.keys() | other.keys() if one.get(atom) != other.get(atom)}


def _merged(how: Undo[Any, Any, Any], state: Any, atoms: Mapping[Atom, Any]) -> Any:
    """The state, but for these."""
    changed: dict[str, Any] = {}
    for (name, key), value in atoms.items():
        if key is None:
            changed[name] = value
        else:
            held = _elements(changed.get(name, getattr(state, name)) or ())
            left = tuple(each for each in held if how.sets[name](each) != key)
            changed[name] = left if value is None else (*left, value)
    return replace(state, **changed)


def _elements(value: Any) -> tuple[Any, ...]:
    return value
