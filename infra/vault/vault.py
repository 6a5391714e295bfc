"""The vaults of a process: one for each tenant, with the keys it has used kept in memory."""

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from infra import postgres
from infra.settings import Settings
from infra.vault import cipher, keys
from schemas.contract import ERASED, Erased

TENANT_SECRET = "tenant-secret"  # noqa: S105 - the name of a subject, not a secret
KEPT = 100_000
"""Keys held in memory, about 300 bytes each; past that the memory starts anew."""

Keyring = dict[str, AESGCM | None]


@dataclass(frozen=True, slots=True)
class TenantVault:
    """Seals and opens one tenant's values. A key not yet in memory is one synchronous read."""

    tenant: str
    vaults: "Vaults"
    ring: Keyring = field(default_factory=Keyring)

    def seal(self, subject: str, text: str) -> bytes:
        """The sealed text; empty bytes, which read as erased, when the subject's key was destroyed."""
        if subject not in self.ring:
            self.vaults.fetch(self, [subject], make=True)
        key = self.ring[subject]
        return b"" if key is None else cipher.seal(key, self._about(subject), text.encode())

    def open(self, subject: str, sealed: bytes) -> str | Erased:
        """The text, or ERASED; raises KeyMissing, VaultUnavailable, or ValueError for a forged value."""
        if subject not in self.ring:
            self.vaults.fetch(self, [subject], make=False)
        key = self.ring[subject]
        return ERASED if key is None else cipher.open_sealed(key, self._about(subject), sealed).decode()

    def _about(self, subject: str) -> bytes:
        return f"{self.tenant}/{subject}".encode()


class Vaults:
    """Gives the vault of each tenant. `vaults(tenant)`; threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._master = cipher.master_key(settings.master_key)
        self._settings = settings
        self._pool: ConnectionPool[psycopg.Connection] | None = None
        self._lock = Lock()
        self._tenants: dict[str, TenantVault] = {}
        self._secrets: dict[str, bytes] = {}

    def __call__(self, tenant: str) -> TenantVault:
        return self._tenants.get(tenant) or self._tenants.setdefault(tenant, TenantVault(tenant, self))

    def secret(self, tenant: str) -> bytes:
        """32 bytes for HMACs over what the tenant's people said; destroyed with the tenant."""
        if tenant not in self._secrets:
            wrapped = keys.read_or_make(self._connections(), self._wrap, tenant, [TENANT_SECRET])[TENANT_SECRET]
            if wrapped is None:
                raise cipher.KeyMissing(f"The tenant {tenant} was erased; nothing can be written in its name.")
            self._secrets[tenant] = self._unwrap(tenant, TENANT_SECRET, wrapped)
        return self._secrets[tenant]

    def id_from(self, tenant: str, kind: str, name: str) -> str:
        """The id, a uuid, that a name from outside always gets: HMAC-SHA256 under the tenant's secret.

        Without the secret the id says nothing about the name, which may be a person's.
        """
        digest = hmac.new(self.secret(tenant), f"{kind}\0{name}".encode(), hashlib.sha256).digest()
        return str(uuid.UUID(bytes=digest[:16], version=5))

    def prefetch(self, tenant: str, subjects: Iterable[str]) -> None:
        """Makes or reads many keys at once, before they are used one by one."""
        vault = self(tenant)
        if missing := sorted({subject for subject in subjects if subject not in vault.ring}):
            self.fetch(vault, missing, make=True)

    def fetch(self, vault: TenantVault, subjects: list[str], *, make: bool) -> None:
        """Brings keys into a vault's memory."""
        pool, tenant = self._connections(), vault.tenant
        found = keys.read(pool, tenant, subjects)
        if make and (absent := [subject for subject in subjects if subject not in found]):
            found = {**found, **keys.read_or_make(pool, self._wrap, tenant, absent)}
        if lost := [subject for subject in subjects if subject not in found]:
            raise cipher.KeyMissing(f"The key of {lost[0]} is not in the key table; restore the table from a backup.")
        if len(vault.ring) > KEPT:
            vault.ring.clear()
        for subject, wrapped in found.items():
            vault.ring[subject] = None if wrapped is None else AESGCM(self._unwrap(tenant, subject, wrapped))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()

    def _connections(self) -> ConnectionPool[psycopg.Connection]:
        with self._lock:
            if self._pool is None:
                self._pool = postgres.pool(self._settings, keys.DATABASE)
            return self._pool

    def _wrap(self, tenant: str, subject: str, key: bytes) -> bytes:
        return cipher.seal(self._master, f"{tenant}/{subject}".encode(), key)

    def _unwrap(self, tenant: str, subject: str, wrapped: bytes) -> bytes:
        return cipher.open_sealed(self._master, f"{tenant}/{subject}".encode(), wrapped)
