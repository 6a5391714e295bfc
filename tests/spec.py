"""The language of domain tests: `given(events).when(command).then(events)`.

The decider is found from the command's class. What was given is folded by `evolve` alone, as a processor would.
"""

from dataclasses import dataclass, fields
from typing import Any

import pytest

from domains.kernel import Decider, Rejected, command_contracts, deciders, execute


@dataclass(frozen=True)
class Given:
    """What has happened."""

    events: tuple[Any, ...]

    def when(self, command: Any) -> "When":
        return When(self.events, command)


@dataclass(frozen=True)
class When:
    """What is asked now. Exactly one of the endings below says what must come of it."""

    events: tuple[Any, ...]
    command: Any

    def then(self, *expected: Any) -> None:
        decided = self._decide()
        assert list(decided) == list(expected), _difference(decided, expected)

    def nothing(self) -> None:
        """It is so already: accepted, and no event."""
        self.then()

    def rejected(self, code: str, field: str | None = None) -> None:
        with pytest.raises(Rejected) as caught:
            self._decide()
        assert (caught.value.code, caught.value.field) == (code, field), f"{caught.value.code}: {caught.value.message}"
        assert caught.value.message.endswith("."), "a refusal is a sentence"

    def _decide(self) -> Any:
        decider = decider_of(self.command)
        state = fold(decider, self.events)
        _, contract = command_contracts()[self.command.NAME]
        return execute(decider, contract, state, len(self.events), self.command)[0]


def given(*events: Any) -> Given:
    return Given(events)


def decider_of(command: Any) -> Decider[Any, Any, Any]:
    """The decider of a command's aggregate."""
    aggregate, _ = command_contracts()[command.NAME]
    return deciders(aggregate.domain)[aggregate.aggregate]


def fold(decider: Decider[Any, Any, Any], events: Any) -> Any:
    """The state that events lead to."""
    state = decider.initial
    for event in events:
        state = decider.evolve(state, event)
    return state


def _difference(decided: Any, expected: Any) -> str:
    lines = [f"decided {_shown(decided)}", f"wanted  {_shown(expected)}"]
    for one, other in zip(decided, expected, strict=False):
        if type(one) is type(other):
            lines += [
                f"  {type(one).__name__}.{f.name}: {getattr(one, f.name)!r}, wanted {getattr(other, f.name)!r}"
                for f in fields(one)
                if getattr(one, f.name) != getattr(other, f.name)
            ]
    return "\n".join(lines)


def _shown(events: Any) -> str:
    return ", ".join(type(event).__name__ for event in events) or "nothing"
