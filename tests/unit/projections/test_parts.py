"""An event that tells of many things makes a row of each, beside the row of its own aggregate."""

from datetime import UTC, datetime

from infra.log.envelope import Recorded
from projections.catalog import models_by_name
from projections.changes import Changes, fold_batch
from projections.message import Fact, Key, Message
from schemas.contract import Sealed
from schemas.generated.audit.trail import EntriesRecorded, Entry, EntryKind, TrailOpened

AT = datetime(2026, 1, 1, tzinfo=UTC)


def entry(number: int) -> Entry:
    return Entry(
        at=AT,
        kind=EntryKind.SAW,
        operation="GET /crm/deals/{id}",
        record=f"d{number}",
        status=200,
        actor="user:ann",
        subject="ann",
        address=Sealed(b"sealed", "127.0.0.1"),
        request_id=f"r{number}",
    )


def fact(event: TrailOpened | EntriesRecorded, offset: int) -> Fact:
    key = f"acme/trail/{event.trail_id}".encode()
    recorded = Recorded(
        event, "acme", "trail", event.trail_id, offset + 1, f"e{offset}", event.NAME, AT, AT, "audit.events", 0, offset,
        "c", "c", "c", "gateway", b"", key,
    )  # fmt: skip
    return Fact(
        Key("acme", "audit", "trail", event.trail_id), Message("audit.events", 0, offset, key, b"", ()), recorded
    )


def test_an_event_of_many_things_makes_a_row_of_each() -> None:
    changes = Changes("audit", {name: {} for name in models_by_name("audit")}, {"entries": {}, "trails": {}}, {}, set())
    recorded = EntriesRecorded(
        trail_id="t", number=1, first=1, entries=(entry(1), entry(2)), dropped=4, hash="h", at=AT
    )
    fold_batch(changes, [fact(TrailOpened(trail_id="t", source="g", hash="o", at=AT), 0), fact(recorded, 1)])
    rows = {id: current.row for (_, id), current in changes.rows["entries"].items() if current is not None}
    assert {id: (row.number, row.record, row.address) for id, row in rows.items()} == {
        "t.1": (1, "d1", "ann/7365616c6564"),
        "t.2": (2, "d2", "ann/7365616c6564"),
    }
    trail = changes.rows["trails"]["acme", "t"]
    assert trail is not None
    assert (trail.row.batches, trail.row.entries, trail.row.dropped, trail.row.hash) == (1, 2, 4, "h")
    assert changes.poisons == []
