"""What comes from a page of ours, where one may go on to, and what cookies are like."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import Request
from fastapi.responses import Response
from pydantic import SecretStr

from domains.kernel import command_contracts
from gateway.access.gate import may_command
from gateway.access.standing import Standing
from gateway.app import create_app
from gateway.auth import Caller
from gateway.identity import cookies
from gateway.identity.address import is_own, local_path, public_address
from gateway.identity.begin import with_query
from gateway.identity.issuers import Issuers
from gateway.problems import Problem
from infra.outward import Within, within
from infra.settings import Settings
from schemas.generated.admin.provider import ConnectProvider

HTTPS = Settings(public_url="https://nexus.example.com/", key_secret=SecretStr("not the development secret"))


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": pairs})


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": "https://nexus.example.com"}, True),
        ({"origin": "https://nexus.example.com", "sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://nexus.example.com.evil.com"}, False),
        ({"origin": "http://nexus.example.com"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"origin": "https://nexus.example.com", "sec_fetch_site": "cross-site"}, False),
    ],
)
def test_only_pages_of_the_gateway_change_things_with_a_session(headers: dict[str, str], own: bool) -> None:
    assert is_own(request(**headers), HTTPS) is own


@pytest.mark.parametrize("path", ["/", "/docs", "/crm/deals?stage=WON&sort=-amount", "/a/b#c"])
def test_one_goes_on_to_a_path_here(path: str) -> None:
    assert local_path(path) == path


def test_who_asks_for_no_page_comes_to_the_console() -> None:
    assert local_path(None) == "/console/"


@pytest.mark.parametrize(
    "path",
    ["", "docs", "//evil.com", "/\\evil.com", "\\\\evil.com", "https://evil.com", "/\tevil", "/a\r\nSet-Cookie: a=b",
     "/a\\b", "javascript:alert(1)", " /docs", "/ä", "/" + "a" * 3000],
)  # fmt: skip
def test_one_goes_on_to_nowhere_else(path: str) -> None:
    with pytest.raises(Problem) as caught:
        local_path(path)
    assert (caught.value.status, caught.value.code) == (400, "bad_return")


def test_cookies_are_kept_to_https_and_to_this_host_where_there_is_https() -> None:
    answer = Response()
    cookies.give(answer, HTTPS, "session", "secret", 60)
    given = answer.headers["set-cookie"]
    assert given.startswith("__Host-nexus-session=secret;")
    assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/", "Max-Age=60"} <= set(given.split("; "))
    assert "Domain" not in given
    plain = Response()
    cookies.give(plain, Settings(), "session", "secret", 60)
    assert plain.headers["set-cookie"].startswith("nexus-session=secret;")
    assert "Secure" not in plain.headers["set-cookie"]


def test_where_browsers_come_to_is_said_or_this_machine() -> None:
    assert public_address(HTTPS) == "https://nexus.example.com"
    assert public_address(Settings(gateway_port=8360)) == "http://127.0.0.1:8360"
    with pytest.raises(Problem) as caught:
        public_address(Settings(gateway_host="0.0.0.0", key_secret=SecretStr("other"), plaintext="allowed"))
    assert caught.value.code == "signin_not_set_up"


def test_providers_are_on_this_machine_where_nobody_else_signs_in() -> None:
    assert within(Settings()) == within(Settings(public_url="http://localhost:8360")) == Within(machine=True)
    assert within(HTTPS) == Within()
    others = Settings(gateway_host="0.0.0.0", key_secret=SecretStr("other"), plaintext="allowed")
    assert within(others) == Within()
    assert within(HTTPS.model_copy(update={"provider_addresses": "any"})) == Within(network=True)


async def test_a_provider_on_this_machine_is_not_connected_where_others_sign_in() -> None:
    connect = ConnectProvider(
        provider_id="p",
        name="Login",
        issuer="http://127.0.0.1:9000",
        client_id="c",
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    aggregate, command = command_contracts()[ConnectProvider.NAME]
    owner = Caller("acme", None, "key:acme", Standing(None))

    async def connected(issuers: Issuers) -> None:
        here: Any = SimpleNamespace(sign_in=SimpleNamespace(issuers=issuers))
        await may_command(here, owner, aggregate, command, "p", connect)

    await connected(Issuers(within=Within(machine=True)))
    with pytest.raises(Problem) as caught:
        await connected(Issuers())
    assert (caught.value.status, caught.value.code, caught.value.field) == (422, "issuer_inward", "issuer")


@pytest.mark.parametrize(
    "url", ["http://nexus.example.com", "https://nexus.example.com/app", "nexus.example.com", "https://a@b", "ftp://a"]
)
def test_where_browsers_come_to_is_https(url: str) -> None:
    with pytest.raises(ValueError, match="NEXUS_PUBLIC_URL"):
        Settings(public_url=url)


def test_more_is_asked_of_an_address_that_asks_something_already() -> None:
    assert with_query("https://a/auth", {"b": "c d"}) == "https://a/auth?b=c+d"
    assert with_query("https://a/auth?p=x", {"b": "&"}) == "https://a/auth?p=x&b=%26"


async def test_a_person_at_a_browser_reads_a_page_and_a_program_a_problem() -> None:
    app = create_app(Settings())
    app.state.platform = SimpleNamespace(settings=Settings())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        path = "/signin/acme?return_to=//evil.example.com"
        page = await client.get(path, headers={"Accept": "text/html,*/*"})
        assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
        assert "bad_return" in page.text
        told = await client.get(path, headers={"Accept": "application/json"})
        assert (told.status_code, told.json()["code"]) == (400, "bad_return")
