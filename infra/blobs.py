"""The blob store: uploaded files and reports by content hash, each tenant's apart. Events carry the hash.

A folder here; another store (S3, say) has the same functions. Files are written whole or not at all. What somebody
looks after lies on a shelf; archives of replays lie beside them, and the replayer removes them.
"""

import hashlib
import os
import re
import tempfile
from asyncio import to_thread
from collections.abc import AsyncIterable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_HASH = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming-"

Shelf = Literal["uploads", "imports", "bulk"]
"""Files as somebody sent them, what imports wrote, and what bulk changes are about and came to."""
SHELVES: tuple[Shelf, ...] = ("uploads", "imports", "bulk")
_BY_HASH: tuple[Shelf, ...] = ("uploads", "imports")


class BlobTooLarge(Exception):
    """More bytes than allowed; nothing was kept."""


class BlobMissing(Exception):
    """The tenant has no such blob."""


@dataclass(frozen=True, slots=True)
class Blob:
    """`hash` is SHA-256 in hex, `size` in bytes."""

    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A blob on a shelf. `at` is when it was put last, whether it was there before or not."""

    tenant: str
    shelf: Shelf
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Blobs:
    """The store below a folder."""

    folder: Path

    def put(
        self, tenant: str, chunks: Iterable[bytes], limit: int | None = None, *, shelf: Shelf | None = None
    ) -> Blob:
        """Keeps the bytes; the same bytes twice are one blob. Raises BlobTooLarge past `limit` bytes."""
        writing = self._begin(tenant, shelf)
        try:
            for chunk in chunks:
                writing.add(chunk, limit)
            return writing.finish()
        finally:
            writing.discard()

    async def put_stream(
        self, tenant: str, chunks: AsyncIterable[bytes], limit: int | None = None, *, shelf: Shelf | None = None
    ) -> Blob:
        """The same for bytes that arrive over time; others go on while the disk is slow."""
        writing = await to_thread(self._begin, tenant, shelf)
        try:
            async for chunk in chunks:
                await to_thread(writing.add, chunk, limit)
            return await to_thread(writing.finish)
        finally:
            await to_thread(writing.discard)

    def path(self, tenant: str, hash: str, shelf: Shelf | None = None) -> Path:
        """The file of a blob on a shelf, or else wherever files lie that their hash alone opens; raises BlobMissing,
        also for what is no hash at all."""
        if _TENANT.fullmatch(tenant) and _HASH.fullmatch(hash):
            for place in (hash[:2], *_BY_HASH) if shelf is None else (shelf,):
                path = self.folder / tenant / place / hash
                if path.is_file():
                    return path
        raise BlobMissing("There is no such file; upload it first.")

    def open(self, tenant: str, hash: str, shelf: Shelf | None = None) -> IO[bytes]:
        """The blob's bytes, as an open file."""
        return self.path(tenant, hash, shelf).open("rb")

    def kept(self) -> Iterator[Kept]:
        """Everything on the shelves, of every tenant."""
        for shelf in SHELVES:
            for path in self.folder.glob(f"*/{shelf}/*"):
                with suppress(FileNotFoundError):
                    yield Kept(path.parent.parent.name, shelf, path.name, _put_at(path))

    def remove(self, blob: Kept) -> bool:
        """Removes a blob from its shelf, unless it is gone or was put again meanwhile; whether it did."""
        path = self.folder / blob.tenant / blob.shelf / blob.hash
        try:
            if _put_at(path) != blob.at:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def forget(self, tenant: str, hash: str, shelf: Shelf) -> None:
        """Removes a blob from a shelf, if it is there."""
        with suppress(BlobMissing):
            self.path(tenant, hash, shelf).unlink(missing_ok=True)

    def discard(self, tenant: str, hash: str) -> None:
        """Removes a blob that lies on no shelf, if it is there."""
        with suppress(BlobMissing):
            if (path := self.path(tenant, hash)).parent.name == hash[:2]:
                path.unlink(missing_ok=True)

    def clear(self, before: datetime) -> None:
        """Removes what was begun before then and never became a blob, because its writer died."""
        for path in self.folder.glob(f"*/{_INCOMING}*"):
            with suppress(FileNotFoundError):
                if _put_at(path) < before:
                    path.unlink()

    def _begin(self, tenant: str, shelf: Shelf | None) -> "Writing":
        if not _TENANT.fullmatch(tenant):
            raise ValueError(f"{tenant!r} is not a tenant.")
        home = self.folder / tenant
        home.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=home, prefix=_INCOMING)
        return Writing(home, shelf, Path(name), os.fdopen(descriptor, "wb"))


class Writing:
    """A blob on its way in: a temporary file that is renamed once it is whole and on disk."""

    def __init__(self, home: Path, shelf: Shelf | None, temporary: Path, file: IO[bytes]) -> None:
        self._home, self._shelf, self._temporary, self._file = home, shelf, temporary, file
        self._digest, self._size = hashlib.sha256(), 0

    def add(self, chunk: bytes, limit: int | None) -> None:
        self._size += len(chunk)
        if limit is not None and self._size > limit:
            raise BlobTooLarge(f"The file is larger than {limit} bytes; split it.")
        self._digest.update(chunk)
        self._file.write(chunk)

    def finish(self) -> Blob:
        self._file.flush()
        os.fsync(self._file.fileno())
        hash = self._digest.hexdigest()
        folder = self._home / (self._shelf or hash[:2])
        folder.mkdir(exist_ok=True)
        os.replace(self._temporary, folder / hash)
        return Blob(hash, self._size)

    def discard(self) -> None:
        """Closes the file, and removes it unless `finish` has renamed it."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def _put_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
