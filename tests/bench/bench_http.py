"""GET of a record by id through the gateway, against a bare FastAPI handler that runs the same SQL, in turns.

    python -m tests.bench.bench_http [requests a turn] [turns]

The bare handler knows no keys, limits, problems, positions or log: the ratio is what they cost. Also the time of
one command, from the request to the answer with its events, one at a time.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import uvicorn

from tests.platform import Platform, platform

CONNECTIONS = 8


def bare(port: int) -> None:
    """Serves the bare handler until it is told to end."""
    from collections.abc import AsyncGenerator

    from fastapi import FastAPI
    from fastapi.responses import Response

    from gateway.answers import dump
    from infra.postgres import engine, reading
    from infra.settings import read
    from projections.catalog import models_by_name
    from projections.query import get

    model = models_by_name("crm")["deals"]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.engine = engine(read(), "crm", "reader")
        yield
        await app.state.engine.dispose()

    app = FastAPI(lifespan=lifespan)

    async def one(id: str) -> Response:
        async with reading(app.state.engine, "bench") as connection:
            found = await get(connection, model, "bench", id)
        assert found is not None
        return Response(dump(found["row"]), media_type="application/json")

    app.add_api_route("/crm/deals/{id}", one)
    uvicorn.run(app, port=port, log_level="warning", access_log=False)


async def _ask(port: int, request: bytes, times: int) -> list[float]:
    """Seconds that each of so many requests took on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seconds: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        seconds.append(time.perf_counter() - began)
    writer.close()
    return seconds


async def _rate(port: int, request: bytes, times: int) -> float:
    """Requests a second over all connections."""
    began = time.perf_counter()
    await asyncio.gather(*(_ask(port, request, times // CONNECTIONS) for _ in range(CONNECTIONS)))
    return times / (time.perf_counter() - began)


def _request(here: Platform, method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {here.key('bench')}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def main(requests: int, turns: int) -> None:
    parts = ("gateway", "processor crm", "projector crm")
    with platform(*parts, rate_limit=1_000_000, log_level="WARNING") as here, here.client("bench") as client:
        company = client.post("/crm/companies", json={"name": "Umbra Ltd"}).json()
        deal = {"name": "Ten chairs", "owner_id": "u1", "company_id": company["id"]}
        made = client.post("/crm/deals", json=deal).json()
        path = f"/crm/deals/{made['id']}"
        client.get(path, headers={"Nexus-After": made["position"]}).raise_for_status()
        port = here.settings.gateway_port + 1
        command = [sys.executable, "-m", "tests.bench.bench_http", "bare", str(port)]
        process = subprocess.Popen(command, env={**os.environ, **here.environment})
        try:
            here.until("the bare handler answers", lambda: client.get(f"http://127.0.0.1:{port}{path}").is_success)
            ratios: list[float] = []
            get = _request(here, "GET", path)
            for _ in range(turns):
                plain = asyncio.run(_rate(port, get, requests))
                ours = asyncio.run(_rate(here.settings.gateway_port, get, requests))
                ratios.append(ours / plain)
                print(f"bare {plain:7.0f}/s   gateway {ours:7.0f}/s   ratio {ours / plain:.2f}")
            print(f"GET by id: median ratio {statistics.median(ratios):.2f}")
        finally:
            process.terminate()
            process.wait(10)
        post = _request(here, "POST", "/crm/companies", b'{"name": "Umbra Ltd"}')
        seconds = sorted(asyncio.run(_ask(here.settings.gateway_port, post, 300)))
        print(f"command: p50 {1000 * seconds[150]:.1f} ms, p99 {1000 * seconds[297]:.1f} ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(int(sys.argv[2]))
    else:
        main(int((sys.argv[1:2] or ["2000"])[0]), int((sys.argv[2:3] or ["5"])[0]))
