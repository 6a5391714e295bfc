"""Generated from schemas/crm/deal.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import BillingInterval
from schemas.generated.common import BookTerms
from schemas.generated.common import Conversion
from schemas.generated.common import CustomValue
from schemas.generated.common import DealOutcome
from schemas.generated.common import ForecastCategory
from schemas.generated.common import ListedReason
from schemas.generated.common import Money
from schemas.generated.common import PipelineRules
from schemas.generated.common import PriceList
from schemas.generated.common import StageKind
from schemas.generated.crm.merge import ReplacedCompany
from schemas.wire import from_days, from_micros, to_days, to_micros


class Stage(StrEnum):
    """How a deal stands: OPEN in a stage of a pipeline that its tenant defined, PROSPECTING or ENGAGING in the one that is always there."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    PROSPECTING = "PROSPECTING"
    ENGAGING = "ENGAGING"
    WON = "WON"
    LOST = "LOST"
    REMOVED = "REMOVED"
    OPEN = "OPEN"

    @classmethod
    def _missing_(cls, value: object) -> "Stage":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a deal stands, and what the pipeline said of that when the deal came there."""

    NAME: ClassVar[str] = "crm.Place"

    stage_id: str
    """The stage."""
    stage_name: str
    """What people called the stage."""
    pipeline_id: str
    """The pipeline."""
    pipeline_version: int
    """The version of the pipeline by whose rules it came there; 0 of the one that is always there."""
    kind: StageKind
    """Whether deals in it are open, won or lost."""
    probability: int
    """How likely it will be won, in percent."""
    category: ForecastCategory
    """How far a forecast counts on it."""
    rots_after_days: int | None = None
    """After how many days in which nothing happens to it it rots."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "stage_id": self.stage_id,
            "stage_name": self.stage_name,
            "pipeline_id": self.pipeline_id,
            "pipeline_version": self.pipeline_version,
            "kind": self.kind.value,
            "probability": self.probability,
            "category": self.category.value,
            "rots_after_days": self.rots_after_days,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            stage_id=data["stage_id"],
            stage_name=data["stage_name"],
            pipeline_id=data["pipeline_id"],
            pipeline_version=data["pipeline_version"],
            kind=StageKind(data["kind"]),
            probability=data["probability"],
            category=ForecastCategory(data["category"]),
            rots_after_days=data["rots_after_days"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A time that a deal spent in a stage."""

    NAME: ClassVar[str] = "crm.Stay"

    stage_id: str
    """The stage."""
    stage_name: str
    """What people called the stage."""
    pipeline_id: str
    """The pipeline."""
    entered_at: str
    """When it entered, as RFC 3339 has it."""
    left_at: str | None = None
    """When it left, as RFC 3339 has it; missing of the stage in which it stands."""
    seconds: int | None = None
    """How long it stayed; missing of the stage in which it stands."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "stage_id": self.stage_id,
            "stage_name": self.stage_name,
            "pipeline_id": self.pipeline_id,
            "entered_at": self.entered_at,
            "left_at": self.left_at,
            "seconds": self.seconds,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            stage_id=data["stage_id"],
            stage_name=data["stage_name"],
            pipeline_id=data["pipeline_id"],
            entered_at=data["entered_at"],
            left_at=data["left_at"],
            seconds=data["seconds"],
        )


class DealRole(StrEnum):
    """What say somebody has in whether the customer buys."""

    UNKNOWN = "UNKNOWN"
    CHAMPION = "CHAMPION"
    DECISION_MAKER = "DECISION_MAKER"
    ECONOMIC_BUYER = "ECONOMIC_BUYER"
    EVALUATOR = "EVALUATOR"
    INFLUENCER = "INFLUENCER"
    BLOCKER = "BLOCKER"
    END_USER = "END_USER"
    OTHER = "OTHER"

    @classmethod
    def _missing_(cls, value: object) -> "DealRole":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The part of a deal that a seller has."""

    NAME: ClassVar[str] = "crm.Split"

    user_id: str
    """The seller."""
    percent: str
    """The part in percent, with two places at most, such as 33.34."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "percent": self.percent,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            user_id=data["user_id"],
            percent=data["percent"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContact:
    """Somebody who has a say in a deal."""

    NAME: ClassVar[str] = "crm.DealContact"

    contact_id: str
    """The contact."""
    roles: tuple[DealRole, ...]
    """What say they have."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "roles": [x.value for x in self.roles],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            roles=tuple(DealRole(x) for x in data["roles"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedOnDeal:
    """A contact whose place another took on the deal."""

    NAME: ClassVar[str] = "crm.ReplacedOnDeal"

    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    roles: tuple[DealRole, ...]
    """What say the one who was merged had."""
    had: tuple[DealRole, ...]
    """What say the other had already, but for what came of merges."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "roles": [x.value for x in self.roles],
            "had": [x.value for x in self.had],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            roles=tuple(DealRole(x) for x in data["roles"]),
            had=tuple(DealRole(x) for x in data["had"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """What is said of something that is to be sold by a deal."""

    NAME: ClassVar[str] = "crm.AskedLine"

    line_id: str
    """What the line is called among those of the deal, such as 1 or chairs; of your choice, 40 characters at most."""
    product_id: str | None = None
    """The product; something else is sold when left out, which needs a name and a price."""
    name: str | None = None
    """What is sold, in words; the product's name when left out."""
    quantity: str = '1'
    """How many, or how much: more than 0, with four places at most."""
    unit_price: Money | None = None
    """What one costs. Left out: what the line had, if it is there and of the same product, or else what the
    product's list says.
    """
    discount_percent: str | None = None
    """What is taken off, in percent, with four places at most."""
    discount_amount: Money | None = None
    """What is taken off, once or each time, if it is not in percent."""
    interval: BillingInterval | None = None
    """How often it is paid; once, when left out."""
    terms: int | None = None
    """How many times it is paid before the deal must be renewed; 1 when left out."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "line_id": self.line_id,
            "product_id": self.product_id,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": None if self.unit_price is None else self.unit_price.to_avro(vault),
            "discount_percent": self.discount_percent,
            "discount_amount": None if self.discount_amount is None else self.discount_amount.to_avro(vault),
            "interval": None if self.interval is None else self.interval.value,
            "terms": self.terms,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            line_id=data["line_id"],
            product_id=data["product_id"],
            name=data["name"],
            quantity=data["quantity"],
            unit_price=None if (v := data["unit_price"]) is None else Money.from_avro(v, vault),
            discount_percent=data["discount_percent"],
            discount_amount=None if (v := data["discount_amount"]) is None else Money.from_avro(v, vault),
            interval=None if (v := data["interval"]) is None else BillingInterval(v),
            terms=data["terms"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLine:
    """Something that is to be sold by a deal."""

    NAME: ClassVar[str] = "crm.DealLine"

    product_id: str | None = None
    """The product, if it is one."""
    line_id: str
    """What the line is called among those of the deal."""
    name: str
    """What is sold, in words."""
    quantity: str
    """How many, or how much."""
    unit_price: str
    """What one costs."""
    currency: str
    """The ISO 4217 code of all amounts of the line."""
    discount_percent: str | None = None
    """What is taken off, in percent."""
    discount_amount: str | None = None
    """What is taken off, if it is not in percent."""
    interval: BillingInterval | None = None
    """How often it is paid; once, when left out."""
    terms: int = 1
    """How many times it is paid before the deal must be renewed."""
    net: str
    """What is paid each time: quantity times price, less the discount, rounded half to even to the places of the
    currency.
    """
    total: str
    """What is paid in all: net, so many times."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "line_id": self.line_id,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "currency": self.currency,
            "discount_percent": self.discount_percent,
            "discount_amount": self.discount_amount,
            "interval": None if self.interval is None else self.interval.value,
            "terms": self.terms,
            "net": self.net,
            "total": self.total,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            product_id=data["product_id"],
            line_id=data["line_id"],
            name=data["name"],
            quantity=data["quantity"],
            unit_price=data["unit_price"],
            currency=data["currency"],
            discount_percent=data["discount_percent"],
            discount_amount=data["discount_amount"],
            interval=None if (v := data["interval"]) is None else BillingInterval(v),
            terms=data["terms"],
            net=data["net"],
            total=data["total"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBy:
    """Where the price of a line came from that was left out."""

    NAME: ClassVar[str] = "crm.PricedBy"

    line_id: str
    """The line."""
    record: str
    """The record that said the price, such as crm/product/<id>."""
    version: int
    """The version of that record."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "line_id": self.line_id,
            "record": self.record,
            "version": self.version,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            line_id=data["line_id"],
            record=data["record"],
            version=data["version"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A chance to sell, on its way through the pipeline."""

    NAME: ClassVar[str] = "crm.Deal"

    deal_id: str = ''
    """The deal's id; empty while it does not exist."""
    name: str = ''
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str = ''
    """The user who owns the deal."""
    stage: Stage = Stage.NEW
    """Where the deal stands."""
    amount: Money | None = None
    """What somebody said that the deal is worth, or what it was won for; while it has lines, they say what it is
    worth.
    """
    engaged_at: datetime | None = None
    """When the customer engaged."""
    closed_at: datetime | None = None
    """When it was won or lost."""
    lost_reason: str | None = None
    """Why it was lost."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    removed_at: datetime | None = None
    """Since when it is in the trash."""
    pipeline_id: str = 'default'
    """The pipeline that it goes through."""
    stage_id: str = ''
    """The stage of the pipeline in which it stands."""
    open_stage_id: str = ''
    """The stage in which it stood last while it was open."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    next_step_on: date | None = None
    """The day by which that is to be done."""
    forecast_category: ForecastCategory | None = None
    """How far a forecast counts on it; its stage says so, when left out."""
    competitors: tuple[str, ...] = ()
    """Who else would sell to the customer."""
    won_reason: str | None = None
    """Why it was won."""
    lost_to: str | None = None
    """The competitor that it was lost to."""
    splits: tuple[Split, ...] = ()
    """What part of the deal each seller has; all is its owner's when there are none."""
    contacts: tuple[DealContact, ...] = ()
    """Who has a say in it at the customer's, and which."""
    clones: tuple[str, ...] = ()
    """The deals that were made as its copies."""
    price_book_id: str | None = None
    """The price book that says what products cost; without one they say it themselves."""
    book_currency: str | None = None
    """The ISO 4217 code of the prices in that book."""
    conversion: Conversion | None = None
    """By which rate amounts are converted into the tenant's own currency."""
    lines: tuple[DealLine, ...] = ()
    """What is to be sold by it, in order."""
    replaced: tuple[ReplacedOnDeal, ...] = ()
    """The contacts whose place others took on it."""
    companies_replaced: tuple[ReplacedCompany, ...] = ()
    """The companies whose place others took as the one that would buy."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "stage": self.stage.value,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "engaged_at": None if self.engaged_at is None else to_micros(self.engaged_at),
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "lost_reason": self.lost_reason,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "custom": [x.to_avro(vault) for x in self.custom],
            "removed_at": None if self.removed_at is None else to_micros(self.removed_at),
            "pipeline_id": self.pipeline_id,
            "stage_id": self.stage_id,
            "open_stage_id": self.open_stage_id,
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "next_step_on": None if self.next_step_on is None else to_days(self.next_step_on),
            "forecast_category": None if self.forecast_category is None else self.forecast_category.value,
            "competitors": list(self.competitors),
            "won_reason": self.won_reason,
            "lost_to": self.lost_to,
            "splits": [x.to_avro(vault) for x in self.splits],
            "contacts": [x.to_avro(vault) for x in self.contacts],
            "clones": list(self.clones),
            "price_book_id": self.price_book_id,
            "book_currency": self.book_currency,
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "lines": [x.to_avro(vault) for x in self.lines],
            "replaced": [x.to_avro(vault) for x in self.replaced],
            "companies_replaced": [x.to_avro(vault) for x in self.companies_replaced],
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            stage=Stage(data["stage"]),
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            engaged_at=None if (v := data["engaged_at"]) is None else from_micros(v),
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            lost_reason=data["lost_reason"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            removed_at=None if (v := data["removed_at"]) is None else from_micros(v),
            pipeline_id=data["pipeline_id"],
            stage_id=data["stage_id"],
            open_stage_id=data["open_stage_id"],
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            next_step_on=None if (v := data["next_step_on"]) is None else from_days(v),
            forecast_category=None if (v := data["forecast_category"]) is None else ForecastCategory(v),
            competitors=tuple(data["competitors"]),
            won_reason=data["won_reason"],
            lost_to=data["lost_to"],
            splits=tuple(Split.from_avro(x, vault) for x in data["splits"]),
            contacts=tuple(DealContact.from_avro(x, vault) for x in data["contacts"]),
            clones=tuple(data["clones"]),
            price_book_id=data["price_book_id"],
            book_currency=data["book_currency"],
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            lines=tuple(DealLine.from_avro(x, vault) for x in data["lines"]),
            replaced=tuple(ReplacedOnDeal.from_avro(x, vault) for x in data["replaced"]),
            companies_replaced=tuple(ReplacedCompany.from_avro(x, vault) for x in data["companies_replaced"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeal:
    """Opens a deal, in stage Prospecting or in a pipeline that the tenant defined."""

    NAME: ClassVar[str] = "crm.OpenDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money | None = None
    """What the deal is worth."""
    custom: tuple[CustomValue, ...] = ()
    """Values of fields that the tenant defined, by key."""
    pipeline_id: str | None = None
    """The pipeline that it goes through; the one that the tenant chose when left out, or else the one that is
    always there.
    """
    stage_id: str | None = None
    """The stage that it enters; the first one when left out."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    price_book_id: str | None = None
    """The price book whose prices it has; none when left out."""
    book: BookTerms | None = None
    """The price book; the gateway fills it in."""
    lines: tuple[AskedLine, ...] = ()
    """What is to be sold; what they come to is the amount then."""
    price_list: PriceList | None = None
    """What products cost and are called; the gateway fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "custom": [x.to_avro(vault) for x in self.custom],
            "pipeline_id": self.pipeline_id,
            "stage_id": self.stage_id,
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "price_book_id": self.price_book_id,
            "book": None if self.book is None else self.book.to_avro(vault),
            "lines": [x.to_avro(vault) for x in self.lines],
            "price_list": None if self.price_list is None else self.price_list.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            pipeline_id=data["pipeline_id"],
            stage_id=data["stage_id"],
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            price_book_id=data["price_book_id"],
            book=None if (v := data["book"]) is None else BookTerms.from_avro(v, vault),
            lines=tuple(AskedLine.from_avro(x, vault) for x in data["lines"]),
            price_list=None if (v := data["price_list"]) is None else PriceList.from_avro(v, vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EngageDeal:
    """The customer engages."""

    NAME: ClassVar[str] = "crm.EngageDeal"

    deal_id: str
    """The deal's id."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDeal:
    """Moves an open deal to another open stage, of its pipeline or of another one."""

    NAME: ClassVar[str] = "crm.MoveDeal"

    deal_id: str
    """The deal's id."""
    stage_id: str
    """The stage that it enters."""
    pipeline_id: str | None = None
    """The pipeline that it goes on in; its own when left out."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "stage_id": self.stage_id,
            "pipeline_id": self.pipeline_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            stage_id=data["stage_id"],
            pipeline_id=data["pipeline_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDeal:
    """Replaces what is planned for the deal."""

    NAME: ClassVar[str] = "crm.PlanDeal"

    deal_id: str
    """The deal's id."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    next_step_on: date | None = None
    """The day by which that is to be done."""
    forecast_category: ForecastCategory | None = None
    """How far a forecast counts on it; its stage says so, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "next_step_on": None if self.next_step_on is None else to_days(self.next_step_on),
            "forecast_category": None if self.forecast_category is None else self.forecast_category.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            next_step_on=None if (v := data["next_step_on"]) is None else from_days(v),
            forecast_category=None if (v := data["forecast_category"]) is None else ForecastCategory(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDealCompetitors:
    """Replaces who else would sell to the customer."""

    NAME: ClassVar[str] = "crm.SetDealCompetitors"

    deal_id: str
    """The deal's id."""
    competitors: tuple[str, ...] = ()
    """Who else would sell to the customer."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "competitors": list(self.competitors),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            competitors=tuple(data["competitors"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WinDeal:
    """The deal is won."""

    NAME: ClassVar[str] = "crm.WinDeal"

    deal_id: str
    """The deal's id."""
    amount: Money | None = None
    """What it was sold for; the deal's own amount when left out."""
    reason: str | None = None
    """Why it was won: a reason of the pipeline, or else of the tenant's list, by its name or id."""
    stage_id: str | None = None
    """The stage for deals that are won that it enters; the first one when left out."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    reasons: tuple[ListedReason, ...] = ()
    """The tenant's reasons, by which this is decided where the pipeline has none; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "reason": self.reason,
            "stage_id": self.stage_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "reasons": [x.to_avro(vault) for x in self.reasons],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            reason=data["reason"],
            stage_id=data["stage_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            reasons=tuple(ListedReason.from_avro(x, vault) for x in data["reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseDeal:
    """The deal is lost."""

    NAME: ClassVar[str] = "crm.LoseDeal"

    deal_id: str
    """The deal's id."""
    reason: str
    """Why it was lost: a reason of the pipeline, or else of the tenant's list, by its name or id."""
    lost_to: str | None = None
    """The competitor that it was lost to."""
    stage_id: str | None = None
    """The stage for deals that are lost that it enters; the first one when left out."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    reasons: tuple[ListedReason, ...] = ()
    """The tenant's reasons, by which this is decided where the pipeline has none; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "reason": self.reason,
            "lost_to": self.lost_to,
            "stage_id": self.stage_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "reasons": [x.to_avro(vault) for x in self.reasons],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            reason=data["reason"],
            lost_to=data["lost_to"],
            stage_id=data["stage_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            reasons=tuple(ListedReason.from_avro(x, vault) for x in data["reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenDeal:
    """A closed deal is taken up again."""

    NAME: ClassVar[str] = "crm.ReopenDeal"

    deal_id: str
    """The deal's id."""
    stage_id: str | None = None
    """The open stage that it enters; Engaging, or in a pipeline that was defined the one it was closed in, when
    left out.
    """
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "stage_id": self.stage_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            stage_id=data["stage_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDealAmount:
    """Sets what the deal is worth."""

    NAME: ClassVar[str] = "crm.ChangeDealAmount"

    deal_id: str
    """The deal's id."""
    amount: Money
    """What the deal is worth."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": self.amount.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=Money.from_avro(data["amount"], vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeal:
    """Replaces the deal's name, company and product."""

    NAME: ClassVar[str] = "crm.ChangeDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDeal:
    """Passes the deal to another owner."""

    NAME: ClassVar[str] = "crm.AssignDeal"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    from_owner_id: str | None = None
    """Pass it only while this user still owns it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "from_owner_id": self.from_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            from_owner_id=data["from_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDealFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetDealFields"

    deal_id: str
    """The deal's id."""
    custom: tuple[CustomValue, ...] = ()
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDeal:
    """Puts a deal that should never have been opened in the trash."""

    NAME: ClassVar[str] = "crm.RemoveDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDeal:
    """Takes the deal out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.RestoreDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeDeal:
    """Empties the trash of the deal, which cannot be restored then; 30 days after it was removed at the earliest."""

    NAME: ClassVar[str] = "crm.PurgeDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDeal:
    """Shares the deal with a user or a team, who need not be its owner's."""

    NAME: ClassVar[str] = "crm.ShareDeal"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool = False
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareDeal:
    """Ends the sharing with a user or a team."""

    NAME: ClassVar[str] = "crm.UnshareDeal"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDealSplits:
    """Replaces what part of the deal each seller has: of all of them together 100 percent, or none."""

    NAME: ClassVar[str] = "crm.SetDealSplits"

    deal_id: str
    """The deal's id."""
    splits: tuple[Split, ...] = ()
    """What part of the deal each seller has; all is its owner's when there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "splits": [x.to_avro(vault) for x in self.splits],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            splits=tuple(Split.from_avro(x, vault) for x in data["splits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDealContact:
    """Says what say a contact has in the deal."""

    NAME: ClassVar[str] = "crm.SetDealContact"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact."""
    roles: tuple[DealRole, ...]
    """What say they have."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "roles": [x.value for x in self.roles],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            roles=tuple(DealRole(x) for x in data["roles"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDealContact:
    """Takes a contact off the deal."""

    NAME: ClassVar[str] = "crm.DropDealContact"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceDealContact:
    """Gives the say that a contact has to the contact that took their place, as both are one person."""

    NAME: ClassVar[str] = "crm.ReplaceDealContact"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackDealContact:
    """Gives a contact their say again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackDealContact"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDealLines:
    """Adds lines to what is to be sold by the deal, or replaces those of the same ids, and drops others."""

    NAME: ClassVar[str] = "crm.ChangeDealLines"

    deal_id: str
    """The deal's id."""
    lines: tuple[AskedLine, ...] = ()
    """Lines to add, or to put in the place of those that have the same ids; the others stay."""
    drop: tuple[str, ...] = ()
    """The ids of lines to drop."""
    price_list: PriceList | None = None
    """What products cost and are called; the gateway fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "lines": [x.to_avro(vault) for x in self.lines],
            "drop": list(self.drop),
            "price_list": None if self.price_list is None else self.price_list.to_avro(vault),
            "rates": [x.to_avro(vault) for x in self.rates],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            lines=tuple(AskedLine.from_avro(x, vault) for x in data["lines"]),
            drop=tuple(data["drop"]),
            price_list=None if (v := data["price_list"]) is None else PriceList.from_avro(v, vault),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseDealPriceBook:
    """Says which price book says what products cost in lines that are put from now on."""

    NAME: ClassVar[str] = "crm.ChooseDealPriceBook"

    deal_id: str
    """The deal's id."""
    price_book_id: str | None = None
    """The price book; none, when left out."""
    book: BookTerms | None = None
    """That price book; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "price_book_id": self.price_book_id,
            "book": None if self.book is None else self.book.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            price_book_id=data["price_book_id"],
            book=None if (v := data["book"]) is None else BookTerms.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertDeal:
    """Converts what the deal is worth into the tenant's own currency anew, by the rate of today, of a closed one
    by that of the day it closed.
    """

    NAME: ClassVar[str] = "crm.ConvertDeal"

    deal_id: str
    """The deal's id."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "rates": [x.to_avro(vault) for x in self.rates],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDealAgain:
    """Closes a deal again as it was, since it is taken back that it was reopened."""

    NAME: ClassVar[str] = "crm.CloseDealAgain"

    deal_id: str
    """The deal's id."""
    outcome: DealOutcome
    """Whether it was WON or LOST."""
    amount: Money | None = None
    """What it was sold for."""
    reason: str | None = None
    """Why it was won or lost."""
    reason_id: str | None = None
    """The reason of the tenant's list, if it is one of them."""
    reason_version: int | None = None
    """The version of that reason by which this was decided."""
    lost_to: str | None = None
    """The competitor that it was lost to."""
    place: Place | None = None
    """The stage that it was closed in; Won or Lost when left out."""
    conversion: Conversion | None = None
    """By which rate it was worth what in the tenant's own currency."""
    closed_at: datetime
    """When it closed."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "outcome": self.outcome.value,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "reason": self.reason,
            "reason_id": self.reason_id,
            "reason_version": self.reason_version,
            "lost_to": self.lost_to,
            "place": None if self.place is None else self.place.to_avro(vault),
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "closed_at": to_micros(self.closed_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            outcome=DealOutcome(data["outcome"]),
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            reason=data["reason"],
            reason_id=data["reason_id"],
            reason_version=data["reason_version"],
            lost_to=data["lost_to"],
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            closed_at=from_micros(data["closed_at"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDealConversion:
    """Converts what a deal is worth as it was, since it is taken back that it was converted anew."""

    NAME: ClassVar[str] = "crm.RestoreDealConversion"

    deal_id: str
    """The deal's id."""
    conversion: Conversion
    """By which rate it was worth what in the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "conversion": self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            conversion=Conversion.from_avro(data["conversion"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceDealCompany:
    """Names the company that took another's place, as both are one."""

    NAME: ClassVar[str] = "crm.ReplaceDealCompany"

    deal_id: str
    """The deal's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackDealCompany:
    """Names a company again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackDealCompany"

    deal_id: str
    """The deal's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneDeal:
    """Makes another deal like this one, at the beginning of its pipeline."""

    NAME: ClassVar[str] = "crm.CloneDeal"

    deal_id: str
    """The deal's id."""
    clone_id: str
    """The id of the other deal, a uuid."""
    name: str | None = None
    """What people call the other one; the same when left out."""
    carried: PipelineRules | None = None
    """The pipeline by whose rules this is decided; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "clone_id": self.clone_id,
            "name": self.name,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            clone_id=data["clone_id"],
            name=data["name"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDeal:
    """Opens a deal as the copy of another one."""

    NAME: ClassVar[str] = "crm.CopyDeal"

    deal_id: str
    """The deal's id."""
    from_deal_id: str
    """The deal that it is a copy of."""
    name: str
    """What people call the copy."""
    owner_id: str
    """The user who owns the copy."""
    company_id: str | None = None
    """The company that would buy."""
    product_id: str | None = None
    """The product it is about."""
    amount: Money | None = None
    """What it is worth."""
    place: Place
    """The stage that it begins in."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    competitors: tuple[str, ...] = ()
    """Who else would sell to the customer."""
    splits: tuple[Split, ...] = ()
    """What part of the deal each seller has; all is its owner's when there are none."""
    contacts: tuple[DealContact, ...] = ()
    """Who has a say in it at the customer's, and which."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    price_book_id: str | None = None
    """The price book that says what products cost."""
    book_currency: str | None = None
    """The ISO 4217 code of the prices in that book."""
    lines: tuple[AskedLine, ...] = ()
    """What is to be sold by it, in order."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "from_deal_id": self.from_deal_id,
            "name": self.name,
            "owner_id": self.owner_id,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "place": self.place.to_avro(vault),
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "competitors": list(self.competitors),
            "splits": [x.to_avro(vault) for x in self.splits],
            "contacts": [x.to_avro(vault) for x in self.contacts],
            "custom": [x.to_avro(vault) for x in self.custom],
            "price_book_id": self.price_book_id,
            "book_currency": self.book_currency,
            "lines": [x.to_avro(vault) for x in self.lines],
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            from_deal_id=data["from_deal_id"],
            name=data["name"],
            owner_id=data["owner_id"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            place=Place.from_avro(data["place"], vault),
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            competitors=tuple(data["competitors"]),
            splits=tuple(Split.from_avro(x, vault) for x in data["splits"]),
            contacts=tuple(DealContact.from_avro(x, vault) for x in data["contacts"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            price_book_id=data["price_book_id"],
            book_currency=data["book_currency"],
            lines=tuple(AskedLine.from_avro(x, vault) for x in data["lines"]),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeal:
    """Makes the deal what an imported row says, with its own dates, whether new or known."""

    NAME: ClassVar[str] = "crm.RecordDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    stage: Stage
    """Where the row says it stands."""
    amount: Money | None = None
    """What the deal is worth."""
    engaged_at: datetime | None = None
    """When the customer engaged."""
    closed_at: datetime | None = None
    """When it was won or lost."""
    lost_reason: str | None = None
    """Why it was lost."""
    expected_close_on: date | None = None
    """When an open one is to be closed, as one hopes."""
    next_step: str | None = None
    """What is to be done next for an open one."""
    won_reason: str | None = None
    """Why it was won."""
    reasons: tuple[ListedReason, ...] = ()
    """The reason of the tenant's list that the row means, if it is one; the importer fills it in."""
    rates: tuple[Conversion, ...] = ()
    """Rates of the day into the tenant's own currency; the gateway fills them in."""
    pipeline_id: str | None = None
    """The pipeline of the tenant's in which the row says it stands; the one that is always there when left out."""
    stage_id: str | None = None
    """The stage of that pipeline; the first one of a deal that is new, and where it stands of another, when left
    out.
    """
    carried: PipelineRules | None = None
    """The pipeline that the row names; the importer fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "stage": self.stage.value,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "engaged_at": None if self.engaged_at is None else to_micros(self.engaged_at),
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "lost_reason": self.lost_reason,
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "won_reason": self.won_reason,
            "reasons": [x.to_avro(vault) for x in self.reasons],
            "rates": [x.to_avro(vault) for x in self.rates],
            "pipeline_id": self.pipeline_id,
            "stage_id": self.stage_id,
            "carried": None if self.carried is None else self.carried.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            stage=Stage(data["stage"]),
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            engaged_at=None if (v := data["engaged_at"]) is None else from_micros(v),
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            lost_reason=data["lost_reason"],
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            won_reason=data["won_reason"],
            reasons=tuple(ListedReason.from_avro(x, vault) for x in data["reasons"]),
            rates=tuple(Conversion.from_avro(x, vault) for x in data["rates"]),
            pipeline_id=data["pipeline_id"],
            stage_id=data["stage_id"],
            carried=None if (v := data["carried"]) is None else PipelineRules.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealOpened:
    """A deal was opened."""

    NAME: ClassVar[str] = "crm.DealOpened"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money | None = None
    """What the deal is worth."""
    place: Place | None = None
    """The stage that it entered; Prospecting when left out."""
    cloned_from: str | None = None
    """The deal that it is a copy of."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "place": None if self.place is None else self.place.to_avro(vault),
            "cloned_from": self.cloned_from,
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            cloned_from=data["cloned_from"],
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealEngaged:
    """The customer engaged."""

    NAME: ClassVar[str] = "crm.DealEngaged"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    place: Place | None = None
    """The stage that it entered; Engaging when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "place": None if self.place is None else self.place.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealMoved:
    """The deal entered another open stage."""

    NAME: ClassVar[str] = "crm.DealMoved"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    from_pipeline_id: str
    """The pipeline in which it stood."""
    from_stage_id: str
    """The stage in which it stood."""
    place: Place
    """The stage that it entered."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "from_pipeline_id": self.from_pipeline_id,
            "from_stage_id": self.from_stage_id,
            "place": self.place.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            from_pipeline_id=data["from_pipeline_id"],
            from_stage_id=data["from_stage_id"],
            place=Place.from_avro(data["place"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPlanned:
    """Something else is planned for the deal."""

    NAME: ClassVar[str] = "crm.DealPlanned"

    deal_id: str
    """The deal's id."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    next_step_on: date | None = None
    """The day by which that is to be done."""
    forecast_category: ForecastCategory | None = None
    """How far a forecast counts on it; its stage says so, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "next_step_on": None if self.next_step_on is None else to_days(self.next_step_on),
            "forecast_category": None if self.forecast_category is None else self.forecast_category.value,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            next_step_on=None if (v := data["next_step_on"]) is None else from_days(v),
            forecast_category=None if (v := data["forecast_category"]) is None else ForecastCategory(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCompetitorsSet:
    """Others would sell to the customer."""

    NAME: ClassVar[str] = "crm.DealCompetitorsSet"

    deal_id: str
    """The deal's id."""
    competitors: tuple[str, ...] = ()
    """Who else would sell to the customer."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "competitors": list(self.competitors),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            competitors=tuple(data["competitors"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealWon:
    """The deal was won."""

    NAME: ClassVar[str] = "crm.DealWon"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money
    """What it was sold for."""
    reason: str | None = None
    """Why it was won."""
    place: Place | None = None
    """The stage that it entered; Won when left out."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    reason_id: str | None = None
    """The reason of the tenant's list, if it is one of them."""
    reason_version: int | None = None
    """The version of that reason by which this was decided."""
    closed_at: datetime | None = None
    """When it closed, where that was before it was closed again as it had been."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "amount": self.amount.to_avro(vault),
            "reason": self.reason,
            "place": None if self.place is None else self.place.to_avro(vault),
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "reason_id": self.reason_id,
            "reason_version": self.reason_version,
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            amount=Money.from_avro(data["amount"], vault),
            reason=data["reason"],
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            reason_id=data["reason_id"],
            reason_version=data["reason_version"],
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLost:
    """The deal was lost."""

    NAME: ClassVar[str] = "crm.DealLost"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    reason: str
    """Why it was lost."""
    lost_to: str | None = None
    """The competitor that it was lost to."""
    place: Place | None = None
    """The stage that it entered; Lost when left out."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    reason_id: str | None = None
    """The reason of the tenant's list, if it is one of them."""
    reason_version: int | None = None
    """The version of that reason by which this was decided."""
    closed_at: datetime | None = None
    """When it closed, where that was before it was closed again as it had been."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "reason": self.reason,
            "lost_to": self.lost_to,
            "place": None if self.place is None else self.place.to_avro(vault),
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "reason_id": self.reason_id,
            "reason_version": self.reason_version,
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            reason=data["reason"],
            lost_to=data["lost_to"],
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            reason_id=data["reason_id"],
            reason_version=data["reason_version"],
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealReopened:
    """The closed deal was taken up again."""

    NAME: ClassVar[str] = "crm.DealReopened"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    place: Place | None = None
    """The stage that it entered; Engaging when left out."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "place": None if self.place is None else self.place.to_avro(vault),
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            place=None if (v := data["place"]) is None else Place.from_avro(v, vault),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAmountChanged:
    """The deal is worth another amount."""

    NAME: ClassVar[str] = "crm.DealAmountChanged"

    deal_id: str
    """The deal's id."""
    amount: Money
    """What the deal is worth."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": self.amount.to_avro(vault),
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=Money.from_avro(data["amount"], vault),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealChanged:
    """The deal's name, company or product changed."""

    NAME: ClassVar[str] = "crm.DealChanged"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAssigned:
    """The deal passed to another owner."""

    NAME: ClassVar[str] = "crm.DealAssigned"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    previous_owner_id: str
    """The user who owned it before."""
    open: bool
    """Whether the deal was open then."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "previous_owner_id": self.previous_owner_id,
            "open": self.open,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            previous_owner_id=data["previous_owner_id"],
            open=data["open"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealShared:
    """The deal was shared with a user or a team."""

    NAME: ClassVar[str] = "crm.DealShared"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealUnshared:
    """The deal is no longer shared with a user or a team."""

    NAME: ClassVar[str] = "crm.DealUnshared"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.DealFieldsSet"

    deal_id: str
    """The deal's id."""
    custom: tuple[CustomValue, ...] = ()
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealSplitsSet:
    """Other parts of the deal are the sellers'."""

    NAME: ClassVar[str] = "crm.DealSplitsSet"

    deal_id: str
    """The deal's id."""
    splits: tuple[Split, ...] = ()
    """What part of the deal each seller has; all is its owner's when there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "splits": [x.to_avro(vault) for x in self.splits],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            splits=tuple(Split.from_avro(x, vault) for x in data["splits"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContactSet:
    """A contact has a say in the deal."""

    NAME: ClassVar[str] = "crm.DealContactSet"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact."""
    roles: tuple[DealRole, ...]
    """What say they have."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "roles": [x.value for x in self.roles],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            roles=tuple(DealRole(x) for x in data["roles"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContactDropped:
    """A contact is no longer on the deal."""

    NAME: ClassVar[str] = "crm.DealContactDropped"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContactReplaced:
    """A contact was merged into another, who has their say from now on; the events that follow tell how."""

    NAME: ClassVar[str] = "crm.DealContactReplaced"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    roles: tuple[DealRole, ...]
    """What say the one who was merged had."""
    had: tuple[DealRole, ...]
    """What say the other had already, but for what came of merges."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "roles": [x.value for x in self.roles],
            "had": [x.value for x in self.had],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            roles=tuple(DealRole(x) for x in data["roles"]),
            had=tuple(DealRole(x) for x in data["had"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContactGivenBack:
    """A contact was told apart again from the one that had taken their place; the events that follow tell who
    has which say.
    """

    NAME: ClassVar[str] = "crm.DealContactGivenBack"

    deal_id: str
    """The deal's id."""
    contact_id: str
    """The contact who was merged."""
    by_id: str
    """The contact that took their place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "contact_id": self.contact_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            contact_id=data["contact_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLinesChanged:
    """What is to be sold by the deal changed."""

    NAME: ClassVar[str] = "crm.DealLinesChanged"

    deal_id: str
    """The deal's id."""
    lines: tuple[DealLine, ...] = ()
    """Lines that are there now, or are other ones than before."""
    dropped: tuple[str, ...] = ()
    """The ids of lines that are no longer there."""
    priced: tuple[PricedBy, ...] = ()
    """Where prices came from that were left out."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "lines": [x.to_avro(vault) for x in self.lines],
            "dropped": list(self.dropped),
            "priced": [x.to_avro(vault) for x in self.priced],
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            lines=tuple(DealLine.from_avro(x, vault) for x in data["lines"]),
            dropped=tuple(data["dropped"]),
            priced=tuple(PricedBy.from_avro(x, vault) for x in data["priced"]),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPriceBookChosen:
    """Another price book says what products cost."""

    NAME: ClassVar[str] = "crm.DealPriceBookChosen"

    deal_id: str
    """The deal's id."""
    price_book_id: str | None = None
    """The price book; none, when left out."""
    book_version: int | None = None
    """The version of the price book by which this was decided."""
    book_currency: str | None = None
    """The ISO 4217 code of its prices."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "price_book_id": self.price_book_id,
            "book_version": self.book_version,
            "book_currency": self.book_currency,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            price_book_id=data["price_book_id"],
            book_version=data["book_version"],
            book_currency=data["book_currency"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealConverted:
    """What the deal is worth was converted into the tenant's own currency by another rate."""

    NAME: ClassVar[str] = "crm.DealConverted"

    deal_id: str
    """The deal's id."""
    conversion: Conversion
    """By which rate it is worth what in the tenant's own currency."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "conversion": self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            conversion=Conversion.from_avro(data["conversion"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCompanyReplaced:
    """A company was merged into another, which the deal names from now on; the event that follows tells how."""

    NAME: ClassVar[str] = "crm.DealCompanyReplaced"

    deal_id: str
    """The deal's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    named: bool
    """Whether the deal named it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "named": self.named,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            named=data["named"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCompanyGivenBack:
    """A company was told apart again from the one that had taken its place."""

    NAME: ClassVar[str] = "crm.DealCompanyGivenBack"

    deal_id: str
    """The deal's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCloned:
    """Another deal like this one is to be opened."""

    NAME: ClassVar[str] = "crm.DealCloned"

    deal_id: str
    """The deal's id."""
    clone_id: str
    """The id of the other deal."""
    name: str
    """What people call the copy."""
    owner_id: str
    """The user who owns the copy."""
    company_id: str | None = None
    """The company that would buy."""
    product_id: str | None = None
    """The product it is about."""
    amount: Money | None = None
    """What it is worth."""
    place: Place
    """The stage that it begins in."""
    expected_close_on: date | None = None
    """The day on which it is expected to close."""
    next_step: str | None = None
    """What is to be done next."""
    competitors: tuple[str, ...] = ()
    """Who else would sell to the customer."""
    splits: tuple[Split, ...] = ()
    """What part of the deal each seller has; all is its owner's when there are none."""
    contacts: tuple[DealContact, ...] = ()
    """Who has a say in it at the customer's, and which."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    price_book_id: str | None = None
    """The price book that says what products cost."""
    book_currency: str | None = None
    """The ISO 4217 code of the prices in that book."""
    lines: tuple[DealLine, ...] = ()
    """What is to be sold by it, in order."""
    conversion: Conversion | None = None
    """By which rate it is worth what in the tenant's own currency, as known then; as before, when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "clone_id": self.clone_id,
            "name": self.name,
            "owner_id": self.owner_id,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "place": self.place.to_avro(vault),
            "expected_close_on": None if self.expected_close_on is None else to_days(self.expected_close_on),
            "next_step": self.next_step,
            "competitors": list(self.competitors),
            "splits": [x.to_avro(vault) for x in self.splits],
            "contacts": [x.to_avro(vault) for x in self.contacts],
            "custom": [x.to_avro(vault) for x in self.custom],
            "price_book_id": self.price_book_id,
            "book_currency": self.book_currency,
            "lines": [x.to_avro(vault) for x in self.lines],
            "conversion": None if self.conversion is None else self.conversion.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            clone_id=data["clone_id"],
            name=data["name"],
            owner_id=data["owner_id"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            place=Place.from_avro(data["place"], vault),
            expected_close_on=None if (v := data["expected_close_on"]) is None else from_days(v),
            next_step=data["next_step"],
            competitors=tuple(data["competitors"]),
            splits=tuple(Split.from_avro(x, vault) for x in data["splits"]),
            contacts=tuple(DealContact.from_avro(x, vault) for x in data["contacts"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            price_book_id=data["price_book_id"],
            book_currency=data["book_currency"],
            lines=tuple(DealLine.from_avro(x, vault) for x in data["lines"]),
            conversion=None if (v := data["conversion"]) is None else Conversion.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRemoved:
    """The deal was put in the trash."""

    NAME: ClassVar[str] = "crm.DealRemoved"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRestored:
    """The deal was taken out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.DealRestored"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    open: bool
    """Whether it is still to be won or lost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "open": self.open,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            open=data["open"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPurged:
    """The trash was emptied of the deal."""

    NAME: ClassVar[str] = "crm.DealPurged"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


DealCommand = (
    OpenDeal
    | EngageDeal
    | MoveDeal
    | PlanDeal
    | SetDealCompetitors
    | WinDeal
    | LoseDeal
    | ReopenDeal
    | ChangeDealAmount
    | ChangeDeal
    | AssignDeal
    | SetDealFields
    | RemoveDeal
    | RestoreDeal
    | PurgeDeal
    | ShareDeal
    | UnshareDeal
    | SetDealSplits
    | SetDealContact
    | DropDealContact
    | ReplaceDealContact
    | GiveBackDealContact
    | ChangeDealLines
    | ChooseDealPriceBook
    | ConvertDeal
    | CloseDealAgain
    | RestoreDealConversion
    | ReplaceDealCompany
    | GiveBackDealCompany
    | CloneDeal
    | CopyDeal
    | RecordDeal
)
DealEvent = (
    DealOpened
    | DealEngaged
    | DealMoved
    | DealPlanned
    | DealCompetitorsSet
    | DealWon
    | DealLost
    | DealReopened
    | DealAmountChanged
    | DealChanged
    | DealAssigned
    | DealShared
    | DealUnshared
    | DealFieldsSet
    | DealSplitsSet
    | DealContactSet
    | DealContactDropped
    | DealContactReplaced
    | DealContactGivenBack
    | DealLinesChanged
    | DealPriceBookChosen
    | DealConverted
    | DealCompanyReplaced
    | DealCompanyGivenBack
    | DealCloned
    | DealRemoved
    | DealRestored
    | DealPurged
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="deal",
    plural="deals",
    id_field="deal_id",
    service="deal",
    state=Deal,
    state_version=8,
    commands=(
        CommandContract(cls=OpenDeal, verb="open", creates=True, permission="crm.deal.open", internal=False),
        CommandContract(cls=EngageDeal, verb="engage", creates=False, permission="crm.deal.engage", internal=False),
        CommandContract(cls=MoveDeal, verb="move", creates=False, permission="crm.deal.move", internal=False),
        CommandContract(cls=PlanDeal, verb="plan", creates=False, permission="crm.deal.plan", internal=False),
        CommandContract(cls=SetDealCompetitors, verb="set-competitors", creates=False, permission="crm.deal.set-competitors", internal=False),
        CommandContract(cls=WinDeal, verb="win", creates=False, permission="crm.deal.win", internal=False),
        CommandContract(cls=LoseDeal, verb="lose", creates=False, permission="crm.deal.lose", internal=False),
        CommandContract(cls=ReopenDeal, verb="reopen", creates=False, permission="crm.deal.reopen", internal=False),
        CommandContract(cls=ChangeDealAmount, verb="change-amount", creates=False, permission="crm.deal.change-amount", internal=False),
        CommandContract(cls=ChangeDeal, verb="change", creates=False, permission="crm.deal.change", internal=False),
        CommandContract(cls=AssignDeal, verb="assign", creates=False, permission="crm.deal.assign", internal=False),
        CommandContract(cls=SetDealFields, verb="set-fields", creates=False, permission="crm.deal.set-fields", internal=False),
        CommandContract(cls=RemoveDeal, verb="remove", creates=False, permission="crm.deal.remove", internal=False),
        CommandContract(cls=RestoreDeal, verb="restore", creates=False, permission="crm.deal.restore", internal=False),
        CommandContract(cls=PurgeDeal, verb="purge", creates=False, permission="crm.deal.purge", internal=False),
        CommandContract(cls=ShareDeal, verb="share", creates=False, permission="crm.deal.share", internal=False),
        CommandContract(cls=UnshareDeal, verb="unshare", creates=False, permission="crm.deal.unshare", internal=False),
        CommandContract(cls=SetDealSplits, verb="set-splits", creates=False, permission="crm.deal.set-splits", internal=False),
        CommandContract(cls=SetDealContact, verb="set-contact", creates=False, permission="crm.deal.set-contact", internal=False),
        CommandContract(cls=DropDealContact, verb="drop-contact", creates=False, permission="crm.deal.drop-contact", internal=False),
        CommandContract(cls=ReplaceDealContact, verb="replace-contact", creates=False, permission="crm.deal.replace-contact", internal=True),
        CommandContract(cls=GiveBackDealContact, verb="give-back-contact", creates=False, permission="crm.deal.give-back-contact", internal=True),
        CommandContract(cls=ChangeDealLines, verb="change-lines", creates=False, permission="crm.deal.change-lines", internal=False),
        CommandContract(cls=ChooseDealPriceBook, verb="choose-price-book", creates=False, permission="crm.deal.choose-price-book", internal=False),
        CommandContract(cls=ConvertDeal, verb="convert", creates=False, permission="crm.deal.convert", internal=False),
        CommandContract(cls=CloseDealAgain, verb="close-again", creates=False, permission="crm.deal.close-again", internal=True),
        CommandContract(cls=RestoreDealConversion, verb="restore-conversion", creates=False, permission="crm.deal.restore-conversion", internal=True),
        CommandContract(cls=ReplaceDealCompany, verb="replace-company", creates=False, permission="crm.deal.replace-company", internal=True),
        CommandContract(cls=GiveBackDealCompany, verb="give-back-company", creates=False, permission="crm.deal.give-back-company", internal=True),
        CommandContract(cls=CloneDeal, verb="clone", creates=False, permission="crm.deal.clone", internal=False),
        CommandContract(cls=CopyDeal, verb="copy", creates=True, permission="crm.deal.copy", internal=True),
        CommandContract(cls=RecordDeal, verb="record", creates=True, permission="crm.deal.record", internal=True),
    ),
    events=(
        DealOpened,
        DealEngaged,
        DealMoved,
        DealPlanned,
        DealCompetitorsSet,
        DealWon,
        DealLost,
        DealReopened,
        DealAmountChanged,
        DealChanged,
        DealAssigned,
        DealShared,
        DealUnshared,
        DealFieldsSet,
        DealSplitsSet,
        DealContactSet,
        DealContactDropped,
        DealContactReplaced,
        DealContactGivenBack,
        DealLinesChanged,
        DealPriceBookChosen,
        DealConverted,
        DealCompanyReplaced,
        DealCompanyGivenBack,
        DealCloned,
        DealRemoved,
        DealRestored,
        DealPurged,
    ),
    values=(Place, Stay, Split, DealContact, ReplacedOnDeal, AskedLine, DealLine, PricedBy,),
)
