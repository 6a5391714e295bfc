"""Exact conversions between Python values and what Avro's logical types write. Used by the generated classes only."""

import functools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from typing import Any, Final, TypeVar

from schemas.contract import ERASED, Erased, PlainVault, Record, Sealed, Vault, fields

Value = TypeVar("Value", bound=Record)

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = date(1970, 1, 1)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = 86_400_000_000
_EXACT: Final = Context(prec=400, traps=[Inexact])


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
    # Asked first, so that nobody can have us write out 1E+999999999.
    if value and value.adjusted() >= precision - scale:
        raise ValueError(f"{value:.3E} has more than {precision - scale} digits before the point.")
    try:
        unscaled = int(scaled := value.scaleb(scale, _EXACT))
    except Inexact:
        unscaled = scaled = None
    if unscaled is None or unscaled != scaled:
        raise ValueError(f"{value:.3E} has more than {scale} decimal places.")
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


def seal_kept(value: Sealed | None) -> bytes | None:
    """A personal value in the bytes it came in."""
    return None if value is None else value.raw


def unseal_kept(vault: Vault, subject: str, sealed: bytes | None) -> Sealed | None:
    if sealed is None:
        return None
    return Sealed(sealed, vault.open(subject, sealed) if sealed else ERASED)


def seal_list(vault: Vault, subject: str, value: Sequence[Record] | Erased | None) -> bytes | None:
    """A personal list, of which not even the number of its values shows: their JSON, sealed as one text."""
    if value is None or isinstance(value, Erased):
        return seal(vault, subject, value)
    listed = [each.to_avro(vault) for each in value]
    return vault.seal(subject, json.dumps(listed, ensure_ascii=False, separators=(",", ":")))


def unseal_list(vault: Vault, subject: str, sealed: bytes | None, of: type[Value]) -> tuple[Value, ...] | Erased | None:
    text = unseal(vault, subject, sealed)
    if not isinstance(text, str):
        return text
    return tuple(read_value(of, each) for each in json.loads(text))


def read_value(of: type[Value], data: Mapping[str, Any]) -> Value:
    """A value record from its JSON, which may be older than fields that have come since. It holds nothing sealed."""
    return of.from_avro({**_defaults(of), **data}, PlainVault())


@functools.cache
def _defaults(of: type[Any]) -> Mapping[str, Any]:
    return {each.name: each.default for each in fields(of) if not each.required}


def write_union(value: Any, vault: Vault) -> Any:
    """A value of a general union. Records are named, so that fastavro need not guess which one it is."""
    return (value.NAME, value.to_avro(vault)) if hasattr(value, "to_avro") else value


def read_union(value: Any, records: Mapping[str, type[Any]], vault: Vault) -> Any:
    """fastavro gives a record as (name, fields), or as fields alone where the union has but one record."""
    match value:
        case (name, fields):
            return records[name].from_avro(fields, vault)
        case {}:
            (only,) = records.values()
            return only.from_avro(value, vault)
        case _:
            return value
