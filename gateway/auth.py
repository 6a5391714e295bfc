"""Who asks: by a token of an OpenID provider, an API key of a service account, a session, or a development key of a
tenant or of one of its users."""

from dataclasses import dataclass

from fastapi import Request

from gateway import platform
from gateway.access.acting import acting, only_programs
from gateway.access.by_key import address_of, machine_of
from gateway.access.standing import Standing
from gateway.audit.noted import noted
from gateway.identity.door import by_session, by_token
from gateway.identity.tokens import is_token
from gateway.problems import Problem
from infra import api_keys
from infra.keys import Holder, holder_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request: `user` is None for the tenant's own key and `account:<id>` for a service account, which
    came in by the API key `key`; `name` stands in events as their actor, and `standing` says what they may do.
    `on_behalf_of` is the user for whom a service account acts: what is a person's own is theirs then."""

    tenant: str
    user: str | None
    name: str
    standing: Standing
    key: str | None = None
    on_behalf_of: str | None = None

    @property
    def person(self) -> str | None:
        """Whose own something is: the user for whom it is done, or who does it."""
        return self.user if self.on_behalf_of is None else self.on_behalf_of

    @property
    def sender(self) -> str:
        """By whom a retry is known: what is done for another is another deed."""
        return self.name if self.on_behalf_of is None else f"{self.name}\0{self.on_behalf_of}"


async def admitted(request: Request) -> tuple[Caller, dict[str, str]]:
    """The caller, and the headers that tell how much more they may ask; 401, 429 or 503 problems."""
    here, token = platform.of(request), _token(request)
    after = request.headers.get("nexus-after") or request.query_params.get("after")
    told = noted(request.scope)
    whom = None if told.names is None else told.names.decode("latin-1")
    if token.startswith(api_keys.PREFIX):
        machine = await machine_of(request, token, after)
        limits = await here.limiter.admit(machine.tenant)
        here.audit.admit()
        told.caller(machine.tenant, machine.name, machine.name, whom)
        here.uses.note(machine.tenant, machine.key, address_of(request))
        standing = machine.standing if whom is None else await acting(here, machine, whom)
        return Caller(machine.tenant, machine.name, machine.name, standing, machine.key, whom), limits
    holder = await _holder(request, token)
    limits = await here.limiter.admit(holder.tenant)
    name = f"key:{holder.tenant}" if holder.user is None else f"user:{holder.user}"
    here.audit.admit()
    told.caller(holder.tenant, holder.user, name, whom)
    if whom is not None:
        raise only_programs()
    standing = await here.access.standing(holder.tenant, holder.user, after)
    if standing is None:
        detail = "The user may not work here any more, or was never created; ask an administrator."
        raise unauthenticated(detail)
    return Caller(holder.tenant, holder.user, name, standing), limits


async def still(request: Request, who: Caller) -> None:
    """Comes back while what a caller came with counts; a 401 problem once it does not. Of an API key the standing says
    that."""
    if who.key is None and await _holder(request, _token(request)) != Holder(who.tenant, who.user):
        raise unauthenticated("You are somebody else by now; come again.")


def _token(request: Request) -> str:
    """What is sent as `Authorization: Bearer …`; empty for anything else."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _holder(request: Request, token: str) -> Holder:
    here = platform.of(request)
    if "authorization" not in request.headers and (session := await by_session(here, request)) is not None:
        return Holder(session.tenant, session.user)
    if is_token(token):
        return await by_token(here, request, token)
    holder = holder_of(here.settings.key_secret.get_secret_value(), token)
    if holder is None:
        detail = "Send `Authorization: Bearer <token>`, of a connected provider and with Nexus-Tenant, or sign in at "
        detail += "/signin/<tenant>; `nexus360 key TENANT` prints a development key."
        raise unauthenticated(detail)
    return holder


def unauthenticated(detail: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="nexus360"'})
