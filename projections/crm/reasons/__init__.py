from typing import get_args

from projections.crm.reasons.view import ReasonRow, evolve, key
from projections.model import ReadModel
from schemas.generated.crm.reason import ReasonEvent

READ_MODEL = ReadModel(
    name="reasons",
    database="crm",
    version=2,
    row=ReasonRow,
    events=get_args(ReasonEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "reason"),
    filters=("outcome", "name", "retired", "place", "created_at", "updated_at"),
    sorts=("outcome", "name", "place", "created_at", "updated_at"),
    times=True,
    permission="crm.reason.read",
    doc="Why deals are won and lost, in all pipelines that have no reasons of their own.",
)
