from typing import get_args

from projections.admin.data_subjects.view import DataSubjectRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.data_subject import DataSubjectEvent

READ_MODEL = ReadModel(
    name="data_subjects",
    database="admin",
    version=1,
    row=DataSubjectRow,
    events=get_args(DataSubjectEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "data_subject"),
    filters=("status", "basis", "ordered_at", "erased_at", "holds", "consents", "created_at", "updated_at"),
    sorts=("ordered_at", "erased_at", "created_at", "updated_at"),
    times=True,
    permission="admin.data-subject.read",
    doc="What holds for persons: holds, consents, and the proof of their erasure.",
)
