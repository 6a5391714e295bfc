from typing import get_args

from projections.admin.api_keys.view import ApiKeyRow, Event, evolve, key
from projections.model import ReadModel

READ_MODEL = ReadModel(
    name="api_keys",
    database="admin",
    version=1,
    row=ApiKeyRow,
    events=get_args(Event),
    key=key,
    evolve=evolve,
    public=False,
    doc="Keys of service accounts with the digests of their secrets, for whoever lets callers in.",
)
