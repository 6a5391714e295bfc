"""Both times of a record against a fold of exactly the events that count, for every order of events."""

from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.log.envelope import Recorded
from projections.crm.deals import READ_MODEL
from projections.fold import Current, fold, step
from projections.past import Past, revised, take_over
from projections.segments import FOREVER, Segment, business_order
from schemas.generated.crm.deal import DealAmountChanged, DealPurged, DealRemoved
from tests.unit.projections.log import day, histories, log_of, opened, usd


def as_it_stood(log: list[Recorded], as_of: datetime | None, known_at: datetime | None) -> Current | None:
    """The definition: fold what was recorded by `known_at` and had occurred by `as_of`; in log order without as_of."""
    known = [r for r in log if known_at is None or r.recorded_at <= known_at]
    if as_of is None:
        return fold(READ_MODEL, known)
    return fold(READ_MODEL, sorted((r for r in known if r.occurred_at <= as_of), key=business_order))


def segments_of(log: list[Recorded], cuts: list[int]) -> list[Segment]:
    """What the store would hold after folding the log in batches that end at `cuts`."""
    stored: list[Segment] = []
    done: list[Recorded] = []
    latest: Current | None = None
    bounds = [0, *sorted({c for c in cuts if 0 < c < len(log)}), len(log)]
    for start, stop in pairwise(bounds):
        batch = log[start:stop]
        newest = max((r.occurred_at for r in done), default=day(0))
        late = False
        for r in batch:
            late = late or r.occurred_at < newest
            newest = max(newest, r.occurred_at)
        known = [s for s in stored if s.known_to == FOREVER]
        past = Past(open=[s for s in known if late or s.slice.valid_to == FOREVER], events=list(done) if late else None)
        untouched = [s for s in stored if s not in past.open]
        for r in batch:
            before, latest = latest, step(READ_MODEL, latest, r)
            take_over(past, revised(READ_MODEL, past, before, latest, r), r)
        done += batch
        stored = untouched + [s for s in (*past.open, *past.closed) if s.known_from < s.known_to]
    return stored


def found(segments: list[Segment], as_of: datetime | None, known_at: datetime | None) -> list[Current]:
    """What the query's conditions select."""
    known = [
        s for s in segments if (s.known_to == FOREVER if known_at is None else s.known_from <= known_at < s.known_to)
    ]
    if as_of is None:
        return [s.slice.current for s in known if s.slice.latest]
    return [s.slice.current for s in known if s.slice.valid_from <= as_of < s.slice.valid_to]


@settings(max_examples=500, deadline=None)
@given(
    log=histories(),
    cuts=st.lists(st.integers(1, 11)),
    as_of=st.none() | st.integers(-1, 12).map(day),
    known_at=st.none() | st.integers(98, 126).map(day),
)
def test_any_two_times_show_the_fold_of_the_events_that_count(
    log: list[Recorded], cuts: list[int], as_of: datetime | None, known_at: datetime | None
) -> None:
    expected = as_it_stood(log, as_of, known_at)
    assert found(segments_of(log, cuts), as_of, known_at) == ([] if expected is None else [expected])


@settings(max_examples=200, deadline=None)
@given(log=histories(), cuts=st.lists(st.integers(1, 11)))
def test_batches_do_not_show_in_what_is_stored(log: list[Recorded], cuts: list[int]) -> None:
    def facts(segments: list[Segment]) -> list[Segment]:
        return sorted(segments, key=lambda s: (s.known_from, s.known_to, s.slice.valid_from))

    assert facts(segments_of(log, cuts)) == facts(segments_of(log, []))


def test_a_late_event_leaves_the_current_row_in_log_order_and_as_of_in_business_order() -> None:
    log = log_of([
        opened(at=day(1)),
        DealAmountChanged(deal_id="d1", amount=usd(200), at=day(10)),
        DealAmountChanged(deal_id="d1", amount=usd(150), at=day(5)),
    ])  # fmt: skip
    segments = segments_of(log, [])
    assert [c.row.amount for c in found(segments, None, day(2000))] == [usd(150)]
    assert [c.row.amount for c in found(segments, day(12), None)] == [usd(200)]
    assert [c.row.amount for c in found(segments, day(7), None)] == [usd(150)]
    assert [c.row.amount for c in found(segments, day(7), log[1].recorded_at)] == [None]


def test_what_comes_late_takes_no_row_back_to_when_it_took_place() -> None:
    log = log_of([
        opened(at=day(1)),
        DealAmountChanged(deal_id="d1", amount=usd(200), at=day(10)),
        DealAmountChanged(deal_id="d1", amount=usd(150), at=day(5)),
        DealAmountChanged(deal_id="d1", amount=usd(170), at=day(12)),
    ])  # fmt: skip
    assert [c.updated_at for c in found(segments_of(log[:3], []), None, None)] == [day(10)]
    segments = segments_of(log, [])
    assert [[c.updated_at for c in found(segments, day(at), None)] for at in (1, 7, 11, 12)] == [
        [day(1)], [day(5)], [day(10)], [day(12)],
    ]  # fmt: skip


def test_what_was_removed_still_stood_before() -> None:
    log = log_of([opened(at=day(1)), DealRemoved(deal_id="d1", owner_id="u1", at=day(4))])
    segments = segments_of(log, [1])
    assert [c.row.removed_at for c in found(segments, day(4), None)] == [day(4)]
    assert [(c.row.name, c.row.removed_at) for c in found(segments, day(3), None)] == [("Big", None)]
    assert [c.row.removed_at for c in found(segments, None, None)] == [day(4)]
    log = log_of(
        [opened(at=day(1)), DealRemoved(deal_id="d1", owner_id="u1", at=day(4)), DealPurged(deal_id="d1", at=day(40))]
    )
    segments = segments_of(log, [1, 2])
    assert [c.row.name for c in found(segments, day(39), None)] == ["Big"]
    assert found(segments, day(40), None) == []
    assert found(segments, None, None) == []
