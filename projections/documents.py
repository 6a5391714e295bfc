"""Search documents: their mapping, what a row becomes, and what a search asks, all from the read model's declaration.

A document holds the searched columns as text (`projections.analysis`), the filters and fields of the tenant's own as
exact values, and when the record changed. Only what every Elasticsearch 8 has is used: no scripts, no plugins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, assert_never

from projections.analysis import analysis, text_field
from projections.asked import Asked
from projections.catalog import models_by_name
from projections.columns import Column, Kind, told, visible_columns
from projections.folding import plain
from projections.like import like
from projections.matching import matching, records
from projections.model import ReadModel
from projections.own import HELD_IN, NONE, Own, column_of, is_computed, is_own, said
from projections.own_index import EXACT, asked_of_own, tokens
from projections.question import MAX_FOUND, Either, Every, Filter, Not, Where
from projections.select import class_of, names_above
from projections.values import check, day_of, many, offered, one, parse_value, range_of, told_where
from projections.visible import ALL, EVERYTHING, Sight

_EXACT: Mapping[Kind, Mapping[str, Any]] = {
    "text": {"type": "keyword", "ignore_above": 8000},
    "enum": {"type": "keyword"},
    "texts": {"type": "keyword", "ignore_above": 8000},
    "records": {"type": "keyword", "ignore_above": 8000},
    "object": {"type": "keyword", "ignore_above": 8000},
    "integer": {"type": "long"},
    "number": {"type": "double"},
    "boolean": {"type": "boolean"},
    # Microseconds since 1970, which Elasticsearch's own dates do not hold.
    "time": {"type": "long"},
    "date": {"type": "date"},
}
_TIMEOUT = "2s"
"""What an answer may take of each shard; less than the client waits."""


def alias_name(index_prefix: str, model: ReadModel) -> str:
    """Under this name the documents of the live generation are searched."""
    return f"{index_prefix}-{model.database}-{model.name}"


def index_name(index_prefix: str, model: ReadModel, generation: int) -> str:
    """The index of one generation of the read model."""
    return f"{alias_name(index_prefix, model)}-g{generation}"


def searchable(database: str) -> list[ReadModel]:
    """The read models of a database that can be searched."""
    return [m for m in models_by_name(database).values() if m.search]


def _columns(model: ReadModel) -> Mapping[str, Column]:
    return _visible(model.database, model.name)


@cache
def _visible(database: str, name: str) -> Mapping[str, Column]:
    models = models_by_name(database)
    return {c.name: c for c in visible_columns(models[name], models)}


def index_body(model: ReadModel, *, shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """Settings and mapping with which the index is made."""
    columns = _columns(model)
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "analysis": analysis(),
        },
        "mappings": {
            "dynamic": "strict",
            "_routing": {"required": True},
            "properties": {
                "tenant": {"type": "keyword"},
                "id": {"type": "keyword"},
                "updated_at": {"type": "long"},
                "text": {"properties": {name: text_field(model, name) for name in model.search}},
                "exact": {"properties": {name: _EXACT[columns[name].kind] for name in model.filters}},
                **({"own": EXACT} if model.own else {}),
            },
        },
    }


def document_id(tenant: str, id: str) -> str:
    """The id of a row's document; tenants hold no slash."""
    return f"{tenant}/{id}"


def _plain(value: str | Sequence[str]) -> str | list[str]:
    return plain(value) if isinstance(value, str) else [plain(each) for each in value]


def _exact(value: Any) -> Any:
    match value:
        case datetime():
            return _micros(value)
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case _:
            return value


def _micros(moment: datetime) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond


def document(model: ReadModel, tenant: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a visible row (by column name)."""
    columns = _columns(model)
    held = {name: told(columns[name], row[name]) for name in (*model.search, *model.filters) if row[name] is not None}
    return {
        "tenant": tenant,
        "id": row["id"],
        "updated_at": _exact(row["updated_at"]),
        "text": {name: _plain(held[name]) for name in model.search if name in held},
        "exact": {name: _exact(held[name]) for name in model.filters if name in held},
        **({"own": tokens(row[HELD_IN] or {})} if model.own else {}),
    }


def texts_of(model: ReadModel, row: Mapping[str, Any]) -> dict[str, str]:
    """The searched texts of a row as answers show it, in the order of `ReadModel.search`; several of a column with
    commas between."""
    columns = _columns(model)
    held = {name: told(columns[name], row[name]) for name in model.search if row[name]}
    return {name: text if isinstance(text, str) else ", ".join(text) for name, text in held.items() if text}


def _condition(column: Column, filter: Filter, *, wide: bool) -> dict[str, Any]:
    check(column, filter)
    field = "id" if filter.name == "id" else f"exact.{filter.name}"
    match filter.op:
        case "null":
            is_null = parse_value(Column(filter.name, "boolean", False), one(filter))
            if not column.nullable:  # a list without texts is no value to Elasticsearch
                return {"match_none": {}} if is_null else {"match_all": {}}
            there = {"exists": {"field": field}}
            return {"bool": {"must_not": [there]}} if is_null else there
        case "in":
            return {"terms": {field: [_exact(parse_value(column, text)) for text in many(filter)]}}
        case "prefix":
            return like(field, "", one(filter), wide=wide)
        case "contains":
            return like(field, "*", one(filter), wide=wide)
        case "eq":
            day = day_of(column, filter)
            if day is not None:
                return {"range": {field: {"gte": _exact(day[0]), "lte": _exact(day[1])}}}
            return {"term": {field: _exact(parse_value(column, one(filter)))}}
        case _:
            op, value = range_of(column, filter)
            return {"range": {field: {op: _exact(value)}}}


def search_body(
    model: ReadModel,
    tenant: str,
    asked: Asked,
    filters: Sequence[Where],
    limit: int,
    sight: Sight = ALL,
    own: Own = NONE,
    *,
    slips: bool = False,
) -> dict[str, Any]:
    """What is asked of the index: the documents that match (`projections.matching`), best first, and of equal ones
    those that changed last, `slips` forgiven or not. What is not seen of a record neither makes it found nor passes a
    filter.

    Raises QueryError for filters as lists do.
    """
    columns = _columns(model)
    exact = [_held(model, columns, said(own, each), sight, own) for each in filters]
    if sight.records != EVERYTHING:
        exact.append(records(model, sight.records))
    found = matching(model, asked, sight, slips=slips)
    return {
        "size": limit,
        "_source": False,  # what is sorted by tells the id
        "track_total_hits": MAX_FOUND,
        "timeout": _TIMEOUT,
        "query": {"bool": {"filter": [{"term": {"tenant": tenant}}, *exact], "must": [found]}},
        "sort": ["_score", {"updated_at": {"order": "desc", "unmapped_type": "long"}}, "id"],
    }


def _held(
    model: ReadModel, columns: Mapping[str, Column], where: Where, sight: Sight, own: Own, *, wide: bool = True
) -> dict[str, Any]:
    """A question. Rows are asked once more by Postgres, which decides: what cannot be said exactly is said `wide` where
    it lets records in, and narrowly where it keeps them out."""
    match where:
        case Filter(op="ne"):
            return _no(_held(model, columns, replace(where, op="eq"), sight, own, wide=not wide))
        case Filter():
            with told_where(where):
                if is_own(where.name):
                    column = column_of(own, where.name)
                    asked = _own_condition(own, column, where, wide=wide)
                    return _seen_condition(model, column, where, sight, asked)
                offered(("id", *model.filters), where, model.name)
                column = columns[where.name]
                asked = _condition(column, where, wide=wide)
                if where.name in names_above(model, sight):  # whether that is in sight Postgres knows
                    return {"match_all": {}} if wide else {"match_none": {}}
                return _seen_condition(model, column, where, sight, asked)
        case Every():
            return {"bool": {"filter": [_held(model, columns, each, sight, own, wide=wide) for each in where.parts]}}
        case Either() if not where.options:
            return {"match_none": {}}
        case Either():
            options = [_held(model, columns, each, sight, own, wide=wide) for each in where.options]
            return {"bool": {"should": options, "minimum_should_match": 1}}
        case Not():
            return _no(_held(model, columns, where.part, sight, own, wide=not wide))
        case _:
            assert_never(where)


def _own_condition(own: Own, column: Column, where: Filter, *, wide: bool) -> dict[str, Any]:
    """Of what a formula gives the index knows nothing; whether it can be asked so is looked at all the same."""
    asked = asked_of_own(column, where, wide=wide)
    if not is_computed(own, where.name.split(".")[1]):
        return asked
    return {"match_all": {}} if wide else {"match_none": {}}


def _no(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"bool": {"must_not": [asked]}}


def _seen_condition(
    model: ReadModel, column: Column, filter: Filter, sight: Sight, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """A filter, which is `asked` of a column that counts as missing where it is not seen."""
    visible = sight.of(class_of(model, column.name))
    if visible == EVERYTHING:
        return dict(asked)
    seen = records(model, visible)
    if filter.op == "null" and parse_value(Column(filter.name, "boolean", False), one(filter)):
        return {"bool": {"should": [asked, {"bool": {"must_not": [seen]}}], "minimum_should_match": 1}}
    return {"bool": {"filter": [asked, seen]}}
