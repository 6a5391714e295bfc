"""Which command ids are kept, and for how long."""

from hypothesis import given
from hypothesis import strategies as st

from streams.processor import seen

HOUR = 3_600_000_000
PRINT = b"fingerpr"


def id_of(number: int) -> bytes:
    return number.to_bytes(16, "big")


def filled(count: int, at: int = 0, step: int = 0) -> bytes:
    ids = seen.EMPTY
    for number in range(count):
        ids = seen.add(ids, id_of(number + 1), PRINT, at + number * step, number + 1, ["crm.DealOpened"])
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
    assert seen.evicted_until(filled(64)) == 0


def test_a_day_is_kept_however_many() -> None:
    ids = filled(500, step=1)
    assert seen.find(ids, id_of(1)) is not None
    later = seen.add(ids, id_of(999), PRINT, seen.KEPT_FOR + 100, 501, [])
    assert seen.find(later, id_of(100)) is None
    assert seen.find(later, id_of(101)) is not None
    assert seen.evicted_until(later) == 99


def test_no_more_are_kept_than_a_header_holds() -> None:
    ids = filled(seen.KEPT_AT_MOST + 10, step=1)
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
