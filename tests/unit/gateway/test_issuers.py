"""What issuers say of themselves is asked rarely, kept while they are silent, and looked at twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from gateway.identity.issuers import FRESH, KEPT, PAUSE, Issuers, IssuerSilent
from infra.outward import Unreachable, Within

ISSUER = "https://login.example.com"
WITHIN = Within(machine=True, network=True)
PUBLIC = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)


def jwk(id: str | None, key: Any = PUBLIC, **changes: Any) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key, as_dict=True), **({"kid": id} if id else {}), **changes}


@dataclass
class Pretended:
    """An issuer's two documents, and a clock. `asked` counts the looks at its keys."""

    said: dict[str, Any] = field(
        default_factory=lambda: {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": "http://inside/end",
        }
    )
    keys: list[Any] = field(default_factory=lambda: [jwk("first")])
    asked: int = 0
    silent: bool = False
    now: float = 0.0

    async def get(self, address: str, within: Within = WITHIN) -> Mapping[str, Any]:
        await asyncio.sleep(0)
        if self.silent:
            raise Unreachable("it did not answer")
        if address == f"{ISSUER}/keys":
            self.asked += 1
            return {"keys": self.keys}
        assert address == f"{ISSUER}/.well-known/openid-configuration"
        return self.said


@pytest.fixture
def issuer() -> Pretended:
    return Pretended()


@pytest.fixture
def issuers(issuer: Pretended) -> Issuers:
    return Issuers(issuer.get, lambda: issuer.now, WITHIN)


async def test_many_ask_and_one_looks(issuer: Pretended, issuers: Issuers) -> None:
    found = await asyncio.gather(*(issuers.key(ISSUER, "first") for _ in range(50)))
    assert all(found)
    assert issuer.asked == 1
    assert (await issuers.metadata(ISSUER)).end_session_endpoint is None


async def test_a_new_key_is_found_and_unknown_ones_cost_a_look_in_a_while(issuer: Pretended, issuers: Issuers) -> None:
    assert await issuers.key(ISSUER, "first")
    issuer.keys = [jwk("second")]
    assert await issuers.key(ISSUER, "second") is None
    issuer.now += PAUSE
    assert all(await asyncio.gather(*(issuers.key(ISSUER, "second") for _ in range(20))))
    assert await issuers.key(ISSUER, "first") is None
    for name in ("a", "b", "c"):
        assert await issuers.key(ISSUER, name) is None
    assert issuer.asked == 2


async def test_a_key_that_was_withdrawn_counts_an_hour_at_most(issuer: Pretended, issuers: Issuers) -> None:
    assert await issuers.key(ISSUER, "first")
    issuer.keys = [jwk("second")]
    issuer.now += FRESH
    assert await issuers.key(ISSUER, "first") is None


async def test_while_the_issuer_is_silent_what_it_said_counts_for_a_day(issuer: Pretended, issuers: Issuers) -> None:
    assert await issuers.key(ISSUER, "first")
    issuer.silent, issuer.now = True, FRESH + 1
    assert await issuers.key(ISSUER, "first")
    issuer.now = KEPT + 1
    with pytest.raises(IssuerSilent):
        await issuers.key(ISSUER, "first")
    issuer.silent, issuer.now = False, issuer.now + PAUSE
    assert await issuers.key(ISSUER, "first")


async def test_who_never_answered_is_not_asked_by_every_request(issuer: Pretended, issuers: Issuers) -> None:
    issuer.silent = True
    for _ in range(3):
        with pytest.raises(IssuerSilent):
            await issuers.metadata(ISSUER)
    issuer.silent = False
    with pytest.raises(IssuerSilent):
        await issuers.metadata(ISSUER)
    issuer.now += PAUSE
    assert await issuers.metadata(ISSUER)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example.com"},
        {"issuer": None},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://127.0.0.1:9200/_search"},
        {"jwks_uri": "https://localhost/keys"},
        {"jwks_uri": "https://10.0.0.1/keys"},
        {"token_endpoint": "http://[::1]:8360/token"},
        {"authorization_endpoint": "https://192.168.0.1/auth"},
        {"token_endpoint": "http://inside:8080/token"},
        {"authorization_endpoint": None},
    ],
)
async def test_an_issuer_that_leads_elsewhere_is_not_followed(
    issuer: Pretended, issuers: Issuers, changes: dict[str, Any]
) -> None:
    issuer.said |= changes
    with pytest.raises(IssuerSilent):
        await issuers.key(ISSUER, "first")
    assert issuer.asked == 0


@pytest.mark.parametrize(("machine", "known"), [(True, True), (False, False)])
async def test_an_issuer_on_this_machine_counts_where_all_who_sign_in_are_on_it(machine: bool, known: bool) -> None:
    issuer = "http://127.0.0.1:9000"
    asked = list[Within]()

    async def get(address: str, within: Within) -> Mapping[str, Any]:
        asked.append(within)
        ends = {name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": issuer, "keys": [jwk("first")], **ends}

    issuers = Issuers(get, within=Within(machine=machine))
    assert issuers.refuses(issuer) is not known
    assert not issuers.refuses(ISSUER)
    assert issuers.within_of(ISSUER) == Within()
    if known:
        assert await issuers.key(issuer, "first")
    else:
        with pytest.raises(IssuerSilent):
            await issuers.key(issuer, "first")
    assert set(asked) == {Within(machine=machine)}


async def test_where_one_signs_out_is_never_inside(issuer: Pretended, issuers: Issuers) -> None:
    issuer.said["end_session_endpoint"] = "http://127.0.0.1/end"
    assert (await issuers.metadata(ISSUER)).end_session_endpoint is None


async def test_keys_that_are_no_good_are_passed_over(issuer: Pretended, issuers: Issuers) -> None:
    issuer.keys = [
        jwk("weak", WEAK.public_key()),
        jwk("private", WEAK),
        jwk("sealing", use="enc"),
        {"kid": "secret", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "broken", "kty": "RSA"},
        "nonsense",
        jwk("good", alg="RS256"),
    ]
    for name in ("weak", "private", "sealing", "secret", "broken"):
        assert await issuers.key(ISSUER, name) is None, name
    good = await issuers.key(ISSUER, "good")
    assert good is not None
    assert (good.fits("RS256"), good.fits("PS256"), good.fits("ES256")) == (True, False, False)


async def test_a_token_without_a_key_id_is_of_the_only_key(issuer: Pretended, issuers: Issuers) -> None:
    assert await issuers.key(ISSUER, None)
    issuer.keys.append(jwk("second"))
    issuer.now += FRESH
    assert await issuers.key(ISSUER, None) is None
