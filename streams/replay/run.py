"""A replay from its beginning, or from its checkpoint, to its end."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from confluent_kafka import KafkaException

from infra.log.codec import RegistryUnavailable
from infra.settings import Settings
from infra.vault import VaultUnavailable
from projections.positions import Partition
from streams.replay.bounds import Bounds, Found, chooser, found, told
from streams.replay.checkpoint import Checkpoint, Place, moved
from streams.replay.extent import extent
from streams.replay.pace import Progress, Throttle, Told
from streams.replay.reading import Step, read
from streams.replay.refused import ProgramFailed, Refused
from streams.replay.sink import Sink

Tell = Callable[[Told], None]
Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a replay. `name` is what the broker sees of it; progress is told every so many seconds."""

    name: str
    bounds: Bounds
    resume: bool = False
    rate: float | None = None
    tell_every: float = 2.0


@dataclass(slots=True)
class _Work:
    """What happened since the checkpoint: the events given, where reading is, and when it was last kept."""

    kept: Checkpoint
    kept_at: float
    at: dict[Partition, int]
    given: list[Found] = field(default_factory=list[Found])
    unreadable: int = 0
    foreign: int = 0

    def checkpoint(self, *, finished: bool = False) -> Checkpoint:
        return replace(
            self.kept,
            places=moved(self.kept.places, self.at),
            counts=dict(Counter(self.kept.counts) + Counter(event.type for event in self.given)),
            unreadable=self.kept.unreadable + self.unreadable,
            foreign=self.kept.foreign + self.foreign,
            cut=self.kept.cut + 1,
            placing=(),
            finished=finished,
        )


def plan(settings: Settings, order: Order, sink: str) -> Checkpoint:
    """A replay that has not begun. Raises Refused."""
    try:
        spans = extent(settings, order.bounds, order.name)
    except KafkaException as error:
        raise _unavailable("log", error) from error
    places = (Place(topic, partition, s.start, s.start, s.end) for (topic, partition), s in sorted(spans.items()))
    return Checkpoint(bounds=order.bounds, sink=sink, places=tuple(places), started_at=datetime.now(UTC), counts={})


def run(settings: Settings, order: Order, sink: Sink, stopped: Stopped, tell: Tell) -> Checkpoint:
    """Replays; gives the last checkpoint, which is unfinished when it was stopped. Raises Refused.

    The sink must be open. Whatever ends this, even kill -9, the next run with `resume` goes on where the sink is.
    """
    try:
        start = _start(settings, order, sink)
        return start if start.finished else _replay(settings, order, sink, start, stopped, tell)
    except KafkaException as error:
        raise _unavailable("log", error) from error
    except RegistryUnavailable as error:
        raise _unavailable("schemas", error) from error
    except VaultUnavailable as error:
        raise _unavailable("keys", error) from error


def _start(settings: Settings, order: Order, sink: Sink) -> Checkpoint:
    last = sink.last()
    if not order.resume:
        if last is not None and not last.finished:
            raise Refused(
                "replay_unfinished",
                f"There is an unfinished replay of {last.done:,} events so far: go on with it by --resume, or choose "
                "another place.",
            )
        start = plan(settings, order, sink.name)
    elif last is None:
        raise Refused("nothing_to_resume", f"There is no replay to resume: {sink.name} has no checkpoint.")
    else:
        start = _same(last, order, sink)
    sink.prepare(start, resumed=order.resume)
    return start


def _same(last: Checkpoint, order: Order, sink: Sink) -> Checkpoint:
    """The checkpoint, if this is the replay that wrote it. Without bounds its own are meant."""
    if order.bounds not in (Bounds(), last.bounds) or sink.name != last.sink:
        raise Refused(
            "another_replay",
            f"The replay to resume reads {told(last.bounds)} into {last.sink}: give the same bounds, or none, and the "
            "same options.",
        )
    return last


def _replay(
    settings: Settings, order: Order, sink: Sink, start: Checkpoint, stopped: Stopped, tell: Tell
) -> Checkpoint:
    work = _Work(start, time.monotonic(), {(p.topic, p.partition): p.at for p in start.places})
    wanted, throttle = chooser(start.bounds), Throttle(order.rate, _wait(stopped))
    progress = Progress(tell, order.tell_every, start.size, start.done, start.passed)
    spans = {(p.topic, p.partition): (p.at, p.end) for p in start.places}
    ends = {partition: end for partition, (_, end) in spans.items()}
    try:
        for step in read(settings, order.name, spans, stopped):
            _take(step, work, sink, wanted, throttle, stopped)
            if stopped():
                break
            work.at.update((partition, ends[partition]) for partition in step.ended)
            if time.monotonic() - work.kept_at >= sink.often.seconds:
                _keep(work, sink)
            progress.note(work.kept.done + len(work.given), _passed(work, start))
        finished = all(work.at[partition] == end for partition, end in ends.items())
        _keep(work, sink, finished=finished)
    except ProgramFailed as failure:
        _keep_acknowledged(work, sink, failure.acknowledged)
        raise
    return work.kept


def _take(
    step: Step,
    work: _Work,
    sink: Sink,
    wanted: Callable[[Found], bool],
    throttle: Throttle,
    stopped: Stopped,
) -> None:
    """Gives the sink what is wanted of a step, in portions, and has it kept as often as the sink says."""
    portion: list[Found] = []
    most = throttle.share(sink.often.events)
    for message in step.messages:
        event = found(message)
        if event is None:
            work.foreign += 1
        elif wanted(event):
            portion.append(event)
            if len(portion) >= min(most, sink.often.events - len(work.given)):
                _give(portion, work, sink, throttle)
                portion = []
                work.at[message.topic, message.partition] = message.offset + 1
                if len(work.given) >= sink.often.events:
                    _keep(work, sink)
                if stopped():
                    return
        work.at[message.topic, message.partition] = message.offset + 1
    if portion:
        _give(portion, work, sink, throttle)


def _give(portion: Sequence[Found], work: _Work, sink: Sink, throttle: Throttle) -> None:
    throttle.passed(len(portion))
    work.given.extend(portion)
    work.unreadable += sink.take(portion)


def _keep(work: _Work, sink: Sink, *, finished: bool = False) -> None:
    checkpoint = work.checkpoint(finished=finished)
    sink.keep(checkpoint)
    work.kept, work.kept_at = checkpoint, time.monotonic()
    work.given, work.unreadable, work.foreign = [], 0, 0


def _keep_acknowledged(work: _Work, sink: Sink, count: int) -> None:
    """Counts what a program did before it failed, so that it is not given those again."""
    done = work.given[:count]
    at = {(p.topic, p.partition): p.at for p in work.kept.places}
    at.update({(e.message.topic, e.message.partition): e.message.offset + 1 for e in done})
    if done:
        work.at, work.given, work.unreadable, work.foreign = at, done, 0, 0
        _keep(work, sink)


def _passed(work: _Work, start: Checkpoint) -> int:
    return sum(work.at[place.topic, place.partition] - place.start for place in start.places)


def _wait(stopped: Stopped) -> Callable[[float], None]:
    """Waits, for as long as nobody stops the replay."""

    def wait(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stopped():
            time.sleep(min(left, 0.2))

    return wait


def _unavailable(what: str, error: Exception) -> Refused:
    told = error.args[0].str() if isinstance(error, KafkaException) else str(error)
    return Refused(
        f"{what}_unavailable",
        f"The replay stopped because the {what} cannot be read or written now: {told.rstrip('.')}. Go on with --resume "
        "when they can.",
    )
