"""Faults that happen in the middle of a load: processes are killed, frozen, added and removed, connections are cut and
stalled, disks are full for a while."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import pytest

from infra.stack import process
from tests.chaos.load import Load
from tests.chaos.plan import WORKERS, Fault
from tests.chaos.servers import SERVERS, Servers
from tests.platform import Platform

FROZEN = 9.0
"""Seconds, longer than the session time-out: who wakes up after that is a zombie."""
ANSWERS_WITHIN = 90.0
RECOVERS_WITHIN = 3.0
"""Seconds after all works again; what takes longer is told with what every process said of itself meanwhile."""
_SECOND = " --slot 1"


@dataclass(frozen=True, slots=True)
class Suffered:
    """`seconds` from the fault until a command was accepted that was sent after it, or after its end when it lasts, and
    `after_ready` from when all that was harmed worked again; 0 when commands did not wait for that."""

    fault: Fault
    seconds: float
    after_ready: float

    def __str__(self) -> str:
        return (
            f"{self.fault.told}: accepted again after {self.seconds:.1f} s, {self.after_ready:.1f} s after it was ready"
        )


def suffer(here: Platform, servers: Servers, load: Load, faults: Sequence[Fault], random: Random) -> list[Suffered]:
    """One fault after the other, each once the platform answers again after the one before."""
    found: list[Suffered] = []
    for fault in faults:
        time.sleep(random.uniform(0.3, 1.5))  # at some moment, whatever is under way
        began, told = time.monotonic(), {part: len(here.lines(part)) for part in here.processes}
        ready = _happens(here, servers, fault)
        since = ready if fault.seconds else began
        deadline = time.monotonic() + ANSWERS_WITHIN
        while (accepted := load.accepted_since(since)) is None:
            if servers.keep_up():
                deadline = time.monotonic() + ANSWERS_WITHIN
            if time.monotonic() > deadline:
                tails = "\n".join(f"--- {part}\n{here.tail(part)}" for part in here.processes)
                pytest.fail(f"No command was accepted for {ANSWERS_WITHIN:.0f} s after: {fault}\n{tails}")
            time.sleep(0.02)
        found.append(Suffered(fault, accepted.at - began, max(0.0, accepted.at - ready)))
        print(f"  {found[-1]}", flush=True)
        if found[-1].after_ready > RECOVERS_WITHIN:
            print("\n".join(_said_since(here, told)), flush=True)
    return found


def _said_since(here: Platform, told: Mapping[str, int]) -> Iterator[str]:
    for part in here.processes:
        said = here.lines(part)[told.get(part, 0) :]
        yield from (
            f"    {part}: {line}" for line in said if line.startswith("{")
        )  # not what its libraries complain of


def _happens(here: Platform, servers: Servers, fault: Fault) -> float:
    """When it was over: all that was harmed works again."""
    match fault.kind:
        case "kill":
            told = {part: (here.processes[part], len(here.lines(part))) for part in fault.parts if part in WORKERS}
            for part in fault.parts:
                _kill(here, servers, part)
            servers.keep_up()
            for part, (killed, lines) in told.items():
                _until(lambda part=part, killed=killed: here.processes[part] is not killed, ANSWERS_WITHIN)
                _until(lambda part=part, lines=lines: _works(here, part, lines), ANSWERS_WITHIN)
        case "freeze":
            _freeze(here, fault.parts[0])
        case "add":
            here.start(_second(fault.parts[0]))
        case "remove":
            second = _second(fault.parts[0])
            if second in here.processes:
                here.stop(second)
        case "cut" | "stall":
            _wires_fail(servers, fault)
        case "fill":
            _disks_fill(servers, fault)
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


def _wires_fail(servers: Servers, fault: Fault) -> None:
    wires = [servers.wires[part] for part in fault.parts]
    try:
        for wire in wires:
            wire.cut() if fault.kind == "cut" else wire.stall()
        time.sleep(fault.seconds)
    finally:
        for wire in wires:
            wire.heal()


def _disks_fill(servers: Servers, fault: Fault) -> None:
    """A server that stops on a full disk is started again once there is room."""
    disks = [servers.disks[part] for part in fault.parts]
    try:
        for disk in disks:
            disk.fill()
        time.sleep(fault.seconds)
    finally:
        for disk in disks:
            disk.free()
    servers.keep_up()


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
