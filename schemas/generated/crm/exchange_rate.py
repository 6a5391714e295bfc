"""Generated from schemas/crm/exchange_rate.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_days, from_micros, to_days, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """What one unit of a currency is worth in another one, from some day on."""

    NAME: ClassVar[str] = "crm.ExchangeRate"

    exchange_rate_id: str = ''
    """The id of the rate; empty while it does not exist."""
    currency: str = ''
    """The ISO 4217 code of the currency of which one unit is worth so much."""
    to_currency: str = ''
    """The ISO 4217 code of the currency in which it is worth that."""
    from_day: date | None = None
    """The day from which on it is worth that."""
    rate: str | None = None
    """How much one unit is worth; missing where it was taken back."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "exchange_rate_id": self.exchange_rate_id,
            "currency": self.currency,
            "to_currency": self.to_currency,
            "from_day": None if self.from_day is None else to_days(self.from_day),
            "rate": self.rate,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            exchange_rate_id=data["exchange_rate_id"],
            currency=data["currency"],
            to_currency=data["to_currency"],
            from_day=None if (v := data["from_day"]) is None else from_days(v),
            rate=data["rate"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetExchangeRate:
    """Says what one unit of a currency is worth from some day on, or corrects that."""

    NAME: ClassVar[str] = "crm.SetExchangeRate"

    exchange_rate_id: str
    """The id of the rate, which follows from both currencies and the day."""
    currency: str
    """The ISO 4217 code of the currency of which one unit is worth so much."""
    to_currency: str
    """The ISO 4217 code of the currency in which it is worth that."""
    from_day: date
    """The day from which on it is worth that, until the day of the next rate."""
    rate: str
    """How much one unit is worth: more than 0, nine digits before the point and ten after it at most."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "exchange_rate_id": self.exchange_rate_id,
            "currency": self.currency,
            "to_currency": self.to_currency,
            "from_day": to_days(self.from_day),
            "rate": self.rate,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            exchange_rate_id=data["exchange_rate_id"],
            currency=data["currency"],
            to_currency=data["to_currency"],
            from_day=from_days(data["from_day"]),
            rate=data["rate"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DropExchangeRate:
    """Takes a rate back, so that the one before it goes on."""

    NAME: ClassVar[str] = "crm.DropExchangeRate"

    exchange_rate_id: str
    """The id of the rate, which follows from both currencies and the day."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "exchange_rate_id": self.exchange_rate_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            exchange_rate_id=data["exchange_rate_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRateSet:
    """One unit of a currency is worth so much from some day on."""

    NAME: ClassVar[str] = "crm.ExchangeRateSet"

    exchange_rate_id: str
    """The id of the rate, which follows from both currencies and the day."""
    currency: str
    """The ISO 4217 code of the currency of which one unit is worth so much."""
    to_currency: str
    """The ISO 4217 code of the currency in which it is worth that."""
    from_day: date
    """The day from which on it is worth that, until the day of the next rate."""
    rate: str
    """How much one unit is worth: more than 0, nine digits before the point and ten after it at most."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "exchange_rate_id": self.exchange_rate_id,
            "currency": self.currency,
            "to_currency": self.to_currency,
            "from_day": to_days(self.from_day),
            "rate": self.rate,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            exchange_rate_id=data["exchange_rate_id"],
            currency=data["currency"],
            to_currency=data["to_currency"],
            from_day=from_days(data["from_day"]),
            rate=data["rate"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRateDropped:
    """The rate was taken back."""

    NAME: ClassVar[str] = "crm.ExchangeRateDropped"

    exchange_rate_id: str
    """The id of the rate, which follows from both currencies and the day."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "exchange_rate_id": self.exchange_rate_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            exchange_rate_id=data["exchange_rate_id"],
            at=from_micros(data["at"]),
        )


ExchangeRateCommand = SetExchangeRate | DropExchangeRate
ExchangeRateEvent = ExchangeRateSet | ExchangeRateDropped


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="exchange_rate",
    plural="exchange-rates",
    id_field="exchange_rate_id",
    service="deal",
    state=ExchangeRate,
    state_version=1,
    commands=(
        CommandContract(cls=SetExchangeRate, verb="set", creates=True, permission="crm.exchange-rate.set", internal=False, named_by=('currency', 'to_currency', 'from_day')),
        CommandContract(cls=DropExchangeRate, verb="drop", creates=False, permission="crm.exchange-rate.drop", internal=False),
    ),
    events=(
        ExchangeRateSet,
        ExchangeRateDropped,
    ),
    values=(),
)
