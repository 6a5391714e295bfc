"""Starts the eraser: `nexus360 serve eraser`. It destroys the keys of persons whose erasure is ordered, and says so.

What is ordered and not yet confirmed stands in the states, and nothing of it here: it may die at any moment, and two
may work at once.
"""

import signal
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

import structlog
from confluent_kafka import KafkaException

from infra.log.board import Board, Job, Key
from infra.log.registry import codec
from infra.log.sender import CommandSender, LogUnavailable
from infra.settings import Settings
from infra.vault import Vaults
from projections.message import OUTAGES
from schemas.generated.admin.data_subject import CONTRACT, DataSubject, DataSubjectStatus
from streams.eraser.work import Destroy, carry_out
from streams.importer.deliver import Pause, Send, Stopped

_REST = 5.0
"""Seconds until what failed is tried again."""
_PATIENCE = 30.0
_TRANSIENT = (*OUTAGES, LogUnavailable, KafkaException)

_log = structlog.get_logger("eraser")


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _, __: stop.set())
    while not stop.is_set():
        try:
            _work(settings, stop)
        except Stopped:
            return
        except _TRANSIENT as error:
            _log.warning("starting again", error=str(error))
            stop.wait(1.0)


def _work(settings: Settings, stop: threading.Event) -> None:
    """Looks and erases until `stop`, or until an outage, which it raises."""

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    coder, instance = codec(settings), f"eraser-{uuid.uuid4().hex[:12]}"
    with (
        closing(Vaults(settings)) as vaults,
        closing(CommandSender(settings, coder, vaults, instance, give_up_after=_PATIENCE)) as sender,
        closing(Board[DataSubject](settings, coder, CONTRACT, "eraser", _concerns)) as board,
    ):
        sender.start()
        shift = Shift(vaults.destroy, sender.send, pause)
        while not stop.is_set():
            if board.look(0.2):
                shift.go_on(board.jobs)


def _concerns(subject: DataSubject) -> bool:
    return subject.status in (DataSubjectStatus.ERASING, DataSubjectStatus.ERASED)


@dataclass(slots=True)
class Shift:
    """Carries out what is ordered, and destroys once more the keys of who was erased before this process: they may have
    come back with a backup of the key table."""

    destroy: Destroy
    send: Send
    pause: Pause
    sure: set[Key] = field(default_factory=set[Key])
    resting: dict[Key, float] = field(default_factory=dict[Key, float])

    def go_on(self, jobs: Mapping[Key, Job[DataSubject]]) -> None:
        """Looks at everybody whose erasure is ordered or done. Raises what outages raise, and Stopped."""
        now = time.monotonic()
        self.resting = {key: until for key, until in self.resting.items() if until > now}
        for key, job in jobs.items():
            if key in self.sure or key in self.resting:
                continue
            try:
                if job.state.status is DataSubjectStatus.ERASED:
                    self.destroy(*key)
                    self.sure.add(key)
                else:
                    # The state after it may not have come back by the next look: not to be told at once again.
                    self.resting[key] = now + _REST
                    done = carry_out(job, self.destroy, self.send, self.pause)
                    _log.info("erased" if done else "erasure withdrawn", tenant=job.tenant, id=job.id)
            except (*_TRANSIENT, Stopped):
                raise
            except Exception:
                self.resting[key] = now + _REST
                _log.exception("an erasure failed", tenant=job.tenant, id=job.id)
