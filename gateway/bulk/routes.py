"""The routes of bulk changes that are more than a command or a row: starting one, its report, and taking it back."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from gateway import commands, platform, status
from gateway.audit.noted import noted
from gateway.auth import admitted
from gateway.bodies import parse
from gateway.bulk import describe, ended, start
from gateway.bulk.operation import BASE, REVERT, START, model
from gateway.commands import Prepare, Route, asked_by
from gateway.describe import command, command_responses, takes
from gateway.limits import body_of
from gateway.queries import caught_up, only, parameters, record_id
from schemas.generated.integration.bulk_change import CONTRACT

ROUTES: tuple[tuple[Route, Prepare], ...] = (
    (Route(CONTRACT, START, start.StartBulk, BASE, frozenset(), {}), start.prepared),
    (Route(CONTRACT, REVERT, ended.RevertBulk, f"{BASE}/{{id}}/revert", frozenset(), {}), ended.prepared),
)
"""What is sent as commands are, each with what makes its command."""


def add(router: APIRouter) -> None:
    """Adds them to a router."""
    tags: list[Any] = [f"{CONTRACT.domain}: {CONTRACT.plural}"]
    for route, prepare in ROUTES:
        creates = route.command.creates
        said = describe.start(route.body) if creates else command(route.body, creates=False)
        router.add_api_route(
            route.path,
            _endpoint(route, prepare),
            methods=["POST"],
            operation_id=f"{CONTRACT.domain}_{CONTRACT.aggregate}_{route.command.verb}",
            summary=route.body.__doc__,
            tags=tags,
            response_class=Response,
            status_code=201 if creates else 200,
            openapi_extra=said | takes(route.command.permission),
            responses=command_responses(creates=creates),
        )
    router.add_api_route(
        f"{BASE}/{{id}}/report",
        _report,
        methods=["GET"],
        operation_id=f"report_{CONTRACT.domain}_{CONTRACT.aggregate}",
        summary="What became of each record, a CSV file; of taking it back with of=revert.",
        tags=tags,
        response_class=Response,
        openapi_extra=describe.report() | takes(model().permission),
        responses=describe.reported(),
    )


def _endpoint(route: Route, prepare: Prepare) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, limits = await admitted(request)
        here, creates = platform.of(request), route.command.creates
        values = parse(await body_of(request), request.headers.get("content-type"), route.body)
        envelope = await prepare(here, who, values, asked_by(request), noted(request.scope))
        if "respond-async" in request.headers.get("prefer", "").lower():
            return await status.accept(here, envelope, limits)
        return commands.answer(here, creates, envelope, await commands.ask(here, envelope), limits)

    return endpoint


async def _report(request: Request) -> Response:
    who, limits = await admitted(request)
    here, asked = platform.of(request), parameters(request)
    only(asked, {"of", "after"}, "report")
    await caught_up(request, here, CONTRACT.domain)
    of = asked.get("of", "change")
    path = await ended.report(here, who, record_id(request, model()), of)
    headers = {
        **limits,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="bulk-{of}.csv"',
    }
    return FileResponse(path, headers=headers, media_type="text/csv; charset=utf-8")
