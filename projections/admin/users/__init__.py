from typing import get_args

from projections.admin.users.view import UserRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.admin.user import UserEvent

READ_MODEL = ReadModel(
    name="users",
    database="admin",
    version=3,
    row=UserRow,
    events=get_args(UserEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "user"),
    joins=(
        Join("team_id", "teams", {"team_name": "name", "region": "region"}),
        Join("manager_id", "users", {"manager_name": "name"}),
    ),
    filters=("name", "email", "team_id", "manager_id", "status", "team_name", "region", "owner"),
    sorts=("name", "email", "team_name", "region", "created_at", "updated_at"),
    search=("name", "email", "team_name"),
    times=True,
    classes={"name": "personal", "email": "personal", "manager_name": "personal"},
    permission="admin.user.read",
    doc="People who work in the tenant, with their teams and roles.",
)
