"""Trails and their ledger: each hash follows from the one before, nothing is taken twice, and nothing after the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domains.audit.chain import bound, canonical, hash_of
from domains.workflows.enter_trails import ABANDONED_AFTER, LEDGER, WORKFLOW, Open
from schemas.contract import ERASED, Sealed
from schemas.generated.audit.ledger import ClosingEntered, EnterClosing, EnterOpening, OpeningEntered
from schemas.generated.audit.trail import (
    CloseTrail,
    EntriesRecorded,
    Entry,
    EntryKind,
    RecordEntries,
    TrailClosed,
    TrailOpened,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
SEEN = Entry(
    at=AT,
    kind=EntryKind.SAW,
    operation="GET /crm/deals/{id}",
    record="d1",
    status=200,
    actor="user:ann",
    user_id="ann",
    subject="ann",
    address=Sealed(b"plain:127.0.0.1", "127.0.0.1"),
    request_id="r1",
)
OPENED = bound("", TrailOpened(trail_id="t", source="g1", hash="", at=AT))
FIRST = bound(
    OPENED.hash, EntriesRecorded(trail_id="t", number=1, first=1, entries=(SEEN, SEEN), dropped=3, hash="", at=AT)
)
CLOSED = bound(FIRST.hash, TrailClosed(trail_id="t", batches=1, entries=2, abandoned=False, hash="", at=AT))


def record(number: int, *entries: Entry, dropped: int = 0) -> RecordEntries:
    return RecordEntries(trail_id="t", source="g1", number=number, entries=entries, dropped=dropped, at=AT)


def test_the_first_batch_opens_a_trail_and_the_next_follows_from_it() -> None:
    given().when(record(1, SEEN, SEEN, dropped=3)).then(OPENED, FIRST)
    second = EntriesRecorded(trail_id="t", number=2, first=3, entries=(SEEN,), hash="", at=AT)
    given(OPENED, FIRST).when(record(2, SEEN)).then(bound(FIRST.hash, second))


def test_a_batch_counts_once_and_none_is_left_out() -> None:
    given(OPENED, FIRST).when(record(1, SEEN)).nothing()
    given(OPENED, FIRST).when(record(3, SEEN)).rejected("batch_missing")


def test_a_trail_ends_once() -> None:
    given(OPENED, FIRST).when(CloseTrail(trail_id="t", at=AT)).then(CLOSED)
    given(OPENED, FIRST, CLOSED).when(CloseTrail(trail_id="t", abandoned=True, at=AT)).nothing()
    given(OPENED, FIRST, CLOSED).when(record(2, SEEN)).rejected("trail_closed")
    given(OPENED, FIRST, CLOSED).when(record(1, SEEN)).nothing()


def test_the_form_that_is_hashed_is_what_the_document_says() -> None:
    recorded = replace(FIRST, entries=(replace(SEEN, found=1, records=("a", "ü")),))
    expected = (
        '{"at":1767225600000000,"dropped":3,"entries":[{"actor":"user:ann","address":"706c61696e3a3132372e302e302e31",'
        '"asked":"","at":1767225600000000,"found":1,"kind":"SAW","operation":"GET /crm/deals/{id}","record":"d1",'
        '"records":["a","ü"],"request_id":"r1","status":200,"subject":"ann","user_id":"ann"}],'
        '"first":1,"number":1,"trail_id":"t","type":"audit.EntriesRecorded"}'
    )
    assert canonical(recorded).decode() == expected


def test_an_erased_address_changes_no_hash() -> None:
    erased = replace(SEEN, address=Sealed(b"plain:127.0.0.1", ERASED))
    assert hash_of(OPENED.hash, replace(FIRST, entries=(erased, SEEN))) == FIRST.hash


def test_the_ledger_has_a_line_for_each_beginning_and_each_end() -> None:
    opening = EnterOpening(ledger_id=LEDGER, trail_id="t", trail_hash=OPENED.hash, at=AT)
    closing = EnterClosing(ledger_id=LEDGER, trail_id="t", trail_hash=CLOSED.hash, at=AT)
    line = bound("", OpeningEntered(ledger_id=LEDGER, line=1, trail_id="t", trail_hash=OPENED.hash, hash="", at=AT))
    end = ClosingEntered(ledger_id=LEDGER, line=2, trail_id="t", trail_hash=CLOSED.hash, hash="", at=AT)
    given().when(opening).then(line)
    given(line).when(opening).nothing()
    given(line).when(closing).then(bound(line.hash, end))
    given(line, bound(line.hash, end)).when(closing).nothing()


def test_a_trail_whose_gateway_died_is_closed_when_another_is_opened_an_hour_later() -> None:
    known = WORKFLOW.evolve(WORKFLOW.initial, OPENED, LEDGER)
    later = bound("", TrailOpened(trail_id="u", source="g2", hash="", at=AT + ABANDONED_AFTER + timedelta(seconds=1)))
    known = WORKFLOW.evolve(known, later, LEDGER)
    entered, abandoned = WORKFLOW.react(known, later, LEDGER)
    assert entered == EnterOpening(ledger_id=LEDGER, trail_id="u", trail_hash=later.hash, at=later.at)
    assert abandoned == CloseTrail(trail_id="t", abandoned=True, at=later.at)
    known = WORKFLOW.evolve(known, CLOSED, LEDGER)
    assert known == Open((("u", later.at.isoformat()),))
    closing = EnterClosing(ledger_id=LEDGER, trail_id="t", trail_hash=CLOSED.hash, at=AT)
    assert WORKFLOW.react(known, CLOSED, LEDGER) == [closing]
