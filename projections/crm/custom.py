"""How rows show what a record holds in the fields that its tenant defined."""

from collections.abc import Mapping
from typing import Any

from schemas.contract import Erased
from schemas.generated.common import CustomValue, FieldKind


def shown_values(values: tuple[CustomValue, ...] | Erased | None) -> Mapping[str, Any]:
    """By key, as JSON without numbers, which would lose what text keeps: a decimal number is text, money an object of
    amount and currency, choices a list. Nothing of what was erased."""
    return {} if values is None or isinstance(values, Erased) else {each.key: _shown(each) for each in values}


def _shown(value: CustomValue) -> Any:
    match value.kind, value.values:
        case FieldKind.MONEY, (amount, currency):
            return {"amount": amount, "currency": currency}
        case FieldKind.BOOLEAN, (said,):
            return said == "true"
        case FieldKind.CHOICES, chosen:
            return list(chosen)
        case _, (text,):
            return text
        case _, several:
            return list(several)
