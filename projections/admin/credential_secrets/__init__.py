from typing import get_args

from projections.admin.credential_secrets.view import CredentialSecretsRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.credential import CredentialEvent

READ_MODEL = ReadModel(
    name="credential_secrets",
    database="admin",
    version=1,
    row=CredentialSecretsRow,
    events=get_args(CredentialEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "credential"),
    public=False,
    doc="The secrets that users sign in by, sealed, for signing in.",
)
