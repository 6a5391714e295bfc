"""Saved views: what somebody who names one asks a list, and what may be kept in one.

A view holds a question and no answer: it is asked as whoever names it, so that it shows them what they might ask for
themselves and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gateway.access.gate import sight_of
from gateway.asking import dated
from gateway.auth import Caller
from gateway.latest import up_to_now
from gateway.own import asked_for, defined
from gateway.platform import Platform
from gateway.problems import Problem
from projections import query
from projections.catalog import models_by_name, read_models
from projections.columns import joined_columns
from projections.generations import reading
from projections.model import ReadModel
from projections.own import HELD_IN
from projections.own import NONE as NO_FIELDS
from projections.query import NOW, Filter, Own, QueryError, Where
from projections.select import class_of
from schemas.contract import people
from schemas.generated.admin.saved_view import ChangeSavedView, CreateSavedView
from schemas.generated.admin.view_choice import ChooseView

DATABASE = "admin"
DEFAULT = "default"
"""In place of an id: the view that somebody chose for the list, if they chose one."""


@dataclass(frozen=True, slots=True)
class View:
    """What a view asks a list: nothing, where there is none."""

    filters: Sequence[Where] = ()
    sort: str | None = None
    fields: Sequence[str] | None = None


_NONE = View()


def list_name(model: ReadModel) -> str:
    """What a list is called, as in its address: crm/deals."""
    return f"{model.database}/{model.name.replace('_', '-')}"


async def chosen(here: Platform, who: Caller, model: ReadModel, id: str | None, after: str | None) -> View:
    """The view with this id, as of the position `after` or later. Raises QueryError: unknown_view also for one that
    somebody may not see, view_of_another_list, view_outdated."""
    if id is None:
        return _NONE
    if after is not None:
        await here.reach.wait(DATABASE, after)
    if id == DEFAULT and (id := await _default(here, who, model)) is None:
        return _NONE
    views = models_by_name(DATABASE)["saved_views"]
    sight = sight_of(who, views.permission, views)
    async with reading(here.readers[DATABASE], who.tenant, views) as connection:
        found = await query.get(connection, views, who.tenant, id, sight=sight)
    if found is None:
        said = "There is no such view, or it is not shared with you (any more); ask for another, or leave view out"
        raise QueryError("unknown_view", said, "view")
    row = found["row"]
    if row["list"] != list_name(model):
        said = f"The view is one of {row['list']}; ask that list, or leave view out"
        raise QueryError("view_of_another_list", said, "view")
    return as_kept(model, row, await defined(here, who.tenant, model) if _asks_for_own(row) else NO_FIELDS)


async def _default(here: Platform, who: Caller, model: ReadModel) -> str | None:
    if who.person is None:
        return None
    choices = models_by_name(DATABASE)["view_choices"]
    wanted = [Filter("user_id", "eq", who.person), Filter("list", "eq", list_name(model))]
    sight = sight_of(who, choices.permission, choices)
    async with reading(here.readers[DATABASE], who.tenant, choices) as connection:
        _, rows = await query.numbered(connection, choices, who.tenant, filters=wanted, limit=1, sight=sight)
    return rows[0]["saved_view_id"] if rows else None


def as_kept(model: ReadModel, row: Mapping[str, Any], own: Own = NO_FIELDS) -> View:
    """Lists, and fields of the tenant's own, change after views were kept."""
    try:
        view = View(_filters(row["where"]), row["sort"], row["fields"] or None)
        query.check_question(model, dated(view.filters, model, NOW, own=own), view.sort, view.fields, own)
    except QueryError as error:
        said = f"The view asks for what the list does not have (any more): {error.message}. Change the view"
        raise QueryError("view_outdated", said, "view") from error
    return view


def _filters(where: str | None) -> Sequence[Where]:
    return () if where is None else (query.parse_where(where),)


def _asks_for_own(row: Mapping[str, Any]) -> bool:
    """Whether what is kept may name fields of the tenant's own, wrong as it may be."""
    return HELD_IN in (row["where"] or "") or asked_for((), row["sort"], *row["fields"])


async def own_of(here: Platform, who: Caller, command: Any) -> Own:
    """The fields of the tenant's own that a view which is to be kept may name: those of a moment ago too."""
    match command:
        case CreateSavedView() | ChangeSavedView():
            kept = {"where": command.where, "sort": command.sort, "fields": command.fields or ()}
            model = _listed(command.list)
            if not model.own or not _asks_for_own(kept):
                return NO_FIELDS
            await up_to_now(here, model.database)
            return await defined(here, who.tenant, model)
        case _:
            return NO_FIELDS


def must_be_askable(command: Any, own: Own = NO_FIELDS) -> None:
    """Raises a 422 problem for a view that its list could not be asked, or that says of whom its rows are: what is kept
    in a view stays in the log, and an erasure does not reach it. `own` are fields that it may name."""
    match command:
        case CreateSavedView() | ChangeSavedView():
            model = _listed(command.list)
            try:
                filters = _filters(command.where or None)
                asked = dated(filters, model, NOW, own=own)
                query.check_question(model, asked, command.sort or None, command.fields, own)
            except QueryError as error:
                raise Problem(422, error.code, f"{error.message}.", error.field) from error
            _must_name_nobody(model, filters)
        case ChooseView():
            _listed(command.list)
        case _:
            return


def _listed(name: str) -> ReadModel:
    found = next((each for each in read_models() if each.public and list_name(each) == name.strip()), None)
    if found is None:
        raise Problem(422, "unknown_list", "There is no such list; name one as in its address, as crm/deals.", "list")
    return found


def _must_name_nobody(model: ReadModel, filters: Sequence[Where]) -> None:
    of_persons = _of_persons(model.database, model.name)
    for each in (found for where in filters for found in query.columns_in(where)):
        personal = class_of(model, each.name) == "personal" or each.name in of_persons
        if personal and each.op != "null":
            said = f"A view is kept for ever, and {each.name} tells who somebody is; ask for them by their id."
            raise Problem(422, "view_names_somebody", said, each.at)


@cache
def _of_persons(database: str, name: str) -> frozenset[str]:
    """The columns that show texts from the records of persons, such as their names."""
    others = models_by_name(database)
    model, persons = others[name], {(contract.domain, contract.aggregate) for contract in people()}
    return frozenset(
        each.column.name
        for each in joined_columns(model, others)
        if others[each.source].aggregate in persons and each.column.kind == "text" and not each.origin.endswith("_id")
    )
