from typing import get_args

from projections.crm.companies.view import CompanyRow, evolve, key
from projections.hidden import TRASHED
from projections.model import Join, ReadModel
from schemas.generated.crm.company import CompanyEvent

READ_MODEL = ReadModel(
    name="companies",
    database="crm",
    version=6,
    row=CompanyRow,
    events=get_args(CompanyEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "company"),
    joins=(
        Join("parent_id", "companies", {"parent_name": "name"}),
        Join("owner_id", "people", {"owner_name": "name", "team_id": "team_id"}),
        Join("team_id", "teams", {"team_name": "name", "region": "region"}),
    ),
    filters=(
        "name", "sector", "year_established", "revenue", "revenue_currency", "employees", "location", "website",
        "linkedin", "registration_number", "vat_number", "domain", "domains", "phone", "phones", "parent_id",
        "parent_name", "owner_id", "owner_name", "team_id", "team_name", "region", "lifecycle", "source", "tags",
        "readers", "editors", "created_at", "updated_at", "removed_at",
    ),
    sorts=(
        "name", "sector", "revenue", "employees", "year_established", "location", "domain", "owner_name", "region",
        "lifecycle", "source", "created_at", "updated_at", "removed_at",
    ),
    search=(
        "name", "sector", "location", "domains", "phones", "website", "registration_number", "vat_number",
        "description", "parent_name", "owner_name", "tags", "custom",
    ),
    indexed=("name", "readers", "tags", "domains", "phones", "vat_number", "created_at", "updated_at"),
    begun=("name",),
    contained=("name",),
    times=True,
    hidden=(TRASHED, "merged_into"),
    moved="merged_into",
    access={"owner": "owner_id", "territory": "region", "readers": "readers", "editors": "editors"},
    timeline=True,
    tree="parent_id",
    own=True,
    permission="crm.company.read",
    doc="Companies, with their profile, parent and owner.",
)  # fmt: skip
