"""Parked events, redriven and discarded by their partition's owner: rows and versions are the fold of the log again."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from infra.log.envelope import CommandEnvelope, Recorded
from infra.log.replies import Reply
from infra.settings import Settings
from projections import changes, redrive
from projections.dead_letters import desk as desks
from projections.dead_letters import read_models
from projections.dead_letters.desk import Desk
from projections.dead_letters.letter import AlreadySettled, DeadLetter, UnknownLetter, Wanted, Who, parse
from projections.dead_letters.requests import Pending, Result
from projections.fold import Current, step
from projections.model import ReadModel
from projections.positions import PositionMoved
from projections.tables import tables_of
from schemas.generated.crm.deal import DealAmountChanged, DealEngaged
from tests.integration.projector import CODEC, TOO_LONG, Folder, folder, message, own_databases, plain_vaults
from tests.unit.projections.log import day, log_of, opened, usd

D1 = "crm/read-models/acme/crm.deal/d1"
ME = Who("cli:test", "for the test")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


@pytest.fixture
def crm(settings: Settings) -> Iterator[Folder]:
    with folder(settings) as made:
        made.clear()
        with made.connection.transaction():
            made.connection.execute("truncate discarded, dead_letter_requests")
        yield made


@dataclass
class View:
    """What the views of this process do: they raise at events at these offsets."""

    broken: set[int] = field(default_factory=set[int])

    def step(self, model: ReadModel, current: Current | None, recorded: Recorded) -> Current | None:
        if recorded.offset in self.broken:
            raise KeyError(f"no {recorded.offset}")
        return step(model, current, recorded)


@pytest.fixture
def view(monkeypatch: pytest.MonkeyPatch) -> View:
    made = View()
    monkeypatch.setattr(changes, "step", made.step)
    return made


def deals(count: int = 12) -> list[Recorded]:
    """Events of two deals in turn, some late in business time."""
    random = Random(3)
    events: list[Any] = [opened("d1", day(1)), opened("d2", day(1))]
    for n in range(count):
        at = day(n + 2 if random.random() < 0.7 else random.random() * n)
        events.append(DealAmountChanged(deal_id=f"d{1 + n % 2}", amount=usd(n), at=at))
    return log_of(events)


def tables(crm: Folder) -> dict[str, list[Any]]:
    """All that was folded, without what depends on when."""
    names = [t.name for t in tables_of("crm").metadata.sorted_tables if t.name not in ("dirty", "parked")]
    found: dict[str, list[Any]] = {name: sorted(crm.ask(f"select * from {name}"), key=repr) for name in names}
    found["dirty"] = sorted(set(crm.ask("select model, id from dirty")))
    found["parked"] = crm.ask('select id, "offset" from parked order by id, "offset"')
    return found


def whole(crm: Folder, log: list[Recorded]) -> dict[str, list[Any]]:
    """What folding this log from its beginning leaves."""
    crm.clear()
    crm.fold(log)
    return tables(crm)


def asked(crm: Folder, id: str, action: Any = "redrive") -> Callable[[], Result | None]:
    """Asks for something to be done, and gives how to ask what came of it."""
    read_models.ask(crm.settings, parse(id), action, ME)

    def outcome() -> Result | None:
        rows = crm.ask("select outcome, told from dead_letter_requests where letter = %s order by seq desc limit 1", id)
        return Result(*rows[0]) if rows[0][0] else None

    return outcome


def settle(crm: Folder) -> bool:
    """What the worker does that owns what was folded."""
    return redrive.settle(crm.connection, crm.projection, crm.at)


def desk(crm: Folder) -> Desk:
    return Desk(crm.settings, CODEC, plain_vaults, send_nothing)


def send_nothing(envelope: CommandEnvelope) -> "Future[Reply]":
    raise AssertionError("a read model sends no command")


def letters(crm: Folder, **wanted: Any) -> list[DeadLetter]:
    return desks.page(desk(crm), Wanted(where="crm", what="read-models", **wanted)).letters


def test_what_is_parked_tells_what_stopped_it(crm: Folder, view: View) -> None:
    log = deals()
    view.broken = {4}
    crm.fold(log)
    [letter] = letters(crm)
    assert (letter.id, letter.subject, letter.type) == (D1, "deal d1", "crm.DealAmountChanged")
    assert (letter.behind, letter.code, letter.reason) == (4, "key_error", "KeyError: 'no 4'")
    shown = desks.show(desk(crm), D1)
    assert shown.content.offset == 4
    assert shown.content.data.amount == usd(2)
    assert "in step" in shown.content.trace
    assert shown.content.headers["ce_type"] == letter.type
    assert letters(crm, tenant="other") == []
    with pytest.raises(UnknownLetter):
        desks.show(desk(crm), D1, tenant="other")
    with pytest.raises(UnknownLetter):
        desks.show(desk(crm), "crm/read-models/acme/crm.deal/d2")


@pytest.mark.parametrize("seed", range(8))
def test_a_healed_view_and_a_redrive_leave_the_fold_of_the_whole_log(crm: Folder, view: View, seed: int) -> None:
    random, log = Random(seed), deals(20)
    view.broken = {random.randrange(2, 22)}
    cut = random.randrange(1, len(log))
    crm.fold(log[:cut])
    view.broken = view.broken if random.random() < 0.5 else view.broken | {random.randrange(2, 22)}
    crm.fold(log[cut:])
    found = letters(crm)
    assert found
    view.broken = set()
    outcomes = [asked(crm, letter.id) for letter in found]
    assert [settle(crm) for _ in found] == [True] * len(found)
    assert not settle(crm)
    assert [told.outcome for each in outcomes if (told := each())] == ["redriven"] * len(found)
    assert tables(crm) == whole(crm, log)


def test_what_fails_again_stays_with_its_new_reason_and_in_order(crm: Folder, view: View) -> None:
    log = deals()
    view.broken = {4}
    crm.fold(log)
    since = crm.ask("select max(parked_at) from parked")
    view.broken = {8}
    outcome = asked(crm, D1)
    assert settle(crm)
    assert outcome() == Result("failed_again", "2 events are folded, 3 events are parked: KeyError: 'no 8'")
    assert tables(crm)["parked"] == [("d1", 8), ("d1", 10), ("d1", 12)]
    assert crm.ask("select max(parked_at) from parked") == since
    [letter] = letters(crm)
    assert (letter.reason, letter.behind, letter.requested) == ("KeyError: 'no 8'", 2, None)
    assert crm.ask("select version from deals where id = 'd1'") == [(4,)]


def test_events_that_come_meanwhile_stay_behind_and_follow(crm: Folder, view: View) -> None:
    log = deals()
    view.broken = {4}
    crm.fold(log[:8])
    asked(crm, D1)
    crm.fold(log[8:10])
    view.broken = set()
    assert settle(crm)
    crm.fold(log[10:])
    assert tables(crm) == whole(crm, log)


def test_a_discarded_event_is_gone_for_good_and_kept_with_the_reason(crm: Folder, view: View) -> None:
    log = deals()
    view.broken = {4}
    crm.fold(log)
    outcome = asked(crm, D1, "discard")
    assert settle(crm)
    assert outcome() == Result("discarded", "One event was discarded. 4 events are folded; nothing waits any more.")
    assert crm.ask('select id, "offset", reason, who, why from discarded') == [
        ("d1", 4, "KeyError: 'no 4'", "cli:test", "for the test")
    ]
    there = tables(crm)
    assert there == whole(crm, [r for r in log if r.offset != 4])
    assert there == whole(crm, log), "a rebuild leaves it out too"
    with pytest.raises(AlreadySettled, match="discarded by cli:test"):
        desks.show(desk(crm), D1)


def test_a_discard_takes_out_only_the_event_that_was_looked_at(crm: Folder, view: View) -> None:
    view.broken = {4, 8}
    crm.fold(deals())
    outcome = asked(crm, D1, "discard")
    view.broken = {8}
    # Somebody else's redrive came first.
    key = read_models.key_of(parse(D1))
    with crm.connection.transaction(), crm.connection.cursor() as cursor:
        parked = redrive.parked(cursor, key)
        redrive.again(crm.connection, cursor, crm.projection, key, parked)
    assert settle(crm)
    assert outcome() == Result("gone", "Another event stops this record by now; look at it again before discarding it.")
    assert tables(crm)["parked"] == [("d1", 8), ("d1", 10), ("d1", 12)]
    assert crm.ask("select count(*) from discarded") == [(0,)]


@pytest.mark.parametrize(
    ("misfit", "error"),
    [({"name": "a\0b"}, "DataError"), ({"company_id": TOO_LONG}, "ProgramLimitExceeded")],
    ids=["NUL", "too long for an index"],
)
def test_a_value_that_postgres_cannot_hold_stays_parked_alone(
    crm: Folder, view: View, misfit: dict[str, Any], error: str
) -> None:
    view.broken = {1}
    events = [opened("d1", day(1)), DealEngaged(deal_id="d1", owner_id="u1", at=day(2))]
    bad = opened("d1", day(3), **misfit)
    crm.fold(log_of([*events, bad, DealEngaged(deal_id="d1", owner_id="u2", at=day(4))]))
    view.broken = set()
    outcome = asked(crm, D1)
    assert settle(crm)
    told = outcome()
    assert told is not None
    assert told.told.startswith(f"1 event is folded, 2 events are parked: {error}")
    assert tables(crm)["parked"] == [("d1", 2), ("d1", 3)]


def test_only_the_owner_of_the_partition_works_a_request_off(crm: Folder, view: View) -> None:
    view.broken = {4}
    crm.fold(deals())
    outcome = asked(crm, D1)
    topic = f"{crm.settings.topic_prefix}crm.events"
    assert not redrive.settle(crm.connection, crm.projection, {(topic, 1): 0})
    with pytest.raises(PositionMoved):
        redrive.settle(crm.connection, crm.projection, {(topic, 0): 3})
    assert outcome() is None
    assert settle(crm)


def test_two_requests_that_differ_do_not_meet(crm: Folder, view: View) -> None:
    view.broken = {4}
    crm.fold(deals())
    asked(crm, D1)
    asked(crm, D1)
    assert letters(crm)[0].requested == "redrive"
    with pytest.raises(Pending, match="cli:test asked for a redrive"):
        asked(crm, D1, "discard")
    assert settle(crm)
    assert not settle(crm)


def test_pages_hold_every_record_once(crm: Folder, view: View) -> None:
    ids = ["d1", "d 2", "d/3", "d%4", "d~5", "ü6"]
    view.broken = set(range(len(ids)))
    log = log_of([opened(id, day(n)) for n, id in enumerate(ids)])
    crm.fold_messages([message(crm.settings, r) for r in log])
    wanted, found = Wanted(where="crm", what="read-models", limit=2), list[str]()
    while True:
        page = desks.page(desk(crm), wanted)
        found += [letter.id for letter in page.letters]
        if page.next is None:
            break
        wanted = Wanted(where="crm", what="read-models", limit=2, after=page.next)
    assert sorted(parse(id).parts[2] for id in found) == sorted(ids)
    assert all(id.isascii() and " " not in id for id in found)
    assert [desks.show(desk(crm), id).letter.id for id in found] == found
    assert read_models.count(crm.settings, "crm") == len(ids)
