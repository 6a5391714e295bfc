from typing import get_args

from projections.crm.contacts.view import ContactRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.crm.contact import ContactEvent

READ_MODEL = ReadModel(
    name="contacts",
    database="crm",
    version=2,
    row=ContactRow,
    events=get_args(ContactEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "contact"),
    joins=(Join("company_id", "companies", {"company_name": "name"}),),
    filters=("name", "email", "phone", "job_title", "company_id", "company_name", "created_at", "updated_at"),
    sorts=("name", "email", "job_title", "company_name", "created_at", "updated_at"),
    search=("name", "email", "phone", "job_title", "company_name"),
    times=True,
    classes={"name": "personal", "email": "personal", "phone": "personal"},
    permission="crm.contact.read",
    doc="People at customers.",
)
