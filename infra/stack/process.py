"""Processes of ours: started, found again, stopped. A process is known by its pid and its start time, so that a number
given to somebody else since is never touched."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TELLING = re.compile(r"\b(ERROR|FATAL|error:)|^\w*(Error|Exception|Mismatch|Unavailable)\b")


class DidNotStart(Exception):
    """A part is not there; the message says which, why, and where its log is."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start. `user` is (uid, gid) when it must run as somebody else."""

    name: str
    command: Sequence[str | Path]
    log: Path
    answers: Callable[[], bool]
    environment: Mapping[str, str]
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM


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
    began = time.monotonic()
    if not running(pid_file):
        program.log.parent.mkdir(parents=True, exist_ok=True)
        uid, gid = program.user or (None, None)
        with program.log.open("ab") as log:
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
        write_pid(pid_file, child.pid)
    while not program.answers():
        if not running(pid_file):
            raise DidNotStart(f"{program.name} ended at once: {last_words(program.log)} Its log is {program.log}.")
        if time.monotonic() - began > timeout:
            raise DidNotStart(f"{program.name} did not answer within {timeout:.0f} s. Its log is {program.log}.")
        time.sleep(0.05)
    return time.monotonic() - began


def last_words(log: Path) -> str:
    """The last line of a log that says something about an error, else its last line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-200:] if line.strip()]
    telling = [line for line in lines if TELLING.search(line)]
    return (telling or lines or ["it said nothing."])[-1][:300]


def stop(pid_file: Path, how: signal.Signals = signal.SIGTERM, timeout: float = 30.0) -> bool:
    """Asks a process to end, insists after `timeout` seconds, and forgets it. False when none was running."""
    pid = running(pid_file)
    if pid is not None:
        os.kill(pid, how)
        deadline = time.monotonic() + timeout
        while running(pid_file):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    return pid is not None
