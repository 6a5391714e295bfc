"""The HTTP application: every route from the declarations, every refusal a problem."""

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import (
    admission,
    board,
    changes,
    commands,
    dead_letters,
    document,
    duplicates,
    event_types,
    events,
    export,
    files,
    guards,
    health,
    merges,
    pages,
    platform,
    preview,
    problems,
    queries,
    record,
    search,
    status,
    timeline,
    tree,
    undo,
    web,
)
from gateway.access import api_keys, who
from gateway.access import routes as access
from gateway.access.acting import ON_BEHALF_OF
from gateway.audit import witness, writer
from gateway.audit.noted import begin
from gateway.bulk import routes as bulk
from gateway.graphql import routes as graphql
from gateway.guards import guarded
from gateway.identity import routes as identity
from gateway.passwords import routes as passwords
from gateway.places import ByPlace
from gateway.scim import late as scim
from gateway.seats import Seats
from gateway.sheets.send import Desks
from gateway.webhooks import routes as webhooks
from infra.settings import Settings
from projections.catalog import read_models, reports
from schemas.contract import contracts

log = structlog.get_logger()
REQUESTS = Counter("http_requests_total", "Requests by method and status.", ["method", "status"])
SECONDS = Histogram("http_request_seconds", "Seconds until the answer began, by method.", ["method"])
LONGEST_ADDRESS = 8_000
LARGEST_HEADERS = 32 * 1024
DESCRIPTION = """Nexus360: commands go into one event log, queries read what is folded from it.

A command answers with a `position`; a query with `Nexus-After: <position>` sees what it wrote.

GraphQL over the same is at `POST /graphql`; `GET /graphql/schema` has its schema."""


def create_app(settings: Settings, service: str | None = None) -> FastAPI:
    """The gateway, or one service of it alone."""

    lines = admission.lines(settings.longest_wait)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with (
            lines.lateness.measured(),
            platform.opened(settings, lines) as app.state.platform,
            writer.running(app.state.platform),
            events.running(app.state.platform, app.state.ending) as app.state.feed,
            status.running(app.state.platform),
            app.state.platform.uses.written(),
        ):
            yield

    app = FastAPI(
        title="Nexus360",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.dead_letters = dead_letters.Counted()
    app.state.seats = Seats()
    app.state.desks = Desks()
    app.state.previews = preview.turns()
    app.state.ending = lambda: False  # whoever serves the app may know better
    # Routes are tried one after another, those of one place: what stands first is tried first.
    router = app.router
    served = {key for key, contract in contracts().items() if service in (None, contract.service)}
    if service is None:
        search.add(router)
    duplicates.add(router, service)
    if service in (None, "deal"):
        board.add(router)
    for model in read_models():
        if model.public and (service is None or model.aggregate in served):
            if changes.offered(model):
                changes.add(router, model)
            record.add(router, model)
            queries.add_model(router, model)
            if model.timeline:
                timeline.add(router, model)
            if model.tree:
                tree.add(router, model)
            if model.moved:
                merges.add(router, model)
    for report in reports():
        if service is None or _source(report.database, report.source) in served:
            queries.add_report(router, report)
    for contract in contracts().values():
        if service in (None, contract.service):
            commands.add(router, contract)
            undo.add(router, contract)
    if service in (None, "integration"):
        files.add(router)
        preview.add(router)
        bulk.add(router)
        webhooks.add(router)
    if service in (None, "admin"):
        export.add(router)
    if service is None:
        dead_letters.add(router)
    if service in (None, "admin"):
        api_keys.add(router)
        passwords.add(router)
        identity.add(router)
    access.add(router)
    if service is None:
        graphql.add(router)
    if service in (None, "admin"):
        scim.add(router)
    who.add(router)
    events.add(router)
    event_types.add(router)
    status.add(router)
    health.add(router)
    pages.add(app)
    if service in (None, "admin"):
        web.add(app)
    router.middleware_stack = ByPlace(router)  # all routes are there by now
    document.complete(app)
    problems.install(app)
    app.add_middleware(Outermost, lines=lines, guards=guards.of(settings))
    return app


def _source(database: str, name: str) -> tuple[str, str] | None:
    return next(model.aggregate for model in read_models(database) if model.name == name)


def oversized(scope: Scope) -> problems.Problem | None:
    """What is wrong with the size of the address or the headers, if anything."""
    if len(scope["query_string"]) + len(scope["raw_path"] or b"") > LONGEST_ADDRESS:
        detail = f"The address is longer than {LONGEST_ADDRESS} characters; ask for less at once."
        return problems.Problem(414, "address_too_long", detail)
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
        return problems.Problem(431, "headers_too_large", f"The headers are larger than {LARGEST_HEADERS} bytes.")
    return None


class Outermost:
    """Gives each request an id, refuses what needs no look at it, guards its answer, counts it, tells the audit of it
    and logs one line. Plain ASGI: it costs microseconds."""

    def __init__(self, app: ASGIApp, lines: admission.Lines, guards: guards.Headers) -> None:
        self._app, self._lines, self._guards = app, lines, guards

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, headers = time.perf_counter(), dict(scope["headers"])
        given: bytes = headers.get(b"x-request-id", b"")
        request_id = given if 0 < len(given) <= 100 and given.isascii() else uuid.uuid4().hex.encode()
        noted, code, answered = begin(scope, request_id.decode(), headers.get(ON_BEHALF_OF)), 500, False
        line = self._lines.of(scope["method"], scope["path"], b"nexus-after" in headers)
        problem = oversized(scope) or line.refusal()
        app = self._app if problem is None else problems.response(problem)
        place = scope[admission.PLACE] = line.join() if problem is None else None

        async def answer(message: Message) -> None:
            nonlocal code, answered
            if message["type"] == "http.response.start":
                code, answered = message["status"], True
                witness.answered(scope, headers, noted, code)
                if place is not None:
                    place.leave(admission.is_work(code))
                message["headers"] = guarded([*message["headers"], (b"x-request-id", request_id)], self._guards)
                SECONDS.labels(scope["method"]).observe(time.perf_counter() - began)
            await send(message)

        try:
            await app(scope, receive, answer)
        finally:
            if not answered:
                witness.answered(scope, headers, noted, code)
            if place is not None:
                place.leave(False)
            REQUESTS.labels(scope["method"], str(code)).inc()
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=code,
                milliseconds=round(1000 * (time.perf_counter() - began), 2),
                request_id=request_id.decode(),
            )
