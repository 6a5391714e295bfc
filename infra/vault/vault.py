"""The vaults of a process: one for each tenant, with the keys used lately kept in memory."""

import hashlib
import hmac
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.settings import Settings
from infra.vault import cipher
from infra.vault.errors import KeyMissing, SealBroken, VaultUnavailable
from infra.vault.keys import Destroyed, Keys, PostgresKeys
from infra.vault.master import MasterKey, Wrapped
from infra.vault.start import check_master_key, master_keys
from schemas.contract import ERASED, Erased

TENANT_SECRET: Final = "tenant-secret"  # noqa: S105 - the name of a subject, not a secret
KEY_AGE: Final = 60.0
"""Seconds after which a key is asked for again: a key destroyed by another process is dead in this one by then."""
CAPACITY: Final = 20_000
"""Keys held in memory, about 2.5 kB each."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key for as long as it is held in memory; `cipher` and `raw` are None once it was destroyed."""

    cipher: AESGCM | None
    raw: bytes | None = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class TenantVault:
    """Seals and opens one tenant's values. A key not yet in memory is one synchronous read."""

    tenant: str
    vaults: "Vaults"

    def seal(self, subject: str, text: str) -> bytes:
        """The sealed text; empty bytes, which read as erased, when the subject's key was destroyed.

        A subject that has no key gets one: sealing is how a person comes in.
        """
        key = self.vaults.key(self.tenant, subject, make=True).cipher
        return b"" if key is None else cipher.seal(key, cipher.about(self.tenant, subject), text.encode())

    def open(self, subject: str, sealed: bytes) -> str | Erased:
        """The text, or ERASED; raises KeyMissing, VaultUnavailable, or SealBroken for a forged value."""
        key = self.vaults.key(self.tenant, subject, make=False).cipher
        return ERASED if key is None else cipher.unseal(key, cipher.about(self.tenant, subject), sealed).decode()


class Vaults:
    """Gives the vault of each tenant: `vaults(tenant)`. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        keys: Keys | None = None,
        master: MasterKey | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keys` and `master` stand in for the table in Postgres and the master key of the settings. Raises
        WrongMasterKey when that is none of the platform's."""
        if keys is None and master is None:
            check_master_key(settings)
        self._postgres = PostgresKeys(settings)
        self._keys = keys or self._postgres
        self._master = master or master_keys(settings, self._postgres)
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], Key] = OrderedDict()
        self._lock = Lock()

    def __call__(self, tenant: str) -> TenantVault:
        return TenantVault(tenant, self)

    def secret(self, tenant: str) -> bytes:
        """32 bytes for HMACs over what the tenant's people said; destroyed with the tenant."""
        raw = self._key(tenant, TENANT_SECRET, make=True).raw
        if raw is None:
            raise KeyMissing(f"The tenant {tenant} was erased; nothing can be written in its name.")
        return raw

    def secret_at_hand(self, tenant: str) -> bytes | None:
        """The same while it is in memory, without asking anybody."""
        kept = self._kept.get((tenant, TENANT_SECRET))
        return kept.raw if kept is not None and kept.until > self._clock() else None

    def tenants(self) -> Sequence[str]:
        """Every tenant that anything was ever written for, and that was not erased. Raises VaultUnavailable."""
        return self._postgres.having(TENANT_SECRET)

    def id_from(self, tenant: str, kind: str, name: str) -> str:
        """The id, a uuid, that a name from outside always gets: HMAC-SHA256 under the tenant's secret.

        Without the secret the id says nothing about the name, which may be a person's.
        """
        digest = hmac.new(self.secret(tenant), f"{kind}\0{name}".encode(), hashlib.sha256).digest()
        return str(uuid.UUID(bytes=digest[:16], version=5))

    def prefetch(self, tenant: str, subjects: Iterable[str], *, make: bool = True) -> None:
        """Makes (unless told not to) or reads many keys at once, before they are used one by one."""
        now = self._clock()
        if stale := [s for s in set(subjects) if (key := self._kept.get((tenant, s))) is None or key.until <= now]:
            self._fetch(tenant, stale, make=make)

    def destroy(self, tenant: str, subject: str) -> Destroyed:
        """Erases a person: their values read as ERASED here at once, and elsewhere within KEY_AGE, for ever.

        Doing it again tells the same. Raises VaultUnavailable.
        """
        _refuse_secret(subject)
        row = self._keys.read(tenant, [subject]).get(subject)
        destroyed = self._keys.destroy(
            tenant, subject, None if row is None else self._fingerprint(tenant, subject, row)
        )
        self.forget(tenant, subject)
        return destroyed

    def forget(self, tenant: str, subject: str) -> None:
        """Lets go of a key in memory, so that it is asked for when it is needed next: it may be destroyed."""
        with self._lock:
            self._kept.pop((tenant, subject), None)

    def knows(self, tenant: str, subject: str) -> bool:
        """Whether somebody has or had a key, and so whether there ever was such a person. Raises VaultUnavailable."""
        return subject != TENANT_SECRET and subject in self._keys.read(tenant, [subject])

    def lacks(self, tenant: str, subject: str) -> bool:
        """Whether nobody of this id has or had a key; otherwise it is in memory afterwards. Raises VaultUnavailable."""
        if subject == TENANT_SECRET:
            return True
        self.prefetch(tenant, [subject], make=False)
        return (tenant, subject) not in self._kept

    def key(self, tenant: str, subject: str, *, make: bool) -> Key:
        """A person's key; raises KeyMissing when there is none and none is to be made, VaultUnavailable."""
        _refuse_secret(subject)
        return self._key(tenant, subject, make=make)

    def close(self) -> None:
        self._postgres.close()

    def _key(self, tenant: str, subject: str, *, make: bool) -> Key:
        kept = self._kept.get((tenant, subject))
        if kept is not None and kept.until > self._clock():
            return kept
        found = self._fetch(tenant, [subject], make=make)
        if subject not in found:
            raise KeyMissing(
                f"The key of {subject}, tenant {tenant}, is not in the key table. If the table was restored, "
                "restore it from a backup that is younger than this record."
            )
        return found[subject]

    def _fetch(self, tenant: str, subjects: list[str], *, make: bool) -> Mapping[str, Key]:
        """The keys of these subjects from the table, made where there are none if asked to, and kept.

        Two processes that make the same key meet at the table's primary key, and both read the one that won.
        """
        until = self._clock() + KEY_AGE
        wrapped = self._keys.read(tenant, subjects)
        if make and (absent := [subject for subject in subjects if subject not in wrapped]):
            fresh = {s: self._master.wrap(cipher.new_key(), cipher.about(tenant, s)) for s in absent}
            self._keys.add(tenant, fresh)
            wrapped = {**wrapped, **self._keys.read(tenant, absent)}
        found: dict[str, Key] = {}
        for subject, row in wrapped.items():
            raw = None
            if row.key is not None:
                raw = self._master.unwrap(row.key, row.master_key_id, cipher.about(tenant, subject))
            found[subject] = Key(None if raw is None else AESGCM(raw), raw, until)
        self._keep(tenant, found)
        return found

    def _fingerprint(self, tenant: str, subject: str, row: Wrapped) -> str | None:
        """What tells a key apart in a proof or a backup, whatever wrapped it, and gives nothing of it away."""
        if row.key is None:
            return None
        try:
            raw = self._master.unwrap(row.key, row.master_key_id, cipher.about(tenant, subject))
        except (SealBroken, VaultUnavailable):  # a row that is changed or that nobody can read must go like any other
            return None
        return hashlib.sha256(b"nexus360 subject key" + raw).hexdigest()[:16]

    def _keep(self, tenant: str, found: Mapping[str, Key]) -> None:
        """Holds these keys as the youngest, and lets go of the oldest beyond the capacity."""
        with self._lock:
            for subject, key in found.items():
                self._kept.pop((tenant, subject), None)
                self._kept[tenant, subject] = key
            while len(self._kept) > CAPACITY:
                self._kept.popitem(last=False)


def tenants_known(settings: Settings) -> Sequence[str]:
    """As `Vaults.tenants`, for who has no master key."""
    with closing(PostgresKeys(settings)) as keys:
        return keys.having(TENANT_SECRET)


def _refuse_secret(subject: str) -> None:
    if subject == TENANT_SECRET:
        raise ValueError(f"{subject!r} cannot be a person's id: it names the tenant's own secret.")
