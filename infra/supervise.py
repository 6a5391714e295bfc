"""Runs the platform's processes: starts them, starts one again that dies, stops all when told to.

`serve_everything` stays in front; `detach` leaves it running behind a pid file, as `make demo` does.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infra import tls
from infra.settings import ROOT, Settings
from infra.stack import process

Say = Callable[[str], None]
FRONT_DOOR = ROOT / "nexus360.py"
LONGEST_PAUSE = 10.0
LOG_BYTES = 20 << 20
"""What a process's log may hold before it makes room; as much of what came before is kept beside it."""


class NotReady(Exception):
    """The platform did not become ready; the message says what its health tells and where the logs are."""


@dataclass(slots=True)
class Child:
    """A process that shall run. `pause` grows each time it dies soon after its start."""

    name: str
    command: Sequence[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = 0.1
    due: float = field(default=0.0)


def commands(domains: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Every process of the platform on one machine, by name."""
    serve = (sys.executable, str(FRONT_DOOR), "serve")
    parts = {f"processor-{domain}": (*serve, "processor", domain) for domain in domains}
    parts |= {f"projector-{domain}": (*serve, "projector", domain) for domain in domains}
    return parts | {
        name: (*serve, name)
        for name in ("workflows", "importer", "replayer", "eraser", "mailer", "webhooks", "gateway")
    }


def supervise(wanted: Mapping[str, Sequence[str]], logs: Path, stopping: threading.Event, say: Say) -> None:
    """Keeps processes running until `stopping` is set, then stops them and waits. One that cannot be started is tried
    again, and holds up no other."""
    logs.mkdir(parents=True, exist_ok=True)
    children = [Child(name, command, logs / f"{name}.log") for name, command in wanted.items()]
    try:
        while not stopping.wait(0.1):
            for child in children:
                _tend(child, say)
    finally:
        _stop_all(children)


def _tend(child: Child, say: Say) -> None:
    now = time.monotonic()
    if child.process is not None and child.process.poll() is not None:
        code, lived = child.process.returncode, now - child.started
        child.pause = 0.1 if lived > 30 else min(child.pause * 2, LONGEST_PAUSE)
        child.due, child.process = now + child.pause, None
        again = f"again in {child.pause:.1f} s. Its log is {child.log}."
        _tell(say, f"{child.name} ended with {code} after {lived:.0f} s; {again}")
    if child.process is None and now >= child.due:
        try:
            child.process, child.started = _begun(child), now
        except (OSError, subprocess.SubprocessError) as error:
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
            child.due = now + child.pause
            _tell(say, f"{child.name} could not be started: {error}; again in {child.pause:.1f} s.")
    _bound(child.log)


def _begun(child: Child) -> "subprocess.Popen[bytes]":
    with child.log.open("ab") as log:
        return subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_end_with_keeper if sys.platform == "linux" else None,
        )


def _tell(say: Say, line: str) -> None:
    with contextlib.suppress(OSError):  # as when the disk is full: nothing must end for it
        say(line)


def _bound(log: Path) -> None:
    """Moves what a log holds beside it once it is too much. Who writes to it has opened it to append, and goes on at
    its new beginning; a line that is written in between is lost."""
    with contextlib.suppress(OSError):  # there may be none yet
        if log.stat().st_size > LOG_BYTES:
            try:
                shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            finally:
                os.truncate(log, 0)


_LIBC = ctypes.CDLL(None)
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def _end_with_keeper() -> None:
    """Runs in the child: SIGTERM when its keeper is killed, lest the next keeper starts twins of what still runs."""
    _LIBC.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _stop_all(children: Sequence[Child]) -> None:
    living = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for one in living:
        one.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 15
    for one in living:
        try:
            one.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


def prepare(settings: Settings, domains: Sequence[str], say: Say) -> None:
    """Makes what the processes need: topics, registered schemas, the key table, read models' tables and indices.

    Raises TurnedAway when a server does not let us in.
    """
    from infra.log.registry import register
    from infra.log.topics import ensure_topics
    from infra.turned_away import check
    from infra.vault import ensure_vault

    check(settings)
    ensure_topics(settings, domains)
    say(f"{register(settings)} schemas are registered")
    ensure_vault(settings)


def serve_everything(settings: Settings, say: Say, prepared: Callable[[], None] = lambda: None) -> None:
    """The whole platform on this machine, in front, until SIGTERM or Ctrl-C."""
    from schemas.contract import domains

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stopping.set())
    prepare(settings, domains(), say)
    prepared()
    threading.Thread(target=_announce, args=(settings, stopping, say), daemon=True).start()
    with _pid_file(settings.data / "platform.pid"):
        supervise(commands(domains()), settings.data / "logs", stopping, say)


@contextmanager
def _pid_file(path: Path) -> Generator[None]:
    process.write_pid(path, os.getpid())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def address(settings: Settings) -> str:
    scheme = "http" if settings.gateway_certificate is None else "https"
    return f"{scheme}://{settings.gateway_host}:{settings.gateway_port}"


def _announce(settings: Settings, stopping: threading.Event, say: Say) -> None:
    while not stopping.wait(0.2):
        if _health(settings) == "ready":
            say(f"The platform is ready at {address(settings)}; see {address(settings)}/docs. Ctrl-C stops it.")
            return


def _health(settings: Settings) -> str:
    """`ready` when every part works, or what the platform says instead. Dead letters that wait hold nothing up."""
    try:
        answer = httpx.get(f"{address(settings)}/health/ready", timeout=5, verify=tls.own_gateway(settings))
        working = all(part["status"] != "silent" for part in answer.json()["parts"].values())
        return "ready" if working else answer.text
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return f"no answer at {address(settings)}: {error}"


def detach(settings: Settings, say: Say, timeout: float = 120.0) -> None:
    """Leaves the platform running in the background, and comes back when it is ready. Raises NotReady."""
    log = settings.data / "logs" / "platform.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    pid_file = settings.data / "platform.pid"
    child: subprocess.Popen[bytes] | None = None
    if process.running(pid_file):
        say("the platform is running already")
    else:
        _bound(log)
        with log.open("ab") as out:
            child = subprocess.Popen(
                [sys.executable, str(FRONT_DOOR), "serve"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
    deadline = time.monotonic() + timeout
    while (health := _health(settings)) != "ready":
        ended = child is not None and child.poll() is not None
        if ended or time.monotonic() > deadline:
            stop_detached(settings.data)
            raise NotReady(
                f"The platform is not ready: {process.last_words(log) if ended else health} See {log.parent}."
            )
        time.sleep(0.2)


def stop_detached(data: Path) -> bool:
    """Stops the platform that runs on a data folder; False when none does."""
    return process.stop(data / "platform.pid", signal.SIGTERM, timeout=40)
