"""Generated from schemas/common.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from schemas.contract import Vault
from schemas.wire import from_unscaled, to_unscaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in one currency."""

    NAME: ClassVar[str] = "common.Money"

    amount: Decimal
    """The amount, in units of the currency, to four places."""
    currency: str
    """The ISO 4217 code, such as USD."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "amount": to_unscaled(self.amount, 19, 4),
            "currency": self.currency,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            amount=from_unscaled(data["amount"], 4),
            currency=data["currency"],
        )
