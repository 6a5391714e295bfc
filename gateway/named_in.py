"""What is known of a person outside their own records: rows that name them by their id, in any app, in the model's own
columns or in fields that the tenant defined.

Words of an activity are about all who take part in it. Where others do, they are left out of what one of them is given:
whoever answers the person reads the activity, and decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.platform import Platform
from projections import query
from projections.catalog import models_by_name, read_models
from projections.columns import ID, SYSTEM, columns_of
from projections.defined import defined
from projections.generations import reading
from projections.model import ReadModel
from projections.own import HELD_IN, Own
from projections.question import Either, Filter, Where
from projections.visible import Sight
from schemas.contract import people


@dataclass(frozen=True, slots=True)
class Place:
    """A read model whose rows name persons in a column that is asked by. `written` is how their id stands there.

    `whole` rows are shown with all of their columns, others with what they say of the person; `wordy` ones have events
    of their own that belong to what is known, and words that may be others' too."""

    database: str
    read_model: str
    column: str
    written: str = "{id}"
    whole: bool = True
    wordy: bool = False


PLACES = (
    Place("crm", "activities", "about", "crm/contact/{id}", wordy=True),
    Place("crm", "deals", "contacts", whole=False),
    Place("admin", "identities", "user_id"),
    Place("admin", "credentials", "user_id"),
    Place("admin", "saved_views", "owner_id"),
    Place("integration", "mailboxes", "owner_id"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A row as the person is given it. `withheld` says that its words are others' too."""

    place: Place
    record: Mapping[str, Any]
    withheld: bool

    @property
    def told(self) -> dict[str, Any]:
        where = {"database": self.place.database, "read_model": self.place.read_model, "record": self.record}
        return where | ({"withheld": True} if self.withheld else {})


async def named_in(here: Platform, tenant: str, id: str) -> list[Found]:
    """Every row that names a person."""
    found = [each for place in PLACES for each in await _found(here, tenant, place, id)]
    own = [each for model in read_models() if model.own for each in await _found_by_own(here, tenant, model, id)]
    return [*found, *own]


async def _found(here: Platform, tenant: str, place: Place, id: str) -> Sequence[Found]:
    model = models_by_name(place.database)[place.read_model]
    asked = Filter(place.column, "eq", place.written.format(id=id))
    async with reading(here.readers[place.database], tenant, model) as connection:
        rows = await _rows(connection, model, tenant, asked, Own())
    return [_given(place, model, row, id) for row in rows]


async def _found_by_own(here: Platform, tenant: str, model: ReadModel, id: str) -> Sequence[Found]:
    """Rows that name them in a field of the tenant's own, also in one that was retired: its values are still there."""
    async with reading(here.readers[model.database], tenant, model) as connection:
        own = await defined(connection, model, tenant)
        keys = naming_people(own)
        if not keys:
            return []
        asked = Either([Filter(f"{HELD_IN}.{key}", "eq", id) for key in keys])
        every = Own(tuple(replace(each, retired=False) for each in own.fields))
        rows = await _rows(connection, model, tenant, asked, every)
    place = Place(model.database, model.name, HELD_IN, whole=False)
    return [
        Found(place, {"id": row["id"], HELD_IN: {key: id for key in keys if row[HELD_IN].get(key) == id}}, False)
        for row in rows
    ]


def naming_people(own: Own) -> list[str]:
    """The keys of the fields that refer to persons."""
    kinds = {contract.aggregate for contract in people()}
    return [each.key for each in own.fields if each.refers_to in kinds]


async def _rows(
    connection: AsyncConnection, model: ReadModel, tenant: str, asked: Where, own: Own
) -> list[dict[str, Any]]:
    batches = query.batches(connection, model, tenant, filters=[asked], sight=Sight(hidden=True), own=own)
    return [row async for batch in batches for row in batch]


def _given(place: Place, model: ReadModel, row: Mapping[str, Any], id: str) -> Found:
    """Without what the row shows of others by their names."""
    if not place.whole:
        about = [each for each in row[place.column] if id in each.values()]
        return Found(place, {"id": row["id"], place.column: about}, False)
    own = {name: row[name] for name in (column.name for column in (ID, *columns_of(model.row), *SYSTEM)) if name in row}
    withheld = place.wordy and others_take_part(row, id)
    return Found(place, own | dict.fromkeys(model.classes, None) if withheld else own, withheld)


def others_take_part(activity: Mapping[str, Any], id: str) -> bool:
    """Whether an activity names contacts beside this one."""
    contacts = {each.removeprefix("crm/contact/") for each in activity["about"] if each.startswith("crm/contact/")}
    return bool(contacts - {id})
