"""Wires between the platform and its servers, which can be cut and stalled: a TCP proxy for each of them."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from infra.stack.ports import free_port

_HOST = "127.0.0.1"
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)
"""Lingering for no time: closing resets."""


class Wire:
    """A port of its own in front of a server's. Its methods are for other threads than the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, server: int, port: int) -> None:
        self.port = port
        self._loop, self._server = loop, server
        self._flows = asyncio.Event()
        self._flows.set()
        self._open = set[asyncio.StreamWriter]()
        self._listener: asyncio.Server | None = None

    def cut(self) -> None:
        """Resets every connection and refuses new ones."""
        self._do(self._close())

    def stall(self) -> None:
        """Keeps connections and takes new ones, and lets nothing through."""
        self._do(self._stop())

    def heal(self) -> None:
        """All is as before; what was held back comes through late."""
        self._do(self._listen())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self) -> None:
        self._flows.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._carry, _HOST, self.port)

    async def _stop(self) -> None:
        self._flows.clear()

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in self._open:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._open.add(writer)
        try:
            await self._flows.wait()
            there, to = await asyncio.open_connection(_HOST, self._server)
            ends.append(to)
            self._open.add(to)
            ways = [asyncio.create_task(self._pump(reader, to)), asyncio.create_task(self._pump(there, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            pass  # the server is down: whoever called finds the connection reset
        finally:
            for end in ends:
                end.transport.abort()
                self._open.discard(end)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            writer.write(data)
            await writer.drain()


@contextmanager
def wires(servers: Mapping[str, int]) -> Generator[Mapping[str, Wire]]:
    """A wire to each of these ports, whole at first."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = {name: Wire(loop, port, free_port(servers.values())) for name, port in servers.items()}
    try:
        for wire in made.values():
            wire.heal()
        yield made
    finally:
        for wire in made.values():
            wire.cut()
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all() -> None:
    """Waits for what carries: the connections are gone already."""
    mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in mine:
        task.cancel()
    await asyncio.gather(*mine, return_exceptions=True)
