"""What records hold in the fields that their tenant defined: from what a caller sends to what is written, and which
values a record has then."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from domains.checks import LONGEST_ID
from domains.kernel import Rejected
from schemas.contract import Erased
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.field_set import Field

LONGEST = 10_000
"""Characters of a text."""
MOST = 200
"""Values that one record has, and choices that one value is of."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def typed(fields: Mapping[str, Field], given: Mapping[str, Any]) -> tuple[CustomValue, ...]:
    """Values by key, as JSON has them, as they are written; None takes a value away. Raises Rejected, which names the
    field as `custom.<key>`: unknown_field, field_retired, field_computed, value_wrong."""
    return tuple(_typed(fields.get(key), key, value) for key, value in sorted(given.items()))


def listed(values: tuple[CustomValue, ...] | Erased | None) -> tuple[CustomValue, ...]:
    """Personal values, of which nothing is left once they were erased."""
    return () if values is None or isinstance(values, Erased) else values


def merged(known: Sequence[CustomValue], given: Sequence[CustomValue]) -> tuple[CustomValue, ...]:
    """What a record holds once these were set, in the order of keys. Raises Rejected(values_too_many)."""
    values = {each.key: each for each in (*known, *given)}
    left = tuple(values[key] for key in sorted(values) if values[key].values)
    if len(left) > MOST:
        raise Rejected("values_too_many", f"A record has {MOST} values of its own at most; take some away.", "custom")
    return left


def _typed(field: Field | None, key: str, value: Any) -> CustomValue:
    where = f"custom.{key[:40]}"
    if field is None:
        raise Rejected("unknown_field", "There is no field with this key; define it first, or check the key.", where)
    if value is None:
        return CustomValue(key=key, kind=field.kind, values=())
    if field.kind is FieldKind.FORMULA:
        raise Rejected("field_computed", "The field is computed by a formula; leave it out.", where)
    if field.retired:
        raise Rejected("field_retired", "The field was retired and takes no values; leave it out.", where)
    return CustomValue(key=key, kind=field.kind, values=_values(field, value, where))


def _values(field: Field, value: Any, where: str) -> tuple[str, ...]:
    match field.kind, value:
        case FieldKind.TEXT, str() if value.strip() and len(value) <= LONGEST and "\0" not in value:
            return (value.strip(),)
        case FieldKind.NUMBER, int() | Decimal() | str() if (number := _number(value)) is not None:
            return (number,)
        case FieldKind.MONEY, {"amount": amount, "currency": str() as currency, **rest} if not rest:
            if (number := _number(amount)) is not None and _CURRENCY.fullmatch(currency):
                return (number, currency)
        case FieldKind.DATE, str() if (day := _day(value)) is not None:
            return (day,)
        case FieldKind.BOOLEAN, bool():
            return ("true" if value else "false",)
        case FieldKind.CHOICE, str() if value in field.choices:
            return (value,)
        case FieldKind.CHOICES, [*chosen] if chosen and all(each in field.choices for each in chosen):
            wanted = set(cast("list[str]", chosen))
            return tuple(each for each in field.choices if each in wanted)
        case FieldKind.REFERENCE, str() if _ID.fullmatch(value) and len(value) <= LONGEST_ID:
            return (value,)
        case _:
            pass
    raise Rejected("value_wrong", f"The value does not fit the field; give {_wanted(field)}, or null for none.", where)


def _wanted(field: Field) -> str:
    match field.kind:
        case FieldKind.NUMBER:
            return "a number of at most 15 digits before the point and 4 after it"
        case FieldKind.MONEY:
            return 'an amount with its currency, such as {"amount": "12.50", "currency": "USD"}'
        case FieldKind.DATE:
            return "a date such as 2026-03-31"
        case FieldKind.BOOLEAN:
            return "true or false"
        case FieldKind.CHOICE:
            return f"one of {', '.join(field.choices)}"
        case FieldKind.CHOICES:
            return f"a list of some of {', '.join(field.choices)}"
        case FieldKind.REFERENCE:
            return "the id of a record"
        case _:
            return f"a text of at most {LONGEST} characters"


def _number(value: object) -> str | None:
    """A decimal number without exponent and without zeros that say nothing."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    number = Decimal(value)
    # Asked first, so that nobody can have us write out 1E+999999999.
    if not number.is_finite() or number.adjusted() >= 15 or int(number.as_tuple().exponent) < -30:
        return None
    text = f"{number:f}"
    text = (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return "0" if text == "-0" else text if _NUMBER.fullmatch(text) else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None
