"""Generated from schemas/admin/saved_view.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.wire import from_micros, to_micros


class SavedViewStatus(StrEnum):
    """Whether a view is kept."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "SavedViewStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A list as somebody keeps it: which rows, in which order, with which columns."""

    NAME: ClassVar[str] = "admin.SavedView"

    saved_view_id: str = ''
    """The view's id; empty while it does not exist."""
    list: str = ''
    """The list that it is a view of, such as crm/deals."""
    name: str = ''
    """The view's name."""
    where: str | None = None
    """Which rows it shows, as the JSON of the parameter where; all, if it is left out."""
    sort: str | None = None
    """Their order, as in the parameter sort."""
    fields: tuple[str, ...] = ()
    """The columns that it shows, in order; all, if there are none."""
    owner_id: str = ''
    """Whose view it is."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id>, team:<id> and everybody."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    status: SavedViewStatus = SavedViewStatus.NEW
    """Whether the view is kept."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "list": self.list,
            "name": self.name,
            "where": self.where,
            "sort": self.sort,
            "fields": list(self.fields),
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "status": self.status.value,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            list=data["list"],
            name=data["name"],
            where=data["where"],
            sort=data["sort"],
            fields=tuple(data["fields"]),
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            status=SavedViewStatus(data["status"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSavedView:
    """Keeps a view of a list."""

    NAME: ClassVar[str] = "admin.CreateSavedView"

    saved_view_id: str
    """The view's id."""
    list: str
    """The list that it is a view of, such as crm/deals."""
    name: str
    """The view's name."""
    owner_id: str
    """Whose view it is: a user, or account:<id>."""
    where: str | None = None
    """Which rows it shows, as the JSON of the parameter where; all, if it is left out."""
    sort: str | None = None
    """Their order, as in the parameter sort."""
    fields: tuple[str, ...] = ()
    """The columns that it shows, in order; all, if there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "list": self.list,
            "name": self.name,
            "owner_id": self.owner_id,
            "where": self.where,
            "sort": self.sort,
            "fields": list(self.fields),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            list=data["list"],
            name=data["name"],
            owner_id=data["owner_id"],
            where=data["where"],
            sort=data["sort"],
            fields=tuple(data["fields"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSavedView:
    """Lets the view show other rows, another order or other columns."""

    NAME: ClassVar[str] = "admin.ChangeSavedView"

    saved_view_id: str
    """The view's id."""
    list: str
    """The list that it is a view of, such as crm/deals."""
    where: str | None = None
    """Which rows it shows, as the JSON of the parameter where; all, if it is left out."""
    sort: str | None = None
    """Their order, as in the parameter sort."""
    fields: tuple[str, ...] = ()
    """The columns that it shows, in order; all, if there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "list": self.list,
            "where": self.where,
            "sort": self.sort,
            "fields": list(self.fields),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            list=data["list"],
            where=data["where"],
            sort=data["sort"],
            fields=tuple(data["fields"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSavedView:
    """Gives the view another name."""

    NAME: ClassVar[str] = "admin.RenameSavedView"

    saved_view_id: str
    """The view's id."""
    name: str
    """The view's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignSavedView:
    """Passes the view to another owner."""

    NAME: ClassVar[str] = "admin.AssignSavedView"

    saved_view_id: str
    """The view's id."""
    owner_id: str
    """Whose view it is: a user, or account:<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSavedView:
    """Shares the view with a user, a team or everybody."""

    NAME: ClassVar[str] = "admin.ShareSavedView"

    saved_view_id: str
    """The view's id."""
    user_id: str | None = None
    """The user, if it is one."""
    team_id: str | None = None
    """The team, if it is one."""
    everybody: bool = False
    """Whether it is everybody in the tenant."""
    change: bool = False
    """Whether they may change the view as well, and not only see it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "everybody": self.everybody,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            everybody=data["everybody"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareSavedView:
    """Ends the sharing of the view with a user, a team or everybody."""

    NAME: ClassVar[str] = "admin.UnshareSavedView"

    saved_view_id: str
    """The view's id."""
    user_id: str | None = None
    """The user, if it is one."""
    team_id: str | None = None
    """The team, if it is one."""
    everybody: bool = False
    """Whether it is everybody in the tenant."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "everybody": self.everybody,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            everybody=data["everybody"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSavedView:
    """Keeps the view no longer."""

    NAME: ClassVar[str] = "admin.RemoveSavedView"

    saved_view_id: str
    """The view's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewCreated:
    """Somebody keeps a view of a list."""

    NAME: ClassVar[str] = "admin.SavedViewCreated"

    saved_view_id: str
    """The view's id."""
    list: str
    """The list that it is a view of, such as crm/deals."""
    name: str
    """The view's name."""
    owner_id: str
    """Whose view it is: a user, or account:<id>."""
    where: str | None = None
    """Which rows it shows, as the JSON of the parameter where; all, if it is left out."""
    sort: str | None = None
    """Their order, as in the parameter sort."""
    fields: tuple[str, ...] = ()
    """The columns that it shows, in order; all, if there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "list": self.list,
            "name": self.name,
            "owner_id": self.owner_id,
            "where": self.where,
            "sort": self.sort,
            "fields": list(self.fields),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            list=data["list"],
            name=data["name"],
            owner_id=data["owner_id"],
            where=data["where"],
            sort=data["sort"],
            fields=tuple(data["fields"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewChanged:
    """The view shows other rows, another order or other columns."""

    NAME: ClassVar[str] = "admin.SavedViewChanged"

    saved_view_id: str
    """The view's id."""
    where: str | None = None
    """Which rows it shows, as the JSON of the parameter where; all, if it is left out."""
    sort: str | None = None
    """Their order, as in the parameter sort."""
    fields: tuple[str, ...] = ()
    """The columns that it shows, in order; all, if there are none."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "where": self.where,
            "sort": self.sort,
            "fields": list(self.fields),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            where=data["where"],
            sort=data["sort"],
            fields=tuple(data["fields"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewRenamed:
    """The view has another name."""

    NAME: ClassVar[str] = "admin.SavedViewRenamed"

    saved_view_id: str
    """The view's id."""
    name: str
    """The view's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewAssigned:
    """The view passed to another owner."""

    NAME: ClassVar[str] = "admin.SavedViewAssigned"

    saved_view_id: str
    """The view's id."""
    owner_id: str
    """Whose view it is: a user, or account:<id>."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewShared:
    """The view was shared with a user, a team or everybody."""

    NAME: ClassVar[str] = "admin.SavedViewShared"

    saved_view_id: str
    """The view's id."""
    user_id: str | None = None
    """The user, if it is one."""
    team_id: str | None = None
    """The team, if it is one."""
    everybody: bool = False
    """Whether it is everybody in the tenant."""
    change: bool = False
    """Whether they may change the view as well, and not only see it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "everybody": self.everybody,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            everybody=data["everybody"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewUnshared:
    """The view is no longer shared with a user, a team or everybody."""

    NAME: ClassVar[str] = "admin.SavedViewUnshared"

    saved_view_id: str
    """The view's id."""
    user_id: str | None = None
    """The user, if it is one."""
    team_id: str | None = None
    """The team, if it is one."""
    everybody: bool = False
    """Whether it is everybody in the tenant."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "everybody": self.everybody,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            everybody=data["everybody"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewRemoved:
    """The view is kept no longer."""

    NAME: ClassVar[str] = "admin.SavedViewRemoved"

    saved_view_id: str
    """The view's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "saved_view_id": self.saved_view_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            saved_view_id=data["saved_view_id"],
            at=from_micros(data["at"]),
        )


SavedViewCommand = (
    CreateSavedView
    | ChangeSavedView
    | RenameSavedView
    | AssignSavedView
    | ShareSavedView
    | UnshareSavedView
    | RemoveSavedView
)
SavedViewEvent = (
    SavedViewCreated
    | SavedViewChanged
    | SavedViewRenamed
    | SavedViewAssigned
    | SavedViewShared
    | SavedViewUnshared
    | SavedViewRemoved
)


CONTRACT = AggregateContract(
    domain="admin",
    aggregate="saved_view",
    plural="saved-views",
    id_field="saved_view_id",
    service="admin",
    state=SavedView,
    state_version=1,
    commands=(
        CommandContract(cls=CreateSavedView, verb="create", creates=True, permission="admin.saved-view.create", internal=False),
        CommandContract(cls=ChangeSavedView, verb="change", creates=False, permission="admin.saved-view.change", internal=False),
        CommandContract(cls=RenameSavedView, verb="rename", creates=False, permission="admin.saved-view.rename", internal=False),
        CommandContract(cls=AssignSavedView, verb="assign", creates=False, permission="admin.saved-view.assign", internal=False),
        CommandContract(cls=ShareSavedView, verb="share", creates=False, permission="admin.saved-view.share", internal=False),
        CommandContract(cls=UnshareSavedView, verb="unshare", creates=False, permission="admin.saved-view.unshare", internal=False),
        CommandContract(cls=RemoveSavedView, verb="remove", creates=False, permission="admin.saved-view.remove", internal=False),
    ),
    events=(
        SavedViewCreated,
        SavedViewChanged,
        SavedViewRenamed,
        SavedViewAssigned,
        SavedViewShared,
        SavedViewUnshared,
        SavedViewRemoved,
    ),
    values=(),
)
