"""GET of a record by id through the gateway, against a bare FastAPI handler that runs the same SQL and dumps the row.

The bare handler knows no keys, limits, problems, positions, ETags or log: the ratio is what all of that costs.
"""

import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response
from sqlalchemy import event

from gateway.answers import dump
from infra.postgres import engine
from infra.settings import read
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import get
from tests.bench.load import rate, request
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.platform import platform

CONNECTIONS = 8
REQUESTS = 1200
TENANT = "bench"
BOUND = (
    "samples of the gateway's thread at full load: half is SQLAlchemy and psycopg asking Postgres, in five trips "
    "(is the connection alive, begin, the tenant, the row, commit), a third FastAPI, Starlette, uvicorn and the "
    "event loop. The bare handler has all of that too. Ours alone are the key (3%), the limit (2%), the ETag (1%), "
    "the position (1%), a statement of SQLAlchemy's instead of text, and longer headers."
)


def measure(turns: int) -> Sequence[Result]:
    """Both servers answer on two cores that they share with Postgres and the load generator."""
    pairs: list[tuple[float, float]] = []
    parts = ("gateway", "processor crm", "projector crm")
    with platform(*parts, rate_limit=1_000_000, log_level="WARNING") as here, here.client(TENANT) as client:
        company = client.post("/crm/companies", json={"name": "Umbra Ltd"}).json()
        deal = {"name": "Ten chairs", "owner_id": "u1", "company_id": company["id"]}
        made = client.post("/crm/deals", json=deal).json()
        path = f"/crm/deals/{made['id']}"
        client.get(path, headers={"Nexus-After": made["position"]}).raise_for_status()
        ours, bare = here.settings.gateway_port, here.settings.gateway_port + 1
        command = [sys.executable, "-m", "tests.bench.bench_query", str(bare), made["id"]]
        process = subprocess.Popen(command, env={**os.environ, **here.environment})
        try:
            here.until("the bare handler answers", lambda: client.get(f"http://127.0.0.1:{bare}{path}").is_success)
            asked = request("GET", path, here.key(TENANT))
            for port in (ours, bare):  # the first requests find cold caches
                rate(port, asked, REQUESTS // 4, CONNECTIONS)
            for ours_first in alternating(turns):
                order = (ours, bare) if ours_first else (bare, ours)
                found = {port: rate(port, asked, REQUESTS, CONNECTIONS) for port in order}
                pairs.append((found[ours], found[bare]))
                print(f"  {found[ours]:6.0f}/s of {found[bare]:6.0f}/s", flush=True)
        finally:
            process.terminate()
            process.wait(10)
    of_ours, of_bare = zip(*pairs, strict=True)
    return [
        against_limit(
            "a record by id over HTTP",
            "requests/s",
            (f"GET /crm/deals/{{id}} on one gateway, {CONNECTIONS} connections", of_ours),
            ("a bare FastAPI handler", "under uvicorn, runs the same SQL and dumps the row", of_bare),
            ("at least", 0.7),
            BOUND,
        )
    ]


BENCHMARK = Benchmark("query", measure)


def bare_app(example: str) -> FastAPI:
    """The bare handler. Its SQL is what the platform's own query says of the record `example`, word for word."""
    model = models_by_name("crm")["deals"]
    sql: list[tuple[str, dict[str, Any]]] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.engine = engine(read(), "crm", "reader")
        async with reading(app.state.engine, TENANT) as connection:

            def note(_c: Any, _k: Any, statement: str, parameters: dict[str, Any], *_: Any) -> None:
                sql.append((statement, parameters))

            event.listen(connection.sync_connection, "before_cursor_execute", note)
            await get(connection, model, TENANT, example)
            event.remove(connection.sync_connection, "before_cursor_execute", note)
        yield
        await app.state.engine.dispose()

    app = FastAPI(lifespan=lifespan)

    async def one(id: str) -> Response:
        [(statement, parameters)] = sql
        async with reading(app.state.engine, TENANT) as connection:
            found = await connection.exec_driver_sql(statement, {**parameters, "the_id": id})
            row = dict(found.mappings().one())
        return Response(dump(row), media_type="application/json")

    app.add_api_route("/crm/deals/{id}", one)
    return app


if __name__ == "__main__":
    uvicorn.run(bare_app(sys.argv[2]), port=int(sys.argv[1]), log_level="warning", access_log=False)
