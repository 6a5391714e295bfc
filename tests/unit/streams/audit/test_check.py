"""Whatever is changed, taken out, doubled or moved in an audit is found; and what nobody touched is not."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domains.kernel import deciders, execute
from schemas.contract import Sealed
from schemas.generated.audit.ledger import EnterClosing, EnterOpening
from schemas.generated.audit.trail import CloseTrail, EntriesRecorded, Entry, EntryKind, RecordEntries, TrailClosed
from streams.audit.check import Tenant
from tests.records import records

AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(days=1)


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


def decided(aggregate: str, commands: Sequence[Any]) -> list[Any]:
    decider = deciders("audit")[aggregate]
    contracts = {contract.cls: contract for contract in decider.contract.commands}
    state, events = decider.initial, list[Any]()
    for command in commands:
        more, state = execute(decider, contracts[type(command)], state, len(events), command)
        events += more
    return events


def trail(id: str, batches: int = 3, *, closed: bool = True) -> list[Any]:
    recorded = [
        RecordEntries(trail_id=id, source="g", number=n, entries=(entry(2 * n), entry(2 * n + 1)), at=AT)
        for n in range(1, batches + 1)
    ]
    return decided("trail", [*recorded, *([CloseTrail(trail_id=id, at=AT)] if closed else [])])


def ledger(*trails: list[Any]) -> list[Any]:
    commands = list[Any]()
    for events in trails:
        id, first, last = events[0].trail_id, events[0].hash, events[-1]
        commands.append(EnterOpening(ledger_id="trails", trail_id=id, trail_hash=first, at=AT))
        if isinstance(last, TrailClosed):
            commands.append(EnterClosing(ledger_id="trails", trail_id=id, trail_hash=last.hash, at=AT))
    return decided("ledger", commands)


T, U = trail("t"), trail("u", closed=False)
WHOLE = [*T, *U, *ledger(T, U)]


def told(events: Sequence[Any], head: tuple[int, str] | None = None, now: datetime = LATER) -> list[str]:
    tenant = Tenant("acme", head)
    found = [difference for event in events for difference in tenant.take(event)]
    return [f"{each.key} {each.what}" for each in (*found, *tenant.end(now))]


def test_what_nobody_touched_is_whole() -> None:
    assert told(WHOLE) == []
    assert told([*ledger(T, U), *U, *T]) == []


@pytest.mark.parametrize("place", range(len(WHOLE)))
def test_an_event_that_is_missing_is_missed(place: int) -> None:
    assume_last = WHOLE[place] is U[-1]  # the end of a trail that was never closed: nothing says that it was there
    assert bool(told([*WHOLE[:place], *WHOLE[place + 1 :]])) is not assume_last


@pytest.mark.parametrize("place", range(len(WHOLE)))
def test_an_event_that_comes_twice_is_noticed(place: int) -> None:
    assert told([*WHOLE[: place + 1], *WHOLE[place:]])


@settings(deadline=None)
@given(st.data())
def test_any_change_of_any_field_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    event = WHOLE[place]
    other = data.draw(records(cast("type[Any]", type(event))))
    name = data.draw(st.sampled_from([each.name for each in fields(event)]))
    assume(getattr(other, name) != getattr(event, name))
    changed = replace(event, **{name: getattr(other, name)})
    assert told([*WHOLE[:place], changed, *WHOLE[place + 1 :]])


@settings(deadline=None)
@given(st.data())
def test_any_change_of_any_entry_is_found(data: st.DataObject) -> None:
    places = [place for place, event in enumerate(WHOLE) if isinstance(event, EntriesRecorded)]
    place = data.draw(st.sampled_from(places))
    event = WHOLE[place]
    number = data.draw(st.integers(0, len(event.entries) - 1))
    other = data.draw(records(Entry))
    name = data.draw(st.sampled_from([each.name for each in fields(Entry)]))
    assume(getattr(other, name) != getattr(event.entries[number], name))
    entries = list(event.entries)
    entries[number] = replace(entries[number], **{name: getattr(other, name)})
    assume(not _same_bytes(event.entries[number], entries[number]))
    changed = replace(event, entries=tuple(entries))
    [difference] = told([*WHOLE[:place], changed, *WHOLE[place + 1 :]])
    assert "is not what was recorded" in difference


def _same_bytes(one: Entry, other: Entry) -> bool:
    """Two sealed values with the same bytes are the same value; only what was opened differs."""

    def raw(value: Any) -> Any:
        return value.raw if isinstance(value, Sealed) else value

    return all(raw(getattr(one, f.name)) == raw(getattr(other, f.name)) for f in fields(Entry))


def test_a_trail_that_was_made_anew_differs_from_the_ledger() -> None:
    forged = trail("t", batches=2)
    assert told([*forged, *U, *ledger(T, U)]) == ["trail t does not end as the ledger says"]


def test_a_ledger_that_was_made_anew_differs_from_the_head_that_was_kept() -> None:
    lines = ledger(T, U)
    head = lines[1].line, lines[1].hash
    assert told(WHOLE, head) == []
    assert told([*U, *ledger(U)], head) == ["ledger ends with line 1, and once had line 2"]
    forged = ledger(trail("t", batches=2), U)
    assert told([*trail("t", batches=2), *U, *forged], head) == ["ledger line 2 has another hash than it had once"]


def test_a_trail_may_be_without_its_line_for_a_moment_only() -> None:
    assert told([*T], now=AT + timedelta(minutes=1)) == []
    assert told([*T]) == ["trail t is not in the ledger"]
    assert told([*T, *ledger(T)[:1]]) == ["trail t has ended, and the ledger does not say so"]


def test_a_batch_is_named() -> None:
    assert told([*T[:2], *T[3:], *U, *ledger(T, U)])[0] == "trail t batch 2 is missing"
