from typing import get_args

from projections.admin.saved_views.view import SavedViewRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.saved_view import SavedViewEvent

READ_MODEL = ReadModel(
    name="saved_views",
    database="admin",
    version=1,
    row=SavedViewRow,
    events=get_args(SavedViewEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "saved_view"),
    filters=("list", "name", "owner_id", "readers", "editors"),
    sorts=("list", "name", "created_at", "updated_at"),
    indexed=("list", "readers"),
    times=True,
    access={"owner": "owner_id", "readers": "readers", "editors": "editors"},
    permission="admin.saved-view.read",
    doc="Views of lists that people keep for themselves and share: which rows, in which order, with which columns.",
)
