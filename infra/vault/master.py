"""The key that wraps all others. Here it is a file; a key management service can stand behind the same port."""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.vault.cipher import KEY, new_key, seal, unseal
from infra.vault.errors import SealBroken, VaultUnavailable


class MasterKey(Protocol):
    """Wraps and unwraps subjects' keys. `id` tells master keys apart and gives nothing of the key away."""

    @property
    def id(self) -> str: ...
    def wrap(self, key: bytes, about: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class LocalMasterKey:
    """A master key held in memory."""

    id: str
    cipher: AESGCM = field(repr=False)

    def wrap(self, key: bytes, about: bytes) -> bytes:
        return seal(self.cipher, about, key)

    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes:
        """The key. That another master key is at hand says nothing about a record, so it raises VaultUnavailable."""
        if master_key_id != self.id:
            raise VaultUnavailable(
                f"A key was wrapped by the master key {master_key_id} and the settings give {self.id}: "
                "set NEXUS_MASTER_KEY to the file of that master key."
            )
        try:
            return unseal(self.cipher, about, wrapped)
        except SealBroken as error:
            raise SealBroken("A row of the key table was changed; restore it from a backup.") from error


def master_key(path: Path) -> LocalMasterKey:
    """The master key in a file of 32 bytes, made at first use, readable by its owner alone.

    Keep a copy apart from Postgres: without it no personal value can ever be read again.
    """
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != KEY:
        raise ValueError(f"The master key in {path} is not {KEY} bytes long; restore it from a backup.")
    return LocalMasterKey(hashlib.sha256(b"nexus360 master key id" + key).hexdigest()[:16], AESGCM(key))


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
