from typing import get_args

from projections.admin.tenants.view import TenantRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.tenant import TenantEvent

READ_MODEL = ReadModel(
    name="tenants",
    database="admin",
    version=6,
    row=TenantRow,
    events=get_args(TenantEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "tenant"),
    filters=("name", "status"),
    sorts=("name", "created_at"),
    times=True,
    permission="admin.tenant.read",
    doc="Customers of the platform: owners, the apps they do not use, how long data is kept and how people sign in.",
)
