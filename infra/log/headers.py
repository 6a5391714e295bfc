"""Names of the headers on the log (CloudEvents 1.0, binary mode, and ours), and how times are written in them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

CE_ID = "ce_id"
CE_TYPE = "ce_type"
CE_SOURCE = "ce_source"
CE_TIME = "ce_time"
CE_RECORDEDTIME = "ce_recordedtime"
CE_SUBJECT = "ce_subject"
CE_SPECVERSION = "ce_specversion"
TENANT = "tenant"
ACTOR = "actor"
ON_BEHALF_OF = "on_behalf_of"
"""The id of the user for whom the actor, a service account, did it; missing where nobody acts for another."""
COMMAND_ID = "command_id"
CORRELATION_ID = "correlation_id"
CAUSATION_ID = "causation_id"
TRACEPARENT = "traceparent"

# Commands only.
FINGERPRINT = "fingerprint"
EXPECTED_VERSION = "expected_version"
REPLY_TO = "reply_to"
SOURCE_TIME = "source_time"
"""On a workflow's command: the `ce_recordedtime` of the event that caused it."""

# Events and snapshots.
AGGREGATE_VERSION = "aggregate_version"

# Events only.
REMAINING = "remaining"
"""How many events of the same command come right behind it; missing on the last one."""

# Snapshots only.
STATE_VERSION = "state_version"
SEEN = "seen"
RECORDED_AT = "recorded_at"

# Dead letters only.
REASON = "reason"
TRACE = "trace"
SOURCE_POSITION = "source_position"
"""topic/partition/offset of the command that was set aside."""

SPEC_VERSION = b"1.0"

Headers = list[tuple[str, str | bytes | None]]
"""As confluent_kafka takes them; ours are always bytes."""


Received = Iterable[Any] | None
"""As clients give them back: (name, bytes or None) pairs, whatever their types say."""


def as_mapping(headers: Received) -> dict[str, bytes]:
    """The headers of one message by name; the last of two equal names wins."""
    found: dict[str, bytes] = {}
    for name, value in cast("Iterable[tuple[str, bytes | str | None]]", headers or ()):
        if value is not None:
            found[name] = value if isinstance(value, bytes) else value.encode()
    return found


def text(headers: Mapping[str, bytes], name: str) -> str:
    """A header that must be there, as text; raises `MissingHeader`."""
    value = headers.get(name)
    if value is None:
        raise MissingHeader(f"the header {name} is missing")
    return value.decode()


class MissingHeader(ValueError):
    """A message lacks a header that every message of its kind carries."""


def time_text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: 2026-01-31T09:30:00.000000Z. `at` must be aware."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


def parse_time(value: str | bytes) -> datetime:
    """The inverse of `time_text`; raises ValueError."""
    return datetime.fromisoformat(value.decode() if isinstance(value, bytes) else value)
