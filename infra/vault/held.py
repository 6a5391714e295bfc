"""Master keys that a key vault holds: each lies wrapped in the table of master keys, and is in memory once it was asked
for. Persons' keys are wrapped by them as by one in a file, so that the vault is asked once and not for each person
(ADR 34).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from infra.vault.cipher import new_key
from infra.vault.errors import KeyRefused, SealBroken, VaultUnavailable
from infra.vault.keys import MasterKeyRow, MasterKeyTable
from infra.vault.master import LocalMasterKey, Wrapped, beside, local, not_at_hand

FRESH: Final = 300.0
"""Seconds after which the vault is asked again whether we may still use a master key: a no counts within that time."""
HELD: Final = 3600.0
"""Seconds for which a master key is used while the vault does not answer."""
AGAIN, LATER = 5.0, 30.0
"""Seconds for which a vault that did not answer is left alone, by who lacks a key and by who has it in memory."""
_CURRENT: Final = 1.0
"""Seconds for which it is believed which master key is the newest. Who wraps by one that is no more is refused."""


class Wraps(Protocol):
    """A key vault. Both raise VaultUnavailable, KeyRefused where it says no."""

    def wrap(self, key: bytes) -> tuple[bytes, str]:
        """The wrapped key, and what wrapped it."""
        ...

    def unwrap(self, wrapped: bytes, by: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Known:
    """The master keys that there are, where nobody else makes one meanwhile."""

    rows: Sequence[MasterKeyRow]

    def master_keys(self) -> Sequence[MasterKeyRow]:
        return self.rows


@dataclass(frozen=True, slots=True)
class _Held:
    key: LocalMasterKey
    fresh_until: float
    until: float


class HeldMasterKeys:
    """The platform's master keys; new keys are wrapped by the newest. `files` is where the master key was before the
    vault held it: what is there, and beside it, is read for what it wrapped. Threads may share it."""

    def __init__(
        self, table: MasterKeyTable, vault: Wraps, files: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._table = table
        self._vault = vault
        self._files = files
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._newest: tuple[MasterKeyRow, float] | None = None
        self._silent: dict[str, tuple[VaultUnavailable, float]] = {}
        self._lock = Lock()

    def wrap(self, key: bytes, about: bytes) -> Wrapped:
        now = self._clock()
        if self._newest is None or self._newest[1] <= now:
            self._newest = self._table.master_keys()[-1], now + _CURRENT
        return self._at_hand(self._newest[0].id).wrap(key, about)

    def unwrap(self, wrapped: bytes, master_key_id: str, about: bytes) -> bytes:
        """The key; raises VaultUnavailable while the master key is not in memory and the vault does not give it."""
        return self._at_hand(master_key_id).unwrap(wrapped, master_key_id, about)

    def _at_hand(self, id: str) -> LocalMasterKey:
        held, now = self._held.get(id), self._clock()
        if held is not None and held.fresh_until > now:
            return held.key
        in_memory = held is not None and held.until > now
        if not self._lock.acquire(blocking=not in_memory):  # somebody asks, for whom a silent vault may take seconds
            assert held is not None
            return held.key
        try:
            return self._asked(id)
        finally:
            self._lock.release()

    def _asked(self, id: str) -> LocalMasterKey:
        """A master key from the vault, or from memory where that does not answer."""
        now, held = self._clock(), self._held.get(id)
        if held is not None and held.fresh_until > now:  # somebody else asked meanwhile
            return held.key
        try:
            found = self._found(id, now)
        except KeyRefused:
            self._held.pop(id, None)
            raise
        except VaultUnavailable:
            if held is None or held.until <= now:
                raise
            found = replace(held, fresh_until=min(now + LATER, held.until))
        self._held[id] = found
        return found.key

    def _found(self, id: str, now: float) -> _Held:
        row = next((each for each in self._table.master_keys() if each.id == id), None)
        if row is None or row.wrapped is None or row.wrapped_by is None:
            return _Held(self._in_file(id), inf, inf)
        said, until = self._silent.get(id, (None, 0.0))
        if said is not None and until > now:
            raise type(said)(*said.args)
        try:
            key = local(self._vault.unwrap(row.wrapped, row.wrapped_by))
        except VaultUnavailable as error:
            self._silent[id] = error, self._clock() + AGAIN
            raise
        if key.id != id:
            raise SealBroken("A row of the table of master keys was changed; restore it from a backup.")
        return _Held(key, now + FRESH, now + HELD)

    def _in_file(self, id: str) -> LocalMasterKey:
        known = {each.id: each for each in beside(self._files)}
        if id not in known:
            raise not_at_hand(id, ", ".join(sorted(known)) or "none")
        return known[id]


def new_in(vault: Wraps) -> MasterKeyRow:
    """A new master key, wrapped by the newest version of the vault's key, once that has shown that it unwraps it."""
    key = new_key()
    wrapped, by = vault.wrap(key)
    if vault.unwrap(wrapped, by) != key:
        raise VaultUnavailable(f"The key vault unwraps something else than it wrapped: look at the key {by}.")
    return MasterKeyRow(local(key).id, wrapped, by)
