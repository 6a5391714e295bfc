"""`POST /graphql` asks and changes, `GET /graphql/schema` says what there is."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from graphql import ExecutionResult

from gateway import platform
from gateway.audit.noted import noted
from gateway.auth import Caller, admitted
from gateway.graphql.cost import MOST_COST, measured
from gateway.graphql.documents import Documents, Refused, asks_about_schema, operation_of
from gateway.graphql.errors import of_problem, told
from gateway.graphql.execution import executed, executed_apart
from gateway.graphql.reading import Reader
from gateway.graphql.request import LARGEST, Asked, answer, media_type, parse
from gateway.graphql.schema import definition, schema
from gateway.limits import body_of
from gateway.problems import Problem

PATH = "/graphql"


def add(router: APIRouter) -> None:
    """The routes of GraphQL. It describes itself, so that OpenAPI does not."""
    documents, about_schema = Documents(), asyncio.Lock()

    async def ask(request: Request) -> Response:
        who, limits = await admitted(request)
        media = media_type(request.headers.get("accept"))
        asked = parse(await body_of(request, LARGEST), request.headers.get("content-type"))
        headers = dict(limits)
        try:
            found = await _found(documents, about_schema, request, who, asked, headers)
        except Refused as refused:
            found = {"errors": told(refused.errors, PATH)}
        except Problem as problem:
            if problem.status != 400:
                raise
            found = {"errors": of_problem(problem)}
        if "data" not in found:
            noted(request.scope).code = found["errors"][0]["extensions"]["code"]
        return answer(found, media, headers)

    for path, endpoint, method in ((PATH, ask, "POST"), (f"{PATH}/schema", _schema, "GET")):
        router.add_api_route(path, endpoint, methods=[method], include_in_schema=False, response_class=Response)


async def _schema(request: Request) -> Response:
    _, limits = await admitted(request)
    return PlainTextResponse(await asyncio.to_thread(definition), headers=limits)


async def _found(
    documents: Documents,
    about_schema: asyncio.Lock,
    request: Request,
    who: Caller,
    asked: Asked,
    headers: dict[str, str],
) -> Mapping[str, Any]:
    """The answer, and what goes into its `headers`. Raises Refused and problems where nothing was begun."""
    document = await documents.checked(asked.query)
    operation = operation_of(document, asked.operation)
    if asks_about_schema(document, operation):
        async with about_schema:  # it takes a while: one at a time
            return _told(await executed_apart(document, asked.variables, asked.operation))
    measure = measured(schema(), document, operation, asked.variables)
    await _charged(request, who, measure.fields, headers)
    after = request.headers.get("nexus-after") or request.query_params.get("after")
    reader = Reader(request, platform.of(request), who, after)
    answered = await executed(document, reader, asked.variables, asked.operation)
    extensions: dict[str, Any] = {"cost": {"asked": measure.cost, "limit": MOST_COST}}
    if (position := reader.position()) is not None:
        headers["Nexus-Position"] = extensions["position"] = position
    return _told(answered, extensions)


async def _charged(request: Request, who: Caller, fields: int, headers: dict[str, str]) -> None:
    """Counts each field of an operation as a request of the tenant; the first one was counted when it came in."""
    for _ in range(fields - 1):
        headers.update(await platform.of(request).limiter.admit(who.tenant))


def _told(result: ExecutionResult, extensions: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """As the specification has it: without data where nothing was run."""
    found: dict[str, Any] = {}
    if result.errors:
        found["errors"] = told(result.errors, PATH)
    if result.data is not None:
        found["data"] = result.data
    return found | ({"extensions": extensions} if extensions else {})
