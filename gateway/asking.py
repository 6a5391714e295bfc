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
from projections.own import NONE
from projections.query import WITHIN, Filter, Own, Times, Where
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
    own: Own = NONE


def conditions(asked: Mapping[str, str], filters: Sequence[Where]) -> Sequence[Where]:
    """The filters, and the groups of `where`. Raises QueryError."""
    return (*filters, query.parse_where(asked["where"])) if "where" in asked else filters


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


def zone(asked: Mapping[str, str]) -> ZoneInfo:
    """The time zone of a question. Raises QueryError."""
    return query.zone_of(asked["zone"]) if "zone" in asked else _UTC


def dated(
    filters: Sequence[Where], model: ReadModel, times: Times, zone: ZoneInfo = _UTC, own: Own = NONE
) -> Sequence[Where]:
    """The filters with moments for the periods, such as `this_month`, that they name: those of the moment asked about,
    now unless it is another. Raises QueryError."""
    moment = times.as_of or times.known_at or datetime.now(UTC)
    kinds = _kinds(model.database, model.name)
    kinds |= {name: column.kind for name, column in query.columns_of_own(own).items()}
    return [query.dated(each, kinds, moment, zone) for each in filters]


async def for_index(
    here: Platform, who: Caller, model: ReadModel, filters: Sequence[Where], own: Own
) -> Sequence[Where]:
    """The filters as the index can be asked them: it knows no trees, and of no merges. Raises
    QueryError(tree_too_large)."""
    if not own.fields and not any(each.name == WITHIN for where in filters for each in query.columns_in(where)):
        return filters
    async with reading(here.readers[model.database], who.tenant, model) as connection:
        said = await query.for_index(connection, model, who.tenant, filters)
        return await query.led_by_index(connection, model, who.tenant, said, own)


@cache
def _kinds(database: str, name: str) -> dict[str, Kind]:
    others = models_by_name(database)
    return {column.name: column.kind for column in visible_columns(others[name], others)}
