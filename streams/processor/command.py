"""One command as it comes off the log: who it is for and by whom, before its value is decoded."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infra.log import headers as h
from infra.log.envelope import parse_key
from streams.processor import seen

WORKFLOW = b"workflow:"
"""What the names of workflows begin with, as actors."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Unreadable(ValueError):
    """A command that no processor will ever understand; the message says why, without any of its data."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a commands topic, with its headers by name. It was sent at `sent_at` ms since 1970."""

    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: dict[str, bytes]
    sent_at: int


@dataclass(frozen=True, slots=True)
class Command:
    """What key and headers say. `source_time` is µs since 1970, None unless a workflow sent it."""

    tenant: str
    aggregate: str
    id: str
    command_id: bytes
    type: str
    fingerprint: bytes
    expected_version: int | None
    source_time: int | None


def parse(incoming: Incoming) -> Command:
    """Reads key and headers; raises `Unreadable`."""
    headers = incoming.headers
    try:
        tenant, aggregate, id = parse_key(incoming.key)
    except ValueError as error:
        raise Unreadable("The key is not tenant/aggregate/id.") from error
    if headers.get(h.TENANT) != tenant.encode():
        raise Unreadable("The header tenant is not the key's tenant.")
    try:
        fingerprint, expected = headers.get(h.FINGERPRINT), headers.get(h.EXPECTED_VERSION)
        return Command(
            tenant=tenant,
            aggregate=aggregate,
            id=id,
            command_id=uuid_bytes(headers[h.CE_ID]),
            type=headers[h.CE_TYPE].decode(),
            fingerprint=seen.UNKNOWN if fingerprint is None else _eight_bytes(fingerprint),
            expected_version=None if expected is None else int(expected),
            source_time=_source_time(headers),
        )
    except KeyError as error:
        raise Unreadable(f"The header {error.args[0]} is missing.") from error
    except ValueError as error:
        raise Unreadable("A header cannot be read: ce_id, fingerprint, expected_version or source_time.") from error


def uuid_bytes(text: bytes) -> bytes:
    """The 16 bytes of a uuid's text; raises ValueError."""
    raw = bytes.fromhex(text.replace(b"-", b"").decode())
    if len(raw) != 16:
        raise ValueError("not a uuid")
    return raw


def _eight_bytes(text: bytes) -> bytes:
    raw = bytes.fromhex(text.decode())
    if len(raw) != 8:
        raise ValueError("not 16 hex digits")
    return raw


def _source_time(headers: dict[str, bytes]) -> int | None:
    if not headers.get(h.ACTOR, b"").startswith(WORKFLOW):
        return None
    text = headers.get(h.SOURCE_TIME)
    return None if text is None else (h.parse_time(text) - _EPOCH) // _MICROSECOND
