"""Exact conversions between Python values and what Avro's logical types write. Used by the generated classes only."""

from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Final

from schemas.contract import ERASED, Erased, Vault

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = date(1970, 1, 1)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = 86_400_000_000
_WIDE: Final = Context(prec=400)


def to_micros(at: datetime) -> int:
    """Microseconds since 1970, exactly. A time without a zone is refused: nobody knows when it was."""
    if at.tzinfo is None:
        raise ValueError(f"The time {at.isoformat()} has no zone; give it one, such as UTC.")
    since = at - EPOCH
    return since.days * _DAY + since.seconds * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def to_millis(at: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return to_micros(at) // 1000


def from_millis(millis: int) -> datetime:
    return EPOCH + timedelta(milliseconds=millis)


def to_days(day: date) -> int:
    return (day - EPOCH_DAY).days


def from_days(days: int) -> date:
    return EPOCH_DAY + timedelta(days=days)


def to_unscaled(value: Decimal, precision: int, scale: int) -> bytes:
    """Two's-complement big-endian bytes of value * 10^scale (Avro 1.12, "Decimal"); refuses what does not fit."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number.")
    scaled = value.scaleb(scale, _WIDE)
    unscaled = int(scaled)
    if unscaled != scaled:
        raise ValueError(f"{value} has more than {scale} decimal places.")
    if not -(10**precision) < unscaled < 10**precision:
        raise ValueError(f"{value} has more than {precision - scale} digits before the point.")
    return unscaled.to_bytes((unscaled.bit_length() + 8) // 8, "big", signed=True)


def from_unscaled(raw: bytes, scale: int) -> Decimal:
    unscaled = int.from_bytes(raw, "big", signed=True)
    return Decimal(unscaled).scaleb(-scale)


def seal(vault: Vault, subject: str, value: str | Erased | None) -> bytes | None:
    """A personal value as the log holds it: null, sealed, or empty bytes for one that was erased."""
    match value:
        case None:
            return None
        case Erased():
            return b""
        case str():
            return vault.seal(subject, value)


def unseal(vault: Vault, subject: str, sealed: bytes | None) -> str | Erased | None:
    if sealed is None:
        return None
    return vault.open(subject, sealed) if sealed else ERASED
