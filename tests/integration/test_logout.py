"""A provider says that somebody signed out: their sessions end, also when that fails halfway and is said again."""

import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from fastapi import Request
from fastapi.responses import Response

from gateway.identity.directory import Provider
from gateway.identity.end import from_provider
from gateway.identity.issuers import Issuers
from gateway.identity.sessions import Session, Sessions
from gateway.identity.tokens import LOGOUT
from gateway.problems import Problem
from infra import redis
from infra.redis import Redis
from infra.settings import load
from infra.vault import VaultUnavailable
from tests.provider import jwk, private_key

PROVIDER = Provider("p", "Login", "https://login.example.com", "nexus")
PUBLIC = {name: value for name, value in jwk("first").items() if name in ("kty", "n", "e", "kid", "use", "alg")}


async def said(address: str, *_: Any) -> Mapping[str, Any]:
    """What the provider says of itself."""
    if address.endswith("/keys"):
        return {"keys": [PUBLIC]}
    issuer = PROVIDER.issuer
    ends = {name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
    return {"issuer": issuer, "jwks_uri": f"{issuer}/keys", **ends}


def subject_of(tenant: str, kind: str, about: str) -> str:
    """The subject of an identity, instead of an id that tells nothing of it."""
    return about.partition("\0")[2]


@dataclass
class Here:
    """A platform whose vault fails as often as `failures` says; who it is at the provider is the identity here."""

    sessions: Sessions
    failures: int = 0
    vaults: Any = field(default_factory=lambda: SimpleNamespace(id_from=subject_of))

    @property
    def sign_in(self) -> Any:
        async def providers(tenant: str) -> tuple[Provider, ...]:
            return (PROVIDER,)

        identities = SimpleNamespace(providers=providers)
        return SimpleNamespace(identities=identities, issuers=Issuers(said), sessions=self.sessions)

    async def tenant_secret(self, tenant: str) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise VaultUnavailable("not now")

    async def told(self, token: str) -> Response:
        async def body() -> Any:
            return {"type": "http.request", "body": urlencode({"logout_token": token}).encode(), "more_body": False}

        app = SimpleNamespace(state=SimpleNamespace(platform=self))
        return await from_provider(
            Request({"type": "http", "headers": [], "path_params": {"tenant": "acme"}, "app": app}, body)
        )


@pytest.fixture
async def store() -> AsyncGenerator[Redis]:
    made = redis.client(load())
    yield made
    await made.aclose()


def logout_token() -> str:
    now = int(time.time())
    claims = {"iss": PROVIDER.issuer, "aud": "nexus", "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex}
    return jwt.encode(
        claims | {"sub": "ann", "events": {LOGOUT: {}}}, private_key("first"), "RS256", headers={"kid": "first"}
    )


async def test_what_failed_is_done_when_the_provider_says_it_again_and_no_third_time(store: Redis) -> None:
    sessions = Sessions(store, f"test-{uuid.uuid4().hex}:", idle=60, longest=600)
    here, token = Here(sessions, failures=1), logout_token()

    async def signed_in() -> str:
        return await sessions.begin(Session("acme", "anna", "p", "ann", "csrf", sessions.ends(), 0), None)

    id = await signed_in()
    with pytest.raises(VaultUnavailable):
        await here.told(token)
    assert await sessions.find(id) is not None
    assert (await here.told(token)).status_code == 200
    assert await sessions.find(id) is None
    again = await signed_in()
    with pytest.raises(Problem) as caught:
        await here.told(token)
    assert (caught.value.status, caught.value.code) == (400, "token_replayed")
    assert await sessions.find(again) is not None
