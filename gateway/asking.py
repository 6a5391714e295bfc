"""What a list or a report is asked beside its plain filters: groups of conditions, and periods as they are today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from gateway.auth import Caller
from gateway.platform import Platform
from gateway.problems import Problem
from projections import query
from projections.catalog import models_by_name
from projections.columns import Kind, visible_columns
from projections.generations import reading
from projections.hidden import TRASHED
from projections.model import ReadModel
from projections.query import WITHIN, Filter, Times, Where
from projections.visible import Sight

_UTC = ZoneInfo("UTC")
IN_TRASH = Filter(TRASHED, "null", "false")
"""Holds of what is in the trash, where what is hidden is in sight."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked, a page of it or all."""

    filters: Sequence[Where]
    sort: str | None
    fields: Sequence[str] | None
    times: Times
    search_ids: Sequence[str] | None
    sight: Sight


def conditions(asked: Mapping[str, str], filters: Sequence[Where], model: ReadModel, times: Times) -> Sequence[Where]:
    """The filters, and the groups of `where`. Periods such as `this_month` are those of the moment asked about, now
    unless it is another, in the time zone `zone`. Raises QueryError."""
    zone = query.zone_of(asked["zone"]) if "zone" in asked else _UTC
    every = (*filters, query.parse_where(asked["where"])) if "where" in asked else filters
    return dated(every, model, times, zone)


def trash(asked: Mapping[str, str], model: ReadModel) -> bool:
    """Whether what is in the trash is asked for, in place of what is not. Raises problems."""
    match asked.get("trash"):
        case None | "false":
            return False
        case "true" if TRASHED in model.hidden:
            return True
        case "true":
            raise Problem(400, "no_trash", f"{model.name} has no trash; leave trash out.", "trash")
        case _:
            raise Problem(400, "bad_value", "trash is true or false.", "trash")


def dated(filters: Sequence[Where], model: ReadModel, times: Times, zone: ZoneInfo = _UTC) -> Sequence[Where]:
    """The filters with moments for the periods that they name."""
    moment = times.as_of or times.known_at or datetime.now(UTC)
    return [query.dated(each, _kinds(model.database, model.name), moment, zone) for each in filters]


async def for_index(here: Platform, who: Caller, model: ReadModel, filters: Sequence[Where]) -> Sequence[Where]:
    """The filters as the index can be asked them: it knows no trees. Raises QueryError(tree_too_large)."""
    if not any(each.name == WITHIN for where in filters for each in query.columns_in(where)):
        return filters
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        return await query.for_index(connection, model, who.tenant, filters)


@cache
def _kinds(database: str, name: str) -> Mapping[str, Kind]:
    others = models_by_name(database)
    return {column.name: column.kind for column in visible_columns(others[name], others)}
