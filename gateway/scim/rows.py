"""What SCIM shows, read from the admin's read models: users of the directory, teams, and who is in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.access.standing import forbidden
from gateway.auth import Caller
from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.model import ReadModel
from projections.query import Filter
from projections.visible import EVERYTHING

DATABASE = "admin"
USERS, TEAMS = "directory", "teams"
MOST_MEMBERS = 10_000
"""Members of the groups of one answer, at most."""

Row = Mapping[str, Any]


def may_read(who: Caller, name: str) -> None:
    """Comes back when somebody may read all of these rows, with the personal values in them; else a 403 problem."""
    model = _model("users" if name == USERS else name)
    for permission in (model.permission, "admin.personal.see"):
        if who.standing.needed(permission, model.access) != EVERYTHING:
            raise forbidden(permission)


async def one(here: Platform, who: Caller, name: str, id: str) -> Row | None:
    """The row of an id; None where there is none."""
    if "\0" in id or len(id) > 200:
        return None
    model = _model(name)
    async with reading(here.readers[DATABASE], who.tenant, model) as connection:
        found = await query.get(connection, model, who.tenant, id)
    return None if found is None else found["row"]


async def numbered(
    here: Platform, who: Caller, name: str, filters: Sequence[Filter], skip: int, limit: int
) -> tuple[int, Sequence[Row]]:
    """How many rows there are, and some of them."""
    model = _model(name)
    async with reading(here.readers[DATABASE], who.tenant, model) as connection:
        return await query.numbered(connection, model, who.tenant, filters=filters, skip=skip, limit=limit)


async def members(here: Platform, who: Caller, teams: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    """The users in these teams, by team."""
    wanted = [Filter("team_id", "in", list(teams))]
    _, found = await numbered(here, who, USERS, wanted, 0, MOST_MEMBERS) if teams else (0, ())
    grouped: dict[str, list[Row]] = {team: [] for team in teams}
    for row in found:
        grouped[row["team_id"]].append(row)
    return grouped


def _model(name: str) -> ReadModel:
    return models_by_name(DATABASE)[name]
