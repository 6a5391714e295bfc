from typing import get_args

from projections.admin.tenants.view import TenantRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.tenant import TenantEvent

READ_MODEL = ReadModel(
    name="tenants",
    database="admin",
    version=2,
    row=TenantRow,
    events=get_args(TenantEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "tenant"),
    filters=("name", "status"),
    sorts=("name", "created_at"),
    permission="admin.tenant.read",
    doc="Customers of the platform, with their owners and the apps they do not use.",
)
