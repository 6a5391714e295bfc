"""Compares a domain's snapshots with its events, folded anew by the deciders."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from confluent_kafka import Consumer

from domains.kernel import deciders
from infra.log import kafka, registry
from infra.log.envelope import parse_key
from infra.settings import Settings
from infra.vault import Vaults
from streams.processor import rebuild
from streams.processor.batch import Domain
from streams.processor.main import domain_of
from streams.processor.reading import ends, read_through
from streams.processor.restore import open_store, restore, source
from streams.processor.store import Store, block_cache
from streams.verify.difference import Difference


def compare(settings: Settings, name: str, say: Callable[[str], None]) -> Iterator[Difference]:
    """Every aggregate whose snapshot is not what its events make of it.

    An aggregate that changes meanwhile is compared at the version its events had when this began, or passed over when
    its snapshot has gone past it.
    """
    with closing(Vaults(settings)) as vaults:
        domain = domain_of(settings, name, registry.codec(settings), vaults, vaults.prefetch, deciders(name))
        compared = passed = 0
        for number in range(settings.partitions):
            with tempfile.TemporaryDirectory(prefix="nexus360-verify-") as folder:
                events, snapshots = _folded(settings, domain, number, Path(folder))
                for outcome in _differences(name, domain, events, snapshots):
                    if outcome is None:
                        passed += 1
                    else:
                        yield outcome
                compared += sum(1 for _ in events.items())
                events.close()
                snapshots.close()
    changed = f", {passed:,} of them changed meanwhile" if passed else ""
    say(f"{name}: {compared:,} snapshots compared{changed}")


def _folded(settings: Settings, domain: Domain, number: int, folder: Path) -> tuple[Store, Store]:
    """A partition's states from events, and those from snapshots, which are never older."""
    cache, client = block_cache(), kafka.admin(settings)
    event_end = ends(client, domain.events_topic, [number])
    with closing(_reader(settings)) as reader:
        events = Store(folder / "events", cache)
        messages = read_through(reader, domain.events_topic, {number: 0}, event_end, lambda: None)
        rebuild.fold(messages, domain, set(domain.rules), events)
        snapshot_end = ends(client, domain.snapshots_topic, [number])
        opened = open_store(folder / "snapshots", cache, source(client, domain.snapshots_topic), snapshot_end[number])
        restore(reader, domain.snapshots_topic, {number: opened}, snapshot_end, domain.rules, lambda: None)
    return events, opened[0]


def _reader(settings: Settings) -> Consumer:
    group = f"{settings.topic_prefix}nexus.verify"
    return kafka.consumer(settings, group, **{"enable.partition.eof": True, "auto.offset.reset": "earliest"})


def _differences(name: str, domain: Domain, events: Store, snapshots: Store) -> Iterator[Difference | None]:
    """None for an aggregate that has gone on since its events were read."""
    where = f"{name}.snapshots"
    for key, folded in events.items():
        record = key.decode(errors="replace")
        kept = snapshots.get(key)
        if kept is None:
            yield Difference(where, record, "is missing")
        elif kept.version > folded.version:
            yield None
        elif kept.version < folded.version:
            yield Difference(where, record, f"has version {kept.version}, its events come to {folded.version}")
        else:
            vault = domain.vaults(parse_key(key)[0])
            if domain.codec.decode(kept.state, vault) != domain.codec.decode(folded.state, vault):
                yield Difference(where, record, f"differs from its events at version {kept.version}")
    for key, kept in snapshots.items():
        if kept.version > 0 and events.get(key) is None:
            yield None
