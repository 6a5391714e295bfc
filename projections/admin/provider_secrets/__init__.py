from typing import get_args

from projections.admin.provider_secrets.view import ProviderSecretRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.provider import ProviderEvent

READ_MODEL = ReadModel(
    name="provider_secrets",
    database="admin",
    version=1,
    row=ProviderSecretRow,
    events=get_args(ProviderEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "provider"),
    public=False,
    doc="The secrets of providers, sealed, for signing in.",
)
