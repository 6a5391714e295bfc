"""Who asks: a service account by one of its API keys, or whoever has a development key of a tenant or of a user."""

from dataclasses import dataclass

from fastapi import Request

from gateway import platform
from gateway.access.by_key import address_of, machine_of
from gateway.access.standing import Standing
from gateway.problems import Problem
from infra import api_keys
from infra.keys import Holder, holder_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request: `user` is None for the tenant's own key and `account:<id>` for a service account, which
    came in by the API key `key`; `name` stands in events as their actor, and `standing` says what they may do."""

    tenant: str
    user: str | None
    name: str
    standing: Standing
    key: str | None = None


async def admitted(request: Request) -> tuple[Caller, dict[str, str]]:
    """The caller, and the headers that tell how much more they may ask; 401 or 429 problems."""
    here, token = platform.of(request), _token(request)
    after = request.headers.get("nexus-after") or request.query_params.get("after")
    if token.startswith(api_keys.PREFIX):
        machine = await machine_of(request, token, after)
        limits = await here.limiter.admit(machine.tenant)
        here.uses.note(machine.tenant, machine.key, address_of(request))
        return Caller(machine.tenant, machine.name, machine.name, machine.standing, machine.key), limits
    holder = _holder(request, token)
    limits = await here.limiter.admit(holder.tenant)
    standing = await here.access.standing(holder.tenant, holder.user, after)
    if standing is None:
        detail = "The user of this key may not work here any more, or was never created; ask an administrator."
        raise unauthenticated(detail)
    name = f"key:{holder.tenant}" if holder.user is None else f"user:{holder.user}"
    return Caller(holder.tenant, holder.user, name, standing), limits


def _token(request: Request) -> str:
    """What is sent as `Authorization: Bearer …`; empty for anything else."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _holder(request: Request, key: str) -> Holder:
    holder = holder_of(platform.of(request).settings.key_secret.get_secret_value(), key)
    if holder is None:
        raise unauthenticated("Send `Authorization: Bearer <key>`; `nexus360 key TENANT` prints a development key.")
    return holder


def unauthenticated(detail: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360"'})
