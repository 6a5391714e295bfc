"""Up, down, status and wipe of the local stack. Parts whose address is set by environment variable are left alone."""

import contextlib
import fcntl
import shutil
import time
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.settings import ROOT, Settings
from infra.stack import elasticsearch, jars, kafka, ports, postgres, process, redis, registry, secure
from infra.stack.part import Part, Place, Say
from infra.stack.ports import BadPort
from infra.stack.process import DidNotStart
from infra.stack.programs import Unavailable

PARTS: Mapping[str, Part] = {
    "kafka": kafka.PART,
    "postgres": postgres.PART,
    "registry": registry.PART,
    "redis": redis.PART,
    "elasticsearch": elasticsearch.PART,
}
"""Each comes behind those that it needs."""
# Where the protocol does not tell a version, that of the jar we start.
_JARS = {"kafka": "org.apache.kafka:kafka_2.13", "registry": "io.apicurio:apicurio-registry-app"}


class StackFailed(Exception):
    """Something could not be done; one sentence for each part that it concerns."""


@dataclass(frozen=True, slots=True)
class PartStatus:
    """`pid` is None for a part that does not run, or not here. `version` is empty when unknown."""

    part: str
    version: str
    pid: int | None
    address: str
    answers: bool
    log: str


def up(given: Settings, say: Say) -> None:
    """Starts every local part that is not running, each as soon as it can, and waits for all. Raises StackFailed.

    `given` holds only what the environment says, as `Settings()` does.
    """
    began = time.monotonic()
    with _alone(given.data, say):
        here = _place_to_start(given, say)
        for part, address in sorted(here.elsewhere.items()):
            say(f"{part:14} is elsewhere: {address}")
        wanted = [part for part in PARTS if part not in here.elsewhere]
        complaints = [complaint for complaint in _start_all(here, say, wanted) if complaint]
    if complaints:
        raise StackFailed("\n".join(complaints))
    say(f"The stack is up after {time.monotonic() - began:.1f} s.")


def _place_to_start(given: Settings, say: Say) -> Place:
    """A stack stays what it was made: its servers made their folders for that form."""
    try:
        made = ports.is_secure(given.data)
        if given.secure and made is False:
            raise StackFailed(
                f"The stack in {given.data} was made without TLS. Set NEXUS_DATA to another folder for a secure one, "
                "or remove this one with all its data by `nexus360 wipe`."
            )
        form = given.secure if made is None else made
        if form:
            secure.ensure(given.data, say)
        return Place(given, ports.choose(given.data, partial(_runs, given.data), secure=form), form)
    except BadPort as error:
        raise StackFailed(str(error)) from error


def _runs(data: Path, part: str) -> bool:
    """Whether a part runs here; the gateway does when the platform does."""
    return process.running(data / f"{'platform' if part == 'gateway' else part}.pid") is not None


def _place(given: Settings) -> Place:
    try:
        return Place(given, ports.known(given.data), bool(ports.is_secure(given.data)))
    except BadPort as error:
        raise StackFailed(str(error)) from error


@contextlib.contextmanager
def _alone(data: Path, say: Say) -> Generator[None]:
    """Held while the stack of a data folder changes, so that two `up` at once start each part once."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "stack.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another command that changes the stack in {data}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start_all(here: Place, say: Say, wanted: Iterable[str]) -> list[str | None]:
    """For each part None, or why it did not start."""
    starting: dict[str, Future[str | None]] = {}
    with ThreadPoolExecutor(len(PARTS)) as pool:
        for part in wanted:
            before = {each: starting[each] for each in PARTS[part].after if each in starting}
            starting[part] = pool.submit(_start_after, before, here, say, part)
    return [each.result() for each in starting.values()]


def _start_after(before: Mapping[str, Future[str | None]], here: Place, say: Say, part: str) -> str | None:
    missing = [each for each, started in before.items() if started.result()]
    return f"{part} was not started: it needs {' and '.join(missing)}." if missing else _start(here, say, part)


def _start(here: Place, say: Say, part: str) -> str | None:
    """None, or why the part did not start."""
    if process.running(here.pid_file(part)) and _version(here, part) is not None:
        say(f"{part:14} runs already on port {here.ports[part]}")
        return None
    try:
        seconds = process.start(PARTS[part].prepare(here, say), here.pid_file(part))
        PARTS[part].settle(here)
    except Unavailable as error:
        return f"{part} cannot be had. {error}"
    except DidNotStart as error:
        return str(error)
    except OSError as error:
        return f"{part} cannot start: {error}. Its log is {here.log(part)}."
    say(f"{part:14} up in {seconds:4.1f} s on port {here.ports[part]}")
    return None


def _version(here: Place, part: str) -> str | None:
    return PARTS[part].version(here.settings)


def down(given: Settings, say: Say) -> None:
    """Stops what runs here, gracefully. The first time the Java servers also write their class archives."""
    if not given.data.exists():
        say(f"There is no stack in {given.data}.")
        return
    here = _place(given)
    with _alone(given.data, say):
        _stop_all(here, say, discard=False)


def _stop_all(here: Place, say: Say, discard: bool) -> None:
    def stop(part: str) -> None:
        how = PARTS[part].discard if discard else PARTS[part].stop
        stopped = process.stop(here.pid_file(part), how)
        say(f"{part:14} {'stopped' if stopped else 'was not running'}")

    with ThreadPoolExecutor(len(PARTS)) as pool:
        list(pool.map(stop, PARTS))


def status(given: Settings) -> list[PartStatus]:
    """Every part as it is now, those elsewhere too."""
    here = _place(given)
    known = here.settings

    def look(part: str) -> PartStatus:
        address = str(getattr(known, part))
        if part in here.elsewhere:
            told = PARTS[part].version(known)
            return PartStatus(part, told or "", None, address, told is not None, "elsewhere")
        pid = process.running(here.pid_file(part))
        told = _version(here, part) if pid else None
        version = told or (jars.version(_JARS[part]) if part in _JARS else "")
        return PartStatus(part, version, pid, address, told is not None, str(here.log(part)))

    with ThreadPoolExecutor(len(PARTS)) as pool:
        return list(pool.map(look, PARTS))


def wipe(given: Settings, say: Say) -> None:
    """Stops everything and removes all data of this stack. Fetched programs stay in the shared cache.

    Raises StackFailed for a folder that is no stack's.
    """
    data = given.data
    if not data.exists():
        say(f"There is nothing in {data}.")
        return
    if not (data / "stack.json").exists() or data in (ROOT, *ROOT.parents, Path.home()):
        raise StackFailed(f"{data} does not look like the folder of a stack, so it is left alone. Check NEXUS_DATA.")
    here = _place(given)
    with _alone(data, say):
        _stop_all(here, say, discard=True)
        shutil.rmtree(postgres.data_folder(data), ignore_errors=True)
        shutil.rmtree(data)
    say(f"Removed {data}.")
