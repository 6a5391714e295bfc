from typing import get_args

from projections.admin.teams.view import TeamRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.admin.team import TeamEvent

READ_MODEL = ReadModel(
    name="teams",
    database="admin",
    version=2,
    row=TeamRow,
    events=get_args(TeamEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "team"),
    joins=(Join("manager_id", "users", {"manager_name": "name"}),),
    filters=("name", "manager_id", "region", "manager_name", "external_id"),
    sorts=("name", "region", "manager_name", "created_at", "updated_at"),
    search=("name", "region", "manager_name"),
    times=True,
    classes={"manager_name": "personal"},
    permission="admin.team.read",
    doc="Teams, with their manager and region.",
)
