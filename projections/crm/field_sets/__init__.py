from typing import get_args

from projections.crm.field_sets.view import FieldSetRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.field_set import FieldSetEvent

READ_MODEL = ReadModel(
    name="field_sets",
    database="crm",
    version=1,
    row=FieldSetRow,
    events=get_args(FieldSetEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "field_set"),
    filters=("record", "created_at", "updated_at"),
    sorts=("record", "created_at", "updated_at"),
    times=True,
    permission="crm.field-set.read",
    doc="The fields that the tenant defined, for each kind of record.",
)
