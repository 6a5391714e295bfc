"""A partition whose commands wait unread is found; one that waits for its turn, or has only markers, is not."""

from dataclasses import dataclass, field

from streams.processor.lookout import EVERY, Lookout


@dataclass
class Log:
    """Ends of partitions, where messages lie, and a clock."""

    ends: dict[int, int | None]
    empty: set[int] = field(default_factory=set[int])
    now: float = 0.0
    asked: list[int] = field(default_factory=list[int])

    def end(self, number: int) -> int | None:
        self.asked.append(number)
        return self.ends[number]

    def lookout(self) -> Lookout:
        return Lookout(self.end, lambda number, _: number not in self.empty, lambda: self.now)


def look(log: Log, lookout: Lookout, nexts: dict[int, int], *, emptied: bool = True) -> list[int]:
    log.now += EVERY
    if emptied:
        lookout.emptied()
    assert lookout.due()
    found = lookout.overlooked(nexts)
    assert not lookout.due()
    return found


def test_the_same_command_waiting_at_two_looks_is_overlooked() -> None:
    log = Log({0: 5, 1: 9})
    lookout = log.lookout()
    assert [look(log, lookout, {0: 5, 1: 7 + each}) for each in range(2)] == [[], []]
    assert [look(log, lookout, {0: 5, 1: 8}) for _ in range(3)] == [[], [1], [1]]


def test_a_command_that_has_only_just_come_is_not() -> None:
    log = Log({0: 5})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(3))
    log.ends[0] = 6
    assert look(log, lookout, {0: 5}) == []
    assert look(log, lookout, {0: 6}) == []


def test_what_waits_behind_much_else_is_not() -> None:
    log = Log({0: 9})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}, emptied=False) for _ in range(5))
    assert look(log, lookout, {0: 5}) == [0]


def test_where_only_markers_lie_nothing_is_and_it_is_asked_once() -> None:
    log = Log({0: 9}, empty={0})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5}) for _ in range(4))
    log.empty.clear()
    assert not any(look(log, lookout, {0: 5}) for _ in range(4))
    log.ends[0] = 10
    assert [look(log, lookout, {0: 5}) for _ in range(2)] == [[], [0]]


def test_partitions_that_go_on_are_not_asked_about() -> None:
    log = Log({0: 90, 1: 5})
    lookout = log.lookout()
    for next in range(3):
        look(log, lookout, {0: next, 1: 5})
    assert set(log.asked) == {1}


def test_a_silent_log_is_asked_once_in_each_look_and_overlooks_nothing() -> None:
    log = Log({0: None, 1: 9})
    lookout = log.lookout()
    assert not any(look(log, lookout, {0: 5, 1: 5}) for _ in range(4))
    assert log.asked == [0, 0, 0]
