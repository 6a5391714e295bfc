"""The command processor on a real Kafka: once, in order, restored, rebuilt, undone."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError, Message, Producer, TopicPartition

from domains.kernel import Decider, deciders
from infra.log import headers as h
from infra.log import kafka, topics
from infra.log.replies import Reply
from infra.log.topics import processor_group
from schemas.built_in_pipeline import PROSPECTING
from schemas.contract import PlainVault
from schemas.generated.common import Money
from schemas.generated.crm.deal import CopyDeal, Deal, EngageDeal, RemoveDeal, WinDeal
from streams.processor.assign import NoStart
from streams.processor.loop import Astray, Processor
from streams.processor.restore import NewerState
from streams.processor.transaction import Aborted, Ends, Work, transact
from tests.integration.processor import (
    AT,
    Stage,
    amount,
    by_key,
    drop,
    new_stage,
    opened,
    partition,
    processor,
    running,
)
from tests.integration.projector_log import members, until


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = new_stage(tmp_path)
    yield made
    drop(made)


def answered(stage: Stage, count: int) -> list[Reply]:
    stage.flush()
    return stage.replies(count)


def with_deal(**changes: Any) -> dict[str, Decider[Any, Any, Any]]:
    """The domain's deciders with another one for deals."""
    deal = deciders("crm")["deal"]
    contract = replace(deal.contract, state_version=changes.pop("state_version", deal.contract.state_version))
    return {**deciders("crm"), "deal": replace(deal, contract=contract, **changes)}


def test_commands_are_decided_once_in_order_and_answered(stage: Stage) -> None:
    opening = stage.send(opened("d1"))
    changing = stage.send(amount("d1", 5))
    stage.send(amount("d1", 5), command_id=changing)
    stage.send(amount("d1", 9), command_id=changing, fingerprint="ffffffffffffffff")
    stage.send(amount("d1", 7), expected_version=1)
    stage.send(amount("d1", 7), expected_version=2)
    stage.send(amount("nowhere", 1))
    with running(processor(stage)):
        replies = answered(stage, 7)
        mine = [reply for reply in replies if reply.code != "not_found"]
        assert [(r.status, r.version, r.code, r.repeated) for r in mine] == [
            (200, 1, None, False),
            (200, 2, None, False),
            (200, 2, None, True),
            (422, 2, "idempotency_key_reused", False),
            (412, 2, "stale_version", False),
            (200, 3, None, False),
        ]
    events = stage.events()
    assert by_key(events) == {"d1": [1, 2, 3]}
    assert mine[1].events == mine[2].events
    assert {reply.events[0].id for reply in mine if reply.events} == {event.event_id for event in events}
    assert all(mine[0].offset > event.offset for event in events if event.version == 1)
    assert (events[0].command_id, events[0].causation_id, events[0].actor) == (opening, opening, "key:acme")
    assert [event.recorded_at for event in events] == sorted(event.recorded_at for event in events)


def test_each_event_says_how_many_of_its_command_come_behind_it(stage: Stage) -> None:
    said: dict[str, Any] = {"from_deal_id": "d0", "name": "Deal", "owner_id": "u1", "place": PROSPECTING, "at": AT}
    copied = stage.send(CopyDeal(deal_id="d1", next_step="Call", competitors=("Umbra",), **said))
    changed = stage.send(amount("d1", 5))
    with running(processor(stage)):
        answered(stage, 2)
    headers = [h.as_mapping(message.headers()) for message in stage.messages("events")]
    assert [(h.text(each, h.COMMAND_ID), each.get(h.REMAINING)) for each in headers] == [
        (copied, b"2"), (copied, b"1"), (copied, None), (changed, None),
    ]  # fmt: skip


def test_a_restart_reads_only_the_tail_and_remembers_ids(stage: Stage) -> None:
    first = stage.send(opened("d1"))
    with running(processor(stage)):
        answered(stage, 1)
    stage.send(opened("d1"), command_id=first)
    stage.send(amount("d1", 3))
    again = processor(stage)
    read = counting_reads(again)
    with running(again):
        replies = answered(stage, 3)
    assert [(r.version, r.repeated) for r in replies] == [(1, False), (1, True), (2, False)]
    assert read == [0]


@pytest.mark.parametrize("restarted", [False, True])
def test_an_older_copy_that_the_broker_takes_behind_a_refusal_comes_to_nothing(stage: Stage, restarted: bool) -> None:
    now = int(time.time() * 1000)
    stage.send(opened("d1"))
    won = stage.send(won_for("d1", 5), sent_at=now)
    first = processor(stage)
    with running(first):
        answered(stage, 2)
        if not restarted:
            _late_and_fresh(stage, won, now)
            answered(stage, 5)
    if restarted:
        _late_and_fresh(stage, won, now)
        with running(processor(stage)):
            answered(stage, 5)
    replies = stage.replies(5)
    assert [(r.status, r.code) for r in replies if r.command_id == won] == [
        (409, "deal_not_engaging"),
        (409, "late_copy"),
        (200, None),
    ]
    assert by_key(stage.events()) == {"d1": [1, 2, 3]}


def _late_and_fresh(stage: Stage, won: str, now: int) -> None:
    """What makes the command fine, then a copy of it from before its refusal, and one from afterwards."""
    stage.send(EngageDeal(deal_id="d1", at=AT))
    stage.send(won_for("d1", 5), command_id=won, sent_at=now - 1)
    stage.send(won_for("d1", 5), command_id=won, sent_at=now + 1)


def won_for(deal: str, units: int) -> WinDeal:
    return WinDeal(deal_id=deal, amount=Money(amount=Decimal(units), currency="USD"), at=AT)


def test_a_partition_that_the_client_reads_no_longer_is_noticed_and_new_clients_read_it(stage: Stage) -> None:
    stage.send(opened("d1"))
    worker, deaf = processor(stage), TopicPartition(stage.topic("commands"), partition(stage, "d1"))

    def pausing() -> int:
        worker._consumer.pause([deaf])  # pyright: ignore[reportPrivateUsage]
        return time.time_ns()

    worker._clock = pausing  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(Astray, match="Commands wait in the partitions"):
        _change_until_it_ends(stage, worker)
    with running(processor(stage)):
        assert answered(stage, 2)[-1].version == 2
    assert by_key(stage.events()) == {"d1": [1, 2]}


@pytest.fixture
def without_offsets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """As a broker tells it that has lost them."""

    def leaves_unset(*_: object) -> None: ...

    with monkeypatch.context() as patched:
        patched.setattr(topics, "_set_start", leaves_unset)
        made = new_stage(tmp_path)
    yield made
    drop(made)


def test_a_group_whose_offset_is_not_told_yet_is_asked_again(without_offsets: Stage) -> None:
    stage, group = without_offsets, topics.processor_group(without_offsets.settings.topic_prefix, "crm")
    stage.send(opened("d1"))
    with running(processor(stage)) as worker:
        until = time.monotonic() + 30
        while not worker._assigned:  # pyright: ignore[reportPrivateUsage]
            assert time.monotonic() < until
            time.sleep(0.01)
        starts = [TopicPartition(stage.topic("commands"), n, 0) for n in range(stage.settings.partitions)]
        outside = kafka.consumer(stage.settings, group)
        setting = kafka.transactional_producer(stage.settings, f"{group}.setting")
        setting.init_transactions()
        setting.begin_transaction()
        setting.send_offsets_to_transaction(starts, outside.consumer_group_metadata())
        setting.commit_transaction()
        outside.close()
        assert [reply.version for reply in answered(stage, 1)] == [1]


def test_a_group_that_lost_its_offset_runs_no_command_again(without_offsets: Stage) -> None:
    stage = without_offsets
    stage.send(opened("d1"))
    stage.put(stage.topic("snapshots"), b"acme/deal/d1", b"", [])
    stage.flush()
    worker = processor(stage)
    with pytest.raises(NoStart):
        _run_until_it_ends(worker)
    with pytest.raises(topics.TopicMismatch, match="though commands of it were decided"):
        topics.ensure_topics(stage.settings, ["crm"])
    assert stage.events() == []


def _run_until_it_ends(worker: Processor) -> None:
    with running(worker):
        until = time.monotonic() + 60
        while not worker.ended and time.monotonic() < until:
            time.sleep(0.05)


def _change_until_it_ends(stage: Stage, worker: Processor) -> None:
    with running(worker):
        answered(stage, 1)
        stage.send(amount("d1", 3))
        stage.flush()
        deadline = time.monotonic() + 60
        while not worker.ended and time.monotonic() < deadline:
            time.sleep(0.05)


def test_a_lost_store_is_restored_from_snapshots(stage: Stage) -> None:
    stage.send(opened("d1"))
    with running(processor(stage)):
        answered(stage, 1)
    stage.send(amount("d1", 3))
    shutil.rmtree(stage.settings.data / "processors")
    again = processor(stage)
    read = counting_reads(again)
    with running(again):
        assert answered(stage, 2)[-1].version == 2
    assert read == [1]


def test_a_producer_that_was_without_a_broker_is_replaced(stage: Stage) -> None:
    worker = processor(stage)
    with running(worker):
        stage.send(opened("d1"))
        answered(stage, 1)
        before = worker._producer  # pyright: ignore[reportPrivateUsage]
        worker._complaint(KafkaError(KafkaError._ALL_BROKERS_DOWN))  # pyright: ignore[reportPrivateUsage]
        until(lambda: worker._producer is not before)  # pyright: ignore[reportPrivateUsage]
        stage.send(amount("d1", 3))
        assert answered(stage, 2)[-1].version == 2


def counting_reads(worker: Processor) -> list[int]:
    """How many snapshots the processor reads when it gets its partitions: one number, once it is ready."""
    counted: list[int] = []
    make = worker._place.reader  # pyright: ignore[reportPrivateUsage]
    snapshots = worker._domain.snapshots_topic  # pyright: ignore[reportPrivateUsage]

    class Counting:
        def __init__(self) -> None:
            self.reader, self.read = make(), 0

        def poll(self, timeout: float) -> Any:
            message = self.reader.poll(timeout)
            self._count(filter(None, [message]))
            return message

        def consume(self, *args: Any) -> Any:
            messages = self.reader.consume(*args)
            self._count(messages)
            return messages

        def _count(self, messages: Iterable[Message]) -> None:
            self.read += sum(1 for m in messages if m.error() is None and m.topic() == snapshots)

        def close(self) -> None:
            counted.append(self.read)
            self.reader.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.reader, name)

    worker._place = replace(worker._place, reader=Counting)  # pyright: ignore # a stand-in for the consumer
    return counted


def test_a_new_state_version_folds_the_events_again(stage: Stage) -> None:
    first = stage.send(opened("d1", name="before"))
    stage.send(amount("d1", 3))
    stage.send(RemoveDeal(deal_id="never", at=AT))
    with running(processor(stage)):
        answered(stage, 3)

    def shout(state: Deal, event: Any) -> Deal:
        after = deciders("crm")["deal"].evolve(state, event)
        return replace(after, name=after.name.upper())

    newer = deciders("crm")["deal"].contract.state_version + 1
    stage.send(opened("d1", name="before"), command_id=first)
    stage.send(amount("d1", 4), expected_version=2)
    with running(processor(stage, rules=with_deal(state_version=newer, evolve=shout))):
        replies = answered(stage, 5)
    assert [(r.status, r.version, r.repeated) for r in replies[3:]] == [(200, 1, True), (200, 3, False)]
    rebuilt = [m for m in stage.messages("snapshots") if m.key() == b"acme/deal/d1"]
    states: list[Any] = [stage.codec.decode(m.value() or b"", PlainVault()) for m in rebuilt]
    versions = [h.as_mapping(m.headers())[h.STATE_VERSION] for m in rebuilt]
    assert versions[-2:] == [str(newer).encode()] * 2
    assert [state.name for state in states][-2:] == ["BEFORE", "BEFORE"]
    older = processor(stage)
    threading.Timer(30, older.stop).start()
    with pytest.raises(NewerState, match="newer release"):
        older.run()


def test_what_cannot_be_decided_is_set_aside_and_the_rest_stands(stage: Stage) -> None:
    deal = deciders("crm")["deal"]

    def fragile(command: Any, state: Deal) -> Sequence[Any]:
        if getattr(command, "name", "") == "boom":
            raise ZeroDivisionError("quoting Jane Doe")
        return deal.decide(command, state)

    same = [f"d{i}" for i in range(99) if partition(stage, f"d{i}") == partition(stage, "d0")][:3]
    stage.send(opened(same[0]))
    stage.send(opened(same[1], name="boom"))
    stage.put(stage.topic("commands"), f"acme/deal/{same[0]}".encode(), b"rubbish", [(h.TENANT, b"acme")])
    stage.producer.produce(
        stage.topic("commands"), b"x", b"acme/deal/d0", (partition(stage, "d0") + 1) % 3, headers=[(h.TENANT, b"acme")]
    )
    stage.send(opened(same[2]))
    with running(processor(stage, rules=with_deal(decide=fragile))):
        replies = answered(stage, 3)
    assert [(r.status, r.code) for r in replies] == [(200, None), (500, "internal_error"), (200, None)]
    assert by_key(stage.events()) == {same[0]: [1], same[2]: [1]}
    letters = stage.messages("dead-letters")
    headers = [h.as_mapping(letter.headers()) for letter in letters]
    assert {each[h.REASON].decode().split(":")[0] for each in headers} >= {"ZeroDivisionError while deciding"}
    assert b"rubbish" in {letter.value() for letter in letters}
    assert len(letters) == 3
    assert all(b"Jane Doe" not in value for each in headers for value in each.values())


def test_an_aborted_transaction_is_done_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = [True, True]

    def failing(producer: Producer, work: Work, group: Any) -> Ends:
        if not fails:
            return transact(producer, work, group)
        fails.pop()
        producer.begin_transaction()
        work(lambda topic, number, key, value, headers: producer.produce(topic, value, key, number, headers=headers))
        producer.flush(5)
        producer.abort_transaction(5)
        raise Aborted("for the test")

    monkeypatch.setattr("streams.processor.loop.transact", failing)
    stage.send(opened("d1"))
    stage.send(amount("d1", 2))
    with running(processor(stage)):
        replies = answered(stage, 2)
    assert [r.version for r in replies] == [1, 2]
    assert by_key(stage.events()) == {"d1": [1, 2]}


def test_two_slots_share_a_domain(stage: Stage) -> None:
    deals = [f"d{i}" for i in range(30)]
    with running(processor(stage, slot=0)), running(processor(stage, slot=1)):
        for deal in deals:
            stage.send(opened(deal))
        replies = answered(stage, 30)
        assert {r.status for r in replies} == {200}
    assert by_key(stage.events()) == {deal: [1] for deal in deals}


def test_a_slot_that_is_stopped_leaves_its_partitions_to_the_others(stage: Stage) -> None:
    group = processor_group(stage.settings.topic_prefix, "crm")
    with running(processor(stage, slot=0)):
        with running(processor(stage, slot=1)):
            until(lambda: sorted(members(stage.settings, group).values()) == [1, 2])
        assert set(members(stage.settings, group)) == {f"{group}.0"}
        for deal in range(9):
            stage.send(opened(f"d{deal}"))
        assert {r.status for r in answered(stage, 9)} == {200}
