from typing import get_args

from projections.crm.company_keys.view import CompanyKeysRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.company import CompanyEvent

READ_MODEL = ReadModel(
    name="company_keys",
    database="crm",
    version=1,
    row=CompanyKeysRow,
    events=get_args(CompanyEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "company"),
    indexed=("keys",),
    indexed_then=("keys",),
    times=True,
    public=False,
    doc="Keys that companies which may be one have in common, for looking for duplicates.",
)
