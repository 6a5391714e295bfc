"""From an event of the audit to lines for whoever follows it: one for each entry, and for each line of a ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from infra.log import headers as h
from infra.plain import dump
from schemas.generated.audit.ledger import ClosingEntered, OpeningEntered
from schemas.generated.audit.trail import EntriesRecorded, Entry
from streams.audit.bookmark import Bookmark, Spot, text
from streams.replay.opening import Opened

HEAD, DROPPED, UNREADABLE = "HEAD", "DROPPED", "UNREADABLE"
"""Kinds of lines that are no entries."""
_TOLD = tuple(field.name for field in fields(Entry) if field.name != "subject")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `after` is the bookmark of who has it, and everything before it."""

    kind: str
    at: datetime
    content: Mapping[str, Any]
    after: Bookmark


def lines_of(opened: Opened, before: Bookmark) -> list[Line]:
    """What whoever has read as far as `before` has not of this event. Personal values are null that nobody opened."""
    found = opened.found
    partition, offset = found.message.partition, found.message.offset
    spot = before.get(partition, Spot(offset))
    done = spot.lines if spot.offset == offset else 0
    told = list(_told(opened))
    return [
        _line(found.tenant, content, {**before, partition: _behind(offset, number, len(told))})
        for number, content in enumerate(told, 1)
        if number > done
    ]


def encoded(line: Line) -> bytes:
    """The line as JSON, without its end."""
    return dump(line.content)


def _behind(offset: int, number: int, of: int) -> Spot:
    return Spot(offset + 1) if number == of else Spot(offset, number)


def _line(tenant: str, content: Mapping[str, Any], after: Bookmark) -> Line:
    whole = {"kind": content["kind"], "tenant": tenant, **content, "position": text(after)}
    return Line(str(content["kind"]), content["at"], whole, after)


def _told(opened: Opened) -> Iterator[Mapping[str, Any]]:
    match opened.event:
        case EntriesRecorded() as batch:
            if batch.dropped:
                # The entries that follow are numbered; what could not be kept has no number.
                id = f"{batch.trail_id}.{batch.first}.dropped"
                yield {"kind": DROPPED, "id": id, "at": batch.at, "trail_id": batch.trail_id, "dropped": batch.dropped}
            for number, entry in enumerate(batch.entries, batch.first):
                told = {name: getattr(entry, name) for name in _TOLD}
                yield {"id": f"{batch.trail_id}.{number}", **told, "trail_id": batch.trail_id, "number": number}
        case OpeningEntered() | ClosingEntered() as event:
            # Ledgers have the same name in every tenant, trails never do.
            id = f"{opened.found.tenant}.{event.ledger_id}.{event.line}"
            yield {"kind": HEAD, "id": id, "at": event.at, "head": f"{event.line}:{event.hash}"}
        case None:
            yield _unreadable(opened)
        case _:
            return


def _unreadable(opened: Opened) -> Mapping[str, Any]:
    found = opened.found
    at = h.parse_time(found.headers[h.CE_RECORDEDTIME])
    id = found.headers[h.CE_ID].decode()
    return {"kind": UNREADABLE, "id": id, "at": at, "type": found.type, "code": opened.unreadable}
