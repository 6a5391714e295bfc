from typing import get_args

from projections.crm.activities.view import ActivityRow, evolve, key
from projections.hidden import TRASHED
from projections.model import Join, ReadModel
from schemas.generated.crm.activity import ActivityEvent

READ_MODEL = ReadModel(
    name="activities",
    database="crm",
    version=3,
    row=ActivityRow,
    events=get_args(ActivityEvent),
    key=key,
    evolve=evolve,
    aggregate=("crm", "activity"),
    joins=(
        Join("owner_id", "people", {"owner_name": "name", "team_id": "team_id"}),
        Join("team_id", "teams", {"team_name": "name", "region": "region"}),
    ),
    filters=(
        "kind", "status", "title", "priority", "direction", "owner_id", "owner_name", "team_id", "team_name", "region",
        "due_at", "starts_at", "ends_at", "remind_at", "completed_at", "series_id", "contact_ids", "user_ids", "links",
        "about", "mentions", "readers", "editors", "created_at", "updated_at", "removed_at",
    ),
    sorts=(
        "title", "kind", "status", "due_at", "starts_at", "completed_at", "owner_name", "created_at", "updated_at",
        "removed_at",
    ),
    search=("title", "body", "location", "owner_name", "custom"),
    indexed=("due_at", "about", "mentions", "readers", "created_at", "updated_at"),
    times=True,
    hidden=(TRASHED,),
    access={"owner": "owner_id", "territory": "region", "readers": "readers", "editors": "editors"},
    classes={
        "title": "personal", "body": "personal", "location": "personal", "outcome": "personal",
        "message_id": "personal", "custom": "personal",
    },
    about="about",
    own=True,
    permission="crm.activity.read",
    doc="Tasks, calls, meetings, notes and emails, with the names of owner and team.",
)  # fmt: skip
