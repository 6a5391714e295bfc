"""Who asks. For now a development key for each tenant and for each of its users."""

from dataclasses import dataclass

from fastapi import Request

from gateway import platform
from gateway.access.standing import Standing
from gateway.problems import Problem
from infra.keys import Holder, holder_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request: `user` is None for the tenant's own key, `name` stands in events as their actor, and
    `standing` says what they may do."""

    tenant: str
    user: str | None
    name: str
    standing: Standing


async def admitted(request: Request) -> tuple[Caller, dict[str, str]]:
    """The caller, and the headers that tell how much more they may ask; 401 or 429 problems."""
    here = platform.of(request)
    holder = _holder(request)
    limits = await here.limiter.admit(holder.tenant)
    after = request.headers.get("nexus-after") or request.query_params.get("after")
    standing = await here.access.standing(holder.tenant, holder.user, after)
    if standing is None:
        detail = "The user of this key may not work here any more, or was never created; ask an administrator."
        raise unauthenticated(detail)
    name = f"key:{holder.tenant}" if holder.user is None else f"user:{holder.user}"
    return Caller(holder.tenant, holder.user, name, standing), limits


def _holder(request: Request) -> Holder:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    secret = platform.of(request).settings.key_secret.get_secret_value()
    holder = holder_of(secret, key.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        raise unauthenticated("Send `Authorization: Bearer <key>`; `nexus360 key TENANT` prints a development key.")
    return holder


def unauthenticated(detail: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360"'})
