from projections.audit.entries.view import EntryRow, evolve, key, parts
from projections.model import ReadModel
from schemas.generated.audit.trail import EntriesRecorded

READ_MODEL = ReadModel(
    name="entries",
    database="audit",
    version=1,
    row=EntryRow,
    events=(EntriesRecorded,),
    key=key,
    evolve=evolve,
    parts=parts,
    filters=(
        "at",
        "kind",
        "operation",
        "permission",
        "domain",
        "aggregate",
        "record",
        "records",
        "command_id",
        "status",
        "code",
        "actor",
        "user_id",
        "on_behalf_of",
        "request_id",
        "trace_id",
        "trail_id",
    ),
    sorts=("at",),
    sealed=("address", "agent"),
    indexed=("at", "record", "user_id"),
    permission="admin.audit.read",
    doc="What was done, seen, exported and refused: who, what, when and from where.",
)
