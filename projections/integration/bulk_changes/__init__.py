from typing import get_args

from projections.integration.bulk_changes.view import BulkChangeRow, evolve, key
from projections.model import ReadModel
from schemas.generated.integration.bulk_change import BulkChangeEvent

READ_MODEL = ReadModel(
    name="bulk_changes",
    database="integration",
    version=3,
    row=BulkChangeRow,
    events=get_args(BulkChangeEvent),
    key=key,
    evolve=evolve,
    aggregate=("integration", "bulk_change"),
    filters=("target", "verb", "dry_run", "owner_id", "status", "started_at", "ended_at"),
    sorts=("started_at", "ended_at", "selected"),
    access={"owner": "owner_id"},
    permission="integration.bulk-change.read",
    doc="Bulk changes: how far one command for many records is, what became of them, and what was taken back.",
)
