"""Up, down, status and wipe of the local stack. Parts whose address is set by environment variable are left alone."""

import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from infra.settings import Settings
from infra.stack import ports, process
from infra.stack.parts import PARTS, Place, postgres_folder
from infra.stack.process import DidNotStart
from infra.stack.programs import Say, Unavailable


class StackFailed(Exception):
    """Some parts did not start; one sentence for each."""


@dataclass(frozen=True, slots=True)
class PartStatus:
    part: str
    pid: int | None
    address: str
    answers: bool
    log: str


def external(given: Settings) -> set[str]:
    """Parts that exist elsewhere already. `given` holds only what the environment says."""
    return {part for part in PARTS if getattr(given, part)}


def place(given: Settings) -> Place:
    return Place(given.data, ports.choose(given.data))


def up(given: Settings, say: Say) -> None:
    """Starts every local part that is not running, all at once, and waits for each. Raises StackFailed."""
    here, elsewhere = place(given), external(given)
    (here.data / "logs").mkdir(parents=True, exist_ok=True)
    wanted = [part for part in PARTS if part not in elsewhere]
    for part in sorted(elsewhere):
        say(f"{part:14} elsewhere: {getattr(given, part)}")
    began = time.monotonic()
    # Prepared one after another (apt and the jar cache are not for sharing), started together.
    prepared = list(_prepare(here, wanted, say))
    with ThreadPoolExecutor(len(PARTS)) as pool:
        complaints = [c for c in pool.map(partial(_start, here, say), prepared) if c]
    if complaints:
        raise StackFailed("\n".join(complaints))
    say(f"the stack is up after {time.monotonic() - began:.1f} s")


def _prepare(here: Place, wanted: list[str], say: Say) -> Iterator[process.Program]:
    for part in wanted:
        try:
            yield PARTS[part](here, say)
        except Unavailable as error:
            raise StackFailed(f"{part} cannot start: {error}") from error


def _start(here: Place, say: Say, program: process.Program) -> str | None:
    try:
        seconds = process.start(program, here.pid_file(program.name))
    except (DidNotStart, OSError) as error:
        return str(error)
    say(f"{program.name:14} up in {seconds:4.1f} s on port {here.ports[program.name]}")
    return None


def down(given: Settings, say: Say) -> None:
    """Stops what runs here, the last to be needed first."""
    here = place(given)
    with ThreadPoolExecutor(len(PARTS)) as pool:
        list(pool.map(partial(_stop, here, say), PARTS))


def _stop(here: Place, say: Say, part: str) -> None:
    how = signal.SIGINT if part == "postgres" else signal.SIGTERM
    if process.stop(here.pid_file(part), how):
        say(f"{part:14} stopped")


def status(given: Settings) -> list[PartStatus]:
    """Every part as it is now."""
    here, elsewhere = place(given), external(given)
    local = ports.addresses(here.ports)
    rows: list[PartStatus] = []
    for part, program in PARTS.items():
        if part in elsewhere:
            rows.append(PartStatus(part, None, getattr(given, part), True, "elsewhere"))
            continue
        pid = process.running(here.pid_file(part))
        answers = pid is not None and program(here, lambda _: None).answers()
        rows.append(PartStatus(part, pid, local[part], answers, str(here.log(part))))
    return rows


def wipe(given: Settings, say: Say) -> None:
    """Stops everything and removes all data of this checkout's stack. Fetched programs stay in the shared cache."""
    down(given, say)
    shutil.rmtree(postgres_folder(place(given)), ignore_errors=True)
    shutil.rmtree(given.data, ignore_errors=True)
    say(f"removed {given.data}")
