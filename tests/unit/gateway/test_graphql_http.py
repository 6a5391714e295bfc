"""GraphQL over HTTP without anything behind it: what a request may be, and how answers and errors are told."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from graphql import GraphQLError, parse
from structlog.testing import capture_logs

from gateway.access.live import Access
from gateway.app import create_app
from gateway.audit.queue import Queue
from gateway.graphql.errors import INVALID, of_problem, told
from gateway.graphql.request import GRAPHQL, JSON, answer, media_type
from gateway.graphql.request import parse as parsed
from gateway.problems import FieldError, Problem
from gateway.reach import Reach
from infra.keys import development_key
from infra.settings import Settings
from projections.query import QueryError

SETTINGS = Settings()


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, GRAPHQL),
        ("", GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/json", JSON),
        ("application/json; charset=utf-8, text/html", JSON),
        ("application/json, application/graphql-response+json;q=0.9", GRAPHQL),
        ("application/*", GRAPHQL),
    ],
)
def test_the_answer_has_the_media_type_that_is_taken(accept: str | None, media: str) -> None:
    assert media_type(accept) == media


def test_what_is_neither_is_not_acceptable() -> None:
    with pytest.raises(Problem) as refused:
        media_type("text/html")
    assert (refused.value.status, refused.value.code) == (406, "not_acceptable")


def test_a_request_is_a_document_with_variables_and_a_name() -> None:
    asked = parsed(b'{"query": "{ a }", "variables": {"n": 1.50}, "operationName": "A", "extensions": {}}', JSON)
    assert (asked.query, str(asked.variables["n"]), asked.operation) == ("{ a }", "1.50", "A")
    assert parsed(b'{"query": "{ a }", "variables": null}', None).variables == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"\xff", "malformed_json"),
        (b"{", "malformed_json"),
        (b"[" * 5000, "malformed_json"),
        (b'{"query": "{ a }", "variables": {"n": NaN}}', "malformed_json"),
        (b'{"query": "{ a }", "variables": {"n": "\\ud800"}}', "malformed_json"),
        (b'[{"query": "{ a }"}]', "batch_refused"),
        (b'"query"', "request_malformed"),
        (b"{}", "request_malformed"),
        (b'{"query": 1}', "request_malformed"),
        (b'{"query": ""}', "request_malformed"),
        (b'{"query": "{ a }", "variables": []}', "request_malformed"),
        (b'{"query": "{ a }", "operationName": 7}', "request_malformed"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        parsed(body, JSON)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_another_media_type_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        parsed(b"query={a}", "application/x-www-form-urlencoded")
    assert refused.value.status == 415


@pytest.mark.parametrize(
    ("told_", "media", "status"),
    [
        ({"data": {"a": 1}}, GRAPHQL, 200),
        ({"data": {"a": None}, "errors": ["no"]}, GRAPHQL, 200),
        ({"errors": ["no"]}, GRAPHQL, 400),
        ({"errors": ["no"]}, JSON, 200),
    ],
)
def test_an_answer_without_data_is_a_refusal_to_who_knows_the_media_type(told_: Any, media: str, status: int) -> None:
    response = answer(told_, media, {"Nexus-Position": "p"})
    assert (response.status_code, response.headers["content-type"]) == (status, f"{media}; charset=utf-8")
    assert response.headers["nexus-position"] == "p"


def located(cause: Exception | None, *path: str | int) -> GraphQLError:
    node = parse("{ deals { nodes { id } } }").definitions[0]
    return GraphQLError("Said by somebody else.", nodes=[node], path=list(path), original_error=cause)


def test_an_error_is_told_as_the_problem_that_it_would_be() -> None:
    stale = Problem(412, "stale_version", "Read it again.", headers={"Retry-After": "2"}, more={"command_id": "c"})
    [one] = told([located(stale, "winDeal")], "/graphql")
    assert one["message"] == "Read it again."
    assert (one["path"], one["locations"]) == (["winDeal"], [{"line": 1, "column": 1}])
    assert one["extensions"] == {"code": "stale_version", "status": 412, "retryAfter": 2, "commandId": "c"}


def test_fields_are_called_as_graphql_calls_them() -> None:
    errors = (FieldError("owner_id", "missing", "is missing"), FieldError("lines.0.unit_price", "bad", "is bad"))
    [one] = of_problem(Problem(422, "invalid_field", "Two are wrong.", "owner_id", errors))
    assert one["extensions"]["field"] == "ownerId"
    assert [each["field"] for each in one["extensions"]["errors"]] == ["ownerId", "lines.0.unit_price"]
    for name, shown in (("limit", "first"), ("cursor", "after"), ("as_of", "asOf"), ("Nexus-After", "Nexus-After")):
        [one] = told([located(QueryError("bad", "It is bad.", name))], "/graphql")
        assert (one["extensions"]["field"], one["extensions"]["status"]) == (shown, 400)


def test_what_is_wrong_with_the_document_has_a_code_too() -> None:
    [one] = told([GraphQLError("Cannot query field.")], "/graphql")
    assert one == {"message": "Cannot query field.", "extensions": {"code": INVALID, "status": 400}}


def test_what_nobody_expected_is_told_without_its_words() -> None:
    [one] = told([located(KeyError("a secret"), "deals")], "/graphql")
    assert (one["extensions"]["code"], one["extensions"]["status"]) == ("internal_error", 500)
    assert "secret" not in str(one)


def test_the_same_error_of_many_records_is_told_once() -> None:
    refused = Problem(403, "forbidden", "No.")
    found = told([located(refused, "deals", "nodes", number, "company") for number in range(200)], "/graphql")
    assert [each["path"] for each in found] == [["deals", "nodes", 0, "company"]]


TEXT = """{ a: deals { nodes { id } } b: deals { nodes { id } } ...c }
fragment c on Query { users { nodes { id } } }"""


class Counting:
    """A limiter that lets everyone in, and counts."""

    def __init__(self) -> None:
        self.admitted = 0

    async def admit(self, tenant: str) -> dict[str, str]:
        self.admitted += 1
        return {"RateLimit-Remaining": str(100 - self.admitted)}


async def test_each_field_of_an_operation_counts_as_a_request() -> None:
    app, limiter = create_app(SETTINGS), Counting()
    access, queue = Access({}, Reach({}, b"secret")), Queue("lenient")
    app.state.platform = SimpleNamespace(
        settings=SETTINGS, limiter=limiter, secret=b"secret", access=access, audit=queue
    )
    key = development_key(SETTINGS.key_secret.get_secret_value(), "acme")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        with capture_logs():  # nothing is behind it, so that each field breaks
            asked = {"query": TEXT}
            answer = await client.post("/graphql", json=asked)
    assert (answer.status_code, limiter.admitted, answer.headers["RateLimit-Remaining"]) == (200, 3, "97")
    assert answer.json()["data"] == {"a": None, "b": None, "users": None}
    assert {each["extensions"]["code"] for each in answer.json()["errors"]} == {"internal_error"}
    assert answer.json()["extensions"]["cost"]["asked"] == 3 * (10 + 1 + 50)
    entries, _ = queue.first("acme", 10)
    assert sorted(each.method for each in entries) == ["GRAPHQL GET"] * 3 + ["POST"]
