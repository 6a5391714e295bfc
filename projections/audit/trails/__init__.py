from typing import get_args

from projections.audit.trails.view import TrailRow, evolve, key
from projections.model import ReadModel
from schemas.generated.audit.trail import TrailEvent

READ_MODEL = ReadModel(
    name="trails",
    database="audit",
    version=1,
    row=TrailRow,
    events=get_args(TrailEvent),
    key=key,
    evolve=evolve,
    aggregate=("audit", "trail"),
    filters=("status", "source", "opened_at", "closed_at", "abandoned", "dropped"),
    sorts=("opened_at", "closed_at"),
    permission="admin.audit.read",
    doc="The trails that entries of the audit lie in, how far each goes, and its hash.",
)
