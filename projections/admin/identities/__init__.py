from typing import get_args

from projections.admin.identities.view import IdentityRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.admin.identity import IdentityEvent

READ_MODEL = ReadModel(
    name="identities",
    database="admin",
    version=1,
    row=IdentityRow,
    events=get_args(IdentityEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "identity"),
    joins=(Join("user_id", "users", {"user_name": "name"}),),
    filters=("issuer", "user_id", "user_name"),
    sorts=("user_name", "created_at", "updated_at"),
    classes={"user_name": "personal"},
    permission="admin.identity.read",
    doc="Which user somebody is whom an OpenID provider knows.",
)
