"""Who follows the audit gets a line for everything in it, once after any position; as a message that receivers take."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.log import headers as h
from projections.message import Message
from schemas.contract import ERASED, Sealed
from schemas.generated.audit.ledger import OpeningEntered
from schemas.generated.audit.trail import EntriesRecorded, Entry, EntryKind, TrailClosed
from streams.audit import bookmark as bookmarks
from streams.audit.bookmark import Bookmark, Spot
from streams.audit.lines import Line, encoded, lines_of
from streams.audit.outlets import collected
from streams.replay.bounds import Found
from streams.replay.opening import Opened
from streams.replay.refused import Refused
from tests.syslog import parse

AT = datetime(2026, 1, 1, tzinfo=UTC)
spots = st.dictionaries(st.integers(0, 99), st.builds(Spot, st.integers(0, 10**12), st.integers(0, 500)), max_size=6)


def entry(number: int, **more: Any) -> Entry:
    given: dict[str, Any] = {
        "at": AT,
        "kind": EntryKind.SAW,
        "operation": "GET /crm/deals/{id}",
        "record": f"d{number}",
        "status": 200,
        "actor": "user:ann",
        "subject": "ann",
        "address": Sealed(b"sealed", "192.0.2.7"),
        "request_id": f"r{number}",
    }
    return Entry(**{**given, **more})


def batch(count: int, dropped: int = 0, **more: Any) -> EntriesRecorded:
    entries = tuple(entry(number, **more) for number in range(7, 7 + count))
    return EntriesRecorded(trail_id="t", number=2, first=7, entries=entries, dropped=dropped, hash="h", at=AT)


def opened(
    event: Any, partition: int = 0, offset: int = 40, unreadable: str | None = None, tenant: str = "acme"
) -> Opened:
    headers = {h.CE_ID: b"e1", h.CE_RECORDEDTIME: h.time_text(AT).encode()}
    message = Message("audit.events", partition, offset, f"{tenant}/trail/t".encode(), b"", tuple(headers.items()))
    return Opened(Found(message, tenant, "trail", "t", "audit.EntriesRecorded", headers), event, unreadable)


def told(line: Line) -> dict[str, Any]:
    return orjson.loads(encoded(line))


def test_every_entry_is_a_line_by_its_id_in_the_api() -> None:
    first, second = map(told, lines_of(opened(batch(2)), {0: Spot(40), 1: Spot(9)}))
    assert (first["id"], second["id"]) == ("t.7", "t.8")
    assert (first["kind"], first["tenant"], first["record"]) == ("SAW", "acme", "d7")
    assert (first["address"], "subject" in first) == ("192.0.2.7", False)
    assert (first["position"], second["position"]) == ("0=40+1,1=9", "0=41,1=9")


def test_what_was_erased_or_left_sealed_is_null() -> None:
    [line] = lines_of(opened(batch(1, address=Sealed(b"sealed", ERASED))), {})
    assert told(line)["address"] is None


def test_what_could_not_be_kept_is_told_and_so_are_heads_and_what_nobody_can_read() -> None:
    [missing, _] = map(told, lines_of(opened(batch(1, dropped=12)), {}))
    assert (missing["kind"], missing["dropped"]) == ("DROPPED", 12)
    opening = OpeningEntered(ledger_id="trails", line=61, trail_id="t", trail_hash="x", hash="9c0e", at=AT)
    [head] = map(told, lines_of(opened(opening), {}))
    assert (head["kind"], head["head"]) == ("HEAD", "61:9c0e")
    [other] = map(told, lines_of(opened(opening, tenant="globex"), {}))
    assert (head["id"], other["id"]) == ("acme.trails.61", "globex.trails.61")
    [unreadable] = map(told, lines_of(opened(None, unreadable="Undecodable"), {}))
    assert (unreadable["kind"], unreadable["code"], unreadable["position"]) == ("UNREADABLE", "Undecodable", "0=41")
    assert lines_of(opened(TrailClosed(trail_id="t", batches=2, entries=3, abandoned=False, hash="h", at=AT)), {}) == []


@given(st.integers(0, 6), st.integers(0, 3), spots)
def test_after_any_line_the_others_follow_and_no_other(count: int, dropped: int, before: Bookmark) -> None:
    event, start = opened(batch(count, dropped), partition=3), {**before, 3: Spot(40)}
    whole = lines_of(event, start)
    assert len(whole) == count + bool(dropped)
    for number, line in enumerate(whole, 1):
        after = bookmarks.parse(told(line)["position"])
        assert after == line.after
        rest = [] if after[3].offset > 40 else lines_of(event, after)
        assert [each.content for each in rest] == [each.content for each in whole[number:]]
        assert {number: spot for number, spot in after.items() if number != 3} == {
            number: spot for number, spot in before.items() if number != 3
        }


@given(spots.filter(bool))
def test_a_bookmark_is_what_was_written_of_it(bookmark: Bookmark) -> None:
    assert bookmarks.parse(bookmarks.text(bookmark)) == bookmark


@pytest.mark.parametrize("wrong", ["", "0", "0=", "0=1,", "0=1,0=2", "a=1", "0=-1", "0=1+", "0=1 ", "0=" + "9" * 30])
def test_what_is_no_position_is_refused(wrong: str) -> None:
    with pytest.raises(Refused, match="is no position"):
        bookmarks.parse(wrong)


def test_a_bookmark_is_kept_for_its_own_log(tmp_path: Path) -> None:
    path, bookmark = tmp_path / "siem.json", {0: Spot(18), 3: Spot(44, 2)}
    assert bookmarks.load(path, "audit.events") is None
    bookmarks.store(path, "audit.events", bookmark)
    assert bookmarks.load(path, "audit.events") == bookmark
    with pytest.raises(Refused, match=r"other\.audit\.events"):
        bookmarks.load(path, "other.audit.events")
    path.write_text("{")
    with pytest.raises(Refused) as refused:
        bookmarks.load(path, "audit.events")
    assert refused.value.code == "bookmark_unreadable"


@pytest.mark.parametrize(
    ("kind", "severity"), [("SAW", 5), ("BEGAN", 5), ("DID", 5), ("EXPORTED", 5), ("REFUSED", 4), ("FAILED", 3)]
)
def test_a_message_is_as_grave_as_what_happened(kind: str, severity: int) -> None:
    [line] = lines_of(opened(batch(1, kind=EntryKind[kind])), {})
    made = parse(collected(line))
    assert (made.kind, made.severity, made.content["id"]) == (kind, severity, "t.7")


@given(st.text(max_size=300), st.integers(0, 200))
def test_a_message_holds_what_receivers_take(agent: str, count: int) -> None:
    records = tuple(f"{number:0>36}" for number in range(count))
    event = batch(1, records=records, asked="q=~" + "3f" * 498, agent=Sealed(b"sealed", agent))
    [line] = lines_of(opened(event), {})
    made = parse(collected(line))
    assert made.octets <= 8192
    assert made.content["agent"] == agent
    kept = made.content["records"]
    assert kept == list(records[: len(kept)])
    assert made.content.get("records_left_out", 0) == count - len(kept)
    assert len(kept) >= min(count, 50)


def test_a_list_that_fits_is_told_whole() -> None:
    [line] = lines_of(opened(replace(batch(1), entries=(entry(1, records=("a", "b")),))), {})
    assert "records_left_out" not in parse(collected(line)).content
