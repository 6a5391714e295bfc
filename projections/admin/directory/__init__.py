from typing import get_args

from projections.admin.directory.view import EntryRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.admin.user import UserEvent

READ_MODEL = ReadModel(
    name="directory",
    database="admin",
    version=1,
    row=EntryRow,
    events=get_args(UserEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "user"),
    joins=(Join("team_id", "teams", {"team_name": "name"}),),
    filters=("user_name_id", "external_id", "name", "emails", "status", "team_id", "manager_id"),
    indexed=("user_name_id", "external_id"),
    public=False,
    doc="Users as a directory describes them.",
)
