"""The bare questions behind HTTP, and nothing else: what a gateway that knew no keys, limits, positions or declarations
would take for them.

    python -m tests.bench.bare_http PORT FILE    asks what FILE holds, by name, of the platform of its environment

One question is asked at a time, so that the handler asks as blocking clients do, on the event loop's own thread: no
pool, no transaction, no look whether a connection lives.
"""

import pickle
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response

from infra.collector import spare_the_collector
from infra.plain import dump
from infra.search import blocking_client
from infra.settings import read
from tests.bench.bare import Bare, Servers, reader

Held = Mapping[str, Sequence[Bare]]
"""Questions by the name under which they are asked for."""


def keep(tenant: str, held: Held, file: Path) -> None:
    """Writes a tenant's questions for the process that is to be asked them."""
    file.write_bytes(pickle.dumps((tenant, held)))


def app(tenant: str, held: Held) -> FastAPI:
    """`GET /{name}/{part}` answers with all that comes of one of the questions."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        settings = read()
        with (
            closing(reader(settings, "crm", tenant)) as postgres,
            closing(blocking_client(settings)) as elasticsearch,
        ):
            app.state.servers = Servers(postgres, elasticsearch)
            spare_the_collector()
            yield

    made = FastAPI(lifespan=lifespan)

    async def one(name: str, part: int) -> Response:
        servers: Servers = made.state.servers
        return Response(dump({"items": servers.answer(held[name][part])}), media_type="application/json")

    made.add_api_route("/{name}/{part}", one)
    return made


if __name__ == "__main__":
    told = pickle.loads(Path(sys.argv[2]).read_bytes())
    uvicorn.run(app(*told), port=int(sys.argv[1]), log_level="warning", access_log=False)
