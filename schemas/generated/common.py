"""Generated from schemas/common.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import Vault
from schemas.wire import from_days, from_unscaled, to_days, to_unscaled


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


class ContactKind(StrEnum):
    """What an address or a number is used for."""

    UNKNOWN = "UNKNOWN"
    WORK = "WORK"
    HOME = "HOME"
    MOBILE = "MOBILE"
    FAX = "FAX"
    BILLING = "BILLING"
    SHIPPING = "SHIPPING"
    OTHER = "OTHER"

    @classmethod
    def _missing_(cls, value: object) -> "ContactKind":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """An email address or a telephone number."""

    NAME: ClassVar[str] = "common.ContactPoint"

    value: str
    """The address in small letters, or the number as E.164 has it, such as +442071838750."""
    kind: ContactKind | None = None
    """What it is used for."""
    primary: bool = False
    """Whether it is the one to use first; the first of the list, if none says so."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "value": self.value,
            "kind": None if self.kind is None else self.kind.value,
            "primary": self.primary,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            value=data["value"],
            kind=None if (v := data["kind"]) is None else ContactKind(v),
            primary=data["primary"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where somebody gets post."""

    NAME: ClassVar[str] = "common.PostalAddress"

    street: str | None = None
    """Street and number, with what else stands above the place."""
    city: str | None = None
    """The place."""
    region: str | None = None
    """State, province or county."""
    postal_code: str | None = None
    """The postal code."""
    country: str | None = None
    """The country's ISO 3166-1 code of two letters, such as GB."""
    kind: ContactKind | None = None
    """What it is used for."""
    primary: bool = False
    """Whether it is the one to use first; the first of the list, if none says so."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "street": self.street,
            "city": self.city,
            "region": self.region,
            "postal_code": self.postal_code,
            "country": self.country,
            "kind": None if self.kind is None else self.kind.value,
            "primary": self.primary,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            street=data["street"],
            city=data["city"],
            region=data["region"],
            postal_code=data["postal_code"],
            country=data["country"],
            kind=None if (v := data["kind"]) is None else ContactKind(v),
            primary=data["primary"],
        )


class FieldKind(StrEnum):
    """What a custom field holds."""

    UNKNOWN = "UNKNOWN"
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    REFERENCE = "REFERENCE"
    FORMULA = "FORMULA"

    @classmethod
    def _missing_(cls, value: object) -> "FieldKind":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomValue:
    """What a record holds in a field that its tenant defined."""

    NAME: ClassVar[str] = "common.CustomValue"

    key: str
    """The field's key."""
    kind: FieldKind
    """What the field held when this was written; it never changes."""
    values: tuple[str, ...]
    """The value as text: a decimal number, a date as 2026-03-31, true or false, an id; of money the amount and
    the currency; of choices each; nothing where there is none.
    """

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind.value,
            "values": list(self.values),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            key=data["key"],
            kind=FieldKind(data["kind"]),
            values=tuple(data["values"]),
        )


class StageKind(StrEnum):
    """What it means for a deal to stand in a stage."""

    UNKNOWN = "UNKNOWN"
    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"

    @classmethod
    def _missing_(cls, value: object) -> "StageKind":
        return cls.UNKNOWN


class ForecastCategory(StrEnum):
    """How far a forecast counts on a deal."""

    UNKNOWN = "UNKNOWN"
    OMITTED = "OMITTED"
    PIPELINE = "PIPELINE"
    BEST_CASE = "BEST_CASE"
    COMMIT = "COMMIT"
    CLOSED = "CLOSED"

    @classmethod
    def _missing_(cls, value: object) -> "ForecastCategory":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStage:
    """A stage of a pipeline, and what it takes to enter it."""

    NAME: ClassVar[str] = "common.PipelineStage"

    stage_id: str
    """What the stage is called in the API, such as proposal; it never changes."""
    name: str
    """What people call the stage."""
    kind: StageKind
    """Whether deals in it are open, won or lost; it never changes."""
    probability: int = 0
    """How likely a deal in it will be won, in percent; 100 of one that is won and 0 of one that is lost."""
    category: ForecastCategory | None = None
    """How far a forecast counts on a deal in it, unless the deal says otherwise: OMITTED, PIPELINE, BEST_CASE or
    COMMIT.
    """
    rots_after_days: int | None = None
    """After how many days in which nothing happens to it a deal in this stage rots; never, when left out."""
    required: tuple[str, ...] = ()
    """Fields of a deal that must be filled when it enters: amount, company_id, product_id, expected_close_on,
    next_step, competitors, contacts, splits, lines, won_reason, lost_to, or custom.<key>.
    """
    enter_from: tuple[str, ...] = ()
    """The stages from which it may be entered; from anywhere, when there are none."""
    retired: bool = False
    """Whether no deal enters it any more; those in it stay."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "stage_id": self.stage_id,
            "name": self.name,
            "kind": self.kind.value,
            "probability": self.probability,
            "category": None if self.category is None else self.category.value,
            "rots_after_days": self.rots_after_days,
            "required": list(self.required),
            "enter_from": list(self.enter_from),
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            stage_id=data["stage_id"],
            name=data["name"],
            kind=StageKind(data["kind"]),
            probability=data["probability"],
            category=None if (v := data["category"]) is None else ForecastCategory(v),
            rots_after_days=data["rots_after_days"],
            required=tuple(data["required"]),
            enter_from=tuple(data["enter_from"]),
            retired=data["retired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRules:
    """A pipeline at one version, as far as deals are decided by it."""

    NAME: ClassVar[str] = "common.PipelineRules"

    pipeline_id: str
    """The pipeline's id."""
    version: int
    """The version of the pipeline of which these are the rules."""
    stages: tuple[PipelineStage, ...]
    """Its stages, in order."""
    win_reasons: tuple[str, ...] = ()
    """Why deals are won; those of the tenant's list when there are none."""
    lost_reasons: tuple[str, ...] = ()
    """Why deals are lost; those of the tenant's list when there are none."""
    retired: bool = False
    """Whether no deal enters the pipeline any more."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "pipeline_id": self.pipeline_id,
            "version": self.version,
            "stages": [x.to_avro(vault) for x in self.stages],
            "win_reasons": list(self.win_reasons),
            "lost_reasons": list(self.lost_reasons),
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            pipeline_id=data["pipeline_id"],
            version=data["version"],
            stages=tuple(PipelineStage.from_avro(x, vault) for x in data["stages"]),
            win_reasons=tuple(data["win_reasons"]),
            lost_reasons=tuple(data["lost_reasons"]),
            retired=data["retired"],
        )


class DealOutcome(StrEnum):
    """How a deal ends."""

    UNKNOWN = "UNKNOWN"
    WON = "WON"
    LOST = "LOST"

    @classmethod
    def _missing_(cls, value: object) -> "DealOutcome":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReason:
    """Why deals are won or lost, as far as something is decided by it."""

    NAME: ClassVar[str] = "common.ListedReason"

    reason_id: str
    """The reason's id."""
    version: int
    """The version of the reason."""
    outcome: DealOutcome
    """Whether deals are WON or LOST for it."""
    name: str
    """What people call the reason."""
    retired: bool = False
    """Whether no deal is closed for it any more."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "version": self.version,
            "outcome": self.outcome.value,
            "name": self.name,
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            version=data["version"],
            outcome=DealOutcome(data["outcome"]),
            name=data["name"],
            retired=data["retired"],
        )


class BillingInterval(StrEnum):
    """How often something is paid that is not paid once."""

    UNKNOWN = "UNKNOWN"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"

    @classmethod
    def _missing_(cls, value: object) -> "BillingInterval":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPrice:
    """What a product costs, as far as lines of deals are decided by it."""

    NAME: ClassVar[str] = "common.ListedPrice"

    product_id: str
    """The product."""
    name: str
    """What people call the product."""
    unit_price: Money | None = None
    """What one costs; missing where the product has no price."""
    interval: BillingInterval | None = None
    """How often that is paid; once, when left out."""
    record: str
    """The record that says so, such as crm/product/<id>."""
    version: int
    """The version of that record."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "unit_price": None if self.unit_price is None else self.unit_price.to_avro(vault),
            "interval": None if self.interval is None else self.interval.value,
            "record": self.record,
            "version": self.version,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            name=data["name"],
            unit_price=None if (v := data["unit_price"]) is None else Money.from_avro(v, vault),
            interval=None if (v := data["interval"]) is None else BillingInterval(v),
            record=data["record"],
            version=data["version"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """By which rate amounts are converted into the tenant's own currency."""

    NAME: ClassVar[str] = "common.Conversion"

    currency: str
    """The ISO 4217 code of the amounts."""
    to_currency: str
    """The ISO 4217 code of the tenant's own currency then."""
    rate: str
    """How much one unit is worth in that; 1 where both are the same."""
    from_day: date | None = None
    """The day from which on it is worth that; missing where both are the same."""
    exchange_rate_id: str | None = None
    """The rate."""
    version: int | None = None
    """The version of the rate."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "to_currency": self.to_currency,
            "rate": self.rate,
            "from_day": None if self.from_day is None else to_days(self.from_day),
            "exchange_rate_id": self.exchange_rate_id,
            "version": self.version,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            currency=data["currency"],
            to_currency=data["to_currency"],
            rate=data["rate"],
            from_day=None if (v := data["from_day"]) is None else from_days(v),
            exchange_rate_id=data["exchange_rate_id"],
            version=data["version"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTerms:
    """A price book at one version, as far as a deal is decided by it."""

    NAME: ClassVar[str] = "common.BookTerms"

    price_book_id: str
    """The price book's id."""
    version: int
    """The version of the price book."""
    currency: str
    """The ISO 4217 code of all its prices."""
    retired: bool = False
    """Whether no deal takes it up any more."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "version": self.version,
            "currency": self.currency,
            "retired": self.retired,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            version=data["version"],
            currency=data["currency"],
            retired=data["retired"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What some products cost: by a price book, or by what they say themselves."""

    NAME: ClassVar[str] = "common.PriceList"

    price_book_id: str | None = None
    """The price book, if it is one."""
    prices: tuple[ListedPrice, ...] = ()
    """What they cost, and what they are called."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "price_book_id": self.price_book_id,
            "prices": [x.to_avro(vault) for x in self.prices],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            price_book_id=data["price_book_id"],
            prices=tuple(ListedPrice.from_avro(x, vault) for x in data["prices"]),
        )
