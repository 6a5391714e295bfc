from typing import get_args

from projections.crm.contact_merges.view import Event, evolve, key
from projections.crm.merging import MergeRow
from projections.model import ReadModel

READ_MODEL = ReadModel(
    name="contact_merges",
    database="crm",
    version=2,
    row=MergeRow,
    events=get_args(Event),
    key=key,
    evolve=evolve,
    filters=("record_id",),
    sorts=("created_at",),
    indexed=("record_id",),
    times=True,
    public=False,
    doc="Merges of contacts, and how far each is.",
)
