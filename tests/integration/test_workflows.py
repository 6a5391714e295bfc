"""Workflows against Postgres: states, positions, outbox and parked events commit together, and react once."""

import json
import threading
import uuid
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from domains.kernel import Later, Workflow, workflows
from infra import postgres
from infra import settings as infra_settings
from infra.log import headers as h
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, key_of
from infra.log.registry import ids
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable
from infra.settings import Settings
from projections.dead_letters import requests
from projections.dead_letters import workflows as workflow_letters
from projections.dead_letters.letter import Action, AlreadySettled, DeadLetter, Wanted, What, Who, parse
from projections.message import Message
from projections.positions import Partition, PositionMoved
from schemas import avro
from schemas.contract import PlainVault, record_types
from schemas.generated.admin.user import UserDeactivated, UserErased
from schemas.generated.crm.deal import DealAssigned, DealOpened, EngageDeal, ReopenDeal
from streams.workflows import redrive, store, tables
from streams.workflows.dispatch import dispatch, send_waiting
from streams.workflows.store import Runner, apply, assign

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ADMIN, CRM = ("admin.events", 0), ("crm.events", 0)
PARTITIONS = (ADMIN, CRM)
[HAND_OVER] = [workflow for workflow in workflows() if workflow.name == "hand_over_deals"]
ME = Who("cli:test", "for the test")
GROUP = store.group_of("", "hand_over_deals")


@pytest.fixture
def settings(tmp_path: Path) -> Generator[Settings]:
    base = infra_settings.load()
    if not base.postgres:
        pytest.fail("No Postgres: run `nexus360.py up` first.")
    texts = {str(i): avro.published(name) for i, name in enumerate(sorted(record_types()), 1)}
    (tmp_path / "schemas.json").write_text(json.dumps(texts))
    prefix = f"w{uuid.uuid4().hex[:8]}"
    own = base.model_copy(update={"data": tmp_path, "database_prefix": prefix, "registry": "http://127.0.0.1:9"})
    tables.ensure_tables(own)
    yield own
    with psycopg.connect(base.postgres, dbname="postgres", autocommit=True) as admin:
        name = sql.Identifier(postgres.database_name(own, tables.DATABASE))
        admin.execute(sql.SQL("drop database {} with (force)").format(name))
        for role in ("owner", "writer", "reader"):
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(postgres.role_name(own, role))))


@pytest.fixture
def connection(settings: Settings) -> Generator[psycopg.Connection]:
    with postgres.connect(settings, tables.DATABASE) as connection:
        tables.mark(connection, HAND_OVER.name, dict.fromkeys(PARTITIONS, 0))
        connection.commit()
        yield connection


@pytest.fixture
def runner(settings: Settings, connection: psycopg.Connection) -> Runner:
    return fresh(settings, connection)


def fresh(settings: Settings, connection: psycopg.Connection) -> Runner:
    """What a runner is after a start."""
    runner = Runner([HAND_OVER], "", Codec(ids(settings)), lambda _: PlainVault())
    assign(connection, runner, PARTITIONS)
    return runner


def message(runner: Runner, at: Partition, offset: int, event: Any, id: str, value: bytes | None = None) -> Message:
    aggregate = {"admin": "user", "crm": "deal"}[at[0].partition(".")[0]]
    key = key_of("acme", aggregate, id)
    headers = {
        h.CE_ID: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{at}{offset}")),
        h.CE_TYPE: event.NAME,
        h.CE_TIME: h.time_text(AT),
        h.CE_RECORDEDTIME: h.time_text(AT + timedelta(seconds=offset)),
        h.TENANT: "acme",
        h.AGGREGATE_VERSION: "1",
        h.COMMAND_ID: "c",
        h.CORRELATION_ID: "corr",
        h.CAUSATION_ID: "c",
        h.ACTOR: "key:acme",
    }
    body = runner.codec.encode(event, PlainVault()) if value is None else value
    return Message(*at, offset, key, body, tuple((name, text.encode()) for name, text in headers.items()))


def opened(runner: Runner, offset: int, deal: str, owner: str = "ann", value: bytes | None = None) -> Message:
    event = DealOpened(deal_id=deal, name=deal, owner_id=owner, at=AT)
    return message(runner, CRM, offset, event, deal, value)


def left(runner: Runner, offset: int, user: str = "ann", manager: str = "bob") -> Message:
    return message(runner, ADMIN, offset, UserDeactivated(user_id=user, manager_id=manager, at=AT), user)


def outbox(connection: psycopg.Connection) -> list[str]:
    with connection.transaction():
        return [id for (id,) in connection.execute("select id from workflow_outbox order by seq")]


def states(connection: psycopg.Connection) -> dict[str, Any]:
    with connection.transaction():
        rows = connection.execute("select key, state from workflow_states order by key").fetchall()
    return {key: json.loads(state) for key, state in rows}


def letters(settings: Settings, runner: Runner, tenant: str | None = None) -> list[DeadLetter]:
    whats: tuple[What, ...] = ("workflow-events", "workflow-commands")
    return [
        letter
        for what in whats
        for letter in workflow_letters.page(settings, runner.codec, what, Wanted(tenant=tenant))
    ]


def asked(settings: Settings, connection: psycopg.Connection, runner: Runner, id: str, action: Action) -> str:
    """Asks, has the runner work it off, and gives what came of it."""
    workflow_letters.ask(settings, parse(id), action, ME)
    assert redrive.settle(connection, runner, dict.fromkeys(PARTITIONS, 0))
    return last_outcome(connection)


def last_outcome(connection: psycopg.Connection) -> str:
    with connection.transaction():
        row = connection.execute("select outcome, told from dead_letter_requests order by seq desc limit 1").fetchone()
    assert row is not None
    return f"{row[0]}: {row[1]}"


class Processor:
    """Answers commands with a status each; `None` does not take it."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.sent: list[CommandEnvelope] = []

    def send(self, envelope: CommandEnvelope) -> "Future[Reply]":
        status = self.statuses.pop(0) if self.statuses else 200
        if status is None:
            raise LogUnavailable
        self.sent.append(envelope)
        future: Future[Reply] = Future()
        future.set_result(Reply(envelope.command_id, "", status, code="because", message="So it is."))
        return future


def sent(connection: psycopg.Connection, runner: Runner, processor: Processor) -> int:
    return send_waiting(connection, runner.codec, runner.vaults, processor.send)


def now(connection: psycopg.Connection) -> None:
    """Lets what waits for another try be due."""
    with connection.transaction():
        connection.execute("update workflow_outbox set due = now()")


def test_a_leaver_empties_the_outbox_into_commands(connection: psycopg.Connection, runner: Runner) -> None:
    batch = [opened(runner, 0, "d1"), opened(runner, 1, "d2"), opened(runner, 2, "d3", "cid"), left(runner, 0)]
    assert apply(connection, runner, {ADMIN: 0, CRM: 0}, batch) == {ADMIN: 1, CRM: 3}
    assert outbox(connection) == ["d1", "d2"]
    processor = Processor()
    assert sent(connection, runner, processor) == 2
    first = processor.sent[0]
    assert (first.command.owner_id, first.actor, first.correlation_id) == ("bob", "workflow:hand_over_deals", "corr")
    assert first.source_time == AT
    assert first.causation_id == dict(batch[3].headers)[h.CE_ID].decode()
    assert outbox(connection) == []


@dataclass(frozen=True)
class Nothing:
    """A state in which nothing is known."""


def test_what_is_for_later_waits_for_its_time_and_nothing_waits_for_it(
    connection: psycopg.Connection, runner: Runner
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)

    def react(_: Nothing, event: Any, key: str) -> list[Any]:
        return [Later(ReopenDeal(deal_id=key, at=AT), ahead), EngageDeal(deal_id=key, at=AT)]

    def same(state: Nothing, _: Any, __: str) -> Nothing:
        return state

    waiting = Workflow("waiting", (DealOpened,), lambda event: [event.deal_id], Nothing, Nothing(), same, react)
    patient = Runner([waiting], "", runner.codec, runner.vaults)
    assign(connection, patient, PARTITIONS)
    apply(connection, patient, {ADMIN: 0, CRM: 0}, [opened(patient, 0, "d1")])
    processor = Processor()
    assert sent(connection, patient, processor) == 1
    assert type(processor.sent[0].command) is EngageDeal
    assert sent(connection, patient, processor) == 0
    with connection.transaction():
        connection.execute("update workflow_outbox set due = now(), not_before = now()")
    assert sent(connection, patient, processor) == 1
    assert type(processor.sent[1].command) is ReopenDeal
    assert processor.sent[1].source_time == ahead
    assert outbox(connection) == []


def test_a_batch_that_comes_again_counts_once(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    batch = [opened(runner, 0, "d1"), left(runner, 0)]
    apply(connection, runner, {ADMIN: 0, CRM: 0}, batch)
    again = fresh(settings, connection)
    assert apply(connection, again, {ADMIN: 1, CRM: 1}, batch) == {ADMIN: 1, CRM: 1}
    assert outbox(connection) == ["d1"]


def test_two_runners_cannot_both_fold(connection: psycopg.Connection, runner: Runner, settings: Settings) -> None:
    other = fresh(settings, connection)
    apply(connection, runner, {CRM: 0}, [opened(runner, 0, "d1")])
    with pytest.raises(PositionMoved):
        apply(connection, other, {CRM: 0}, [opened(other, 0, "d1")])


def test_state_folded_again_from_nothing_sends_nothing_again(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    history = [opened(runner, 0, "d1"), left(runner, 0)]
    apply(connection, runner, {ADMIN: 0, CRM: 0}, history)
    assert sent(connection, runner, Processor()) == 1
    before = states(connection)
    tables.start_again(connection, HAND_OVER.name, GROUP)
    again = fresh(settings, connection)
    assert again.at[HAND_OVER.name] == {ADMIN: 0, CRM: 0}
    apply(connection, again, {ADMIN: 0, CRM: 0}, history)
    assert states(connection) == before
    assert outbox(connection) == []
    apply(connection, again, {CRM: 1}, [opened(again, 1, "d2")])
    assert outbox(connection) == ["d2"]


def test_a_workflow_does_not_react_to_what_was_before_it(settings: Settings) -> None:
    with postgres.connect(settings, tables.DATABASE) as connection:
        tables.mark(connection, HAND_OVER.name, {ADMIN: 1, CRM: 1})
        tables.mark(connection, HAND_OVER.name, {ADMIN: 9, CRM: 9})
        connection.commit()
        runner = fresh(settings, connection)
        apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
        assert outbox(connection) == []
        apply(connection, runner, {CRM: 1}, [opened(runner, 1, "d2")])
        assert outbox(connection) == ["d2"]


def test_an_event_that_cannot_be_read_is_parked_and_folded_when_it_can_be(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    good = opened(runner, 0, "d1")
    assigned = DealAssigned(deal_id="d1", owner_id="cid", previous_owner_id="ann", open=True, at=AT)
    batch = [
        opened(runner, 0, "d1", value=b"\0\0\0\0\x01\xff"),
        message(runner, CRM, 1, assigned, "d1"),
        opened(runner, 2, "d2"),
    ]
    assert apply(connection, runner, {CRM: 0}, batch) == {CRM: 3}
    [letter] = letters(settings, runner)
    assert (letter.id, letter.behind) == ("workflows/events/acme/hand_over_deals/@crm/deal/d1", 1)
    assert (letter.code, letter.type) == ("undecodable", "crm.DealOpened")
    assert list(states(connection)) == ["ann"]
    assert asked(settings, connection, runner, letter.id, "redrive").startswith("failed_again: 0 events are folded, 2")
    assert letters(settings, runner) == [letter]
    with connection.transaction():
        connection.execute('update workflow_parked set value = %s where "offset" = 0', [good.value])
    told = asked(settings, connection, runner, letter.id, "redrive")
    assert told == "redriven: 2 events are folded; nothing waits any more."
    assert {key: state["open_deals"] for key, state in states(connection).items()} == {"ann": ["d2"], "cid": ["d1"]}
    assert letters(settings, runner) == []
    with pytest.raises(AlreadySettled):
        workflow_letters.show(settings, runner.codec, parse(letter.id), None)


def test_a_state_that_heals_folds_what_waited_and_reacts(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    broken = {1}

    def evolve(state: Any, event: Any, key: str) -> Any:
        if isinstance(event, DealOpened) and event.deal_id in {f"d{n}" for n in broken}:
            raise KeyError("no such deal")
        return HAND_OVER.evolve(state, event, key)

    runner.workflows = [replace(HAND_OVER, evolve=evolve)]
    batch = [opened(runner, 0, "d0"), opened(runner, 1, "d1"), opened(runner, 2, "d2"), opened(runner, 3, "d3", "cid")]
    apply(connection, runner, {ADMIN: 0, CRM: 0}, [*batch, left(runner, 0)])
    [letter] = letters(settings, runner)
    assert (letter.id, letter.behind) == ("workflows/events/acme/hand_over_deals/ann", 2)
    assert letters(settings, runner, tenant="other") == []
    assert outbox(connection) == []
    broken |= {2}
    broken -= {1}
    assert asked(settings, connection, runner, letter.id, "redrive").startswith("failed_again: 1 event is folded, 2")
    assert sorted(states(connection)["ann"]["open_deals"]) == ["d0", "d1"]
    assert asked(settings, connection, runner, letter.id, "discard").startswith("discarded: One event was discarded. 1")
    assert sorted(outbox(connection)) == ["d0", "d1"]
    assert letters(settings, runner) == []
    with connection.transaction():
        rows = connection.execute('select key, "offset", who, why from workflow_discarded').fetchall()
    assert rows == [("ann", 2, "cli:test", "for the test")]
    tables.start_again(connection, HAND_OVER.name, GROUP)
    again = fresh(settings, connection)
    apply(connection, again, {ADMIN: 0, CRM: 0}, [*batch, left(again, 0)])
    assert sorted(states(connection)["ann"]["open_deals"]) == ["d0", "d1"], "what was discarded stays away"


def test_what_dead_letters_quote_of_a_person_is_cut_when_the_person_is_erased(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    def evolve(state: Any, event: Any, key: str) -> Any:
        if isinstance(event, UserDeactivated):
            raise ValueError("Maude: she cannot leave")
        return HAND_OVER.evolve(state, event, key)

    runner.workflows = [replace(HAND_OVER, evolve=evolve)]
    apply(connection, runner, {ADMIN: 0}, [left(runner, 0), left(runner, 1, "cid")])
    asked(settings, connection, runner, "workflows/events/acme/hand_over_deals/ann", "discard")
    apply(connection, runner, {ADMIN: 2}, [left(runner, 2)])
    assert {reason for _, reason in reasons(connection)} == {"ValueError: Maude: she cannot leave"}
    erased = message(runner, ADMIN, 3, UserErased(user_id="ann", at=AT), "ann")
    apply(connection, runner, {ADMIN: 3}, [erased])
    assert reasons(connection) == [
        ("ann", "ValueError"),
        ("ann", "ValueError"),
        ("cid", "ValueError: Maude: she cannot leave"),
    ]


def reasons(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """By the key of the state, of events that wait and of those that were discarded."""
    with connection.transaction():
        both = "select key, reason from workflow_parked union all select key, reason from workflow_discarded order by 1"
        return connection.execute(both).fetchall()


def test_a_redrive_that_is_cut_off_leaves_all_as_it_was(
    connection: psycopg.Connection, runner: Runner, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]

    def evolve(state: Any, event: Any, key: str) -> Any:
        if broken:
            raise KeyError("broken")
        return HAND_OVER.evolve(state, event, key)

    def cut_off(cursor: psycopg.Cursor[Any], *rest: Any) -> None:
        store.save(cursor, *rest)
        cursor.connection.close()
        cursor.execute("select 1")

    runner.workflows = [replace(HAND_OVER, evolve=evolve)]
    apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
    broken.clear()
    [before] = letters(settings, runner)
    workflow_letters.ask(settings, parse(before.id), "redrive", ME)
    with monkeypatch.context() as patched, postgres.connect(settings, tables.DATABASE) as other:
        patched.setattr(redrive, "save", cut_off)
        with pytest.raises(psycopg.OperationalError):
            redrive.settle(other, runner, dict.fromkeys(PARTITIONS, 0))
    assert letters(settings, runner) == [replace(before, requested="redrive")]
    assert (states(connection), outbox(connection)) == ({}, [])
    assert redrive.settle(connection, runner, dict.fromkeys(PARTITIONS, 0))
    assert outbox(connection) == ["d1"]
    assert letters(settings, runner) == []


def test_a_refused_command_stays_with_its_reason_until_it_is_sent_again(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
    processor = Processor(409, 500, 200)
    assert sent(connection, runner, processor) == 1
    [letter] = letters(settings, runner)
    id = f"workflows/commands/acme/hand_over_deals/{processor.sent[0].command_id}"
    assert (letter.id, letter.type, letter.subject) == (id, "crm.AssignDeal", "deal d1")
    assert (letter.code, letter.reason) == ("because", "409 because: So it is.")
    assert workflow_letters.show(settings, runner.codec, parse(id), "acme").content.data.owner_id == "bob"
    assert sent(connection, runner, processor) == 0
    for outcome in ("failed_again: It failed again: 500 because", "redriven: The command is accepted."):
        workflow_letters.ask(settings, parse(id), "redrive", ME)
        assert letters(settings, runner)[0].requested == "redrive"
        assert sent(connection, runner, processor) == 1
        assert last_outcome(connection).startswith(outcome)
    assert letters(settings, runner) == []
    assert len({envelope.command_id for envelope in processor.sent}) == 1


def test_a_refused_command_may_be_discarded(connection: psycopg.Connection, runner: Runner, settings: Settings) -> None:
    apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
    sent(connection, runner, Processor(409))
    [letter] = letters(settings, runner)
    result = requests.wait(workflow_letters.ask(settings, parse(letter.id), "discard", ME), patience=5)
    assert result is not None
    assert result.outcome == "discarded"
    assert letters(settings, runner) == []
    assert sent(connection, runner, Processor()) == 0
    with pytest.raises(AlreadySettled, match="discarded by cli:test"):
        workflow_letters.ask(settings, parse(letter.id), "redrive", ME)


def test_a_command_that_cannot_be_read_is_a_dead_letter_and_holds_no_other_up(
    connection: psycopg.Connection, runner: Runner, settings: Settings
) -> None:
    batch = [opened(runner, 0, "d1"), opened(runner, 1, "d2"), left(runner, 0)]
    apply(connection, runner, {ADMIN: 0, CRM: 0}, batch)
    with connection.transaction():
        connection.execute("update workflow_outbox set value = %s where id = 'd1'", [b"\0\0\0\0\x01\xff"])
    processor = Processor()
    assert sent(connection, runner, processor) == 2
    assert [envelope.id for envelope in processor.sent] == ["d2"]
    [letter] = letters(settings, runner)
    assert (letter.subject, letter.code) == ("deal d1", "undecodable")
    assert sent(connection, runner, processor) == 0
    workflow_letters.ask(settings, parse(letter.id), "redrive", ME)
    assert sent(connection, runner, processor) == 1
    assert last_outcome(connection).startswith("failed_again: It failed again: Undecodable")


def test_what_may_heal_is_tried_again_with_the_same_id(connection: psycopg.Connection, runner: Runner) -> None:
    apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
    processor = Processor(500, None, 200)
    for _ in range(3):
        assert sent(connection, runner, processor) == 1
        now(connection)
    assert len({envelope.command_id for envelope in processor.sent}) == 1
    assert outbox(connection) == []


def test_commands_for_one_record_wait_for_each_other_and_others_do_not(
    connection: psycopg.Connection, runner: Runner
) -> None:
    assigned = DealAssigned(deal_id="d1", owner_id="ann", previous_owner_id="bob", open=True, at=AT)
    batch = [opened(runner, 0, "d1"), left(runner, 0), message(runner, CRM, 1, assigned, "d1"), opened(runner, 2, "d2")]
    for each in batch:
        at = (each.topic, each.partition)
        apply(connection, runner, {at: each.offset}, [each])
    assert outbox(connection) == ["d1", "d1", "d2"]
    processor = Processor(500)
    assert sent(connection, runner, processor) == 2
    assert [envelope.id for envelope in processor.sent] == ["d1", "d2"]
    assert sent(connection, runner, processor) == 0
    now(connection)
    assert sent(connection, runner, processor) == 1
    assert sent(connection, runner, processor) == 1
    ids_sent = [envelope.command_id for envelope in processor.sent if envelope.id == "d1"]
    assert ids_sent[0] == ids_sent[1] != ids_sent[2]


@pytest.mark.parametrize("refused", [0, 1], ids=["at once", "once Postgres lets it write"])
def test_the_dispatcher_works_when_it_is_woken(
    connection: psycopg.Connection, runner: Runner, settings: Settings, refused: int
) -> None:
    wake, stop, processor = threading.Event(), threading.Event(), Processor()
    done, tries = threading.Event(), count()

    def send(envelope: CommandEnvelope) -> "Future[Reply]":
        done.set()
        return processor.send(envelope)

    def connected() -> psycopg.Connection:
        made = postgres.connect(settings, tables.DATABASE)
        made.read_only = next(tries) < refused  # as after a failover
        return made

    arguments = (connected, runner.codec, runner.vaults, send, wake, stop)
    thread = threading.Thread(target=dispatch, args=arguments)
    thread.start()
    try:
        apply(connection, runner, {ADMIN: 0, CRM: 0}, [opened(runner, 0, "d1"), left(runner, 0)])
        wake.set()
        assert done.wait(60)
    finally:
        stop.set()
        wake.set()
        thread.join(10)
    assert outbox(connection) == []
