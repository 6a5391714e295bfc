"""Fields of a tenant's own, as lists are asked by them."""

from collections.abc import Sequence

from gateway.platform import Platform
from projections import query
from projections.generations import reading
from projections.model import ReadModel
from projections.own import HELD_IN, NONE
from projections.query import NOW, Own, Times, Where


async def defined(here: Platform, tenant: str, model: ReadModel, times: Times = NOW) -> Own:
    """The fields of a read model's records, as they were defined at these times."""
    if not model.own:
        return NONE
    async with reading(here.readers[model.database], tenant, model) as connection:
        return await query.defined(connection, model, tenant, times)


def asked_for(filters: Sequence[Where], *names: str | None) -> bool:
    """Whether a question asks for a field of the tenant's own: by a condition, in its order or among what it shows."""
    return query.names_own(filters) or any(f"{HELD_IN}." in name for name in names if name is not None)
