from typing import get_args

from projections.crm.contact_keys.view import ContactKeysRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.contact import ContactEvent

READ_MODEL = ReadModel(
    name="contact_keys",
    database="crm",
    version=1,
    row=ContactKeysRow,
    events=get_args(ContactEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "contact"),
    indexed=("keys",),
    indexed_then=("keys",),
    times=True,
    public=False,
    doc="Keys that people who may be one have in common, for looking for duplicates.",
)
