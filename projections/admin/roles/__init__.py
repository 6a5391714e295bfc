from typing import get_args

from projections.admin.roles.view import RoleRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.role import RoleEvent

READ_MODEL = ReadModel(
    name="roles",
    database="admin",
    version=1,
    row=RoleRow,
    events=get_args(RoleEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "role"),
    filters=("name",),
    sorts=("name", "created_at", "updated_at"),
    times=True,
    permission="admin.role.read",
    doc="The tenant's own roles, beside the built-in ones.",
)
