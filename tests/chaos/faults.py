"""Faults, drawn from a seed, that happen in the middle of a load: processes are killed, frozen, added and removed,
connections are cut and stalled, disks are full for a while."""

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

import pytest

from infra.stack import process
from tests.chaos.load import Load
from tests.chaos.servers import PLATFORM, SERVERS, STORING, Servers
from tests.platform import Platform

WORKERS = ("gateway", "processor crm", "projector crm")
SCALABLE = ("processor crm", "projector crm")
FROZEN = 9.0
"""Seconds, longer than the session time-out: who wakes up after that is a zombie."""
LASTING = (1.0, 8.0)
"""Seconds for which connections are cut or stalled and disks are full."""
ANSWERS_WITHIN = 90.0
_SECOND = " --slot 1"

Kind = Literal["kill", "freeze", "add", "remove", "cut", "stall", "fill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OFTEN: dict[Kind, float] = {"kill": 9, "freeze": 1.5, "add": 1, "remove": 1, "cut": 5, "stall": 3, "fill": 3}
_PAIRS = 0.3


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to which parts at once, and for how long. A frozen process gets a second one beside it, which takes
    its work."""

    kind: Kind
    parts: tuple[str, ...]
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {' and '.join(self.parts)}"


@dataclass(frozen=True, slots=True)
class Suffered:
    """`seconds` from the fault, or from its end when it lasts, until a command that was sent after it was accepted."""

    fault: Fault
    seconds: float
    after_ready: float

    def __str__(self) -> str:
        return f"{self.fault}: accepted again after {self.seconds:.1f} s, {self.after_ready:.1f} s after it was ready"


def plan(random: Random, count: int, kinds: Collection[Kind] = KINDS) -> list[Fault]:
    """So many faults of these kinds, one part or two at once; no part is harmed in a way again before every other was.

    A part is added before one is removed: where nothing is there to be removed, something is added, and the other way.
    """
    wanted: list[Kind] = [kind for kind in KINDS if kind in kinds]
    turns = {kind: _turns(random, kind) for kind in wanted}
    faults: list[Fault] = []
    added: list[str] = []
    for _ in range(count):
        kind = random.choices(wanted, [_OFTEN[each] for each in wanted])[0]
        match kind:
            case "add" | "remove":
                faults.append(_more_or_fewer(random, kind, added))
            case "freeze":
                faults.append(Fault(kind, (next(turns[kind]),)))
            case "kill" | "cut" | "stall" | "fill":
                parts = {next(turns[kind]) for _ in range(2 if random.random() < _PAIRS else 1)}
                seconds = 0.0 if kind == "kill" else round(random.uniform(*LASTING), 1)
                faults.append(Fault(kind, tuple(sorted(parts)), seconds))
    return faults


def _turns(random: Random, kind: Kind) -> Generator[str]:
    """Every part that such a fault can meet, in one order after another."""
    parts = {
        "kill": (*WORKERS, *SERVERS),
        "cut": SERVERS,
        "stall": SERVERS,
        "fill": (*STORING, PLATFORM),
    }.get(kind, SCALABLE)
    while True:
        yield from random.sample(parts, len(parts))


def _more_or_fewer(random: Random, kind: Kind, added: list[str]) -> Fault:
    missing = [part for part in SCALABLE if part not in added]
    if missing and (kind == "add" or not added):
        added.append(random.choice(missing))
        return Fault("add", (added[-1],))
    return Fault("remove", (added.pop(random.randrange(len(added))),))


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


def suffer(here: Platform, servers: Servers, load: Load, faults: Sequence[Fault], random: Random) -> list[Suffered]:
    """One fault after the other, each once the platform answers again after the one before."""
    found: list[Suffered] = []
    for fault in faults:
        time.sleep(random.uniform(0.3, 1.5))  # at some moment, whatever is under way
        began = _happens(here, servers, fault)
        servers.keep_up()
        deadline = time.monotonic() + ANSWERS_WITHIN
        while load.accepted_since(began) is None:
            if servers.keep_up():
                deadline = time.monotonic() + ANSWERS_WITHIN
            if time.monotonic() > deadline:
                tails = "\n".join(f"--- {part}\n{here.tail(part)}" for part in here.processes)
                pytest.fail(f"No command was accepted for {ANSWERS_WITHIN:.0f} s after: {fault}\n{tails}")
            time.sleep(0.02)
        accepted = load.accepted_since(began)
        assert accepted is not None
        found.append(Suffered(fault, accepted.at - began))
        lasted = f" for {fault.seconds:.1f} s" if fault.seconds else ""
        print(f"  {fault}{lasted}: accepted again after {found[-1].seconds:.1f} s", flush=True)
    return found


def _happens(here: Platform, servers: Servers, fault: Fault) -> float:
    """The moment from which the platform has to answer again."""
    began = time.monotonic()
    match fault.kind:
        case "kill":
            told = {part: len(here.lines(part)) for part in fault.parts if part in WORKERS}
            for part in fault.parts:
                _kill(here, servers, part)
        case "freeze":
            _freeze(here, fault.parts[0])
        case "add":
            here.start(_second(fault.parts[0]))
        case "remove":
            second = _second(fault.parts[0])
            if second in here.processes:
                here.stop(second)
        case "cut" | "stall":
            return _wires_fail(servers, fault)
        case "fill":
            return _disks_fill(servers, fault)
    return began


def _kill(here: Platform, servers: Servers, part: str) -> None:
    if part in SERVERS:
        pid_file = servers.settings.data / f"{part}.pid"
        pid = process.running(pid_file)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            _until(lambda: process.running(pid_file) is None)
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


def _wires_fail(servers: Servers, fault: Fault) -> float:
    wires = [servers.wires[part] for part in fault.parts]
    try:
        for wire in wires:
            wire.cut() if fault.kind == "cut" else wire.stall()
        time.sleep(fault.seconds)
    finally:
        for wire in wires:
            wire.heal()
    return time.monotonic()


def _disks_fill(servers: Servers, fault: Fault) -> float:
    """A server that stops on a full disk is started again once there is room."""
    disks = [servers.disks[part] for part in fault.parts]
    try:
        for disk in disks:
            disk.fill()
        time.sleep(fault.seconds)
    finally:
        for disk in disks:
            disk.free()
    return time.monotonic()


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
