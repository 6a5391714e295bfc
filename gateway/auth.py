"""Who asks. For now a development key for each tenant."""

from dataclasses import dataclass

from fastapi import Request

from gateway import platform
from gateway.problems import Problem
from infra.keys import tenant_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request: `name` stands in events as their actor."""

    tenant: str
    name: str


def caller(request: Request) -> Caller:
    """The caller; a 401 problem when the key is missing or wrong."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    secret = platform.of(request).settings.key_secret.get_secret_value()
    tenant = tenant_of(secret, key.strip()) if scheme.lower() == "bearer" else None
    if tenant is None:
        detail = "Send `Authorization: Bearer <key>`; `nexus360 key TENANT` prints a development key."
        raise Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360"'})
    return Caller(tenant, f"key:{tenant}")


async def admitted(request: Request) -> tuple[Caller, dict[str, str]]:
    """The caller, and the headers that tell how much more they may ask; 401 or 429 problems."""
    who = caller(request)
    return who, await platform.of(request).limiter.admit(who.tenant)
