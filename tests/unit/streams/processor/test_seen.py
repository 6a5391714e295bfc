"""Which command ids are kept, and for how long."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from streams.processor import seen

HOUR = 3_600_000_000
PRINT = b"fingerpr"


def id_of(number: int) -> bytes:
    return number.to_bytes(16, "big")


def filled(count: int, at: int = 0, step: int = 0, late: int | None = None) -> bytes:
    """So many ids; with `late`, of a workflow's commands that came so much later than their events."""
    ids = seen.EMPTY
    for number in range(count):
        now = at + number * step
        source = None if late is None else now - late
        ids = seen.add(ids, id_of(number + 1), PRINT, now, number + 1, ["crm.DealOpened"], source)
    return ids


def test_an_id_gives_its_first_answer() -> None:
    ids = seen.add(filled(3), id_of(9), PRINT, 77, 5, ["crm.DealOpened", "crm.DealWon"])
    assert seen.find(ids, id_of(9)) == seen.First(PRINT, 77, 5, ("crm.DealOpened", "crm.DealWon"))
    assert seen.find(ids, id_of(10)) is None


def test_a_command_without_events_is_remembered() -> None:
    assert seen.find(seen.add(seen.EMPTY, id_of(1), PRINT, 1, 0, []), id_of(1)) == seen.First(PRINT, 1, 0, ())


def test_the_last_64_are_kept_however_old() -> None:
    ids = seen.add(filled(64), id_of(99), PRINT, 48 * HOUR, 65, [])
    assert seen.find(ids, id_of(1)) is None
    assert seen.find(ids, id_of(2)) is not None
    assert seen.evicted_until(filled(64, late=0)) == 0


def test_a_day_is_kept_however_many() -> None:
    ids = filled(500, step=1)
    assert seen.find(ids, id_of(1)) is not None
    later = seen.add(ids, id_of(999), PRINT, seen.KEPT_FOR + 100, 501, [])
    assert seen.find(later, id_of(100)) is None
    assert seen.find(later, id_of(101)) is not None


def test_no_more_are_kept_than_a_header_holds() -> None:
    ids = filled(seen.KEPT_AT_MOST + 10, step=1, late=0)
    assert len(ids) < 300_000
    assert seen.evicted_until(ids) == 9


def test_an_id_inside_another_entry_is_not_taken_for_one() -> None:
    ids = seen.add(seen.EMPTY, id_of(1), PRINT, 1, 1, ["crm.DealOpened"])
    inside = ids[20:36]
    assert seen.find(ids, inside) is None


ADDED = st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 3))


@given(st.lists(ADDED, unique_by=lambda each: each[0]))
def test_everything_added_within_the_window_is_found(added: list[tuple[bytes, int]]) -> None:
    ids = seen.EMPTY
    for version, (id, events) in enumerate(added):
        ids = seen.add(ids, id, PRINT, 0, version, ["crm.DealWon"] * events)
    for version, (id, events) in enumerate(added):
        assert seen.find(ids, id) == seen.First(PRINT, 0, version, ("crm.DealWon",) * events)


def test_ids_of_people_are_let_go_without_a_word() -> None:
    """Nobody but a workflow asks again so late."""
    assert seen.evicted_until(filled(seen.KEPT_AT_MOST + 10, at=1, step=1)) == 0


def test_a_backlog_that_is_worked_off_does_not_make_what_is_left_of_it_too_old() -> None:
    ids = filled(seen.KEPT_AT_MOST + 50, at=90 * HOUR, step=1, late=80 * HOUR)
    next_source = 10 * HOUR + seen.KEPT_AT_MOST + 50
    assert seen.evicted_until(ids) == next_source - seen.KEPT_AT_MOST - 1 < next_source


def test_what_was_written_before_workflows_were_told_apart_is_read_and_let_go_as_it_was() -> None:
    old = struct.pack(">QH", 5, 64)
    for number in range(64):
        old += struct.pack(">16s8sQIH", id_of(number + 1), PRINT, 100 + number, number + 1, 11) + b"crm.DealWon"
    assert seen.find(old, id_of(64)) == seen.First(PRINT, 163, 64, ("crm.DealWon",))
    assert seen.evicted_until(old) == 5
    ids = seen.add(old, id_of(99), PRINT, 101 + seen.KEPT_FOR, 65, ["crm.DealWon"], source_time=7)
    assert seen.find(ids, id_of(1)) is None
    assert seen.find(ids, id_of(2)) == seen.First(PRINT, 101, 2, ("crm.DealWon",))
    assert seen.evicted_until(ids) == 100


SENT = st.tuples(st.integers(0, 2), st.none() | st.integers(-1, 300))
"""Hours since the one before, and the hour of a workflow's event."""


@given(st.lists(SENT, min_size=80, max_size=200))
def test_every_command_of_a_workflow_is_found_or_refused_and_nobody_elses_matters(
    sent: list[tuple[int, int | None]],
) -> None:
    ids, now = seen.EMPTY, 0
    for number, (pause, hour) in enumerate(sent, 1):
        now += pause * HOUR
        source = None if hour is None else hour * HOUR
        ids = seen.add(ids, id_of(number), PRINT, now, number, ["crm.DealWon"] * (number % 3), source)
    gone = {number for number in range(1, len(sent) + 1) if seen.find(ids, id_of(number)) is None}
    assert len(sent) - len(gone) >= min(len(sent), seen.KEPT_AT_LEAST)
    sources = [hour * HOUR for number in gone if (hour := sent[number - 1][1]) is not None]
    assert seen.evicted_until(ids) == max(0, *sources, 0)
    assert all(source <= seen.evicted_until(ids) for source in sources)
