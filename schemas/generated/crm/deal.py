"""Generated from schemas/crm/deal.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import CustomValue
from schemas.generated.common import Money
from schemas.wire import from_micros, to_micros


class Stage(StrEnum):
    """Where a deal stands in the pipeline."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    PROSPECTING = "PROSPECTING"
    ENGAGING = "ENGAGING"
    WON = "WON"
    LOST = "LOST"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "Stage":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A chance to sell, on its way through the pipeline."""

    NAME: ClassVar[str] = "crm.Deal"

    deal_id: str = ''
    """The deal's id; empty while it does not exist."""
    name: str = ''
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str = ''
    """The user who owns the deal."""
    stage: Stage = Stage.NEW
    """Where the deal stands."""
    amount: Money | None = None
    """What the deal is worth."""
    engaged_at: datetime | None = None
    """When the customer engaged."""
    closed_at: datetime | None = None
    """When it was won or lost."""
    lost_reason: str | None = None
    """Why it was lost."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    removed_at: datetime | None = None
    """Since when it is in the trash."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "stage": self.stage.value,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "engaged_at": None if self.engaged_at is None else to_micros(self.engaged_at),
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "lost_reason": self.lost_reason,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "custom": [x.to_avro(vault) for x in self.custom],
            "removed_at": None if self.removed_at is None else to_micros(self.removed_at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            stage=Stage(data["stage"]),
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            engaged_at=None if (v := data["engaged_at"]) is None else from_micros(v),
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            lost_reason=data["lost_reason"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            removed_at=None if (v := data["removed_at"]) is None else from_micros(v),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeal:
    """Opens a deal, in stage Prospecting."""

    NAME: ClassVar[str] = "crm.OpenDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money | None = None
    """What the deal is worth."""
    custom: tuple[CustomValue, ...] = ()
    """Values of fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EngageDeal:
    """The customer engages."""

    NAME: ClassVar[str] = "crm.EngageDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WinDeal:
    """The deal is won."""

    NAME: ClassVar[str] = "crm.WinDeal"

    deal_id: str
    """The deal's id."""
    amount: Money | None = None
    """What it was sold for; the deal's own amount when left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseDeal:
    """The deal is lost."""

    NAME: ClassVar[str] = "crm.LoseDeal"

    deal_id: str
    """The deal's id."""
    reason: str
    """Why it was lost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenDeal:
    """A closed deal is taken up again, in stage Engaging."""

    NAME: ClassVar[str] = "crm.ReopenDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDealAmount:
    """Sets what the deal is worth."""

    NAME: ClassVar[str] = "crm.ChangeDealAmount"

    deal_id: str
    """The deal's id."""
    amount: Money
    """What the deal is worth."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": self.amount.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=Money.from_avro(data["amount"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeal:
    """Replaces the deal's name, company and product."""

    NAME: ClassVar[str] = "crm.ChangeDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignDeal:
    """Passes the deal to another owner."""

    NAME: ClassVar[str] = "crm.AssignDeal"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    from_owner_id: str | None = None
    """Pass it only while this user still owns it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "from_owner_id": self.from_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            from_owner_id=data["from_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDealFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetDealFields"

    deal_id: str
    """The deal's id."""
    custom: tuple[CustomValue, ...] = ()
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDeal:
    """Puts a deal that should never have been opened in the trash."""

    NAME: ClassVar[str] = "crm.RemoveDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDeal:
    """Takes the deal out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.RestoreDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeDeal:
    """Empties the trash of the deal, which cannot be restored then; 30 days after it was removed at the earliest."""

    NAME: ClassVar[str] = "crm.PurgeDeal"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDeal:
    """Shares the deal with a user or a team, who need not be its owner's."""

    NAME: ClassVar[str] = "crm.ShareDeal"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool = False
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareDeal:
    """Ends the sharing with a user or a team."""

    NAME: ClassVar[str] = "crm.UnshareDeal"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeal:
    """Makes the deal what an imported row says, with its own dates, whether new or known."""

    NAME: ClassVar[str] = "crm.RecordDeal"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    stage: Stage
    """Where the row says it stands."""
    amount: Money | None = None
    """What the deal is worth."""
    engaged_at: datetime | None = None
    """When the customer engaged."""
    closed_at: datetime | None = None
    """When it was won or lost."""
    lost_reason: str | None = None
    """Why it was lost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "stage": self.stage.value,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "engaged_at": None if self.engaged_at is None else to_micros(self.engaged_at),
            "closed_at": None if self.closed_at is None else to_micros(self.closed_at),
            "lost_reason": self.lost_reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            stage=Stage(data["stage"]),
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            engaged_at=None if (v := data["engaged_at"]) is None else from_micros(v),
            closed_at=None if (v := data["closed_at"]) is None else from_micros(v),
            lost_reason=data["lost_reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealOpened:
    """A deal was opened, in stage Prospecting."""

    NAME: ClassVar[str] = "crm.DealOpened"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money | None = None
    """What the deal is worth."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "owner_id": self.owner_id,
            "amount": None if self.amount is None else self.amount.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            owner_id=data["owner_id"],
            amount=None if (v := data["amount"]) is None else Money.from_avro(v, vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealEngaged:
    """The customer engaged."""

    NAME: ClassVar[str] = "crm.DealEngaged"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealWon:
    """The deal was won."""

    NAME: ClassVar[str] = "crm.DealWon"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    amount: Money
    """What it was sold for."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "amount": self.amount.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            amount=Money.from_avro(data["amount"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLost:
    """The deal was lost."""

    NAME: ClassVar[str] = "crm.DealLost"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    reason: str
    """Why it was lost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "reason": self.reason,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            reason=data["reason"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealReopened:
    """The closed deal was taken up again, in stage Engaging."""

    NAME: ClassVar[str] = "crm.DealReopened"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAmountChanged:
    """The deal is worth another amount."""

    NAME: ClassVar[str] = "crm.DealAmountChanged"

    deal_id: str
    """The deal's id."""
    amount: Money
    """What the deal is worth."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "amount": self.amount.to_avro(vault),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            amount=Money.from_avro(data["amount"], vault),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealChanged:
    """The deal's name, company or product changed."""

    NAME: ClassVar[str] = "crm.DealChanged"

    deal_id: str
    """The deal's id."""
    name: str
    """What people call the deal."""
    company_id: str | None = None
    """The company that would buy; a deal may lack one."""
    product_id: str | None = None
    """The product it is about."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "name": self.name,
            "company_id": self.company_id,
            "product_id": self.product_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            name=data["name"],
            company_id=data["company_id"],
            product_id=data["product_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAssigned:
    """The deal passed to another owner."""

    NAME: ClassVar[str] = "crm.DealAssigned"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    previous_owner_id: str
    """The user who owned it before."""
    open: bool
    """Whether the deal was open then."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "previous_owner_id": self.previous_owner_id,
            "open": self.open,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            previous_owner_id=data["previous_owner_id"],
            open=data["open"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealShared:
    """The deal was shared with a user or a team."""

    NAME: ClassVar[str] = "crm.DealShared"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    change: bool
    """Whether they may change it as well, and not only read it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealUnshared:
    """The deal is no longer shared with a user or a team."""

    NAME: ClassVar[str] = "crm.DealUnshared"

    deal_id: str
    """The deal's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.DealFieldsSet"

    deal_id: str
    """The deal's id."""
    custom: tuple[CustomValue, ...] = ()
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRemoved:
    """The deal was put in the trash."""

    NAME: ClassVar[str] = "crm.DealRemoved"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRestored:
    """The deal was taken out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.DealRestored"

    deal_id: str
    """The deal's id."""
    owner_id: str
    """The user who owns the deal."""
    open: bool
    """Whether it is still to be won or lost."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "owner_id": self.owner_id,
            "open": self.open,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            owner_id=data["owner_id"],
            open=data["open"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPurged:
    """The trash was emptied of the deal."""

    NAME: ClassVar[str] = "crm.DealPurged"

    deal_id: str
    """The deal's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "deal_id": self.deal_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            deal_id=data["deal_id"],
            at=from_micros(data["at"]),
        )


DealCommand = (
    OpenDeal
    | EngageDeal
    | WinDeal
    | LoseDeal
    | ReopenDeal
    | ChangeDealAmount
    | ChangeDeal
    | AssignDeal
    | SetDealFields
    | RemoveDeal
    | RestoreDeal
    | PurgeDeal
    | ShareDeal
    | UnshareDeal
    | RecordDeal
)
DealEvent = (
    DealOpened
    | DealEngaged
    | DealWon
    | DealLost
    | DealReopened
    | DealAmountChanged
    | DealChanged
    | DealAssigned
    | DealShared
    | DealUnshared
    | DealFieldsSet
    | DealRemoved
    | DealRestored
    | DealPurged
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="deal",
    plural="deals",
    id_field="deal_id",
    service="deal",
    state=Deal,
    state_version=3,
    commands=(
        CommandContract(cls=OpenDeal, verb="open", creates=True, permission="crm.deal.open", internal=False),
        CommandContract(cls=EngageDeal, verb="engage", creates=False, permission="crm.deal.engage", internal=False),
        CommandContract(cls=WinDeal, verb="win", creates=False, permission="crm.deal.win", internal=False),
        CommandContract(cls=LoseDeal, verb="lose", creates=False, permission="crm.deal.lose", internal=False),
        CommandContract(cls=ReopenDeal, verb="reopen", creates=False, permission="crm.deal.reopen", internal=False),
        CommandContract(cls=ChangeDealAmount, verb="change-amount", creates=False, permission="crm.deal.change-amount", internal=False),
        CommandContract(cls=ChangeDeal, verb="change", creates=False, permission="crm.deal.change", internal=False),
        CommandContract(cls=AssignDeal, verb="assign", creates=False, permission="crm.deal.assign", internal=False),
        CommandContract(cls=SetDealFields, verb="set-fields", creates=False, permission="crm.deal.set-fields", internal=False),
        CommandContract(cls=RemoveDeal, verb="remove", creates=False, permission="crm.deal.remove", internal=False),
        CommandContract(cls=RestoreDeal, verb="restore", creates=False, permission="crm.deal.restore", internal=False),
        CommandContract(cls=PurgeDeal, verb="purge", creates=False, permission="crm.deal.purge", internal=False),
        CommandContract(cls=ShareDeal, verb="share", creates=False, permission="crm.deal.share", internal=False),
        CommandContract(cls=UnshareDeal, verb="unshare", creates=False, permission="crm.deal.unshare", internal=False),
        CommandContract(cls=RecordDeal, verb="record", creates=True, permission="crm.deal.record", internal=True),
    ),
    events=(
        DealOpened,
        DealEngaged,
        DealWon,
        DealLost,
        DealReopened,
        DealAmountChanged,
        DealChanged,
        DealAssigned,
        DealShared,
        DealUnshared,
        DealFieldsSet,
        DealRemoved,
        DealRestored,
        DealPurged,
    ),
    values=(),
)
