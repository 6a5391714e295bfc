"""Questions for many resources: a filter, pages by number, and which attributes are shown (RFC 7644, section 3.4.2).

Of a filter the database is asked what it can answer; whether a resource fits is decided on the resource itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.auth import Caller
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.scim import filters, groups, rows, shapes, users
from gateway.scim.people import Json

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
LARGEST_PAGE = 200
USUAL_PAGE = 100
MOST = 5_000
"""Resources that a filter is evaluated on, at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`start` counts from 1."""

    filter: str | None
    start: int
    count: int
    projection: shapes.Projection


def asked(parameters: Mapping[str, Any]) -> Asked:
    """From the query parameters, or from the body of a search; raises a 422 problem for what is no number."""
    return Asked(
        filter=_text(parameters.get("filter")),
        start=max(1, _number(parameters.get("startIndex", 1), "startIndex")),
        count=min(max(0, _number(parameters.get("count", USUAL_PAGE), "count")), LARGEST_PAGE),
        projection=shapes.projection(parameters),
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise Problem(422, "invalid_filter", "A filter is text.", "filter")


def _number(value: Any, name: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.removeprefix("-").isdecimal() or len(text) > 15:
        raise Problem(422, "bad_number", f"{name} must be a whole number.", name)
    return int(text)


async def found(
    here: Platform, who: Caller, table: str, shape: type[shapes.Resource[Any]], asked: Asked, base: str
) -> Json:
    """A page of what is asked for."""
    skip = asked.start - 1
    if asked.filter is None:
        total, page = await rows.numbered(here, who, table, (), skip, asked.count)
        resources = await _resources(here, who, table, page, base, shapes.wants(asked.projection, "members"))
    else:
        wanted = filters.parsed(shape, asked.filter)
        narrowed = await filters.narrowed(here, who, table, wanted)
        candidates, page = await rows.numbered(here, who, table, narrowed, 0, MOST)
        if candidates > MOST:
            detail = (
                f"More than {MOST} records would have to be looked at; ask by userName, externalId or displayName too."
            )
            raise Problem(400, "too_many_found", detail, "filter")
        every = await _resources(here, who, table, page, base, True)
        fitting = [each for each in every if filters.fits(shape, wanted, each)]
        total, resources = len(fitting), fitting[skip : skip + asked.count]
    return listed([shapes.shown(shape, each, asked.projection) for each in resources], total, asked.start)


async def _resources(
    here: Platform, who: Caller, table: str, page: Sequence[rows.Row], base: str, members: bool
) -> list[Json]:
    if table == rows.USERS:
        return [users.shown(row, base) for row in page]
    if not members:
        return [groups.resource(row, None, base) for row in page]
    inside = await rows.members(here, who, [row["id"] for row in page])
    return [groups.resource(row, inside[row["id"]], base) for row in page]


def listed(resources: Sequence[Json], total: int | None = None, start: int = 1) -> Json:
    """A ListResponse."""
    return {
        "schemas": [LIST],
        "totalResults": len(resources) if total is None else total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }
