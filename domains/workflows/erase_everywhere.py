"""When a person's key was destroyed, the person's own record learns of it, whatever it is.

The event that it records lies behind all others of that record: whoever has come to it forgets the key and shows
nothing of the person any more, however far each has come with the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domains.kernel import Workflow
from schemas.contract import AggregateContract, people
from schemas.generated.admin.data_subject import KeyDestroyed


@dataclass(frozen=True, slots=True)
class Person:
    """Nothing need be known of anybody: the event says all."""


def keys(event: KeyDestroyed) -> Sequence[str]:
    return [event.data_subject_id]


def evolve(person: Person, event: KeyDestroyed, key: str) -> Person:
    return person


def react(person: Person, event: KeyDestroyed, key: str) -> Sequence[Any]:
    """A command for each kind of person that there is. Where nobody has this id nothing comes of it."""
    return [_erase(contract)(**{contract.id_field: key, "at": event.at}) for contract in people()]


def _erase(contract: AggregateContract) -> type[Any]:
    return next(command.cls for command in contract.commands if command.internal and command.verb == "erase")


WORKFLOW: Workflow[Person] = Workflow("erase_everywhere", (KeyDestroyed,), keys, Person, Person(), evolve, react)
