"""What follows a body: trailers and what stands beside a chunk's length, which nothing else bounds."""

import asyncio
import contextlib

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from gateway import heads

MANY = 8 * 1024 * 1024
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body."""
    length = len(await Request(scope, receive).body())
    await PlainTextResponse(str(length))(scope, receive, send)


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers before the body is there, as what lacks a key is answered."""
    await PlainTextResponse("who?", status_code=401)(scope, receive, send)


@pytest.mark.parametrize("app", [reading, refusing])
@pytest.mark.parametrize("begun", [b"0\r\nX-Large: ", b"0\r\nX: ", b"5;large="])
async def test_what_follows_a_body_and_does_not_end_is_taken_to_a_size(app: ASGIApp, begun: bytes) -> None:
    sent, _ = await spoken(app, CHUNKED + begun, MANY)
    assert sent < MANY, "all of it was taken"


async def test_a_large_body_and_short_trailers_are_taken_and_the_connection_goes_on() -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    whole = CHUNKED + piece * 32 + b"0\r\nX-Sum: 1\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    _, said = await spoken(reading, whole * 3 + last, 0)
    assert said.count(b"HTTP/1.1 200") == 4
    assert said.count(str(32 * 65536).encode()) == 3


async def spoken(app: ASGIApp, begun: bytes, more: int) -> tuple[int, bytes]:
    """How much of so many more bytes is taken after `begun`, and what is answered until the gateway hangs up."""
    config = Config(app, lifespan="off", log_config=None)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: heads.HttpProtocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        said = asyncio.create_task(reader.read())
        writer.write(begun)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < more and not said.done():
                writer.write(b"x" * 16384)
                await writer.drain()
                sent += 16384
        heard = b""
        with contextlib.suppress(ConnectionError):
            heard = await asyncio.wait_for(said, 5)
        writer.close()
        return sent, heard
