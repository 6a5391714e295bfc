"""Generated from schemas/audit/ledger.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A tenant's list of its trails, each line bound to the one before by a hash, so that none can vanish."""

    NAME: ClassVar[str] = "audit.Ledger"

    ledger_id: str = ''
    """The ledger's id; empty while it does not exist."""
    lines: int = 0
    """How many lines it has."""
    open: tuple[str, ...] = ()
    """The trails that have a line for their opening and none for their end."""
    hash: str = ''
    """SHA-256 over all of it, in hexadecimal."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "ledger_id": self.ledger_id,
            "lines": self.lines,
            "open": list(self.open),
            "hash": self.hash,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            ledger_id=data["ledger_id"],
            lines=data["lines"],
            open=tuple(data["open"]),
            hash=data["hash"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterOpening:
    """Notes that a trail was opened."""

    NAME: ClassVar[str] = "audit.EnterOpening"

    ledger_id: str
    """The ledger's id."""
    trail_id: str
    """The trail's id."""
    trail_hash: str
    """The trail's first hash."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "ledger_id": self.ledger_id,
            "trail_id": self.trail_id,
            "trail_hash": self.trail_hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            ledger_id=data["ledger_id"],
            trail_id=data["trail_id"],
            trail_hash=data["trail_hash"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterClosing:
    """Notes that a trail ended, and with which hash."""

    NAME: ClassVar[str] = "audit.EnterClosing"

    ledger_id: str
    """The ledger's id."""
    trail_id: str
    """The trail's id."""
    trail_hash: str
    """The trail's last hash."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "ledger_id": self.ledger_id,
            "trail_id": self.trail_id,
            "trail_hash": self.trail_hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            ledger_id=data["ledger_id"],
            trail_id=data["trail_id"],
            trail_hash=data["trail_hash"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningEntered:
    """A trail was opened."""

    NAME: ClassVar[str] = "audit.OpeningEntered"

    ledger_id: str
    """The ledger's id."""
    line: int
    """Which line of the ledger it is; the first is 1."""
    trail_id: str
    """The trail's id."""
    trail_hash: str
    """The trail's first hash."""
    hash: str
    """SHA-256 over the hash before and this line."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "ledger_id": self.ledger_id,
            "line": self.line,
            "trail_id": self.trail_id,
            "trail_hash": self.trail_hash,
            "hash": self.hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            ledger_id=data["ledger_id"],
            line=data["line"],
            trail_id=data["trail_id"],
            trail_hash=data["trail_hash"],
            hash=data["hash"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingEntered:
    """A trail ended."""

    NAME: ClassVar[str] = "audit.ClosingEntered"

    ledger_id: str
    """The ledger's id."""
    line: int
    """Which line of the ledger it is; the first is 1."""
    trail_id: str
    """The trail's id."""
    trail_hash: str
    """The trail's last hash."""
    hash: str
    """SHA-256 over the hash before and this line."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "ledger_id": self.ledger_id,
            "line": self.line,
            "trail_id": self.trail_id,
            "trail_hash": self.trail_hash,
            "hash": self.hash,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            ledger_id=data["ledger_id"],
            line=data["line"],
            trail_id=data["trail_id"],
            trail_hash=data["trail_hash"],
            hash=data["hash"],
            at=from_micros(data["at"]),
        )


LedgerCommand = EnterOpening | EnterClosing
LedgerEvent = OpeningEntered | ClosingEntered


CONTRACT = AggregateContract(
    domain="audit",
    aggregate="ledger",
    plural="ledgers",
    id_field="ledger_id",
    service="admin",
    state=Ledger,
    state_version=1,
    commands=(
        CommandContract(cls=EnterOpening, verb="enter-opening", creates=True, permission="audit.ledger.enter-opening", internal=True),
        CommandContract(cls=EnterClosing, verb="enter-closing", creates=True, permission="audit.ledger.enter-closing", internal=True),
    ),
    events=(
        OpeningEntered,
        ClosingEntered,
    ),
    values=(),
)
