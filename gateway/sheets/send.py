"""A list or a report as a file: written whole, in flat memory, and then sent.

It is written before the answer begins, so that what goes wrong is a refusal and no half of a file, and Postgres is
asked as fast as it answers and not as fast as somebody reads. Once it is written nothing on disk has a name any more:
what is sent is gone when the connection is.
"""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from starlette.responses import Response, StreamingResponse

from gateway.platform import Platform
from gateway.problems import Problem
from gateway.sheets.sheet import MEDIA, Format, Row, Unwritable, begun
from projections.columns import Column

CHUNK = 256 * 1024
ABANDONED = 3600
"""Seconds after which what a killed gateway left half written is removed by the next that writes one."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Files that one gateway writes at once: each takes a connection and a share of the processor."""

    most: int = 4
    most_of_tenant: int = 2
    _taken: Counter[str] = field(default_factory=Counter[str])

    @contextmanager
    def taken(self, tenant: str) -> Generator[None]:
        """A desk, for as long as the block lasts; a 429 or 503 problem when there is none."""
        later = {"Retry-After": "10"}
        if self._taken[tenant] >= self.most_of_tenant:
            detail = f"Your tenant has {self.most_of_tenant} files written already; try again when one is done."
            raise Problem(429, "too_many_exports", detail, headers=later)
        if self._taken.total() >= self.most:
            raise Problem(503, "too_many_exports", "Too many files are written now; try again shortly.", headers=later)
        self._taken[tenant] += 1
        try:
            yield
        finally:
            self._taken[tenant] -= 1
            if self._taken[tenant] == 0:
                del self._taken[tenant]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is whole, open, and has no name on disk."""

    file: IO[bytes]
    size: int
    rows: int


async def written(
    here: Platform, format: Format, title: str, columns: Sequence[Column], batches: AsyncGenerator[Sequence[Row]]
) -> Written:
    """The file of these rows; a 400 problem when the format has no room for them."""
    folder = await asyncio.to_thread(_folder, here.settings.data / "exports")
    try:
        path = folder / f"rows.{format}"
        sheet = await asyncio.to_thread(begun, format, path, title, columns)
        rows = 0
        async with aclosing(batches):
            async for batch in batches:
                await asyncio.to_thread(sheet.add, batch)
                rows += len(batch)
        await asyncio.to_thread(sheet.close)  # only here: to finish what goes with its folder would take as long again
        return await asyncio.to_thread(_opened, path, rows)
    except Unwritable as error:
        raise Problem(400, "format_too_small", str(error), "format") from error
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def sent(made: Written, format: Format, name: str, headers: Mapping[str, str]) -> Response:
    """The answer that sends it; `name` is that of the file without its ending."""
    told = {
        **headers,
        "Content-Length": str(made.size),
        "Content-Disposition": f'attachment; filename="{name}.{format}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(made.file), headers=told, media_type=MEDIA[format])


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _opened(path: Path, rows: int) -> Written:
    return Written(path.open("rb"), path.stat().st_size, rows)


def _folder(among: Path) -> Path:
    """A new folder, for the eyes of this user alone."""
    among.mkdir(parents=True, exist_ok=True)
    old = time.time() - ABANDONED
    for each in among.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another gateway may have removed it
            if each.stat().st_mtime < old:
                shutil.rmtree(each, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=among))
