"""Which events a replay wants, and what is said to bounds that cannot be meant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.log.partitioner import partition_of
from projections.message import Message
from schemas.generated.crm.deal import DealAmountChanged, DealWon
from streams.replay.bounds import Bounds, Range, chooser, domains_of, found, keys_of, told
from streams.replay.extent import first_late
from streams.replay.parse import bounds_of, range_of, time_of
from streams.replay.refused import Refused
from tests.unit.projections.log import START, day, log_of, opened, usd
from tests.unit.streams.replay.log import founds, of

LOG = [
    opened("d1", day(1)),
    opened("d2", day(2)),
    DealAmountChanged(deal_id="d1", amount=usd(5), at=day(3)),
    DealWon(deal_id="d1", owner_id="u1", amount=usd(5), at=day(4)),
]


def chosen(bounds: Bounds) -> list[int]:
    """The offsets of what is wanted of the log."""
    wanted = chooser(bounds)
    return [event.message.offset for event in founds(LOG) if wanted(event)]


def test_without_bounds_everything_is_wanted() -> None:
    assert chosen(Bounds()) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("bounds", "offsets"),
    [
        (Bounds(types=("crm.DealWon", "crm.DealAmountChanged")), [2, 3]),
        (Bounds(ids=("d2",)), [1]),
        (Bounds(aggregates=("company",)), []),
        (Bounds(tenants=("acme",), ids=("d1",)), [0, 2, 3]),
        (Bounds(tenants=("other",)), []),
        (Bounds(keys=("acme/deal/d2", "acme/deal/d3")), [1]),
        (Bounds(occurred_from=day(2), occurred_until=day(4)), [1, 2]),
        (Bounds(recorded_from=day(1001), recorded_until=day(1002)), [1]),
        (Bounds(types=("crm.DealOpened",), occurred_from=day(2)), [1]),
        (Bounds(offsets=(Range("crm", 0, 0, 1), Range("crm", 0, 3, None))), [0, 3]),
        (Bounds(offsets=(Range("crm", 1, 0, None), Range("admin", 0, 0, None))), []),
    ],
)
def test_bounds_narrow_one_another(bounds: Bounds, offsets: list[int]) -> None:
    assert chosen(bounds) == offsets


@given(st.integers(-3, 3), st.integers(-3, 3))
def test_from_is_counted_in_and_until_is_not(start: int, end: int) -> None:
    tick = timedelta(microseconds=1)
    event = founds([opened("d1", day(1))])[0]
    bounds = Bounds(occurred_from=day(1) + start * tick, occurred_until=day(1) + end * tick)
    assert chooser(bounds)(event) is (start <= 0 < end)


def test_keys_tell_the_partitions() -> None:
    assert keys_of(Bounds(tenants=("t",), aggregates=("deal",), ids=("1", "2"))) == {b"t/deal/1", b"t/deal/2"}
    assert keys_of(Bounds(tenants=("t",), ids=("1",))) is None
    assert keys_of(Bounds(keys=("t/deal/1",))) == {b"t/deal/1"}
    assert 0 <= partition_of(b"t/deal/1", 6) < 6


def test_domains_follow_from_types_aggregates_keys_and_offsets() -> None:
    assert domains_of(Bounds(types=("crm.DealWon",))) == ("crm",)
    assert domains_of(Bounds(aggregates=("user",))) == ("admin",)
    assert domains_of(Bounds(keys=("t/import_job/1",))) == ("integration",)
    assert domains_of(Bounds(offsets=(Range("crm", 0, 0, None),))) == ("crm",)
    assert len(domains_of(Bounds())) >= 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"domains": ["crn"]}, "unknown_domain"),
        ({"types": ["crm.DealWun"]}, "unknown_type"),
        ({"types": ["crm.WinDeal"]}, "unknown_type"),
        ({"aggregates": ["deals"]}, "unknown_aggregate"),
        ({"domains": ["admin"], "types": ["crm.DealWon"]}, "bounds_empty"),
        ({"recorded_from": "2026-02-01", "recorded_until": "2026-02-01"}, "bounds_empty"),
        ({"occurred_from": "2026-02-02", "occurred_until": "2026-02-01"}, "bounds_empty"),
        ({"recorded_from": "yesterday"}, "bad_time"),
        ({"recorded_from": "2026-02-01T09:00:00"}, "bad_time"),
        ({"keys": ["deal/1"]}, "bad_key"),
        ({"offsets": ["crm"]}, "bad_offsets"),
        ({"offsets": ["crm/1=5-5"]}, "bounds_empty"),
        ({"offsets": ["nope/1"]}, "bounds_empty"),
    ],
)
def test_bounds_that_cannot_be_meant_are_refused(words: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        bounds_of(**words)  # pyright: ignore[reportArgumentType]
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_times_and_ranges_as_people_write_them() -> None:
    assert time_of("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
    assert time_of("2026-01-31T09:30:00+02:00") == datetime(2026, 1, 31, 7, 30, tzinfo=UTC)
    assert range_of("crm/3=100-200") == Range("crm", 3, 100, 200)
    assert range_of("crm/3=100-") == Range("crm", 3, 100, None)
    assert range_of("crm/3=-200") == Range("crm", 3, 0, 200)
    assert range_of("crm/3") == Range("crm", 3, 0, None)


def test_bounds_are_told_in_words() -> None:
    assert told(Bounds()) == "everything"
    bounds = Bounds(types=("crm.DealWon",), recorded_from=START, offsets=(Range("crm", 1, 5, None),))
    assert told(bounds) == "types crm.DealWon, recorded from 2017-01-01T00:00:00.000000Z, offsets crm/1=5-"


def test_what_is_no_event_of_ours_is_not_found() -> None:
    good = of(log_of([opened("d1", START)])[0]).message
    assert found(good) is not None
    for strange in (
        Message(good.topic, 0, 1, b"no key", good.value, good.headers),
        Message(good.topic, 0, 1, good.key, None, good.headers),
        Message(good.topic, 0, 1, good.key, good.value, good.headers[1:]),
    ):
        assert found(strange) is None


@given(st.lists(st.integers(0, 9)), st.integers(0, 10), st.integers(-5, 60))
def test_the_first_late_offset_is_found_from_any_guess(times: list[int], wanted: int, guess: int) -> None:
    """Times rise within a partition."""
    times.sort()
    asked: list[int] = []

    def late(offset: int) -> bool:
        asked.append(offset)
        return offset >= len(times) or (offset >= 0 and times[offset] >= wanted)

    assert first_late(late, guess) == sum(at < wanted for at in times)
    assert len(asked) < 40
