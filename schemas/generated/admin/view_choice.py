"""Generated from schemas/admin/view_choice.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChoice:
    """Which view of a list somebody sees when they name none."""

    NAME: ClassVar[str] = "admin.ViewChoice"

    view_choice_id: str = ''
    """The choice's id, which follows from user and list; empty while nothing was chosen."""
    user_id: str = ''
    """Who chose."""
    list: str = ''
    """For which list."""
    saved_view_id: str | None = None
    """The view; none, if it is left out."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "view_choice_id": self.view_choice_id,
            "user_id": self.user_id,
            "list": self.list,
            "saved_view_id": self.saved_view_id,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            view_choice_id=data["view_choice_id"],
            user_id=data["user_id"],
            list=data["list"],
            saved_view_id=data["saved_view_id"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseView:
    """Says which view of a list somebody sees as their default."""

    NAME: ClassVar[str] = "admin.ChooseView"

    view_choice_id: str
    """The choice's id, which follows from user and list."""
    user_id: str
    """Who chooses: a user, or account:<id>."""
    list: str
    """For which list, such as crm/deals."""
    saved_view_id: str | None = None
    """The view; none, if it is left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "view_choice_id": self.view_choice_id,
            "user_id": self.user_id,
            "list": self.list,
            "saved_view_id": self.saved_view_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            view_choice_id=data["view_choice_id"],
            user_id=data["user_id"],
            list=data["list"],
            saved_view_id=data["saved_view_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChosen:
    """Somebody has another default view of a list, or none."""

    NAME: ClassVar[str] = "admin.ViewChosen"

    view_choice_id: str
    """The choice's id, which follows from user and list."""
    user_id: str
    """Who chooses: a user, or account:<id>."""
    list: str
    """For which list, such as crm/deals."""
    saved_view_id: str | None = None
    """The view; none, if it is left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "view_choice_id": self.view_choice_id,
            "user_id": self.user_id,
            "list": self.list,
            "saved_view_id": self.saved_view_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            view_choice_id=data["view_choice_id"],
            user_id=data["user_id"],
            list=data["list"],
            saved_view_id=data["saved_view_id"],
            at=from_micros(data["at"]),
        )


ViewChoiceCommand = ChooseView
ViewChoiceEvent = ViewChosen


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="view_choice",
    plural="view-choices",
    id_field="view_choice_id",
    service="admin",
    state=ViewChoice,
    state_version=1,
    commands=(
        CommandContract(cls=ChooseView, verb="choose", creates=True, permission="admin.view-choice.choose", internal=False, named_by=('user_id', 'list')),
    ),
    events=(
        ViewChosen,
    ),
    values=(),
)
