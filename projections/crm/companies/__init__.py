from typing import get_args

from projections.crm.companies.view import CompanyRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.crm.company import CompanyEvent

READ_MODEL = ReadModel(
    name="companies",
    database="crm",
    version=1,
    row=CompanyRow,
    events=get_args(CompanyEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "company"),
    joins=(Join("parent_id", "companies", {"parent_name": "name"}),),
    filters=(
        "name", "sector", "year_established", "revenue", "revenue_currency", "employees", "location", "parent_id",
        "parent_name", "created_at", "updated_at",
    ),
    sorts=("name", "sector", "revenue", "employees", "year_established", "location", "created_at", "updated_at"),
    search=("name", "sector", "location", "parent_name"),
    indexed=("name",),
    times=True,
    permission="crm.company.read",
    doc="Companies, with their profile and parent.",
)  # fmt: skip
