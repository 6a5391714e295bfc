"""Providers that vouch for people, and the identities that are linked to users."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from schemas.contract import ERASED
from schemas.generated.admin.identity import IdentityLinked, IdentityUnlinked, LinkIdentity, UnlinkIdentity
from schemas.generated.admin.provider import (
    ChangeProvider,
    ConnectProvider,
    DisconnectProvider,
    ProviderChanged,
    ProviderConnected,
    ProviderDisconnected,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
DIRECTORY = "0f0a3c3e-9d2f-4f5c-8a3b-6d1f2e3c4b5a"
CONNECT = ConnectProvider(
    provider_id="p",
    name="Login",
    issuer="https://login.example.com/realm",
    client_id="nexus",
    client_secret="sealed",
    audiences=("api",),
    at=AT,
)
CONNECTED = ProviderConnected(
    provider_id="p",
    name="Login",
    issuer="https://login.example.com/realm",
    client_id="nexus",
    client_secret="sealed",
    audiences=("api",),
    algorithms=("RS256",),
    subject_claim="sub",
    at=AT,
)
CHANGE = ChangeProvider(provider_id="p", name="Login", client_id="nexus", audiences=("api",), at=AT)
GONE = ProviderDisconnected(provider_id="p", at=AT)
LINK = LinkIdentity(identity_id="i", issuer="https://login.example.com/realm", subject="7", user_id="anna", at=AT)
LINKED = IdentityLinked(identity_id="i", issuer="https://login.example.com/realm", user_id="anna", at=AT)


def test_a_provider_is_connected_changed_and_disconnected() -> None:
    given().when(CONNECT).then(CONNECTED)
    given(CONNECTED).when(CONNECT).nothing()
    given(CONNECTED).when(replace(CONNECT, name="Other")).rejected("provider_exists")
    given(CONNECTED).when(CHANGE).nothing()
    other = replace(CHANGE, audiences=("web", "api", "web"), algorithms=("PS256", "ES256"))
    changed = ProviderChanged(
        provider_id="p",
        name="Login",
        client_id="nexus",
        client_secret="sealed",
        audiences=("api", "web"),
        algorithms=("ES256", "PS256"),
        at=AT,
    )
    given(CONNECTED).when(other).then(changed)
    given(CONNECTED).when(replace(other, client_secret="another")).then(replace(changed, client_secret="another"))
    given(CONNECTED).when(DisconnectProvider(provider_id="p", at=AT)).then(GONE)
    given(CONNECTED, GONE).when(DisconnectProvider(provider_id="p", at=AT)).nothing()
    given(CONNECTED, GONE).when(CHANGE).rejected("provider_disconnected")
    given(CONNECTED, GONE).when(CONNECT).then(CONNECTED)


def test_a_provider_may_go_by_what_a_directory_calls_people() -> None:
    connect, connected = replace(CONNECT, link_by_external_id=True), replace(CONNECTED, link_by_external_id=True)
    given().when(connect).then(connected)
    given(CONNECTED).when(connect).rejected("provider_exists")
    change = replace(CHANGE, link_by_external_id=True)
    given(connected).when(change).nothing()
    changed = ProviderChanged(
        provider_id="p",
        name="Login",
        client_id="nexus",
        client_secret="sealed",
        audiences=("api",),
        algorithms=("RS256",),
        link_by_external_id=True,
        at=AT,
    )
    given(CONNECTED).when(change).then(changed)
    given(CONNECTED, changed).when(CHANGE).then(replace(changed, link_by_external_id=False))


def test_a_directory_of_entra_says_issuer_and_claim() -> None:
    connect = replace(CONNECT, issuer=None, directory_id=DIRECTORY.upper())
    issuer = f"https://login.microsoftonline.com/{DIRECTORY}/v2.0"
    given().when(connect).then(replace(CONNECTED, issuer=issuer, subject_claim="oid", directory_id=DIRECTORY))
    given().when(replace(connect, directory_id="common")).rejected("directory_malformed", "directory_id")
    elsewhere = replace(connect, issuer="https://login.microsoftonline.com/common/v2.0")
    given().when(elsewhere).rejected("issuer_of_another", "issuer")


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.example.com",
        "https://login.example.com:8443/realms/a%20b/",
        "https://accounts.google.com",
        "http://127.0.0.1:9000",
        "http://localhost:9000/realm",
        "http://[::1]:9000",
    ],
)
def test_an_issuer_is_an_https_address_or_one_of_this_machine(issuer: str) -> None:
    given().when(replace(CONNECT, issuer=issuer)).then(replace(CONNECTED, issuer=issuer))


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("", "issuer_missing"),
        ("login.example.com", "issuer_malformed"),
        ("ftp://login.example.com", "issuer_malformed"),
        ("file:///etc/passwd", "issuer_malformed"),
        ("https://user:word@login.example.com", "issuer_malformed"),
        ("https://login.example.com?realm=a", "issuer_malformed"),
        ("https://login.example.com/#a", "issuer_malformed"),
        ("https://login.exa\nmple.com", "issuer_malformed"),
        ("https://login.example.com\\@inside", "issuer_malformed"),
        ("http://login.example.com", "issuer_not_https"),
        ("http://169.254.169.254", "issuer_not_https"),
        ("http://127.0.0.1.example.com", "issuer_not_https"),
        ("https://169.254.169.254/latest", "issuer_inward"),
        ("https://10.0.0.1", "issuer_inward"),
        ("https://[fd00::1]", "issuer_inward"),
    ],
)
def test_no_other_issuer_is_taken(issuer: str, code: str) -> None:
    given().when(replace(CONNECT, issuer=issuer)).rejected(code, "issuer")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "rs256", "RS1"])
def test_only_signatures_with_a_public_key_count(algorithm: str) -> None:
    asked = replace(CONNECT, algorithms=("RS256", algorithm))
    given().when(asked).rejected("algorithm_refused", "algorithms")


@pytest.mark.parametrize("claim", ["email", "preferred_username", "upn"])
def test_nobody_is_known_by_what_others_can_give_them(claim: str) -> None:
    given().when(replace(CONNECT, subject_claim=claim)).rejected("claim_not_an_id", "subject_claim")


def test_a_providers_texts_have_bounds() -> None:
    given().when(replace(CONNECT, client_id=" ")).rejected("client_id_missing", "client_id")
    given().when(replace(CONNECT, subject_claim="a b")).rejected("claim_malformed", "subject_claim")
    many = tuple(f"a{n}" for n in range(21))
    given().when(replace(CONNECT, audiences=many)).rejected("too_many_audiences", "audiences")


def test_an_identity_is_one_users_until_it_is_unlinked() -> None:
    given().when(LINK).then(LINKED)
    given(LINKED).when(LINK).nothing()
    given(LINKED).when(replace(LINK, user_id="bert")).rejected("identity_taken")
    unlink, gone = UnlinkIdentity(identity_id="i", at=AT), IdentityUnlinked(identity_id="i", at=AT)
    given(LINKED).when(unlink).then(gone)
    given(LINKED, gone).when(unlink).nothing()
    given(LINKED, gone).when(replace(LINK, user_id="bert")).then(replace(LINKED, user_id="bert"))


def test_an_identity_needs_a_subject() -> None:
    given().when(replace(LINK, subject=" ")).rejected("subject_missing", "subject")
    given().when(replace(LINK, subject=None)).rejected("subject_missing", "subject")
    given().when(replace(LINK, subject=ERASED)).then(LINKED)
