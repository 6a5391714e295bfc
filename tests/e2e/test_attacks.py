"""What somebody would try who means harm, and what they are answered."""

import contextlib
import http.client
import json
import socket
import time
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway import heads
from gateway.limits import JSON_BODY, SLOWEST_BODY
from tests.e2e.test_http import after, company, deal, problem
from tests.platform import Platform

SQL = (
    "' or '1'='1",
    "'; drop table deals_versions; --",
    "1) or (1=1",
    "%' union select 'x",
    "\\'; select pg_sleep(9); --",
)
JSON = {"Content-Type": "application/json"}
QUERY_STRINGS = ("*", "name:*", "_exists_:id", "/.*/", '{"match_all":{}}', "a) OR (b", "tenant:rival", "+", '"unclosed')


@pytest.mark.parametrize(
    "more",
    [
        {"version": 7},
        {"tenant": "rival"},
        {"stage": "WON"},
        {"readers": ["user:me"]},
        {"__class__": "x"},
        {"roles": ["owner"]},
    ],
)
def test_fields_that_a_command_does_not_have_are_refused(acme: httpx.Client, more: dict[str, Any]) -> None:
    refused = problem(acme.post("/crm/deals", json={"name": "A", "owner_id": "u", **more}), 422, "invalid_field")
    assert [each["field"] for each in refused["errors"]] == list(more)


def test_a_user_is_not_made_an_owner_or_given_roles_by_the_way(acme: httpx.Client) -> None:
    for more in ({"owner": True}, {"roles": ["auditor"]}, {"status": "ACTIVE"}):
        problem(acme.post("/admin/users", json={"name": "Eve", **more}), 422, "invalid_field")
    eve = acme.post("/admin/users", json={"name": "Eve"}).json()["id"]
    problem(acme.post(f"/admin/users/{eve}/grant-role", json={"role_id": "owner"}), 422, "role_is_owner")
    for internal in ("mark-owner", "record"):
        assert acme.post(f"/admin/users/{eve}/{internal}", json={"owner": True}).status_code == 404


@pytest.mark.parametrize("text", SQL)
def test_sql_is_a_text_like_any_other(acme: httpx.Client, text: str) -> None:
    made = company(acme, text)
    seen = after(made["position"])
    found = acme.get("/crm/companies", params={"name": text}, headers=seen).json()["items"]
    assert [each["name"] for each in found] == [text]
    for asked in ({"name.prefix": text}, {"name.in": text}, {"sector": text}, {"where": json.dumps({"name": text})}):
        assert acme.get("/crm/companies", params=asked, headers=seen).is_success
    of_names = ({text: "x"}, {f"custom.{text}": "x"}, {"where": json.dumps({text: "x"})}, {"where": text})
    for asked in ({"sort": text}, {"fields": text}, {"limit": text}, {"as_of": text}, {"cursor": text}, *of_names):
        assert acme.get("/crm/companies", params=asked).status_code == 400, asked
    assert acme.get("/crm/pipeline", params={"by": text}).status_code == 400
    assert acme.get(f"/crm/companies/{text.replace('/', '')}").status_code == 404


@pytest.mark.parametrize("text", QUERY_STRINGS)
def test_the_language_of_the_search_is_not_spoken(here: Platform, acme: httpx.Client, text: str) -> None:
    made = company(acme, "Plain Ltd")
    found = acme.get("/crm/companies", params={"q": text}, headers=after(made["position"]))
    assert found.status_code in (200, 400), found.text
    assert made["id"] not in [each["id"] for each in found.json().get("items", ())]
    everywhere = acme.get("/search", params={"q": text}, headers=after(made["position"]))
    assert everywhere.status_code in (200, 400), everywhere.text
    assert made["id"] not in everywhere.text


def test_headers_cannot_be_split_and_say_nothing_about_others(here: Platform) -> None:
    for line in (
        b"X-Request-Id: a\r\nSet-Cookie: b=c",
        b"X-Request-Id: a\x00b",
        b"Idempotency-Key: a b",
        b"Nexus-After: a\xff",
    ):
        said = spoken(here, b"GET /crm/deals HTTP/1.1\r\nHost: x\r\n" + line + b"\r\nConnection: close\r\n\r\n")
        head = said.partition(b"\r\n\r\n")[0].lower()
        assert b"set-cookie" not in head
        assert head.startswith((b"http/1.1 400", b"http/1.1 401")), head


def test_two_lengths_and_a_smuggled_request_are_refused(here: Platform) -> None:
    key = here.key("acme").encode()
    head = b"POST /crm/companies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + b"\r\n"
    both = head + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
    smuggled = both + b"GET /crm/deals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + b"\r\n\r\n"
    assert spoken(here, smuggled).count(b"HTTP/1.1 ") == 1
    twice = head + b"Content-Length: 2\r\nContent-Length: 30\r\nConnection: close\r\n\r\n{}"
    assert spoken(here, twice).startswith(b"HTTP/1.1 400")


def test_who_asks_for_a_web_socket_is_answered_over_http(here: Platform) -> None:
    asking = b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
    asking += b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + here.key("acme").encode()
    for path, status in ((b"/crm/deals?limit=1", b"200"), (b"/nowhere", b"404")):
        answer = spoken(here, b"GET " + path + b" HTTP/1.1\r\n" + asking + b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 " + status), answer


def test_a_head_that_does_not_come_is_waited_for_a_while_alone_and_nobody_waits_with_it(
    here: Platform, acme: httpx.Client
) -> None:
    begun, place = time.monotonic(), ("127.0.0.1", here.settings.gateway_port)
    with ExitStack() as open_:
        slow = [open_.enter_context(socket.create_connection(place, timeout=heads.WITHIN + 4)) for _ in range(200)]
        slow.append(open_.enter_context(socket.create_connection(place, timeout=heads.WITHIN + 4)))
        for each in slow[:-1]:
            each.sendall(b"GET /crm/deals HTTP/1.1\r\nHost: x\r\n")
        while time.monotonic() - begun < heads.WITHIN - 2:
            for each in slow[:-1]:
                each.sendall(b"X")
            assert acme.get("/crm/deals", params={"limit": 1}).status_code == 200
        said = [to_the_end(each) for each in slow]
    assert all(each.startswith(b"HTTP/1.1 408") and b"head_too_slow" in each for each in said[:-1]), said
    assert said[-1] == b"", "nothing is answered to whom nothing was asked of"
    assert time.monotonic() - begun < heads.WITHIN + 8


@pytest.mark.parametrize(("first", "drop"), [(b"GET /crm/deals HTTP/1.1\r\nX-Slow: ", b"x"), (b"", b"\r\n")])
def test_a_later_head_of_a_connection_is_waited_for_as_long(here: Platform, first: bytes, drop: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", here.settings.gateway_port, timeout=heads.WITHIN)
    with contextlib.closing(connection):
        for _ in range(3):
            connection.request("GET", "/health/live")
            assert connection.getresponse().read() == b'{"status":"alive"}'
        connection.sock.sendall(first)
        begun = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - begun < 2 * heads.WITHIN:
                connection.sock.sendall(drop)
                time.sleep(0.5)
    assert heads.WITHIN - 1 < time.monotonic() - begun < heads.WITHIN + 4


def test_a_head_that_does_not_end_is_refused_once_it_is_too_large(here: Platform) -> None:
    with socket.create_connection(("127.0.0.1", here.settings.gateway_port), timeout=heads.WITHIN) as connection:
        connection.sendall(b"GET /crm/deals HTTP/1.1\r\nHost: x\r\nX-Large: ")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 8 * 1024 * 1024:
                connection.sendall(b"x" * 4096)
                sent += 4096
        assert sent < 8 * 1024 * 1024, "all of it was taken"


def test_what_is_no_http_is_told_so(here: Platform) -> None:
    said = spoken(here, b"EHLO mail.example.com\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400")
    assert b'"code":"not_http"' in said


def test_a_body_that_does_not_come_is_waited_for_a_while_alone(here: Platform) -> None:
    head = f"POST /crm/companies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {here.key('acme')}\r\n"
    begun = time.monotonic()
    said = spoken(here, f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode())
    assert said.startswith(b"HTTP/1.1 408"), said
    assert b"body_too_slow" in said
    assert time.monotonic() - begun < SLOWEST_BODY + 4


def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_its_length(acme: httpx.Client) -> None:
    large = b'{"name": "' + b"x" * JSON_BODY + b'"}'
    problem(acme.post("/crm/companies", content=large, headers=JSON), 413, "body_too_large")
    problem(acme.post("/crm/companies", content=iter([large]), headers=JSON), 413, "body_too_large")


def test_tokens_that_were_changed_are_none(acme: httpx.Client) -> None:
    written = [deal(acme, name=name)["position"] for name in ("A", "B")]
    listed = acme.get("/crm/deals", params={"limit": 1}, headers=after(written[-1]))
    cursor, position = listed.json()["next_cursor"], listed.headers["Nexus-Position"]
    for token in (cursor[:-2] + "AA", cursor + "A", cursor.swapcase(), position):
        problem(acme.get("/crm/deals", params={"limit": 1, "cursor": token}), 400, "bad_cursor")
    problem(acme.get("/crm/companies", params={"limit": 1, "cursor": cursor}), 400, "bad_cursor")
    for token in (position[:-2] + "AA", cursor, position + "."):
        problem(acme.get("/crm/deals", headers=after(token)), 400, "bad_position")


def test_no_answer_is_kept_between_or_taken_for_what_it_is_not(here: Platform, acme: httpx.Client) -> None:
    made = company(acme, "Umbra Ltd")
    path = f"/crm/companies/{made['id']}"
    seen = acme.get(path, headers=after(made["position"]))
    known = acme.get(path, headers={"If-None-Match": seen.headers["ETag"]})
    assert known.status_code == 304
    for answer in (seen, known, acme.get("/crm/companies"), acme.get("/nothing"), httpx.get(f"{here.url}/docs")):
        assert answer.headers["Cache-Control"] == "private, no-cache", answer.url
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers, "by a name of this machine"


def test_a_retry_under_somebody_else_s_key_is_not_answered_with_their_answer(here: Platform) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    with here.client("acme") as one, here.client("rival") as other:
        first = one.post("/crm/companies", json={"name": "Same"}, headers=key)
        second = other.post("/crm/companies", json={"name": "Same"}, headers=key)
    assert "Idempotent-Replayed" not in second.headers
    assert first.json()["id"] != second.json()["id"]


def spoken(here: Platform, request: bytes) -> bytes:
    """What the gateway says to these bytes until it hangs up."""
    with socket.create_connection(("127.0.0.1", here.settings.gateway_port), timeout=15) as connection:
        connection.sendall(request)
        return to_the_end(connection)


def to_the_end(connection: socket.socket) -> bytes:
    said = b""
    while part := connection.recv(65536):
        said += part
    return said
