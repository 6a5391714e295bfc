"""Generated from schemas/crm/reason.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import DealOutcome
from schemas.generated.common import ListedReason
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why deals are won or lost, in all pipelines that have no reasons of their own."""

    NAME: ClassVar[str] = "crm.Reason"

    reason_id: str = ''
    """The reason's id; empty while it does not exist."""
    outcome: DealOutcome = DealOutcome.UNKNOWN
    """Whether deals are WON or LOST for it."""
    name: str = ''
    """What people call the reason."""
    retired: bool = False
    """Whether no deal is closed for it any more."""
    place: int | None = None
    """Where it stands among the reasons of its outcome."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "outcome": self.outcome.value,
            "name": self.name,
            "retired": self.retired,
            "place": self.place,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            outcome=DealOutcome(data["outcome"]),
            name=data["name"],
            retired=data["retired"],
            place=data["place"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineReason:
    """Puts a reason why deals are won or lost on the list."""

    NAME: ClassVar[str] = "crm.DefineReason"

    reason_id: str
    """The reason's id."""
    outcome: DealOutcome
    """Whether deals are WON or LOST for it; it never changes."""
    name: str
    """What people call the reason."""
    reasons: tuple[ListedReason, ...] = ()
    """The reasons there are, so that none is there twice; the gateway fills them in."""
    place: int | None = None
    """Where it stands among the reasons of its outcome: the least is first, and those without a place are last,
    by their names.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "outcome": self.outcome.value,
            "name": self.name,
            "reasons": [x.to_avro(vault) for x in self.reasons],
            "place": self.place,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            outcome=DealOutcome(data["outcome"]),
            name=data["name"],
            reasons=tuple(ListedReason.from_avro(x, vault) for x in data["reasons"]),
            place=data["place"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameReason:
    """Gives the reason another name, on all deals that were closed for it too."""

    NAME: ClassVar[str] = "crm.RenameReason"

    reason_id: str
    """The reason's id."""
    name: str
    """What people call the reason."""
    reasons: tuple[ListedReason, ...] = ()
    """The reasons there are, so that none is there twice; the gateway fills them in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "name": self.name,
            "reasons": [x.to_avro(vault) for x in self.reasons],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            name=data["name"],
            reasons=tuple(ListedReason.from_avro(x, vault) for x in data["reasons"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReason:
    """Says where the reason stands among those of its outcome."""

    NAME: ClassVar[str] = "crm.PlaceReason"

    reason_id: str
    """The reason's id."""
    place: int | None = None
    """Where it stands among the reasons of its outcome: the least is first, and those without a place are last,
    by their names.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "place": self.place,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            place=data["place"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireReason:
    """Takes a reason off the list: no deal is closed for it any more, and those that were go on showing it."""

    NAME: ClassVar[str] = "crm.RetireReason"

    reason_id: str
    """The reason's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReason:
    """Puts a reason that was retired on the list again."""

    NAME: ClassVar[str] = "crm.RestoreReason"

    reason_id: str
    """The reason's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDefined:
    """A reason is on the list."""

    NAME: ClassVar[str] = "crm.ReasonDefined"

    reason_id: str
    """The reason's id."""
    outcome: DealOutcome
    """Whether deals are WON or LOST for it; it never changes."""
    name: str
    """What people call the reason."""
    place: int | None = None
    """Where it stands among the reasons of its outcome: the least is first, and those without a place are last,
    by their names.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "outcome": self.outcome.value,
            "name": self.name,
            "place": self.place,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            outcome=DealOutcome(data["outcome"]),
            name=data["name"],
            place=data["place"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRenamed:
    """The reason has another name."""

    NAME: ClassVar[str] = "crm.ReasonRenamed"

    reason_id: str
    """The reason's id."""
    name: str
    """What people call the reason."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonPlaced:
    """The reason stands elsewhere among those of its outcome."""

    NAME: ClassVar[str] = "crm.ReasonPlaced"

    reason_id: str
    """The reason's id."""
    place: int | None = None
    """Where it stands among the reasons of its outcome: the least is first, and those without a place are last,
    by their names.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "place": self.place,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            place=data["place"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRetired:
    """No deal is closed for the reason any more."""

    NAME: ClassVar[str] = "crm.ReasonRetired"

    reason_id: str
    """The reason's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRestored:
    """Deals may be closed for the reason again."""

    NAME: ClassVar[str] = "crm.ReasonRestored"

    reason_id: str
    """The reason's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "reason_id": self.reason_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            reason_id=data["reason_id"],
            at=from_micros(data["at"]),
        )


ReasonCommand = DefineReason | RenameReason | PlaceReason | RetireReason | RestoreReason
ReasonEvent = ReasonDefined | ReasonRenamed | ReasonPlaced | ReasonRetired | ReasonRestored


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="reason",
    plural="reasons",
    id_field="reason_id",
    service="deal",
    state=Reason,
    state_version=1,
    commands=(
        CommandContract(cls=DefineReason, verb="define", creates=True, permission="crm.reason.define", internal=False),
        CommandContract(cls=RenameReason, verb="rename", creates=False, permission="crm.reason.rename", internal=False),
        CommandContract(cls=PlaceReason, verb="place", creates=False, permission="crm.reason.place", internal=False),
        CommandContract(cls=RetireReason, verb="retire", creates=False, permission="crm.reason.retire", internal=False),
        CommandContract(cls=RestoreReason, verb="restore", creates=False, permission="crm.reason.restore", internal=False),
    ),
    events=(
        ReasonDefined,
        ReasonRenamed,
        ReasonPlaced,
        ReasonRetired,
        ReasonRestored,
    ),
    values=(),
)
