"""Processors killed, stopped and woken again while commands pour in: once, in order, all answered."""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from pathlib import Path

import pytest

from infra.log.replies import Reply
from infra.log.sender import CommandSender
from tests.integration.processor import (
    Stage,
    amount,
    by_key,
    drop,
    envelope,
    kill,
    new_stage,
    opened,
    plain,
    start_process,
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = new_stage(tmp_path)
    yield made
    drop(made)


def pour(stage: Stage, deals: int, changes: int, due: Sequence[tuple[float, Callable[[], None]]]) -> list[Reply]:
    """Opens deals and changes each so many times, sending every tenth command twice; gives all replies.

    Calls what is due once that part of the replies is there. The sender asks again for answers that died with a
    processor.
    """
    sender = CommandSender(stage.settings, stage.codec, plain, "chaos", resend_after=4.0, give_up_after=100.0)
    sender.start()
    futures: list[Future[Reply]] = []
    for change in range(changes + 1):
        for number in range(deals):
            deal = f"deal-{number}"
            command = envelope(amount(deal, change) if change else opened(deal))
            futures += [sender.send(command) for _ in range(2 if number % 10 == 0 else 1)]
    try:
        actions = {int(part * len(futures)): action for part, action in due}
        for number, future in enumerate(as_completed(futures, 120), 1):
            assert future.result().status == 200
            if number in actions:
                actions[number]()
    finally:
        sender.close()
    return [future.result() for future in futures]


def check(stage: Stage, replies: list[Reply], deals: int, changes: int) -> None:
    """Every command led to one event, every reply tells of it, and versions have no gap."""
    events = stage.events()
    assert len(events) == deals * (changes + 1)
    assert len({event.command_id for event in events}) == len(events)
    told = {reply.command_id: reply.events for reply in replies}
    assert all(told[event.command_id][0].id == event.event_id for event in events)
    assert len({(reply.command_id, reply.events) for reply in replies}) == len(events)
    versions = by_key(events)
    assert len(versions) == deals
    assert all(each == list(range(1, changes + 2)) for each in versions.values())


def test_killed_three_times_it_decides_everything_once(stage: Stage) -> None:
    workers = [start_process(stage)]

    def kill_and_restart() -> None:
        kill(workers[-1])
        workers.append(start_process(stage))

    try:
        replies = pour(stage, 5_000, 3, [(part, kill_and_restart) for part in (0.2, 0.45, 0.7)])
    finally:
        kill(workers[-1])
    assert len(workers) == 4
    check(stage, replies, 5_000, 3)


def test_a_stopped_processor_that_wakes_up_is_refused(stage: Stage) -> None:
    first = start_process(stage, slot=0)
    others: list[subprocess.Popen[bytes]] = []

    def stop_and_replace() -> None:
        first.send_signal(signal.SIGSTOP)
        others.append(start_process(stage, slot=1))

    try:
        wake = (0.8, lambda: first.send_signal(signal.SIGCONT))
        replies = pour(stage, 3_000, 2, [(0.2, stop_and_replace), wake])
    finally:
        for worker in (first, *others):
            kill(worker)
    refused = (stage.settings.data / "processor-0.log").read_text()
    assert "transaction aborted" in refused or "producer broken" in refused
    check(stage, replies, 3_000, 2)
