"""Which command takes back which event of what a tenant has said of its CRM: pipelines, fields of its own, reasons,
price books and rates. As in `domains.crm.undo`, of a record as it is now and as it is wanted.

A stage that was added is dropped, which is refused while deals stand in it. A field that was added is not taken away:
it stays, retired.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from domains.kernel import Undo
from schemas.built_in_pipeline import BUILT_IN
from schemas.generated.crm import exchange_rate as e
from schemas.generated.crm import field_set as f
from schemas.generated.crm import pipeline as l
from schemas.generated.crm import price_book as b
from schemas.generated.crm import reason as r


def _pipeline(event: l.PipelineEvent, now: l.Pipeline, wanted: l.Pipeline, at: datetime) -> l.PipelineCommand | None:
    id = now.pipeline_id
    match event:
        case l.PipelineDefined() if id == BUILT_IN:
            return None  # it was there before it was told
        case l.PipelineDefined() | l.PipelineRestored():
            return l.RetirePipeline(pipeline_id=id, at=at)
        case l.PipelineRetired():
            return l.RestorePipeline(pipeline_id=id, at=at)
        case l.PipelineChanged():
            return l.ChangePipeline(
                pipeline_id=id,
                name=wanted.name,
                stages=wanted.stages,
                win_reasons=wanted.win_reasons,
                lost_reasons=wanted.lost_reasons,
                drop=_added(now, wanted),
                at=at,
            )
        case _:
            assert_never(event)


def _added(now: l.Pipeline, wanted: l.Pipeline) -> tuple[str, ...]:
    """The stages that are there and should not be."""
    kept = {each.stage_id for each in wanted.stages}
    return tuple(each.stage_id for each in now.stages if each.stage_id not in kept)


def _field_set(event: f.FieldSetEvent, now: f.FieldSet, wanted: f.FieldSet, at: datetime) -> f.FieldSetCommand | None:
    id, key = now.field_set_id, event.key
    match event:
        case f.FieldDefined() | f.FieldRestored():
            return f.RetireField(field_set_id=id, key=key, at=at)
        case f.FieldRetired():
            return f.RestoreField(field_set_id=id, key=key, at=at)
        case f.FieldChanged():
            field = next(each for each in wanted.fields if each.key == key)
            return f.ChangeField(
                field_set_id=id,
                key=key,
                label=field.label,
                choices=field.choices,
                formula=field.formula,
                help=field.help,
                at=at,
            )
        case _:
            assert_never(event)


def _reason(event: r.ReasonEvent, now: r.Reason, wanted: r.Reason, at: datetime) -> r.ReasonCommand | None:
    match event:
        case r.ReasonDefined() | r.ReasonRestored():
            return r.RetireReason(reason_id=now.reason_id, at=at)
        case r.ReasonRetired():
            return r.RestoreReason(reason_id=now.reason_id, at=at)
        case r.ReasonRenamed():
            return r.RenameReason(reason_id=now.reason_id, name=wanted.name, at=at)
        case r.ReasonPlaced():
            return r.PlaceReason(reason_id=now.reason_id, place=wanted.place, at=at)
        case _:
            assert_never(event)


def _price_book(
    event: b.PriceBookEvent, now: b.PriceBook, wanted: b.PriceBook, at: datetime
) -> b.PriceBookCommand | None:
    id = now.price_book_id
    match event:
        case b.PriceBookCreated() | b.PriceBookRestored():
            return b.RetirePriceBook(price_book_id=id, at=at)
        case b.PriceBookRetired():
            return b.RestorePriceBook(price_book_id=id, at=at)
        case b.PriceBookRenamed():
            return b.RenamePriceBook(price_book_id=id, name=wanted.name, at=at)
        case b.PricesChanged():
            drop = _without(now.prices, wanted.prices)
            # A product whose prices are dropped loses all of them, so that those it keeps are said again.
            put = (each for each in wanted.prices if each not in now.prices or each.product_id in drop)
            return b.ChangePrices(price_book_id=id, prices=tuple(put), drop=drop, at=at)
        case _:
            assert_never(event)


def _without(now: Sequence[b.BookPrice], wanted: Sequence[b.BookPrice]) -> tuple[str, ...]:
    """The products that have a price which they should not have."""
    kept = {price_of(each) for each in wanted}
    return tuple(dict.fromkeys(each.product_id for each in now if price_of(each) not in kept))


def price_of(price: b.BookPrice) -> tuple[str, object]:
    """What a price is of."""
    return price.product_id, price.interval


def _key(field: f.Field) -> str:
    return field.key


def _rate(
    event: e.ExchangeRateEvent, now: e.ExchangeRate, wanted: e.ExchangeRate, at: datetime
) -> e.ExchangeRateCommand | None:
    match event:
        case e.ExchangeRateSet() | e.ExchangeRateDropped():
            if wanted.rate is None or now.from_day is None:
                return e.DropExchangeRate(exchange_rate_id=now.exchange_rate_id, at=at)
            return e.SetExchangeRate(
                exchange_rate_id=now.exchange_rate_id,
                currency=now.currency,
                to_currency=now.to_currency,
                from_day=now.from_day,
                rate=wanted.rate,
                at=at,
            )
        case _:
            assert_never(event)


PIPELINE: Undo[l.PipelineCommand, l.Pipeline, l.PipelineEvent] = Undo(_pipeline, {})
"""Stages are one, since their order counts."""
FIELD_SET: Undo[f.FieldSetCommand, f.FieldSet, f.FieldSetEvent] = Undo(_field_set, {"fields": _key})
REASON: Undo[r.ReasonCommand, r.Reason, r.ReasonEvent] = Undo(_reason, {})
PRICE_BOOK: Undo[b.PriceBookCommand, b.PriceBook, b.PriceBookEvent] = Undo(_price_book, {"prices": price_of})
EXCHANGE_RATE: Undo[e.ExchangeRateCommand, e.ExchangeRate, e.ExchangeRateEvent] = Undo(_rate, {})
