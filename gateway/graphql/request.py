"""A request of GraphQL over HTTP, and its answer's form (https://graphql.github.io/graphql-over-http/draft/)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, cast

from starlette.responses import Response

from gateway.problems import Problem
from infra.plain import dump

LARGEST = 100_000
"""Bytes of a request: its variables are read in the event loop."""
GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
_ANY = frozenset({"*/*", "application/*"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A document, the values of its variables, and which of its operations is meant."""

    query: str
    variables: dict[str, Any]
    operation: str | None


def parse(body: bytes, content_type: str | None) -> Asked:
    """What a body asks. Raises 400 and 415 problems."""
    if content_type is not None and content_type.partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "unsupported_media_type", "Send the body as application/json.")
    try:
        given = json.loads(body.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
        json.dumps(given, ensure_ascii=False, default=str).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise Problem(400, "malformed_json", "The body is not JSON that can be read; send UTF-8.") from error
    if isinstance(given, list):
        detail = "Send one request at a time; one document may ask for several things."
        raise Problem(400, "batch_refused", detail)
    if not isinstance(given, dict):
        raise Problem(400, "request_malformed", "The body is an object with query, variables and operationName.")
    return _asked(cast(Mapping[str, Any], given))


def _asked(given: Mapping[str, Any]) -> Asked:
    query, variables, operation = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query:
        raise Problem(400, "request_malformed", "query is missing; it is the document, as text.", "query")
    if variables is not None and not isinstance(variables, dict):
        raise Problem(400, "request_malformed", "variables is an object, by the names of variables.", "variables")
    if operation is not None and not isinstance(operation, str):
        raise Problem(400, "request_malformed", "operationName is the name of an operation, as text.", "operationName")
    return Asked(query, cast(dict[str, Any], variables or {}), operation)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def media_type(accept: str | None) -> str:
    """The media type that an answer has, the newer one where the caller takes either. A 406 problem for neither."""
    if accept is None or not accept.strip():
        return GRAPHQL
    taken = {each.partition(";")[0].strip().lower() for each in accept.split(",")}
    if GRAPHQL in taken or taken & _ANY:
        return GRAPHQL
    if JSON in taken:
        return JSON
    raise Problem(406, "not_acceptable", f"Answers are {GRAPHQL} or {JSON}; accept one of them.")


def answer(told: Mapping[str, Any], media: str, headers: Mapping[str, str]) -> Response:
    """An answer. One without data is a 400 to who knows the newer media type; the older one has 200 for all that could
    be read."""
    failed = "data" not in told and media == GRAPHQL
    return Response(dump(told), 400 if failed else 200, dict(headers), f"{media}; charset=utf-8")
