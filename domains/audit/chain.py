"""The hashes that bind what was recorded to what was recorded before it.

An event's hash is SHA-256 over the hash before it, as 64 hexadecimal digits, and the event's canonical JSON (RFC 8785:
keys in order, no spaces, UTF-8). Times are whole microseconds since 1970 and bytes are hexadecimal. What is null is
left out, so that a field added later changes no hash of before. A personal value counts by its sealed bytes: it can be
proven without any key, and after its key was destroyed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from schemas.contract import Sealed

E = TypeVar("E")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def bound(before: str, event: E) -> E:
    """The event with its hash. `before` is the hash of the event before it, empty for the first."""
    return replace(cast(Any, event), hash=hash_of(before, event))


def hash_of(before: str, event: Any) -> str:
    """The hash, in hexadecimal, that an event must have behind that one."""
    return hashlib.sha256(before.encode() + canonical(event)).hexdigest()


def canonical(event: Any) -> bytes:
    """An event, without its hash, in the one way in which it is written for hashing."""
    values = {"type": event.NAME, **_values(event)}
    del values["hash"]
    text = json.dumps(_plain(values), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode(errors="surrogatepass")


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in _names(record.__class__)}


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case str() | int() | None:  # most are: they are not asked whether they are anything else
            return value
        case Sealed():
            return value.raw.hex()
        case datetime():
            return (value - _EPOCH) // _MICROSECOND
        case tuple():
            return [_plain(each) for each in cast("tuple[Any, ...]", value)]
        case Mapping():
            named = cast("Mapping[str, Any]", value)
            return {name: _plain(each) for name, each in named.items() if each is not None}
        case _ if is_dataclass(value):
            return _plain(_values(value))
        case _:
            return value
