"""What a replay reads: which events, by where they lie, when they were, whose and what they are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from infra.log import headers as h
from infra.log.envelope import parse_key
from projections.message import Message
from schemas.contract import contracts, domains
from streams.replay.refused import Refused


@dataclass(frozen=True, slots=True)
class Range:
    """Offsets of one partition of a domain's events; `end` is the first that is not wanted, None for no such bound."""

    domain: str
    partition: int
    start: int
    end: int | None

    def __str__(self) -> str:
        return f"{self.domain}/{self.partition}={self.start}-{'' if self.end is None else self.end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is wanted. Bounds of different kinds narrow one another; what is empty or None bounds nothing.

    `keys` are `tenant/aggregate/id`. Times are aware; from is counted in and until is not. Where `offsets` names a
    partition of a domain, only the partitions it names are read of that domain.
    """

    domains: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    aggregates: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    offsets: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An event of the log, known by its key and headers; its value is not decoded."""

    message: Message
    tenant: str
    aggregate: str
    id: str
    type: str
    headers: Mapping[str, bytes]


def told(bounds: Bounds) -> str:
    """The bounds in words, such as `types crm.DealWon, recorded from 2026-01-01T00:00:00.000000Z`."""
    parts: list[str] = []
    for each in fields(bounds):
        match getattr(bounds, each.name):
            case None | ():
                continue
            case datetime() as at:
                parts.append(f"{each.name.replace('_', ' ')} {h.time_text(at)}")
            case values:
                parts.append(f"{each.name} {' '.join(map(str, values))}")
    return ", ".join(parts) or "everything"


Chooser = Callable[[Found], bool]

_NEEDED = (
    h.CE_ID,
    h.CE_TYPE,
    h.CE_TIME,
    h.CE_RECORDEDTIME,
    h.AGGREGATE_VERSION,
    h.COMMAND_ID,
    h.CORRELATION_ID,
    h.ACTOR,
)


def check(bounds: Bounds) -> None:
    """Raises Refused for bounds that name what does not exist or that no event can meet."""
    known = {
        "domain": (bounds.domains, set(domains())),
        "aggregate": (bounds.aggregates, {aggregate for _, aggregate in contracts()}),
        "type": (bounds.types, event_types()),
    }
    for what, (asked, there) in known.items():
        for name in asked:
            if name not in there:
                offered = ", ".join(sorted(there))
                raise Refused(f"unknown_{what}", f"There is no {what} {name[:80]!r}; there are {offered}.")
    for start, end in (
        (bounds.recorded_from, bounds.recorded_until),
        (bounds.occurred_from, bounds.occurred_until),
    ):
        if start is not None and end is not None and start >= end:
            raise Refused("bounds_empty", f"Nothing lies between {start} and {end}; the second must be later.")
    if not domains_of(bounds):
        raise Refused("bounds_empty", "No domain has all of these; leave out the domain, the aggregate or the type.")


def event_types() -> frozenset[str]:
    """The names of every event there is, retired ones too."""
    return frozenset(event.NAME for contract in contracts().values() for event in contract.events)


def domains_of(bounds: Bounds) -> tuple[str, ...]:
    """The domains whose events can be meant, in order of name."""
    found = set(bounds.domains or domains())
    if bounds.types:
        found &= {name.partition(".")[0] for name in bounds.types}
    if aggregates := {*bounds.aggregates, *(key.split("/", 2)[1] for key in bounds.keys)}:
        found &= {domain for domain, aggregate in contracts() if aggregate in aggregates}
    if bounds.offsets:
        found &= {each.domain for each in bounds.offsets}
    return tuple(sorted(found))


def keys_of(bounds: Bounds) -> frozenset[bytes] | None:
    """The keys that alone are wanted, where the bounds come down to keys; None where they do not."""
    if bounds.keys:
        return frozenset(key.encode() for key in bounds.keys)
    if bounds.tenants and bounds.aggregates and bounds.ids:
        return frozenset(
            f"{tenant}/{aggregate}/{id}".encode()
            for tenant in bounds.tenants
            for aggregate in bounds.aggregates
            for id in bounds.ids
        )
    return None


def found(message: Message) -> Found | None:
    """The event in a message; None for what is no event of ours."""
    headers = dict(message.headers)
    if message.value is None or any(headers.get(name) is None for name in _NEEDED):
        return None
    try:
        tenant, aggregate, id = parse_key(message.key)
        return Found(message, tenant, aggregate, id, headers[h.CE_TYPE].decode(), headers)
    except ValueError:
        return None


def chooser(bounds: Bounds) -> Chooser:
    """Tells which events are wanted, from key and headers alone."""
    tests = list(_tests(bounds))

    def wanted(event: Found) -> bool:
        return all(test(event) for test in tests)

    return wanted


def _tests(bounds: Bounds) -> Iterator[Chooser]:
    if bounds.tenants:
        yield _one_of(bounds.tenants, lambda event: event.tenant)
    if bounds.aggregates:
        yield _one_of(bounds.aggregates, lambda event: event.aggregate)
    if bounds.ids:
        yield _one_of(bounds.ids, lambda event: event.id)
    if bounds.types:
        yield _one_of(bounds.types, lambda event: event.type)
    if bounds.keys:
        yield _one_of(bounds.keys, lambda event: event.message.key.decode())
    if bounds.offsets:
        yield _in_a_range(bounds.offsets)
    yield from _within(h.CE_RECORDEDTIME, bounds.recorded_from, bounds.recorded_until)
    yield from _within(h.CE_TIME, bounds.occurred_from, bounds.occurred_until)


def _one_of(wanted: tuple[str, ...], of: Callable[[Found], str]) -> Chooser:
    there = frozenset(wanted)
    return lambda event: of(event) in there


def _in_a_range(ranges: tuple[Range, ...]) -> Chooser:
    """Several ranges of one partition are read as one: what lies between them is not wanted."""
    by_partition: dict[tuple[str, int], list[Range]] = {}
    for each in ranges:
        by_partition.setdefault((each.domain, each.partition), []).append(each)

    def wanted(event: Found) -> bool:
        there = by_partition.get((event.type.partition(".")[0], event.message.partition), ())
        return any(each.start <= event.message.offset and _before_end(event.message.offset, each) for each in there)

    return wanted


def _before_end(offset: int, range: Range) -> bool:
    return range.end is None or offset < range.end


def _within(header: str, start: datetime | None, end: datetime | None) -> Iterator[Chooser]:
    """Times in headers all have one form, in which their texts sort as they do."""
    if start is not None:
        first = h.time_text(start).encode()
        yield lambda event: event.headers[header] >= first
    if end is not None:
        last = h.time_text(end).encode()
        yield lambda event: event.headers[header] < last
