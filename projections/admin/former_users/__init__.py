from typing import get_args

from projections.admin.former_users.view import FormerUserRow, evolve, key, parts
from projections.model import ReadModel
from schemas.generated.admin.user import UserEvent

READ_MODEL = ReadModel(
    name="former_users",
    database="admin",
    version=1,
    row=FormerUserRow,
    events=get_args(UserEvent),
    key=key,
    evolve=evolve,
    parts=parts,
    filters=("removed_at", "erased"),
    sorts=("removed_at",),
    permission="admin.data-subject.read",
    doc="Users who were removed: since when, and whether what was known of them is erased.",
)
