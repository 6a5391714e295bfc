"""The key that wraps all others, behind a port. Here it is a file; `held` has it in the hands of a key vault."""

import hashlib
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.vault.cipher import KEY, new_key, seal, unseal
from infra.vault.errors import SealBroken, VaultUnavailable, WrongMasterKey


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A subject's key as its table holds it; `key` is None once it was destroyed."""

    key: bytes | None
    master_key_id: str


class MasterKey(Protocol):
    """Wraps and unwraps subjects' keys. Ids tell master keys apart and give nothing of the key away."""

    def wrap(self, key: bytes, about: bytes) -> Wrapped: ...
    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class LocalMasterKey:
    """A master key held in memory."""

    id: str
    cipher: AESGCM = field(repr=False)

    def wrap(self, key: bytes, about: bytes) -> Wrapped:
        return Wrapped(seal(self.cipher, about, key), self.id)

    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes:
        """The key. That another master key is at hand says nothing about a record, so it raises VaultUnavailable."""
        if master_key_id != self.id:
            raise not_at_hand(master_key_id, self.id)
        try:
            return unseal(self.cipher, about, wrapped)
        except SealBroken as error:
            raise SealBroken("A row of the key table was changed; restore it from a backup.") from error


class MasterKeyFiles:
    """The master key in a file, and those in files beside it that bear its name and an ending: what it replaced, and
    what will replace it. New keys are wrapped by the one in the file, as it is then."""

    def __init__(self, path: Path) -> None:
        """Raises WrongMasterKey when there is no file."""
        self._path = path
        with _needed(path):
            self._seen = _state(path)  # before it is read: one that takes its place meanwhile is met at the next look
            self._current = _read(path)
        self._others: dict[str, LocalMasterKey] = {}

    @property
    def current(self) -> LocalMasterKey:
        """The master key that is in the file now."""
        with suppress(FileNotFoundError):
            if (seen := _state(self._path)) != self._seen:
                self._others[self._current.id] = self._current
                self._current, self._seen = _read(self._path), seen
        return self._current

    def wrap(self, key: bytes, about: bytes) -> Wrapped:
        return self.current.wrap(key, about)

    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes:
        """The key; raises VaultUnavailable when the master key that wrapped it is in none of the files."""
        if master_key_id == self._current.id:
            return self._current.unwrap(wrapped, master_key_id, about)
        if master_key_id not in self._others:
            self._others |= {each.id: each for each in beside(self._path)}
        if master_key_id not in self._others:
            raise not_at_hand(master_key_id, self._current.id)
        return self._others[master_key_id].unwrap(wrapped, master_key_id, about)


def master_key(path: Path) -> LocalMasterKey:
    """The master key in a file of 32 bytes. Raises WrongMasterKey when there is none."""
    with _needed(path):
        return _read(path)


def make_master_key(path: Path) -> LocalMasterKey:
    """The master key in a file, which is made where there is none, readable by its owner alone.

    Keep a copy apart from Postgres: without it no personal value can ever be read again.
    """
    if not path.exists():
        _make(path)
    return _read(path)


def beside(path: Path) -> Iterator[LocalMasterKey]:
    """The master key in a file and those in files beside it, what is none left out."""
    for file in (path, *path.parent.glob(f"{path.name}.*")):
        with suppress(ValueError, FileNotFoundError):
            yield _read(file)


@contextmanager
def _needed(path: Path) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise WrongMasterKey(
            f"There is no master key in {path}. Put the file of the platform's there, or set NEXUS_MASTER_KEY to where "
            "it is. The first `nexus360 serve` makes one; no other part does."
        ) from error


def not_at_hand(wanted: str, there: str) -> VaultUnavailable:
    return VaultUnavailable(
        f"A key was wrapped by the master key {wanted} and the settings give {there}: "
        "set NEXUS_MASTER_KEY to the file of that master key, or put its file beside this one. "
        "If a key vault holds it (`vault status`), set NEXUS_KEY_VAULT."
    )


def local(key: bytes) -> LocalMasterKey:
    """The master key of 32 bytes."""
    return LocalMasterKey(hashlib.sha256(b"nexus360 master key id" + key).hexdigest()[:16], AESGCM(key))


def _read(path: Path) -> LocalMasterKey:
    key = path.read_bytes()
    if len(key) != KEY:
        raise ValueError(f"The master key in {path} is not {KEY} bytes long; restore it from a backup.")
    return local(key)


def _state(path: Path) -> tuple[int, int]:
    """What changes when another file takes its place."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _make(path: Path) -> None:
    """Puts a new key in place whole, or leaves the one that another process put there first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # of mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
