"""Bounds as people write them on a command line."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from streams.replay.bounds import Bounds, Range, check
from streams.replay.refused import Refused

_RANGE = re.compile(r"([a-z_]+)/(\d+)(?:=(\d*)-(\d*))?")
_KEY = re.compile(r"[^/]+/[a-z_]+/.+", re.DOTALL)


def bounds_of(
    *,
    domains: Sequence[str] = (),
    tenants: Sequence[str] = (),
    aggregates: Sequence[str] = (),
    ids: Sequence[str] = (),
    keys: Sequence[str] = (),
    types: Sequence[str] = (),
    recorded_from: str | None = None,
    recorded_until: str | None = None,
    occurred_from: str | None = None,
    occurred_until: str | None = None,
    offsets: Sequence[str] = (),
) -> Bounds:
    """Bounds out of words; raises Refused with what is wrong."""
    for key in keys:
        if not _KEY.fullmatch(key):
            raise Refused("bad_key", f"{key[:80]!r} is no key: write tenant/aggregate/id, such as demo/deal/7d1f.")
    bounds = Bounds(
        domains=tuple(domains),
        tenants=tuple(tenants),
        aggregates=tuple(aggregates),
        ids=tuple(ids),
        keys=tuple(keys),
        types=tuple(types),
        recorded_from=time_of(recorded_from),
        recorded_until=time_of(recorded_until),
        occurred_from=time_of(occurred_from),
        occurred_until=time_of(occurred_until),
        offsets=tuple(range_of(each) for each in offsets),
    )
    check(bounds)
    return bounds


def time_of(text: str | None) -> datetime | None:
    """A day, which begins at midnight UTC, or a time with its zone."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("bad_time", f"{text[:80]!r} is no time: write 2026-01-31 or 2026-01-31T09:30:00Z.") from error
    if at.tzinfo is None:
        if len(text) > len("2026-01-31"):
            raise Refused("bad_time", f"{text[:80]!r} has no zone: add Z for UTC, or one such as +02:00.")
        at = at.replace(tzinfo=UTC)
    return at.astimezone(UTC)


def range_of(text: str) -> Range:
    """`crm/3` for a whole partition, `crm/3=100-200` for offsets 100 to 199, either of which may be left out."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise Refused("bad_offsets", f"{text[:80]!r} is no range: write domain/partition=from-until, as crm/3=100-200.")
    domain, partition, start, end = match.groups()
    wanted = Range(domain, int(partition), int(start or 0), int(end) if end else None)
    if wanted.end is not None and wanted.end <= wanted.start:
        raise Refused("bounds_empty", f"{text} holds no offset; the second must be greater than the first.")
    return wanted
