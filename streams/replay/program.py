"""Replays into a program: one event a line on its standard input.

At least once: after a kill some events are given again, those since the last checkpoint. Their `id` tells.
"""

import shlex
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from infra.log import headers as h
from streams.replay import checkpoint as checkpoints
from streams.replay.bounds import Found
from streams.replay.checkpoint import Checkpoint
from streams.replay.cloudevent import opened_line, sealed_line
from streams.replay.opening import Opener
from streams.replay.refused import ProgramFailed, Refused
from streams.replay.sink import Often

_IN_FLIGHT = 1000
_KEPT_EVERY = 5.0
_GRACE = 5.0
_FOR_EVER = float("inf")


class ProgramSink:
    """A program that is started for every `batch` events and acknowledges them by ending with 0; or, when `lines` is
    set, is started once and acknowledges each event, and all before it, by writing its id as a line.

    `opener` is None to give events sealed.
    """

    def __init__(
        self,
        command: Sequence[str],
        path: Path,
        opener: Opener | None,
        *,
        lines: bool,
        batch: int,
        stopped: Callable[[], bool],
    ) -> None:
        self._command, self._path, self._opener = list(command), path, opener
        self._lines, self._batch, self._stopped = lines, batch, stopped
        self._process: subprocess.Popen[bytes] | None = None
        self._acknowledgements = Acknowledgements()
        self._stopped_at: float | None = None

    @property
    def name(self) -> str:
        how = "sealed" if self._opener is None else "opened"
        return f"the program {shlex.join(self._command)} ({how}, {'lines' if self._lines else 'exit'})"

    @property
    def often(self) -> Often:
        return Often(_IN_FLIGHT, _KEPT_EVERY) if self._lines else Often(self._batch, _FOR_EVER)

    @contextmanager
    def open(self) -> Generator["ProgramSink"]:
        with checkpoints.alone(self._path):
            try:
                yield self
            finally:
                self._end()

    def last(self) -> Checkpoint | None:
        return checkpoints.load(self._path)

    def prepare(self, checkpoint: Checkpoint, *, resumed: bool) -> None:
        if not resumed:
            checkpoints.store(self._path, checkpoint)

    def take(self, events: Sequence[Found]) -> int:
        opened = None if self._opener is None else self._opener.open(events)
        written = map(sealed_line, events) if opened is None else map(opened_line, opened)
        process = self._process or self._begin()
        self._acknowledgements.expect(event.headers[h.CE_ID].decode() for event in events)
        try:
            for line in written:
                _input(process).write(line)
            _input(process).flush()
        except BrokenPipeError as error:
            raise self._failed(process) from error
        return 0 if opened is None else sum(each.unreadable is not None for each in opened)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Waits until the program has acknowledged everything. At the end of a replay it must end well, too."""
        if self._process is not None:
            if self._lines:
                self._await_lines(self._process)
            if not self._lines or checkpoint.finished:
                self._await_exit(self._process)
        self._acknowledgements.forget()
        checkpoints.store(self._path, checkpoint)

    def _begin(self) -> "subprocess.Popen[bytes]":
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self._lines else None,
                process_group=0,  # so that Ctrl-C stops the replay, which then lets the program end
            )
        except OSError as error:
            raise Refused("program_missing", f"{self._command[0]} cannot be started: {error.strerror}.") from error
        if process.stdout is not None:
            self._acknowledgements.listen(process.stdout)
        self._process = process
        return process

    def _await_lines(self, process: "subprocess.Popen[bytes]") -> None:
        while not self._acknowledgements.settled(0.1):
            if self._acknowledgements.ended or self._given_up():
                raise self._failed(process)
        if self._acknowledgements.strange is not None:
            raise self._failed(process)

    def _await_exit(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            _input(process).close()
        except BrokenPipeError as error:
            raise self._failed(process) from error
        while process.poll() is None:
            if self._given_up():
                raise self._failed(process)
            time.sleep(0.01)
        if process.returncode != 0:
            raise self._failed(process)
        self._process = None

    def _given_up(self) -> bool:
        """Whether the replay was stopped a while ago, which the program had to come to an end."""
        if not self._stopped():
            return False
        self._stopped_at = self._stopped_at or time.monotonic()
        return time.monotonic() - self._stopped_at > _GRACE

    def _failed(self, process: "subprocess.Popen[bytes]") -> ProgramFailed:
        """Ends the program and says what went wrong, counting what it acknowledged to the last."""
        self._end()
        count, strange = self._acknowledgements.count, self._acknowledgements.strange
        if strange is not None:
            what = (
                f"The program wrote the line {strange[:80]!r}, which is not the id of an event that waits for its "
                "acknowledgement (write ids only to standard output, anything else to standard error)"
            )
        elif self._given_up():
            what = "The replay was stopped before the program had done all that it was given"
        else:
            what = f"The program ended with exit code {process.returncode} before it had done all that it was given"
        told = f", after {count:,} acknowledged events since the last checkpoint" if self._lines else ""
        return ProgramFailed(f"{what}{told}. Put it right, then go on with --resume.", count)

    def _end(self) -> None:
        """Gives a program that still runs the end of its input, and some time."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(BrokenPipeError):
            _input(process).close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._acknowledgements.hear_out()


class Acknowledgements:
    """The events that wait for their acknowledgement, in order. A thread of its own reads the program's lines."""

    def __init__(self) -> None:
        self.count = 0
        self.ended = False
        self.strange: str | None = None
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def expect(self, ids: Iterable[str]) -> None:
        with self._changed:
            self._waiting.extend(ids)

    def listen(self, lines: IO[bytes]) -> None:
        self._thread = threading.Thread(target=self._run, args=(lines,), name="acknowledgements", daemon=True)
        self._thread.start()

    def hear_out(self) -> None:
        """Waits for the last lines of a program that has ended; children of its own may hold its output open."""
        if self._thread is not None:
            self._thread.join(_GRACE)

    def settled(self, timeout: float) -> bool:
        """Whether nothing waits any more, or a line was no acknowledgement; waits a little for it."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting or self.strange is not None, timeout)

    def forget(self) -> None:
        """Begins to count anew."""
        with self._changed:
            self._waiting.clear()
            self.count = 0

    def _run(self, lines: IO[bytes]) -> None:
        for line in lines:
            self._hear(line.decode(errors="replace").strip())
        with self._changed:
            self.ended = True
            self._changed.notify()

    def _hear(self, id: str) -> None:
        with self._changed:
            if id not in self._waiting:
                self.strange = self.strange or id
            else:
                while self._waiting.popleft() != id:
                    self.count += 1
                self.count += 1
            self._changed.notify()


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin
