"""Tokens that count, and every way in which one does not."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.identity import tokens
from gateway.identity.directory import Provider
from gateway.identity.issuers import Key
from gateway.identity.tokens import BadToken
from infra.keys import development_key

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY = Key("RSA", "RS256", PRIVATE.public_key())
PROVIDER = Provider("p", "Login", "https://login.example.com", "nexus", ("api", "web"))
NONCE = "n-1"
Change = dict[str, Any]


def claims(**changes: Any) -> Change:
    now = int(time.time())
    given = {"iss": PROVIDER.issuer, "aud": "api", "sub": "7", "iat": now, "exp": now + 60, **changes}
    return {name: value for name, value in given.items() if value is not None}


def altered(good: Change, changes: Change) -> Change:
    return good | changes


def signed(key: Any = PRIVATE, algorithm: str = "RS256", headers: Change | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers={"kid": "first", **(headers or {})})


def access(token: str, provider: Provider = PROVIDER, key: Key | None = KEY) -> Any:
    return tokens.access(tokens.unverified(token), provider, key)


def signed_in(token: str) -> Any:
    return tokens.signed_in(tokens.unverified(token), PROVIDER, KEY, NONCE)


def signed_out(token: str) -> Any:
    return tokens.signed_out(tokens.unverified(token), PROVIDER, KEY)


def code_of(check: Callable[[], Any]) -> str:
    with pytest.raises(BadToken) as caught:
        check()
    assert caught.value.message.endswith((".", ")."))
    return caught.value.code


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_of_the_provider_for_the_api_counts() -> None:
    for typ in (None, "JWT", "at+jwt", "application/at+jwt"):
        found = access(signed(headers={"typ": typ} if typ else None, aud=["web", "else"]))
        assert tokens.subject(found, PROVIDER) == "7"
    now = int(time.time())
    assert access(signed(iat=now + 20, nbf=now + 20, exp=now - 20))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": int(time.time()) - 3600}, "token_expired"),
        ({"exp": None}, "token_malformed"),
        ({"iat": None}, "token_malformed"),
        ({"iat": int(time.time()) + 3600}, "token_early"),
        ({"nbf": int(time.time()) + 3600}, "token_early"),
        ({"aud": "another"}, "token_audience"),
        ({"aud": None}, "token_malformed"),
        ({"aud": []}, "token_malformed"),
        ({"aud": "nexus"}, "token_audience"),
        ({"iss": "https://login.example.com/"}, "token_issuer"),
        ({"nonce": NONCE}, "token_type"),
        ({"events": {tokens.LOGOUT: {}}}, "token_type"),
    ],
)
def test_a_token_whose_claims_are_amiss_counts_for_nothing(changes: Change, code: str) -> None:
    assert code_of(lambda: access(signed(**changes))) == code


def test_a_token_that_somebody_else_signed_counts_for_nothing() -> None:
    assert code_of(lambda: access(signed(OTHER))) == "token_forged"
    head, body, signature = signed().split(".")
    changed = part(claims(sub="8"))
    assert code_of(lambda: access(f"{head}.{changed}.{signature}")) == "token_forged"
    assert code_of(lambda: access(f"{head}.{body}.")) == "token_forged"
    assert code_of(lambda: access(signed(), key=None)) == "token_key"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE"])
def test_a_token_that_nobody_signed_counts_for_nothing(algorithm: str) -> None:
    token = f"{part({'alg': algorithm, 'kid': 'first'})}.{part(claims())}."
    assert code_of(lambda: access(token)) == "token_algorithm"


def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_counts_for_nothing() -> None:
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    written = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims())}"
    digest = hmac.new(pem, written.encode(), hashlib.sha256).digest()
    token = f"{written}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    assert code_of(lambda: access(token)) == "token_algorithm"
    assert code_of(lambda: access(token, replace(PROVIDER, algorithms=("HS256",)))) == "token_key"


def test_a_key_is_for_its_own_algorithms_alone() -> None:
    both = replace(PROVIDER, algorithms=("RS256", "PS256", "ES256"))
    assert code_of(lambda: access(signed(algorithm="PS256"))) == "token_algorithm"
    assert code_of(lambda: access(signed(algorithm="PS256"), both)) == "token_key"
    assert access(signed(algorithm="PS256"), both, Key("RSA", None, PRIVATE.public_key()))
    curve = ec.generate_private_key(ec.SECP256R1())
    assert code_of(lambda: access(signed(curve, "ES256"), both)) == "token_key"
    assert access(signed(curve, "ES256"), both, Key("EC", None, curve.public_key()))


def test_a_token_of_another_kind_counts_for_nothing() -> None:
    for typ in ("logout+jwt", "dpop+jwt", "id_token+jwt"):
        assert code_of(lambda typ=typ: access(signed(headers={"typ": typ}))) == "token_type"
    assert code_of(lambda: access(signed(headers={"crit": ["exp"]}))) == "token_malformed"
    assert code_of(lambda: access(signed(), replace(PROVIDER, audiences=()))) == "token_audience"


def test_a_token_of_another_directory_counts_for_nothing() -> None:
    entra = replace(PROVIDER, directory_id="d", subject_claim="oid")
    assert tokens.subject(access(signed(tid="d", oid="o"), entra), entra) == "o"
    assert code_of(lambda: access(signed(tid="e", oid="o"), entra)) == "token_issuer"
    assert code_of(lambda: access(signed(oid="o"), entra)) == "token_issuer"


@pytest.mark.parametrize("subject", [None, "", " ", "x" * 501])
def test_a_token_of_nobody_counts_for_nothing(subject: str | None) -> None:
    found = access(signed(sub=subject))
    assert code_of(lambda: tokens.subject(found, PROVIDER)) == "token_subject"


@pytest.mark.parametrize("token", ["a.b.c", "a.b", "", "e30.e30.", f"{'a' * 20_000}.b.c", "eyJhbGciOiJub25lIn0.W10."])
def test_what_is_no_token_says_so(token: str) -> None:
    assert code_of(lambda: tokens.unverified(token)) == "token_malformed"


def test_a_development_key_is_no_token() -> None:
    assert not tokens.is_token(development_key("secret", "acme", "a.b.c"))
    assert not tokens.is_token("")
    assert tokens.is_token(signed())


def test_who_signs_in_comes_with_an_answer_to_this_very_sign_in() -> None:
    good: Change = {"aud": "nexus", "nonce": NONCE}
    assert signed_in(signed(**good))["sub"] == "7"
    assert code_of(lambda: signed_in(signed(**altered(good, {"nonce": None})))) == "token_malformed"
    assert code_of(lambda: signed_in(signed(**altered(good, {"nonce": "other"})))) == "token_nonce"
    assert code_of(lambda: signed_in(signed(**altered(good, {"aud": "api"})))) == "token_audience"
    assert code_of(lambda: signed_in(signed(**altered(good, {"aud": ["nexus", "more"]})))) == "token_audience"
    assert signed_in(signed(**altered(good, {"aud": ["nexus", "more"], "azp": "nexus"})))
    assert code_of(lambda: signed_in(signed(**good, azp="other"))) == "token_audience"
    assert code_of(lambda: signed_in(signed(headers={"typ": "at+jwt"}, **good))) == "token_type"


def test_a_provider_says_who_signed_out() -> None:
    good: Change = {"aud": "nexus", "jti": "1", "events": {tokens.LOGOUT: {}}, "sid": "s"}
    assert signed_out(signed(headers={"typ": "logout+jwt"}, **good))["sid"] == "s"
    assert code_of(lambda: signed_out(signed(**good, nonce="n"))) == "token_type"
    assert code_of(lambda: signed_out(signed(**altered(good, {"events": None})))) == "token_type"
    assert code_of(lambda: signed_out(signed(**altered(good, {"events": {"other": {}}})))) == "token_type"
    assert code_of(lambda: signed_out(signed(**altered(good, {"jti": None})))) == "token_malformed"
    assert code_of(lambda: signed_out(signed(**altered(good, {"sid": None, "sub": None})))) == "token_malformed"
    assert code_of(lambda: signed_out(signed(**altered(good, {"aud": "api"})))) == "token_audience"
    assert code_of(lambda: signed_out(signed(OTHER, **good))) == "token_forged"
