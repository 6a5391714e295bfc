"""From an event of the log to its record, as it was written: with personal fields opened, or left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.log.codec import Codec, Undecodable
from infra.vault import KeyMissing, SealBroken, Vaults
from infra.vault.shut import SHUT
from projections.message import subjects_of
from schemas.contract import Record
from streams.replay.bounds import Found


@dataclass(frozen=True, slots=True)
class Opened:
    """An event with its record. `unreadable` says why `event` is None, or why its personal fields are missing."""

    found: Found
    event: Record | None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens events. Without `vaults` personal fields are left out, and read as erased ones do."""

    codec: Codec
    vaults: Vaults | None

    def open(self, events: Sequence[Found]) -> list[Opened]:
        """All of them, in order. Raises RegistryUnavailable or VaultUnavailable; an event that can never be read is
        given without its record, so that it is counted and not lost."""
        if self.vaults is not None:
            for tenant, subjects in subjects_of(event.message for event in events).items():
                self.vaults.prefetch(tenant, subjects, make=False)
        return [self._open(event) for event in events]

    def _open(self, found: Found) -> Opened:
        value = found.message.value or b""
        try:
            vault = SHUT if self.vaults is None else self.vaults(found.tenant)
            return Opened(found, self.codec.original(value, vault))
        except (KeyMissing, SealBroken) as error:
            return Opened(found, self.codec.original(value, SHUT), type(error).__name__)
        except (Undecodable, ValueError, KeyError) as error:
            return Opened(found, None, type(error).__name__)
