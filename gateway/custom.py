"""Values of the fields that a tenant defined, checked against the definitions before a command is made of them."""

from collections.abc import Mapping
from typing import Any

from domains.crm.custom_values import typed
from domains.kernel import Rejected
from gateway.access.gate import model_of
from gateway.auth import Caller
from gateway.latest import up_to_now
from gateway.platform import Platform
from gateway.problems import Problem
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from schemas.contract import AggregateContract
from schemas.generated.common import CustomValue
from schemas.generated.crm.field_set import Field
from schemas.wire import read_value

DATABASE = "crm"


async def custom_values(
    here: Platform, who: Caller, contract: AggregateContract, permission: str, given: Mapping[str, Any]
) -> tuple[CustomValue, ...]:
    """What a caller gave by key, as it is written. 422 problems, which name the field as `custom.<key>`; a key that
    nobody knows may have been defined a moment ago, so that it is looked for at the end of the log. Whoever lacks the
    permission on every record is not told which fields there are."""
    if not given:
        return ()
    model = model_of(contract.domain, contract.aggregate)
    who.standing.needed(permission, model.access if model is not None else {})
    known = await _fields(here, who.tenant, contract.aggregate)
    if not given.keys() <= known.keys():
        await up_to_now(here, DATABASE)
        known = await _fields(here, who.tenant, contract.aggregate)
    try:
        return typed(known, given)
    except Rejected as rejected:
        raise Problem(422, rejected.code, rejected.message, rejected.field) from rejected


async def _fields(here: Platform, tenant: str, record: str) -> Mapping[str, Field]:
    """The fields of a kind of record, by key."""
    model = models_by_name(DATABASE)["field_sets"]
    async with reading(here.readers[DATABASE], tenant, model) as connection:
        rows = await query.every(connection, model, tenant, ("record", "fields"))
    listed = (read_value(Field, each) for row in rows if row["record"] == record for each in row["fields"])
    return {field.key: field for field in listed}
