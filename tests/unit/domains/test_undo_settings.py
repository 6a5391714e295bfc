"""Taking back changes of pipelines, fields of a tenant's own, reasons, price books and rates. That nothing else becomes
another is in `test_undo`, for all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domains.kernel import Rejected, deciders
from domains.undoing import ChangedSince, Undone, WayBack, proved, undone, way_back
from schemas.generated.common import BillingInterval, DealOutcome, FieldKind
from schemas.generated.crm.exchange_rate import (
    DropExchangeRate,
    ExchangeRateDropped,
    ExchangeRateSet,
    SetExchangeRate,
)
from schemas.generated.crm.field_set import (
    ChangeField,
    FieldChanged,
    FieldDefined,
    FieldRestored,
    FieldRetired,
    RestoreField,
    RetireField,
)
from schemas.generated.crm.pipeline import (
    ChangePipeline,
    PipelineChanged,
    PipelineRetired,
    RestorePipeline,
    RetirePipeline,
)
from schemas.generated.crm.price_book import (
    BookPrice,
    ChangePrices,
    PriceBookCreated,
    PriceBookRenamed,
    PricesChanged,
    RenamePriceBook,
    RetirePriceBook,
)
from schemas.generated.crm.reason import (
    PlaceReason,
    ReasonDefined,
    ReasonPlaced,
    ReasonRenamed,
    RenameReason,
    RetireReason,
)
from tests.unit.domains.test_pipelines import ALL, DEFINED, LEAD, LOST, PROPOSAL, WON

AT, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
CRM = deciders("crm")


def undo(aggregate: str, number: int, *events: Any) -> Any:
    """The command that takes the event of this number back, or who changed it since."""
    found = undone(CRM[aggregate], events, number, NOW)
    return found.command if isinstance(found, Undone) else found


def refused(code: str, aggregate: str, number: int, *events: Any) -> None:
    with pytest.raises(Rejected) as rejected:
        undo(aggregate, number, *events)
    assert rejected.value.code == code


def changed(*stages: Any, name: str = "Renewals") -> PipelineChanged:
    return PipelineChanged(pipeline_id="p", name=name, stages=stages, at=AT)


def test_stages_have_the_names_and_the_order_that_they_had() -> None:
    back = ChangePipeline(pipeline_id="p", name="Renewals", stages=ALL, at=NOW)
    renamed = changed(replace(LEAD, name="Prospect"), PROPOSAL, WON, LOST)
    turned = changed(PROPOSAL, LEAD, WON, LOST)
    fewer = changed(LEAD, WON, LOST, replace(PROPOSAL, retired=True))
    for change in (renamed, turned, fewer):
        assert undo("pipeline", 2, DEFINED, change) == back
    other = changed(*ALL, name="Others")
    assert undo("pipeline", 2, DEFINED, renamed, replace(renamed, name="Others")) == replace(back, name="Others"), (
        "what came later stays"
    )
    assert undo("pipeline", 2, DEFINED, turned, other) == ChangedSince(3, ["stages"])
    assert undo("pipeline", 3, DEFINED, turned, replace(other, stages=turned.stages)) == replace(
        back, stages=turned.stages
    )


def test_a_stage_that_was_added_is_dropped_unless_deals_stand_in_it() -> None:
    offer = replace(PROPOSAL, stage_id="offer", name="Offer")
    events = [DEFINED, changed(LEAD, PROPOSAL, offer, WON, LOST)]
    back = ChangePipeline(pipeline_id="p", name="Renewals", stages=ALL, drop=("offer",), at=NOW)
    assert undo("pipeline", 2, *events) == back
    way = way_back(CRM["pipeline"], events, 2, NOW)
    assert isinstance(way, WayBack)
    assert proved(CRM["pipeline"], way, back).events == [replace(changed(*ALL), at=NOW)]
    with pytest.raises(Rejected) as rejected:
        proved(CRM["pipeline"], way, replace(back, occupied=("offer",)))
    assert rejected.value.code == "stage_occupied"


def test_a_pipeline_is_retired_and_taken_up_again() -> None:
    retired = PipelineRetired(pipeline_id="p", at=AT)
    assert undo("pipeline", 1, DEFINED) == RetirePipeline(pipeline_id="p", at=NOW)
    assert undo("pipeline", 2, DEFINED, retired) == RestorePipeline(pipeline_id="p", at=NOW)


def field(key: str, kind: FieldKind = FieldKind.NUMBER, **more: Any) -> FieldDefined:
    said: dict[str, Any] = {"label": key.title(), **more}
    return FieldDefined(field_set_id="s", record="deal", key=key, kind=kind, at=AT, **said)


def test_a_field_is_called_and_computed_as_it_was() -> None:
    share, half = field("share"), field("half", FieldKind.FORMULA, formula="custom.share / 2")
    third = FieldChanged(field_set_id="s", record="deal", key="half", label="Third", formula="custom.share / 3", at=AT)
    back = ChangeField(field_set_id="s", key="half", label="Half", formula="custom.share / 2", at=NOW)
    assert undo("field_set", 3, share, half, third) == back
    assert undo("field_set", 3, share, half, third, field("more")) == back, "what came later stays"
    assert undo("field_set", 3, share, half, third, replace(third, label="A third")) == ChangedSince(4, ["fields"])
    gone = FieldRetired(field_set_id="s", record="deal", key="half", at=AT)
    again = FieldRestored(field_set_id="s", record="deal", key="half", at=AT)
    assert undo("field_set", 3, share, half, gone) == RestoreField(field_set_id="s", key="half", at=NOW)
    assert undo("field_set", 4, share, half, gone, again) == RetireField(field_set_id="s", key="half", at=NOW)
    of_share = replace(gone, key="share")
    refused("field_in_use", "field_set", 4, share, of_share, half, replace(again, key="share"))


def test_a_field_that_was_added_is_not_taken_away() -> None:
    assert undo("field_set", 1, field("share")) == RetireField(field_set_id="s", key="share", at=NOW)
    refused("no_inverse", "field_set", 2, field("share"), field("more"))


def test_a_reason_is_called_as_it_was() -> None:
    defined = ReasonDefined(reason_id="r", outcome=DealOutcome.LOST, name="Price", at=AT)
    renamed = ReasonRenamed(reason_id="r", name="Too dear", at=AT)
    assert undo("reason", 2, defined, renamed) == RenameReason(reason_id="r", name="Price", at=NOW)
    placed = ReasonPlaced(reason_id="r", place=3, at=AT)
    assert undo("reason", 2, defined, placed) == PlaceReason(reason_id="r", place=None, at=NOW)
    assert undo("reason", 1, defined) == RetireReason(reason_id="r", at=NOW)


def price(product: str, amount: str, interval: BillingInterval | None = None) -> BookPrice:
    return BookPrice(product_id=product, unit_price=amount, interval=interval)


def test_prices_are_what_they_were() -> None:
    once, monthly, ink = price("tea", "5"), price("tea", "1", BillingInterval.MONTHLY), price("ink", "9")
    book = PriceBookCreated(price_book_id="b", name="Fair", currency="EUR", prices=(once,), at=AT)
    dearer = PricesChanged(price_book_id="b", prices=(price("tea", "7"), monthly), at=AT)
    back = ChangePrices(price_book_id="b", prices=(once,), drop=("tea",), at=NOW)
    assert undo("price_book", 2, book, dearer) == back
    more = PricesChanged(price_book_id="b", prices=(ink,), at=AT)
    assert undo("price_book", 2, book, dearer, more) == back, "what came later stays"
    dropped = PricesChanged(price_book_id="b", dropped=(monthly,), at=AT)
    assert undo("price_book", 3, book, dearer, dropped) == ChangePrices(price_book_id="b", prices=(monthly,), at=NOW)
    assert undo("price_book", 2, book, dearer, dropped) == ChangedSince(3, ["prices"])
    renamed = PriceBookRenamed(price_book_id="b", name="Friends", at=AT)
    assert undo("price_book", 2, book, renamed) == RenamePriceBook(price_book_id="b", name="Fair", at=NOW)
    assert undo("price_book", 1, book) == RetirePriceBook(price_book_id="b", at=NOW)


def test_a_rate_is_what_it_was() -> None:
    told: dict[str, Any] = {
        "exchange_rate_id": "x",
        "currency": "USD",
        "to_currency": "EUR",
        "from_day": date(2026, 1, 1),
    }
    rates = [ExchangeRateSet(rate=rate, at=AT, **told) for rate in ("0.9", "0.8")]
    assert undo("exchange_rate", 2, *rates) == SetExchangeRate(rate="0.9", at=NOW, **told)
    assert undo("exchange_rate", 1, *rates) == ChangedSince(2, ["rate"])
    assert undo("exchange_rate", 1, rates[0]) == DropExchangeRate(exchange_rate_id="x", at=NOW)
    dropped = ExchangeRateDropped(exchange_rate_id="x", at=AT)
    assert undo("exchange_rate", 2, rates[0], dropped) == SetExchangeRate(rate="0.9", at=NOW, **told)
