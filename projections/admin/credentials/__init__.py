from typing import get_args

from projections.admin.credentials.view import CredentialRow, evolve, key
from projections.model import Join, ReadModel
from schemas.generated.admin.credential import CredentialEvent

READ_MODEL = ReadModel(
    name="credentials",
    database="admin",
    version=1,
    row=CredentialRow,
    events=get_args(CredentialEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "credential"),
    joins=(Join("user_id", "users", {"user_name": "name"}),),
    filters=("user_id", "user_name", "has_password", "has_totp"),
    sorts=("user_name", "password_set_at", "created_at", "updated_at"),
    classes={"user_name": "personal"},
    permission="admin.credential.read",
    doc="Who signs in by a password, and whether codes of an authenticator are asked for; without the secrets.",
)
