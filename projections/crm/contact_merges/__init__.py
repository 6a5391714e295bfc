from typing import get_args

from projections.crm.contact_merges.view import ContactMergeRow, Event, evolve, key
from projections.model import ReadModel

READ_MODEL = ReadModel(
    name="contact_merges",
    database="crm",
    version=1,
    row=ContactMergeRow,
    events=get_args(Event),
    key=key,
    evolve=evolve,
    filters=("contact_id",),
    sorts=("created_at",),
    indexed=("contact_id",),
    public=False,
    doc="Merges of contacts, and how far each is.",
)
