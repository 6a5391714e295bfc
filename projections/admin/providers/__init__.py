from typing import get_args

from projections.admin.providers.view import ProviderRow, evolve, key
from projections.model import ReadModel
from schemas.generated.admin.provider import ProviderEvent

READ_MODEL = ReadModel(
    name="providers",
    database="admin",
    version=1,
    row=ProviderRow,
    events=get_args(ProviderEvent),
    key=key,
    evolve=evolve,
    aggregate=("admin", "provider"),
    filters=("name", "issuer"),
    sorts=("name", "created_at", "updated_at"),
    permission="admin.provider.read",
    doc="OpenID providers that people sign in through, without their secrets.",
)
