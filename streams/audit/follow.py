"""Gives what comes to the audit to somebody outside, in the order of each trail, and goes on after anything.

Nothing is left out: the bookmark is behind what came there for good, and what is not known to have come is given again.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from infra import on_disk
from infra.log import kafka, registry
from infra.log.topics import topic
from infra.settings import Settings
from infra.syslog import ReceiverAway
from infra.vault import Vaults
from projections.message import OUTAGES, Message
from streams.audit import bookmark as bookmarks
from streams.audit.bookmark import Bookmark, Spot
from streams.audit.lines import Line, lines_of
from streams.audit.outlets import Outlet
from streams.processor.reading import ends, first_since
from streams.replay import reading
from streams.replay.bounds import found
from streams.replay.opening import Opener
from streams.replay.refused import Refused

AT_ONCE = 100
"""Events that are given together, each with up to 200 entries."""
_WAIT = 0.2
_REST = 1.0
_KEPT_EVERY = 1.0
_TIMEOUT = 10.0
_TRANSIENT = (*OUTAGES, ReceiverAway, KafkaException)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted: the entries of `tenant`, or of all. They begin after the bookmark `after`, or after the one in
    the file `kept`, or else with what was recorded `since`, or with the first. `personal` values are
    opened, or left out."""

    tenant: str | None = None
    after: Bookmark | None = None
    since: datetime | None = None
    kept: Path | None = None
    personal: bool = False


def follow(settings: Settings, order: Order, outlet: Callable[[], Outlet], stop: Event, say: Say) -> None:
    """Follows until `stop`. `outlet` opens the way out, again after it broke. Raises Refused, ReceiverUntrusted, and
    BrokenPipeError once nobody reads what is printed."""
    name = topic(settings.topic_prefix, "audit", "events")
    with ExitStack() as held:
        if order.kept is not None:
            try:
                held.enter_context(on_disk.alone(order.kept))
            except on_disk.Occupied as error:
                raise Refused("follow_running", f"Another one follows with {error}; wait until it ends.") from error
        vaults = held.enter_context(closing(Vaults(settings))) if order.personal else None
        opener = Opener(registry.codec(settings), vaults)
        shift, told = Shift(order, name, _begin(settings, order, name)), ""
        while not stop.is_set():
            try:
                shift.work(settings, opener, outlet, stop)
            except BrokenPipeError:
                raise
            except _TRANSIENT as error:
                if str(error) != told:
                    told = str(error)
                    say(f"{told} It is tried again until it works.")
                stop.wait(_REST)


@dataclass(slots=True)
class Shift:
    """Follows, through one connection after the other. `kept` is how far everything has come for good."""

    order: Order
    topic: str
    kept: Bookmark

    def work(self, settings: Settings, opener: Opener, outlet: Callable[[], Outlet], stop: Event) -> None:
        """Until `stop`, or until an outage, which it raises."""
        with closing(reading.consumer(settings, "audit-follow")) as reader:
            before = _placed(reader, self.topic, self.kept)
            out, told = outlet(), time.monotonic()
            try:
                while not stop.is_set():
                    lines, before = self._lines(opener, _arrived(reader), before)
                    out.give(lines, before)
                    if time.monotonic() - told >= _KEPT_EVERY:
                        self._keep(out)
                        told = time.monotonic()
            finally:
                out.close()
                self._keep(out)

    def _lines(self, opener: Opener, messages: Sequence[Message], before: Bookmark) -> tuple[list[Line], Bookmark]:
        """The lines that are wanted of these messages, and the bookmark behind all of them."""
        lines: list[Line] = []
        wanted = [event for each in messages if (event := found(each)) and self.order.tenant in (None, event.tenant)]
        opened = {each.found.message: each for each in opener.open(wanted)}
        for message in messages:
            if (each := opened.get(message)) is not None:
                lines += lines_of(each, before)
            before = {**before, message.partition: Spot(message.offset + 1)}
        return lines, before

    def _keep(self, out: Outlet) -> None:
        settled = out.settled()
        if settled is None or settled == self.kept:
            return
        self.kept = settled
        if self.order.kept is not None:
            bookmarks.store(self.order.kept, self.topic, settled)


def _arrived(reader: Consumer) -> list[Message]:
    return [
        reading.message_of(received)
        for received in kafka.arrived(reader, _WAIT, AT_ONCE)
        if not kafka.at_end(received) and received.error() is None
    ]


def _begin(settings: Settings, order: Order, name: str) -> Bookmark:
    """Where to begin. Raises Refused."""
    kept = None if order.kept is None else bookmarks.load(order.kept, name)
    if kept is not None and order.after is not None:
        raise Refused("options_clash", f"{order.kept} says where to go on; leave out --after, or remove the file.")
    if order.after is not None or kept is not None:
        return order.after or kept or {}
    if order.since is None:
        return {}
    client = kafka.admin(settings)
    partitions = _partitions(client, name)
    last = ends(client, name, partitions)
    first = first_since(client, name, partitions, int(order.since.timestamp() * 1000))
    return {number: Spot(first.get(number, last[number])) for number in partitions}


def _partitions(client: Consumer | AdminClient, name: str) -> list[int]:
    described = client.list_topics(name, timeout=_TIMEOUT).topics[name]
    if described.error is not None:
        raise Refused("no_log", f"There is no topic {name}: no audit has been kept here. `nexus360 serve` makes it.")
    return list(described.partitions)


def _placed(reader: Consumer, name: str, kept: Bookmark) -> Bookmark:
    """Puts the reader where the bookmark is, and gives the bookmark with every partition. Raises Refused for one that
    the log does not reach."""
    partitions = _partitions(reader, name)
    if strange := sorted(set(kept) - set(partitions)):
        raise Refused("out_of_log", f"The position names partition {strange[0]}, which {name} does not have.")
    placed: dict[int, Spot] = {}
    for number in partitions:
        low, high = reader.get_watermark_offsets(TopicPartition(name, number), timeout=_TIMEOUT)
        spot = kept.get(number, Spot(low))
        if not low <= spot.offset <= high:
            raise Refused(
                "out_of_log",
                f"The position is {spot.offset} in partition {number} of {name}, which has {low} to {high}: entries "
                "are missing, or it is another log. Bring it back as it was, or begin anew with another bookmark.",
            )
        placed[number] = spot
    kafka.read_from(reader, [TopicPartition(name, number, spot.offset) for number, spot in placed.items()])
    return placed
