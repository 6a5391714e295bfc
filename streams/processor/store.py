"""The local copy of one partition's snapshots, on disk, together with the position it is complete to.

It is a cache: written only after a commit, thrown away whenever it is in doubt, made again from the snapshots.
Layout of the RocksDB database: one record per key of the log, and one named `\\0meta`.
"""

import shutil
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteBatch

_HEAD = struct.Struct(">QII")
_META = b"\0meta"
_CACHE_BYTES = 16 << 20
_WRITE_BUFFER_BYTES = 8 << 20


class StoreInUse(RuntimeError):
    """Another process holds this store."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One aggregate as a snapshot has it. `state` is the snapshot's value, personal fields sealed."""

    version: int
    state_version: int
    seen: bytes
    state: bytes


class Meta(msgspec.Struct, frozen=True):
    """Where a store stands.

    `cluster` and `topic_id` name the snapshot topic it copies, `position` is the next offset to read there, and
    `recorded_at` the last time stamped in this partition, in µs. `states` holds the state version of each aggregate.
    """

    cluster: str
    topic_id: str
    position: int = 0
    recorded_at: int = 0
    states: dict[str, int] = {}


class Store:
    """Not for use by two threads or two processes at once."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        """Opens the store in `folder`, making it if need be. Raises `StoreInUse`."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._db = Rdict(str(folder), _options(cache))
        except Exception as error:
            if "lock" in str(error).lower():
                raise StoreInUse(
                    f"Another process works with {folder}. Two processors must not have one slot: "
                    "stop the other, or give this one another --slot."
                ) from error
            raise

    def get(self, key: bytes) -> Stored | None:
        """The aggregate with this key."""
        raw = self._db.get(key)
        return None if raw is None else _unpack(raw)

    def meta(self) -> Meta | None:
        """Where the store stands; None when it is new."""
        raw = self._db.get(_META)
        return None if raw is None else msgspec.json.decode(raw, type=Meta)

    def write(self, changes: Mapping[bytes, Stored], meta: Meta | None) -> None:
        """Writes aggregates and the position they belong to, all or nothing. Without a position that stays as it is."""
        batch = WriteBatch(raw_mode=True)
        for key, stored in changes.items():
            batch.put(key, _pack(stored))
        if meta is not None:
            batch.put(_META, msgspec.json.encode(meta))
        self._db.write(batch)

    def items(self) -> Iterator[tuple[bytes, Stored]]:
        """Every aggregate, in order of key."""
        for key, raw in _pairs(self._db):
            if key != _META:
                yield key, _unpack(raw)

    def keys(self) -> Iterator[bytes]:
        """Every key, in order."""
        for key in self._db.keys():  # noqa: SIM118 - no mapping
            if key != _META:
                yield key  # pyright: ignore[reportReturnType]

    def close(self) -> None:
        self._db.close()


def block_cache() -> Cache:
    """One cache of 16 MB for all stores of a process; RocksDB's own default is gigabytes."""
    return Cache(_CACHE_BYTES)


def throw_away(folder: Path) -> None:
    """Deletes a closed store."""
    shutil.rmtree(folder, ignore_errors=True)


def _options(cache: Cache) -> Options:
    blocks = BlockBasedOptions()
    blocks.set_block_cache(cache)
    blocks.set_bloom_filter(10, False)
    options = Options(raw_mode=True)
    options.set_block_based_table_factory(blocks)
    options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
    options.set_max_write_buffer_number(2)
    options.set_max_open_files(256)
    options.set_keep_log_file_num(2)
    options.create_if_missing(True)
    return options


def _pairs(db: Rdict) -> Iterable[tuple[bytes, bytes]]:
    yield from db.items()  # pyright: ignore[reportReturnType]


def _pack(stored: Stored) -> bytes:
    return b"".join((_HEAD.pack(stored.version, stored.state_version, len(stored.seen)), stored.seen, stored.state))


def _unpack(raw: bytes) -> Stored:
    version, state_version, length = _HEAD.unpack_from(raw)
    end = _HEAD.size + length
    return Stored(version, state_version, raw[_HEAD.size : end], raw[end:])
