"""Compares a domain's snapshots with its events, folded anew by the deciders."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from confluent_kafka import Consumer, Message

from domains.kernel import deciders
from infra.log import kafka, registry
from infra.log.codec import Undecodable
from infra.log.envelope import parse_key
from infra.settings import Settings
from infra.vault import SealBroken, Vaults
from streams.processor import rebuild
from streams.processor.batch import Domain, aggregate_of
from streams.processor.main import domain_of
from streams.processor.reading import ends, read_through
from streams.processor.restore import open_store, restore, source
from streams.processor.store import Store, block_cache
from streams.verify.difference import Difference

_UNREADABLE = (Undecodable, SealBroken, ValueError, KeyError)
"""What an event raises that no processor wrote."""


def compare(settings: Settings, name: str, say: Callable[[str], None]) -> Iterator[Difference]:
    """Every aggregate whose snapshot is not what its events make of it.

    An aggregate that changes meanwhile is passed over, unless its snapshot is behind what its events had come to when
    this began, or ahead of what they came to in the end.
    """
    with closing(Vaults(settings)) as vaults:
        reads = partial(vaults.prefetch, make=False)
        domain = domain_of(settings, name, registry.codec(settings), vaults, reads, deciders(name))
        compared = passed = 0
        for number in range(settings.partitions):
            with tempfile.TemporaryDirectory(prefix="nexus360-verify-") as folder:
                try:
                    folded = _folded(settings, domain, number, Path(folder))
                except _UNREADABLE as error:
                    yield Difference(f"{name}.events", f"partition {number}", f"cannot be folded: {_told(error)}")
                    continue
                for outcome in _differences(name, domain, folded):
                    if outcome is None:
                        passed += 1
                    else:
                        yield outcome
                compared += sum(1 for _ in folded.events.items())
                folded.events.close()
                folded.snapshots.close()
    changed = f", {passed:,} of them changed meanwhile" if passed else ""
    say(f"{name}: {compared:,} snapshots compared{changed}")


@dataclass(frozen=True, slots=True)
class _Folded:
    """A partition's states from events, and those from snapshots. Written with the events, these are never older than
    what events came to before the snapshots were read, and never newer than what they came to afterwards. `since` has
    the versions before, of records to which something happened in between."""

    events: Store
    snapshots: Store
    since: Mapping[bytes, int]


def _folded(settings: Settings, domain: Domain, number: int, folder: Path) -> _Folded:
    cache, client = block_cache(), kafka.admin(settings)
    event_end = ends(client, domain.events_topic, [number])
    with closing(_reader(settings)) as reader:
        events, since = Store(folder / "events", cache), dict[bytes, int]()
        messages = read_through(reader, domain.events_topic, {number: 0}, event_end, lambda: None)
        rebuild.fold(messages, domain, set(domain.rules), events)
        snapshot_end = ends(client, domain.snapshots_topic, [number])
        opened = open_store(folder / "snapshots", cache, source(client, domain.snapshots_topic), snapshot_end[number])
        restore(reader, domain.snapshots_topic, {number: opened}, snapshot_end, domain.rules, lambda: None)
        later = ends(client, domain.events_topic, [number])
        messages = read_through(reader, domain.events_topic, event_end, later, lambda: None)
        rebuild.fold(_noted(messages, events, since), domain, set(domain.rules), events)
    return _Folded(events, opened[0], since)


def _told(error: Exception) -> str:
    return f"an event has no {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _noted(messages: Iterator[list[Message]], events: Store, since: dict[bytes, int]) -> Iterator[list[Message]]:
    """The messages, once the versions are noted that their records have without them."""
    for some in messages:
        for key in {message.key() or b"" for message in some} - since.keys():
            known = events.get(key)
            since[key] = 0 if known is None else known.version
        yield some


def _reader(settings: Settings) -> Consumer:
    group = f"{settings.topic_prefix}nexus.verify"
    return kafka.consumer(settings, group, **{"enable.partition.eof": True, "auto.offset.reset": "earliest"})


def _differences(name: str, domain: Domain, folded: _Folded) -> Iterator[Difference | None]:
    """None for an aggregate that has gone on since its events were read first."""
    where = f"{name}.snapshots"
    for key, now in folded.events.items():
        record = key.decode(errors="replace")
        kept, before = folded.snapshots.get(key), folded.since.get(key, now.version)
        if kept is None and before > 0:
            yield Difference(where, record, "is missing")
        elif kept is None or before <= kept.version < now.version:
            yield None
        elif kept.version != now.version:
            yield Difference(where, record, f"has version {kept.version}, its events come to {now.version}")
        else:
            vault = domain.vaults(parse_key(key)[0])
            if domain.codec.decode(kept.state, vault) != domain.codec.decode(now.state, vault):
                yield Difference(where, record, f"differs from its events at version {kept.version}")
    for key, kept in folded.snapshots.items():
        if kept.version > 0 and aggregate_of(key) in domain.rules and folded.events.get(key) is None:
            what = f"has version {kept.version}, and the log holds no event of it"
            yield Difference(where, key.decode(errors="replace"), what)
