"""A partition whose commands wait unread is found; one that waits for its turn, or has only markers, is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from streams.processor.lookout import EVERY, Asked, Lookout


@dataclass
class Log:
    """Ends of partitions, where there is nothing but markers, whether the log answers, and a clock."""

    ends: dict[int, int]
    empty: set[int] = field(default_factory=set[int])
    unread: set[int] = field(default_factory=set[int])
    silent: bool = False
    now: float = 0.0
    read: list[int] = field(default_factory=list[int])

    def ask(self) -> Asked:
        asked = {} if self.silent else dict(self.ends)
        return lambda: asked

    def waits(self, number: int, _: int) -> bool | None:
        self.read.append(number)
        return None if number in self.unread else number not in self.empty

    def lookout(self) -> Lookout:
        return Lookout(self.ask, self.waits, lambda: self.now)


def look(log: Log, lookout: Lookout, nexts: Mapping[int, int], *, emptied: Sequence[float] = (0.5, 2.9)) -> list[int]:
    """Looks after the consumer was emptied so many seconds after the last look."""
    before = log.now
    for each in emptied:
        log.now = before + each
        lookout.emptied()
    log.now = before + EVERY
    assert lookout.due()
    found = lookout.overlooked(nexts)
    assert not lookout.due()
    return found


def test_a_command_that_was_there_at_the_last_look_and_is_still_the_next_is_overlooked() -> None:
    log = Log({0: 5, 1: 9})
    lookout = log.lookout()
    assert [look(log, lookout, {0: 5, 1: 7 + each}) for each in range(2)] == [[], []]
    assert [look(log, lookout, {0: 5, 1: 8}) for _ in range(2)] == [[1], [1]]
    assert look(log, lookout, {0: 5, 1: 9}) == []


def test_a_command_that_has_only_just_come_is_not() -> None:
    log = Log({0: 5})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(3))
    log.ends[0] = 6
    assert look(log, lookout, {0: 5}) == []
    assert look(log, lookout, {0: 6}) == []
    assert log.read == []


def test_what_waits_behind_much_else_is_not() -> None:
    log = Log({0: 9})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}, emptied=[]) for _ in range(5))
    assert look(log, lookout, {0: 5}) == [0]


def test_what_waits_while_the_consumer_was_told_anew_where_to_read_is_not() -> None:
    log = Log({0: 9})
    lookout = log.lookout()
    assert look(log, lookout, {0: 5}) == []
    log.now += 0.5
    lookout.emptied()
    lookout.anew()
    assert look(log, lookout, {0: 5}, emptied=[2.9]) == []
    assert look(log, lookout, {0: 5}) == [0]


@pytest.mark.parametrize("emptied", [[0.1], [2.9], [0.1, 0.2, 0.3], [1.5, 2.9]])
def test_what_the_consumer_may_have_brought_since_it_was_emptied_is_not(emptied: Sequence[float]) -> None:
    log = Log({0: 9})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}, emptied=emptied) for _ in range(5))
    assert look(log, lookout, {0: 5}) == [0]


def test_where_only_markers_lie_nothing_is_and_it_is_read_once() -> None:
    log = Log({0: 9}, empty={0})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(5))
    assert log.read == [0]
    log.empty.clear()
    log.ends[0] = 10
    assert [look(log, lookout, {0: 5}) for _ in range(2)] == [[], [0]]


def test_what_could_not_be_read_is_looked_at_again() -> None:
    log = Log({0: 9}, unread={0})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(3))
    log.unread.clear()
    assert look(log, lookout, {0: 5}) == [0]


def test_a_partition_that_was_given_away_is_not() -> None:
    log = Log({0: 9, 1: 9})
    lookout = log.lookout()
    look(log, lookout, {0: 5, 1: 5})
    assert look(log, lookout, {1: 5}) == [1]
    assert look(log, lookout, {0: 5, 1: 9}) == []


def test_a_silent_log_overlooks_nothing() -> None:
    log = Log({0: 9}, silent=True)
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(4))
