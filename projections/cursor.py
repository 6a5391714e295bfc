"""Cursors: where a list goes on, signed, and bound to the question that gave them."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from projections.columns import Kind
from projections.question import QueryError

_TYPES: dict[str, Any] = {"time": datetime, "date": date, "number": Decimal, "integer": int, "boolean": bool}


def question_digest(parts: Sequence[Any]) -> str:
    """A short text that stands for everything that a cursor is bound to."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def write(question: str, values: Sequence[Any], id: str, secret: bytes) -> str:
    """A cursor after the row with these values of what it is sorted by, and this id."""
    payload = msgspec.json.encode([question, values, id])
    return base64.urlsafe_b64encode(_mac(payload, secret) + payload).decode().rstrip("=")


def read(cursor: str, question: str, kinds: Sequence[Kind], secret: bytes) -> tuple[list[Any], str]:
    """(values, id) of a cursor; raises QueryError(bad_cursor)."""
    bad = QueryError(
        "bad_cursor", "This cursor is not one that this list gave: ask for the first page again.", "cursor"
    )
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mac, payload = raw[:16], raw[16:]
        if not hmac.compare_digest(mac, _mac(payload, secret)):
            raise bad
        asked, values, id = msgspec.json.decode(payload, type=tuple[str, list[Any], str])
        if asked != question or len(values) != len(kinds):
            raise bad
        return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)], id
    except (binascii.Error, UnicodeEncodeError, msgspec.DecodeError, msgspec.ValidationError):
        raise bad from None


def _value(given: Any, kind: Kind) -> Any:
    return None if given is None else msgspec.convert(given, _TYPES.get(kind, str), strict=False)


def _mac(payload: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"nexus cursor " + payload, hashlib.sha256)[:16]
