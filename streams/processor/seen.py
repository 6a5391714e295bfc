"""The command ids that an aggregate has accepted lately, packed into bytes that travel in its snapshot's header.

    head    8 bytes  source time in µs of the youngest workflow's command let go, 0 if none was
            2 bytes  number of entries
    entry  16 bytes  command id
            8 bytes  fingerprint of what the caller sent
            8 bytes  recorded time in µs; above it two bits that say who sent the command: a workflow (the highest), or
                     somebody else (the next), or neither in what was written before that was told apart
            4 bytes  the aggregate's version after the command
            2 bytes  length of the types
           (8 bytes) of a workflow's command: its source time in µs
                     the types of its events, comma-separated ("crm.DealOpened,crm.DealWon")

Oldest first, all numbers big-endian. Looking one up is a search in bytes, which takes under a microsecond.

Only workflows ask again after longer than ids are kept. So what is let go of theirs is remembered by its source time,
the recorded time of the event that it follows from: after a stop of whatever length their commands come in about that
order, and one that was never decided is younger than those let go.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_HEAD = struct.Struct(">QH")
_ENTRY = struct.Struct(">16s8sQIH")
_SOURCE = struct.Struct(">q")
_WORKFLOWS = 1 << 63
_ANOTHERS = 1 << 62
_TIME = _ANOTHERS - 1

EMPTY = _HEAD.pack(0, 0)
UNKNOWN = bytes(8)
"""The fingerprint of a command that carried none, or whose snapshot was lost: any other is taken to be the same."""
KEPT_AT_LEAST = 64
KEPT_FOR = 24 * 3_600_000_000
KEPT_AT_MOST = 4096
"""So that the header stays far below a message's greatest size, whatever an aggregate goes through in a day."""


class First(NamedTuple):
    """What a command led to when it was accepted. `version` is the aggregate's after it."""

    fingerprint: bytes
    recorded_at: int
    version: int
    types: tuple[str, ...]


def find(seen: bytes, command_id: bytes) -> First | None:
    """The first answer to this id, or None if it is not among those kept."""
    if seen.find(command_id, _HEAD.size) < 0:
        return None
    for entry_id, first in _entries(seen):  # a hit in the middle of another entry is no hit
        if entry_id == command_id:
            return first
    return None


def add(
    seen: bytes,
    command_id: bytes,
    fingerprint: bytes,
    recorded_at: int,
    version: int,
    types: Sequence[str],
    source_time: int | None = None,
) -> bytes:
    """These ids and one more, without those that are old enough to go. Times in µs since 1970; `source_time` is that of
    a workflow's command."""
    evicted_until, count = _HEAD.unpack_from(seen)
    start = _HEAD.size
    while count >= KEPT_AT_LEAST:
        _, _, at, _, length = _ENTRY.unpack_from(seen, start)
        if at & _TIME >= recorded_at - KEPT_FOR and count < KEPT_AT_MOST:
            break
        start += _ENTRY.size
        if at & _WORKFLOWS:
            evicted_until = max(evicted_until, _SOURCE.unpack_from(seen, start)[0])
            start += _SOURCE.size
        elif not at & _ANOTHERS:  # perhaps a workflow's: its source time was not later than this
            evicted_until = max(evicted_until, at)
        start += length
        count -= 1
    names = ",".join(types).encode()
    if source_time is None:
        entry = _ENTRY.pack(command_id, fingerprint, recorded_at | _ANOTHERS, version, len(names))
    else:
        entry = _ENTRY.pack(command_id, fingerprint, recorded_at | _WORKFLOWS, version, len(names))
        entry += _SOURCE.pack(source_time)
    return b"".join((_HEAD.pack(evicted_until, count + 1), seen[start:], entry, names))


def evicted_until(seen: bytes) -> int:
    """Source time in µs of the youngest workflow's command let go: one at or before it may have been forgotten."""
    return _HEAD.unpack_from(seen)[0]


def _entries(seen: bytes) -> Iterator[tuple[bytes, First]]:
    start = _HEAD.size
    while start < len(seen):
        command_id, fingerprint, at, version, length = _ENTRY.unpack_from(seen, start)
        start += _ENTRY.size + (_SOURCE.size if at & _WORKFLOWS else 0) + length
        names = seen[start - length : start].decode()
        yield command_id, First(fingerprint, at & _TIME, version, tuple(names.split(",")) if names else ())
