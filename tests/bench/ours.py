# confluent_kafka types its admin loosely.
# pyright: reportPrivateImportUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Our side of the comparisons: the steps as commands, a client that sends them, a processor that decides them."""

import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never

from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource

from infra.log import kafka
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import CommandSender
from infra.log.topics import replies_topic, settled
from schemas.generated.common import Money
from schemas.generated.crm.deal import EngageDeal, LoseDeal, OpenDeal, WinDeal
from streams.processor.reading import ends
from tests.bench.work import Step, deals
from tests.integration.processor import Stage, drop, envelope, new_stage, plain, start_process

PARTITIONS = 6
_READY = 60.0
_PATIENCE = 120.0


def command(step: Step) -> OpenDeal | EngageDeal | WinDeal | LoseDeal:
    """The command that a step is."""
    match step.kind:
        case "open":
            return OpenDeal(
                deal_id=step.deal,
                name=step.name,
                owner_id=step.owner,
                company_id=step.company or None,
                product_id=step.product,
                at=step.at,
            )
        case "engage":
            return EngageDeal(deal_id=step.deal, at=step.at)
        case "win":
            assert step.amount is not None
            return WinDeal(deal_id=step.deal, amount=Money(amount=step.amount, currency="USD"), at=step.at)
        case "lose":
            return LoseDeal(deal_id=step.deal, reason="Not given", at=step.at)
        case _:
            assert_never(step.kind)


def work(copies: int = 1) -> Iterator[CommandEnvelope]:
    """The commands of so many copies, for a tenant that nobody has had before, each with the version that its deal
    must have."""
    tenant, versions = f"t{uuid.uuid4().hex[:8]}", Counter[str]()
    for step in deals(copies):
        yield replace(envelope(command(step)), tenant=tenant, expected_version=versions[step.deal])
        versions[step.deal] += 1


@dataclass
class Desk:
    """A log of its own, processors of the CRM on it and a client of theirs. `events` are those in the log: each command
    of the sample gives one."""

    stage: Stage
    sender: CommandSender
    processors: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict[int, "subprocess.Popen[bytes]"])
    events: int = 0

    def start(self, slot: int = 0) -> float:
        """Starts a processor; seconds until the first command is answered, which opens a deal of another tenant."""
        first = next(work())
        began = time.perf_counter()
        self.processors[slot] = start_process(self.stage, slot)
        reply = self.sender.send(first).result(_READY)
        assert reply.status == 200, reply
        self.events += 1
        return time.perf_counter() - began

    def stop(self) -> None:
        """Ends the processors; what they keep on disk stays."""
        for process in self.processors.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processors.values():
            process.wait(20)
        self.processors.clear()

    def fill(self) -> Sequence[CommandEnvelope]:
        """Has a processor decide the sample's commands, which it gives, and ends it."""
        commands = list(work())
        self.start()
        self.send(commands, 2000)
        self.stop()
        return commands

    def forget(self) -> None:
        """Deletes the processors' local stores."""
        shutil.rmtree(self.stage.settings.data / "processors")

    def send(self, commands: Sequence[CommandEnvelope], outstanding: int) -> float:
        """Seconds until all are accepted, with so many on their way at any time."""
        room, refused = threading.Semaphore(outstanding), list[str]()
        began = time.perf_counter()
        for each in commands:
            room.acquire()
            self.sender.send(each).add_done_callback(_noting(room, refused))
        for _ in range(outstanding):
            assert room.acquire(timeout=_PATIENCE), "Commands are not answered."
        seconds = time.perf_counter() - began
        assert not refused, f"{len(refused)} of {len(commands)} were not accepted, such as {refused[0]}"
        self.events += len(commands)
        return seconds


def _noting(room: threading.Semaphore, refused: list[str]) -> "Callable[[Future[Reply]], None]":
    def answered(future: "Future[Reply]") -> None:
        error = future.exception()
        if error is not None or future.result().status != 200:
            refused.append(str(error or future.result()))
        room.release()

    return answered


@contextmanager
def desk(*, flush: bool = False) -> Generator[Desk]:
    """A desk without a processor yet. With `flush` the broker calls fsync for every batch that it appends."""
    with tempfile.TemporaryDirectory(prefix="nexus-bench-") as folder, ExitStack() as afterwards:
        stage = new_stage(Path(folder), PARTITIONS)
        afterwards.callback(drop, stage)
        if flush:
            _flush_each(stage)
        sender = CommandSender(stage.settings, stage.codec, plain, "bench", resend_after=30.0, give_up_after=_PATIENCE)
        replies = replies_topic(stage.settings.topic_prefix)
        settled(lambda: ends(kafka.admin(stage.settings), replies, list(range(PARTITIONS))))
        sender.start()
        afterwards.callback(sender.close)
        here = Desk(stage, sender)
        afterwards.callback(here.stop)
        yield here


def _flush_each(stage: Stage) -> None:
    entry = ConfigEntry("flush.messages", "1", incremental_operation=AlterConfigOpType.SET)
    kinds = ("commands", "events", "snapshots")
    wanted = [ConfigResource("topic", stage.topic(kind), incremental_configs=[entry]) for kind in kinds]
    client = kafka.admin(stage.settings)
    for future in client.incremental_alter_configs(wanted).values():
        future.result(20)
