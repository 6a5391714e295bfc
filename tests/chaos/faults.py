"""Faults, drawn from a seed: processes killed, frozen, added and removed in the middle of a load."""

import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from infra import settings as infra_settings
from infra.settings import PARTS, Settings
from infra.stack import process, stack
from tests.chaos.load import Load
from tests.platform import Platform

WORKERS = ("gateway", "processor crm", "projector crm")
SERVERS = ("kafka", "postgres", "elasticsearch", "redis", "registry")
SCALABLE = ("processor crm", "projector crm")
FROZEN = 9.0
"""Seconds, longer than the session time-out: who wakes up after that is a zombie."""
ANSWERS_WITHIN = 90.0
_SECOND = " --slot 1"

Kind = Literal["kill", "freeze", "add", "remove"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to which processes at once. A frozen one gets a second one beside it, which takes its work."""

    kind: Kind
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {' and '.join(self.parts)}"


@dataclass(frozen=True, slots=True)
class Suffered:
    """`seconds` from the fault until a command that was sent after it was accepted, and `after_ready` from when all
    that was killed worked again; 0 when commands did not wait for that."""

    fault: Fault
    seconds: float
    after_ready: float

    def __str__(self) -> str:
        return f"{self.fault}: accepted again after {self.seconds:.1f} s, {self.after_ready:.1f} s after it was ready"


def plan(random: Random, count: int) -> list[Fault]:
    """So many faults: most are kills, of one process or of two, every kind of process among them."""
    everyone = [*WORKERS, *SERVERS]
    order = random.sample(everyone, len(everyone))
    faults: list[Fault] = []
    added: list[str] = []
    for number in range(count):
        kind = random.choices(("kill", "pair", "freeze", "add", "remove"), (6, 3, 1.5, 1, 1))[0]
        if kind == "pair":
            faults.append(Fault("kill", tuple(random.sample(everyone, 2))))
        elif kind == "freeze":
            faults.append(Fault("freeze", (random.choice(SCALABLE),)))
        elif kind == "add" and len(added) < len(SCALABLE):
            part = random.choice([each for each in SCALABLE if each not in added])
            added.append(part)
            faults.append(Fault("add", (part,)))
        elif kind == "remove" and added:
            faults.append(Fault("remove", (added.pop(random.randrange(len(added))),)))
        else:
            faults.append(Fault("kill", (order[number % len(order)],)))
    return faults


@contextmanager
def own_stack() -> Generator[Settings]:
    """Servers of our own to kill, in a folder of their own."""
    data = Path(tempfile.mkdtemp(prefix="nexus360-chaos-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    data.chmod(0o755)
    given = Settings(data=data)
    if elsewhere := stack.external(given):
        pytest.fail(f"Chaos kills servers and wants its own: unset {', '.join(sorted(elsewhere))} (NEXUS_…).")
    try:
        stack.up(given, print)
        yield infra_settings.read(data=data)
    finally:
        stack.wipe(given, print)
        shutil.rmtree(data, ignore_errors=True)


def addresses(servers: Settings) -> dict[str, Any]:
    """The servers' addresses as changes of a platform's settings."""
    return {part: getattr(servers, part) for part in PARTS}


@contextmanager
def kept(here: Platform) -> Generator[list[str]]:
    """Starts every process again that ends, as a supervisor does; gives what it said about that."""
    stop, told = threading.Event(), list[str]()

    def keep() -> None:
        while not stop.wait(0.1):
            for part, running in list(here.processes.items()):
                if running.poll() is not None and here.processes.get(part) is running:
                    told.append(f"{part} ended with {running.returncode}")
                    here.start(part)

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


def suffer(here: Platform, servers: Settings, load: Load, faults: Sequence[Fault], random: Random) -> list[Suffered]:
    """One fault after the other, each once the platform answers again after the one before."""
    found: list[Suffered] = []
    for fault in faults:
        time.sleep(random.uniform(0.3, 1.5))  # at some moment, whatever is under way
        began = time.monotonic()
        ready = _happens(here, servers, fault)
        while load.accepted_since(began) is None:
            if time.monotonic() - began > ANSWERS_WITHIN:
                tails = "\n".join(f"--- {part}\n{here.tail(part)}" for part in here.processes)
                pytest.fail(f"No command was accepted for {ANSWERS_WITHIN:.0f} s after: {fault}\n{tails}")
            time.sleep(0.02)
        accepted = load.accepted_since(began)
        assert accepted is not None
        found.append(Suffered(fault, accepted.at - began, max(0.0, accepted.at - ready)))
        print(f"  {found[-1]}", flush=True)
    return found


def _happens(here: Platform, servers: Settings, fault: Fault) -> float:
    """When it was over: for a kill, when all that was killed works again."""
    match fault.kind:
        case "kill":
            told = {part: len(here.lines(part)) for part in fault.parts if part in WORKERS}
            for part in fault.parts:
                _kill(here, servers, part)
            if set(fault.parts) & set(SERVERS):
                stack.up(Settings(data=servers.data), _silent)
            for part, before in told.items():
                _until(lambda part=part, before=before: _works(here, part, before), ANSWERS_WITHIN)
        case "freeze":
            _freeze(here, fault.parts[0])
        case "add":
            here.start(_second(fault.parts[0]))
        case "remove":
            second = _second(fault.parts[0])
            if second in here.processes:
                here.stop(second)
    return time.monotonic()


def _works(here: Platform, part: str, before: int) -> bool:
    """Whether a worker that was started again is ready; `before` it had told so many lines. Commands do not wait for a
    projector."""
    match part:
        case "gateway":
            return _listens(here.settings.gateway_port)
        case "processor crm":
            return any('"partitions ready"' in line for line in here.lines(part)[before:])
        case _:
            return True


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _kill(here: Platform, servers: Settings, part: str) -> None:
    if part in SERVERS:
        pid = process.running(servers.data / f"{part}.pid")
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            _until(lambda: process.running(servers.data / f"{part}.pid") is None)
    else:
        here.processes[part].kill()  # the keeper starts it again


def _freeze(here: Platform, part: str) -> None:
    """A process sleeps past its session's end while a second one takes its work; then it wakes up and believes that
    nothing happened."""
    frozen, second = here.processes[part], _second(part)
    there = second in here.processes
    frozen.send_signal(signal.SIGSTOP)
    try:
        if not there:
            here.start(second)
        time.sleep(FROZEN)
    finally:
        frozen.send_signal(signal.SIGCONT)
    if not there:
        time.sleep(1.0)
        here.stop(second)


def remove_second_ones(here: Platform) -> None:
    """Stops what was added and not removed."""
    for part in [each for each in here.processes if each.endswith(_SECOND)]:
        here.stop(part)


def _second(part: str) -> str:
    return part + _SECOND


def _until(happens: Callable[[], bool], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _silent(_: str) -> None: ...
