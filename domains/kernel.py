"""What every domain is made of: deciders that say what may happen, workflows that say what follows.

A decider is the Decider pattern (https://thinkbeforecoding.com/post/2021/12/17/functional-event-sourcing-decider):
`decide(command, state)` gives events or raises `Rejected`, `evolve(state, event)` folds an event and never fails. Time,
ids and anything random arrive inside the command.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any, Generic, TypeVar, cast

from schemas.contract import AggregateContract, CommandContract, contracts

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class Rejected(Exception):
    """A rule says no. `code` is stable, `message` a sentence that says what to do and quotes no personal value.

    `field` names the field at fault, if it is one.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Undo(Generic[C, S, E]):
    """How changes of an aggregate are taken back (`domains.undoing`).

    `command(event, now, wanted, at)` is what makes a record that is `now` what is `wanted`, that is what it was before
    the event in what the event touched; None where there is no such command. `sets` are fields that hold elements each
    of which is changed by itself, with what tells one from the others. `follows` are fields that follow from others,
    but of the events that `minds` maps to them. Where there is no command, `recalled(earlier, event, before, at)` may
    know one by the events that were there before, and by what they made of the record.
    """

    command: Callable[[E, S, S, datetime], C | None]
    sets: Mapping[str, Callable[[Any], Any]]
    follows: frozenset[str] = frozenset()
    minds: Mapping[type[Any], frozenset[str]] = field(default_factory=dict[type[Any], frozenset[str]])
    recalled: Callable[[Sequence[E], E, S, datetime], C | None] | None = None


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """The rules of one aggregate. `initial` is the state of one that is not there yet. Without `undo` nothing is taken
    back. `always` is the id of one that is there though nobody made it, if there is such a one."""

    contract: AggregateContract
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    undo: Undo[C, S, E] | None = None
    always: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """A command that is sent at some moment and not before. What has become stale by then its decider ignores."""

    command: Any
    moment: datetime


@dataclass(frozen=True, slots=True)
class Workflow(Generic[S]):
    """What follows from events, perhaps in another domain.

    `keys(event)` names the states an event touches; for each, `evolve(state, event, key)` folds it and then
    `react(state, event, key)` gives the commands that follow; one that is for later stands in a `Later`. The state is a
    frozen dataclass that can be JSON.
    """

    name: str
    events: tuple[type[Any], ...]
    keys: Callable[[Any], Sequence[str]]
    state: type[S]
    initial: S
    evolve: Callable[[S, Any, str], S]
    react: Callable[[S, Any, str], Sequence[Any]]


def execute(
    decider: Decider[C, S, E], contract: CommandContract, state: S, version: int, command: C
) -> tuple[Sequence[E], S]:
    """The events that a command gives and the state after them; raises Rejected, or what a broken rule raises."""
    found = version > 0 or getattr(command, decider.contract.id_field) == decider.always
    if not (found or contract.creates or contract.person):
        noun = decider.contract.aggregate.replace("_", " ")
        raise Rejected("not_found", f"There is no such {noun}; create it first, or check the id.")
    events = decider.decide(command, state)
    for event in events:
        state = decider.evolve(state, event)
    return events, state


@functools.cache
def deciders(domain: str) -> Mapping[str, Decider[Any, Any, Any]]:
    """A domain's deciders by aggregate: every `DECIDER` in the modules of its package."""
    found = [cast(Decider[Any, Any, Any], m.DECIDER) for m in _modules(f"domains.{domain}") if hasattr(m, "DECIDER")]
    return {decider.contract.aggregate: decider for decider in found}


@functools.cache
def command_contracts() -> Mapping[str, tuple[AggregateContract, CommandContract]]:
    """Every command's contract by record name, such as crm.WinDeal."""
    return {command.cls.NAME: (contract, command) for contract in contracts().values() for command in contract.commands}


@functools.cache
def workflows() -> tuple[Workflow[Any], ...]:
    """Every `WORKFLOW` in the modules of `domains.workflows`."""
    return tuple(cast(Workflow[Any], m.WORKFLOW) for m in _modules("domains.workflows") if hasattr(m, "WORKFLOW"))


def _modules(package: str) -> list[ModuleType]:
    path = importlib.import_module(package).__path__
    return [importlib.import_module(module.name) for module in pkgutil.iter_modules(path, f"{package}.")]
