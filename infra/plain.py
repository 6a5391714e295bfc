"""Values as JSON, for everyone outside: exact decimals as text, times in UTC with Z, erased values as null."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import orjson

from schemas.contract import Erased, Sealed

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS


def dump(value: Any) -> bytes:
    """The JSON of rows, records and plain values."""
    return orjson.dumps(value, _plain, _OPTIONS)


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing: 1054, 0.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return decimal_text(value)
        case Erased():
            return None
        case Sealed():
            return value.value
        case bytes():
            return value.hex()
        case _ if is_dataclass(value):
            return {name: getattr(value, name) for name in _names(type(value))}
        case Mapping():
            return dict(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here.")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Of events a page has hundreds, of few kinds."""
    return tuple(field.name for field in fields(kind))
