"""Positions: how far in the log something has come, and the signed form in which callers hold them.

A position maps topic → partition → next offset, which is one past the last message counted in.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

import msgspec

Position = Mapping[str, Mapping[int, int]]


class BadPosition(ValueError):
    """A position that we did not sign, or that was cut or changed on its way."""


def merge(*positions: Position) -> dict[str, dict[int, int]]:
    """The least position that has reached each of these."""
    merged: dict[str, dict[int, int]] = {}
    for position in positions:
        for topic, partitions in position.items():
            mine = merged.setdefault(topic, {})
            for partition, offset in partitions.items():
                mine[partition] = max(offset, mine.get(partition, 0))
    return merged


def reached(have: Position, want: Position) -> bool:
    """Whether `have` is at or past `want` in every partition that `want` names."""
    return all(
        have.get(topic, {}).get(partition, 0) >= offset
        for topic, partitions in want.items()
        for partition, offset in partitions.items()
    )


def sign(position: Position, secret: bytes) -> str:
    """A token for a header or a query parameter: URL-safe, about 80 characters for one partition."""
    payload = msgspec.json.encode({topic: dict(partitions) for topic, partitions in position.items()})
    return f"{_text(payload)}.{_text(_mac(payload, secret))}"


def verify(token: str, secret: bytes) -> dict[str, dict[int, int]]:
    """The position that `sign` wrote; raises `BadPosition` for anything else."""
    head, _, tail = token.partition(".")
    try:
        payload, mac = _raw(head), _raw(tail)
        if not hmac.compare_digest(mac, _mac(payload, secret)):
            raise BadPosition("This position is not one that we gave out: send Nexus-Position back as you got it.")
        return msgspec.json.decode(payload, type=dict[str, dict[int, int]])
    except (binascii.Error, UnicodeEncodeError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadPosition("This position cannot be read: send Nexus-Position back as you got it.") from error


def verify_all(tokens: str, secret: bytes) -> dict[str, dict[int, int]]:
    """The least position that has reached each of these, which commas separate; raises as `verify` does."""
    return merge(*(verify(token.strip(), secret) for token in tokens.split(",")))


def _mac(payload: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"nexus position " + payload, hashlib.sha256)[:16]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
