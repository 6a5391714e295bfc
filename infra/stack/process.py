"""Processes of ours: started, found again, stopped. A process is known by its pid and its start time, so that a number
given to somebody else since is never touched."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LARGEST_LOG = 20_000_000
_TELLING = ("ERROR", "FATAL", "PANIC", "Exception", "error:", "Error:", "Bad file format", "can't", "cannot", "Failed")


class DidNotStart(Exception):
    """A part is not there; the message says which, why, and where its log is."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start. `user` is (uid, gid) when it must run as somebody else."""

    name: str
    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    user: tuple[int, int] | None = None


def start_time(pid: int) -> int | None:
    """Clock ticks after boot at which a process began, None when it is gone or only waits to be buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


def running(pid_file: Path) -> int | None:
    """The pid that was written down, if that very process still runs."""
    try:
        pid, began = (int(part) for part in pid_file.read_text().split())
    except (FileNotFoundError, ValueError):
        return None
    return pid if start_time(pid) == began else None


def write_pid(pid_file: Path, pid: int) -> None:
    pid_file.write_text(f"{pid} {start_time(pid)}\n")


def start(program: Program, pid_file: Path, timeout: float = 90.0) -> float:
    """Starts a program and waits until it answers; gives the seconds that took. Raises DidNotStart."""
    began, since = time.monotonic(), 0
    if not running(pid_file):
        _bound(program.log)
        since = program.log.stat().st_size
        _spawn(program, pid_file)
    while not program.answers():
        ended, late = not running(pid_file), time.monotonic() - began > timeout
        if ended or late:
            what = "ended while it started" if ended else f"did not answer within {timeout:.0f} s"
            why = last_words(program.log, since)
            raise DidNotStart(f"{program.name} {what}; it last said: {why}\n  Its log is {program.log}.")
        time.sleep(0.05)
    if not running(pid_file):
        raise DidNotStart(f"{program.name} ended, and somebody else answers on its port. Its log is {program.log}.")
    return time.monotonic() - began


def _bound(log: Path) -> None:
    """Begins a new log when the old one has grown large; the old one is kept once."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    if log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.old"))
        log.touch()


def _spawn(program: Program, pid_file: Path) -> None:
    uid, gid = program.user or (None, None)
    with program.log.open("ab") as log:
        try:
            child = subprocess.Popen(
                [str(part) for part in program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={**os.environ, **program.environment},
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
            )
        except OSError as error:
            raise DidNotStart(f"{program.name} cannot be run: {program.command[0]}: {error.strerror}.") from error
    write_pid(pid_file, child.pid)


def last_words(log: Path, since: int = 0) -> str:
    """What a log says about an error after its first `since` bytes: the last cause, else the last error or line."""
    if not log.exists():
        return "it said nothing."
    with log.open("rb") as text:
        text.seek(max(since, log.stat().st_size - 100_000))
        lines = [line.strip() for line in text.read().decode(errors="replace").splitlines() if line.strip()]
    # A Java cause without a message, such as an end of file, says less than the one before it.
    causes = [line for line in lines if line.startswith("Caused by:") and line.count(": ") > 1]
    telling = [line for line in lines if any(word in line for word in _TELLING) and not line.startswith("at ")]
    return (causes or telling or lines or ["it said nothing."])[-1][:300]


def stop(pid_file: Path, how: signal.Signals = signal.SIGTERM, timeout: float = 60.0) -> bool:
    """Asks a process to end, insists after `timeout` seconds, and forgets it. False when none was running."""
    pid = running(pid_file)
    if pid is not None:
        _signal(pid, how)
        deadline = time.monotonic() + timeout
        while running(pid_file):
            if time.monotonic() > deadline:
                _signal(pid, signal.SIGKILL)
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    return pid is not None


def _signal(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:  # it ended by itself in this moment
        return
