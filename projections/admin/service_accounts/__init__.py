from typing import get_args

from projections.admin.service_accounts.view import ServiceAccountRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.service_account import ServiceAccountEvent

READ_MODEL = ReadModel(
    name="service_accounts",
    database="admin",
    version=1,
    row=ServiceAccountRow,
    events=get_args(ServiceAccountEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "service_account"),
    filters=("name", "status"),
    sorts=("name", "created_at", "updated_at"),
    times=True,
    permission="admin.service-account.read",
    doc="Programs that work in the tenant, with their roles.",
)
