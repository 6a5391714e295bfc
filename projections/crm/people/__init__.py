from typing import get_args

from projections.crm.people.view import PersonRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.user import UserEvent

READ_MODEL = ReadModel(
    name="people",
    database="crm",
    version=2,
    row=PersonRow,
    events=get_args(UserEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "user"),
    indexed=("name",),
    times=True,
    public=False,
    doc="Names and teams of users, for joining.",
)
