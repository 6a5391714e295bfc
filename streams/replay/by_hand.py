"""A replay that is asked for on the command line: where its events go, and when it ends."""

import hashlib
import shlex
import signal
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.log import registry
from infra.settings import Settings
from infra.vault import Vaults
from streams.replay.checkpoint import Checkpoint
from streams.replay.opening import Opener
from streams.replay.parquet import ParquetSink
from streams.replay.program import ProgramSink
from streams.replay.refused import Refused
from streams.replay.run import Order, Stopped, Tell, plan, run
from streams.replay.sink import Sink
from streams.replay.topic import TopicSink


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where events go: exactly one of `parquet`, `topic` and `program`, and how."""

    parquet: Path | None = None
    topic: str | None = None
    program: str | None = None
    personal: bool = False
    sealed: bool = False
    lines: bool = False
    batch: int = 1000
    rows_per_file: int = 250_000
    checkpoint: Path | None = None


def replay(settings: Settings, order: Order, into: Into, tell: Tell) -> Checkpoint:
    """Replays until the end, or until SIGINT or SIGTERM; gives the last checkpoint. Raises Refused."""
    with _until_signalled() as stopped, ExitStack() as open_:
        return run(settings, order, _sink(settings, into, stopped, open_), stopped, tell)


def estimate(settings: Settings, order: Order) -> Checkpoint:
    """What would be read; nothing is. Raises Refused."""
    return plan(settings, order, "nothing")


def summary(checkpoint: Checkpoint) -> str:
    """What became of a replay, for people."""
    lines = [f"{count:>12,}  {type}" for type, count in sorted(checkpoint.counts.items())]
    lines.append(f"{checkpoint.done:>12,}  events in {checkpoint.sink}")
    if checkpoint.unreadable:
        lines.append(f"{checkpoint.unreadable:>12,}  of them cannot be read; each says why where its data is missing")
    if checkpoint.foreign:
        lines.append(f"{checkpoint.foreign:>12,}  messages are no events of this platform and were left out")
    return "\n".join(lines)


def _sink(settings: Settings, into: Into, stopped: Stopped, open_: ExitStack) -> Sink:
    _check(into)

    def opener(*, personal: bool) -> Opener:
        vaults = open_.enter_context(closing(Vaults(settings))) if personal else None
        return Opener(registry.codec(settings), vaults)

    match into:
        case Into(parquet=Path() as folder):
            return open_.enter_context(ParquetSink(folder, opener(personal=into.personal), into.rows_per_file).open())
        case Into(topic=str() as name):
            return open_.enter_context(TopicSink(settings, name).open())
        case Into(program=str() as program):
            return open_.enter_context(
                ProgramSink(
                    shlex.split(program),
                    into.checkpoint or settings.data / "replays" / f"{_digest(program)}.json",
                    None if into.sealed else opener(personal=True),
                    lines=into.lines,
                    batch=into.batch,
                    stopped=stopped,
                ).open()
            )
        case _:
            raise _one_of_three()


def _check(into: Into) -> None:
    """Raises Refused for options that do not go together."""
    if sum(each is not None for each in (into.parquet, into.topic, into.program)) != 1:
        raise _one_of_three()
    if into.personal and into.parquet is None:
        raise Refused("options_clash", "--personal is for --parquet: topics get sealed fields, programs opened ones.")
    if into.program is None and (into.sealed or into.lines or into.checkpoint is not None):
        raise Refused("options_clash", "--sealed, --acknowledge and --checkpoint are for --program.")


def _one_of_three() -> Refused:
    return Refused("sink_missing", "Say where to: one of --parquet FOLDER, --topic NAME and --program COMMAND.")


def _digest(program: str) -> str:
    return hashlib.sha256(program.encode()).hexdigest()[:12]


@contextmanager
def _until_signalled() -> Generator[Callable[[], bool]]:
    """Whether a signal to end has come. A second one ends at once."""
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, _: object) -> None:
        came.append(number)
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, note)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
