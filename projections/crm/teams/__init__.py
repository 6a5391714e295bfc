from typing import get_args

from projections.crm.teams.view import TeamRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.team import TeamEvent

READ_MODEL = ReadModel(
    name="teams",
    database="crm",
    version=1,
    row=TeamRow,
    events=get_args(TeamEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "team"),
    times=True,
    public=False,
    doc="Names and regions of teams, for joining.",
)
