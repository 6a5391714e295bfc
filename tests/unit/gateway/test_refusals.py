"""Whatever is sent, the answer is a problem with a code, and never a 500."""

from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from gateway.access.live import Access
from gateway.app import create_app
from gateway.audit.queue import Queue
from gateway.reach import Reach
from infra.keys import development_key
from infra.settings import Settings

SETTINGS = Settings()


class Anyone:
    """A limiter that lets everyone in."""

    async def admit(self, tenant: str) -> dict[str, str]:
        return {}


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the app without anything behind it: what is refused must be refused before."""
    app = create_app(SETTINGS)
    app.state.platform = SimpleNamespace(
        settings=SETTINGS,
        limiter=Anyone(),
        secret=b"secret",
        access=Access({}, Reach({}, b"secret")),
        audit=Queue("off"),
    )
    key = development_key(SETTINGS.key_secret.get_secret_value(), "acme")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as made:
        yield made


DEAL: dict[str, Any] = {"name": "Chairs", "owner_id": "u1"}


def money(text: str) -> bytes:
    return f'{{"name": "a", "owner_id": "b", "amount": {{"amount": {text}, "currency": "USD"}}}}'.encode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"nonsense", 400),
        (b'\xff{"name": 1}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": -Infinity}', 400),
        (b"[" * 100_000, 400),
        (b"9" * 10_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (b'{"name": "\\u0000", "owner_id": "u"}', 422),
        (b'{"name": "\\ud800", "owner_id": "u"}', 422),
        (b'{"name": 1, "owner_id": "u"}', 422),
        (b'{"name": null, "owner_id": "u"}', 422),
        (b'{"name": "a", "owner_id": "b", "colour": "red"}', 422),
        (b'{"name": "a", "owner_id": "b", "at": "yesterday"}', 422),
        (b'{"name": "a", "owner_id": "b", "at": "2017-01-01T00:00:00"}', 422),
        (b'{"name": "a", "owner_id": "b", "at": "0001-01-01T00:00:00+23:59"}', 422),
        (b'{"name": "a", "owner_id": "b", "at": 5}', 422),
        (money("1e400"), 422),
        (money("1E+999999999"), 422),
        (money("1E-999999999"), 422),
        (money("1.00001"), 422),
        (money("1" + "0" * 15), 422),
        (money('"1_000"'), 422),
        (money('"NaN"'), 422),
        (money("true"), 422),
        (money("{}"), 422),
        (b"x" * (1024 * 1024 + 1), 413),
    ],
    ids=lambda value: repr(value[:60]) if isinstance(value, bytes) else str(value),
)
async def test_bodies_that_do_not_fit(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    answer = await client.post("/crm/deals", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["code"]
    assert told["detail"]
    if status == 422:
        assert all({"field", "code", "message"} == set(error) for error in told["errors"])


async def test_every_field_at_fault_is_listed_and_no_value_is_quoted(client: httpx.AsyncClient) -> None:
    body = {"name": 7, "amount": {"amount": "secret-1", "currency": "secret-2"}, "colour": "secret-3"}
    answer = await client.post("/crm/deals", json=body)
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"name", "owner_id", "amount.amount", "amount.currency", "colour"}
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"If-Match": "3"}, 400, "if_match_malformed"),
        ({"If-Match": 'W/"3"'}, 400, "if_match_malformed"),
        ({"If-Match": '"three"'}, 400, "if_match_malformed"),
        ({"If-Match": '"1", "2"'}, 400, "if_match_malformed"),
        ({"Idempotency-Key": "x" * 256}, 400, "idempotency_key_malformed"),
        ({"Idempotency-Key": "two words"}, 400, "idempotency_key_malformed"),
        ({"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ({"X-Large": "x" * 40_000}, 431, "headers_too_large"),
        ({"Authorization": "Bearer nx_acme_ünï".encode("latin-1").decode("latin-1")}, 401, "unauthenticated"),
    ],
)
async def test_headers_that_do_not_fit(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, code: str
) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    body = {"Content-Type": "application/json"} if "Content-Type" not in headers else {}
    request = client.build_request("POST", "/crm/deals", content=b'{"name": "a", "owner_id": "b"}', headers=body)
    request.headers = httpx.Headers(
        [*[p for p in request.headers.raw if p[0].title() not in [r[0] for r in raw]], *raw]
    )
    answer = await client.send(request)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_addresses_that_lead_nowhere(client: httpx.AsyncClient) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/crm/deals/", 404),
        ("PUT", "/crm/deals", 405),
        ("POST", "/crm/deals/not an id/win", 404),
        ("POST", "/crm/deals/%00/win", 404),
        ("POST", "/admin/tenants/rival/rename", 404),
        ("GET", "/crm/deals?" + "x" * 9000, 414),
        ("GET", "/crm/deals?x=%00", 400),
        ("GET", "/events?id=%00&colour=1", 400),
    ):
        answer = await client.request(method, path, json={"name": "x"} if "rename" in path else {})
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
