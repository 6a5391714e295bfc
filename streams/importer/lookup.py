"""What may be too much to hold in memory: texts by key, in a file without a name that is gone with its process.

SQLite keeps a database that has no name in such a file (https://www.sqlite.org/inmemorydb.html, "Temporary Databases").
A key is kept as a digest that only this process could make again, since it may be personal.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Self


class Lookup:
    """Used by one thread, and closed by it."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("create table held (key blob, value text, primary key (key, value)) without rowid")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, entries: Iterable[tuple[Sequence[str], str]]) -> None:
        """Adds values, each under its key."""
        rows = ((self._digest(key), value) for key, value in entries)
        self._file.execute("begin")
        self._file.executemany("insert or ignore into held values (?, ?)", rows)
        self._file.execute("commit")

    def set(self, key: Sequence[str], value: str) -> None:
        """Puts a value in the place of those that its key has."""
        digest = self._digest(key)
        self._file.execute("delete from held where key = ?", [digest])
        self._file.execute("insert into held values (?, ?)", [digest, value])

    def find(self, key: Sequence[str]) -> list[str]:
        """All values of a key."""
        return [value for (value,) in self._file.execute("select value from held where key = ?", [self._digest(key)])]

    def _digest(self, key: Sequence[str]) -> bytes:
        text = "\0".join(key).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=16, key=self._secret).digest()
