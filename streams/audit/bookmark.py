"""How far somebody has read the audit: for each partition the event that comes next, and how many of its lines are
done.

Written as `0=18,3=44+2`: partition 0 before offset 18; of partition 3 all before offset 44, and its first 2 lines.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from infra import on_disk
from streams.replay.refused import Refused

_SPOT = re.compile(r"([0-9]{1,9})=([0-9]{1,18})(?:\+([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Spot:
    """The event that comes next, and how many of its lines are done already."""

    offset: int
    lines: int = 0


Bookmark = Mapping[int, Spot]
"""By partition. One that is missing has not been begun."""


@dataclass(frozen=True, slots=True)
class _Kept:
    topic: str
    position: str


def text(bookmark: Bookmark) -> str:
    """The bookmark as it is written."""
    return ",".join(
        f"{partition}={spot.offset}" + (f"+{spot.lines}" if spot.lines else "")
        for partition, spot in sorted(bookmark.items())
    )


def parse(written: str) -> Bookmark:
    """A bookmark out of its text; raises Refused."""
    found: dict[int, Spot] = {}
    for each in written.split(","):
        match = _SPOT.fullmatch(each)
        if match is None or int(match[1]) in found:
            raise Refused(
                "bad_position", f"{written[:80]!r} is no position: give the `position` of a line, as it was printed."
            )
        found[int(match[1])] = Spot(int(match[2]), int(match[3] or 0))
    return found


def load(path: Path, topic: str) -> Bookmark | None:
    """The bookmark in a file, if there is one. Raises Refused for one of another log, or that cannot be read."""
    if not path.exists():
        return None
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Refused(
            "bookmark_unreadable", f"{path} cannot be read ({error}); say with another where to go on."
        ) from error
    if kept.topic != topic:
        raise Refused("other_log", f"{path} tells of the topic {kept.topic[:80]!r}, and this is {topic}; take another.")
    return parse(kept.position) if kept.position else {}


def store(path: Path, topic: str, bookmark: Bookmark) -> None:
    """Replaces the file as a whole; on disk when this returns."""
    on_disk.replace(path, msgspec.json.encode(_Kept(topic, text(bookmark))) + b"\n")
