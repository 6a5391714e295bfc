from typing import get_args

from projections.crm.contacts.view import ContactRow, evolve, key
from projections.hidden import TRASHED
from projections.model import Join, ReadModel
from schemas.generated.crm.contact import ContactEvent

READ_MODEL = ReadModel(
    name="contacts",
    database="crm",
    version=6,
    row=ContactRow,
    events=get_args(ContactEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "contact"),
    joins=(
        Join("company_id", "companies", {"company_name": "name"}),
        Join("owner_id", "people", {"owner_name": "name", "team_id": "team_id"}),
        Join("team_id", "teams", {"team_name": "name", "region": "region"}),
    ),
    filters=(
        "name", "email", "emails", "phone", "phones", "job_title", "company_id", "company_name", "owner_id",
        "owner_name", "team_id", "team_name", "region", "lifecycle", "source", "tags", "readers", "editors",
        "created_at", "updated_at", "removed_at",
    ),
    sorts=(
        "name", "email", "job_title", "company_name", "owner_name", "region", "lifecycle", "source", "created_at",
        "updated_at", "removed_at",
    ),
    search=("name", "emails", "phones", "job_title", "company_name", "owner_name", "tags", "custom"),
    indexed=(
        "readers", "emails", "phones", "tags", "recorded_at", "name", "email", "created_at", "updated_at",
    ),
    begun=("name", "email"),
    contained=("name",),
    times=True,
    hidden=(TRASHED, "merged_into"),
    moved="merged_into",
    access={"owner": "owner_id", "territory": "region", "readers": "readers", "editors": "editors"},
    classes=dict.fromkeys(("name", "email", "phone", "emails", "phones", "addresses", "custom"), "personal"),
    timeline=True,
    own=True,
    permission="crm.contact.read",
    doc="People at customers, with the names of company and owner, and the region of the owner's team.",
)  # fmt: skip
