from projections.admin.tenants.view import TenantRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.tenant import TenantCreated, TenantRenamed

READ_MODEL = ReadModel(
    name="tenants",
    database="admin",
    version=1,
    row=TenantRow,
    events=(TenantCreated, TenantRenamed),
    key=key,
    evolve=evolve,
    aggregate=("admin", "tenant"),
    filters=("name", "status"),
    sorts=("name", "created_at"),
    permission="admin.tenant.read",
    doc="Customers of the platform.",
)
