from typing import get_args

from projections.integration.imports.view import ImportRow, evolve, key
from projections.model import ReadModel
from schemas.generated.integration.import_job import ImportJobEvent

READ_MODEL = ReadModel(
    name="imports",
    database="integration",
    version=4,
    row=ImportRow,
    events=get_args(ImportJobEvent),
    key=key,
    evolve=evolve,
    aggregate=("integration", "import_job"),
    filters=("target", "file", "dry_run", "errors", "changes", "revert_report", "status", "started_at", "ended_at"),
    sorts=("started_at", "ended_at", "file_name"),
    search=("file_name", "target"),
    permission="integration.import.read",
    doc="Imports: how far each file is, and what became of its rows.",
)
