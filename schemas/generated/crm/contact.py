"""Generated from schemas/crm/contact.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Erased, Vault
from schemas.generated.common import ContactPoint
from schemas.generated.common import CustomValue
from schemas.generated.common import PostalAddress
from schemas.generated.crm.merge import Absorbed
from schemas.generated.crm.merge import Merge
from schemas.generated.crm.merge import ReplacedCompany
from schemas.wire import from_micros, seal, seal_list, to_micros, unseal, unseal_list


class ContactStatus(StrEnum):
    """Whether a contact is on file."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "ContactStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at a customer."""

    NAME: ClassVar[str] = "crm.Contact"

    contact_id: str = ''
    """The contact's id; empty while it does not exist."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's email addresses, where `email` does not say it all."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where the person gets post."""
    job_title: str | None = None
    """What the person does there."""
    company_id: str | None = None
    """The company the person works for."""
    owner_id: str | None = None
    """The user who owns the contact."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along the person is, such as lead or customer."""
    source: str | None = None
    """Where the person came from, such as a trade fair."""
    tags: tuple[str, ...] = ()
    """Words to find it by, in order."""
    status: ContactStatus = ContactStatus.NEW
    """Whether the contact is on file."""
    erased: bool = False
    """Whether the person was erased: their name and all that was personal is gone for ever."""
    apart: tuple[str, ...] = ()
    """Contacts of whom it was said that they are somebody else."""
    expired: bool = False
    """Whether the person's values are about to be destroyed by a rule of retention."""
    merged_into: str | None = None
    """The contact that took its place, as both are one person."""
    declined: str | None = None
    """The merge that it last took no part in: the other contact, and when."""
    merges: tuple[Merge, ...] = ()
    """The contacts whose place it took, or is about to take."""
    absorbed: tuple[Absorbed, ...] | Erased | None = None
    """What merges changed of it."""
    companies_replaced: tuple[ReplacedCompany, ...] = ()
    """The companies whose place others took as the one they work for."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "status": self.status.value,
            "erased": self.erased,
            "apart": list(self.apart),
            "expired": self.expired,
            "merged_into": self.merged_into,
            "declined": self.declined,
            "merges": [x.to_avro(vault) for x in self.merges],
            "absorbed": seal_list(vault, self.contact_id, self.absorbed),
            "companies_replaced": [x.to_avro(vault) for x in self.companies_replaced],
            "custom": seal_list(vault, self.contact_id, self.custom),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            status=ContactStatus(data["status"]),
            erased=data["erased"],
            apart=tuple(data["apart"]),
            expired=data["expired"],
            merged_into=data["merged_into"],
            declined=data["declined"],
            merges=tuple(Merge.from_avro(x, vault) for x in data["merges"]),
            absorbed=unseal_list(vault, data["contact_id"], data["absorbed"], Absorbed),
            companies_replaced=tuple(ReplacedCompany.from_avro(x, vault) for x in data["companies_replaced"]),
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateContact:
    """Puts a person on file."""

    NAME: ClassVar[str] = "crm.CreateContact"

    contact_id: str
    """The contact's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's email addresses; left out, `email` takes the place of the primary one and the others stay."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's telephone numbers; left out, `phone` takes the place of the primary one and the others
    stay.
    """
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where the person gets post; left out, the known addresses stay."""
    job_title: str | None = None
    """What the person does there."""
    company_id: str | None = None
    """The company the person works for."""
    owner_id: str | None = None
    """The user who owns the contact; nobody, if it is left out."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """Values of fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "custom": seal_list(vault, self.contact_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContact:
    """Replaces what is known of the person."""

    NAME: ClassVar[str] = "crm.ChangeContact"

    contact_id: str
    """The contact's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's email addresses; left out, `email` takes the place of the primary one and the others stay."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's telephone numbers; left out, `phone` takes the place of the primary one and the others
    stay.
    """
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where the person gets post; left out, the known addresses stay."""
    job_title: str | None = None
    """What the person does there."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveContact:
    """The person works for another company, or for none."""

    NAME: ClassVar[str] = "crm.MoveContact"

    contact_id: str
    """The contact's id."""
    company_id: str | None = None
    """The company the person works for."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignContact:
    """Passes the contact to another owner, or to nobody."""

    NAME: ClassVar[str] = "crm.AssignContact"

    contact_id: str
    """The contact's id."""
    owner_id: str | None = None
    """The user who owns the contact; nobody, if it is left out."""
    from_owner_id: str | None = None
    """Pass it only while this user still owns it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "owner_id": self.owner_id,
            "from_owner_id": self.from_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            owner_id=data["owner_id"],
            from_owner_id=data["from_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareContact:
    """Shares the contact with a user or a team, who need not be its owner's."""

    NAME: ClassVar[str] = "crm.ShareContact"

    contact_id: str
    """The contact's id."""
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
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareContact:
    """Ends the sharing with a user or a team."""

    NAME: ClassVar[str] = "crm.UnshareContact"

    contact_id: str
    """The contact's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyContact:
    """Says how far along the person is, and where they came from."""

    NAME: ClassVar[str] = "crm.ClassifyContact"

    contact_id: str
    """The contact's id."""
    lifecycle: str | None = None
    """How far along the person is, such as lead or customer."""
    source: str | None = None
    """Where the person came from, such as a trade fair."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "lifecycle": self.lifecycle,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            lifecycle=data["lifecycle"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TagContact:
    """Adds tags and removes others."""

    NAME: ClassVar[str] = "crm.TagContact"

    contact_id: str
    """The contact's id."""
    add: tuple[str, ...] = ()
    """Tags that come."""
    remove: tuple[str, ...] = ()
    """Tags that go."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "add": list(self.add),
            "remove": list(self.remove),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            add=tuple(data["add"]),
            remove=tuple(data["remove"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetContactFields"

    contact_id: str
    """The contact's id."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "custom": seal_list(vault, self.contact_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissDuplicate:
    """Says that another contact is somebody else, however alike they are."""

    NAME: ClassVar[str] = "crm.DismissDuplicate"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldContact:
    """Gives its place to another contact, who is the same person."""

    NAME: ClassVar[str] = "crm.YieldContact"

    contact_id: str
    """The contact's id."""
    into_id: str
    """The contact that takes its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "into_id": self.into_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            into_id=data["into_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnContact:
    """Comes back from the contact that took its place."""

    NAME: ClassVar[str] = "crm.ReturnContact"

    contact_id: str
    """The contact's id."""
    from_id: str
    """The contact that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "from_id": self.from_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            from_id=data["from_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonMerge:
    """Takes in that the other contact does not give its place."""

    NAME: ClassVar[str] = "crm.AbandonMerge"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishMerge:
    """Takes in that all that belonged to the other contact belongs to this one."""

    NAME: ClassVar[str] = "crm.FinishMerge"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    moved: int
    """Activities and deals that came with it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "moved": self.moved,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            moved=data["moved"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeContact:
    """Takes the place of another contact, who is the same person: its values, its activities, its say in deals,
    its shares.
    """

    NAME: ClassVar[str] = "crm.MergeContact"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    take: Mapping[str, str] = field(default_factory=dict[str, str])
    """Whose value stays where both have one, own or other, by field: name, email, phone, address, job_title,
    company_id, owner_id, lifecycle, source, custom or custom.<key>; own where nothing is said.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "take": {k: x for k, x in self.take.items()},
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            take=data["take"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsorbContact:
    """Takes over what the other contact holds."""

    NAME: ClassVar[str] = "crm.AbsorbContact"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    name: str | Erased | None = None
    """The name of the one who is merged."""
    email: str | Erased | None = None
    """Their email address."""
    phone: str | Erased | None = None
    """Their telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of their email addresses, where `email` does not say it all."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of their telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where they get post."""
    job_title: str | None = None
    """What they do."""
    company_id: str | None = None
    """The company they work for."""
    owner_id: str | None = None
    """The user who owns the contact."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along they are."""
    source: str | None = None
    """Where they came from."""
    tags: tuple[str, ...] = ()
    """The tags that it bears."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "custom": seal_list(vault, self.contact_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeContact:
    """Gives a contact that was merged its place back, with all that came from it and was not changed since."""

    NAME: ClassVar[str] = "crm.UnmergeContact"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceContactCompany:
    """Names the company that took another's place, as both are one."""

    NAME: ClassVar[str] = "crm.ReplaceContactCompany"

    contact_id: str
    """The contact's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackContactCompany:
    """Names a company again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackContactCompany"

    contact_id: str
    """The contact's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContact:
    """Takes the person off file: they are in the trash then."""

    NAME: ClassVar[str] = "crm.RemoveContact"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreContact:
    """Takes the person out of the trash, as they were."""

    NAME: ClassVar[str] = "crm.RestoreContact"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """Makes the contact what an imported row says, whether new or known."""

    NAME: ClassVar[str] = "crm.RecordContact"

    contact_id: str
    """The contact's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    job_title: str | None = None
    """What the person does there."""
    company_id: str | None = None
    """The company the person works for."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            job_title=data["job_title"],
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireContact:
    """Takes in that the person's values are about to be destroyed, if nothing was recorded since that was found
    to be due.
    """

    NAME: ClassVar[str] = "crm.ExpireContact"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseContact:
    """Takes in that the person's key was destroyed."""

    NAME: ClassVar[str] = "crm.EraseContact"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCreated:
    """A person was put on file."""

    NAME: ClassVar[str] = "crm.ContactCreated"

    contact_id: str
    """The contact's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's email addresses, where `email` does not say it all."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where the person gets post."""
    job_title: str | None = None
    """What the person does there."""
    company_id: str | None = None
    """The company the person works for."""
    owner_id: str | None = None
    """The user who owns the contact; nobody, if it is left out."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged:
    """What is known of the person was replaced."""

    NAME: ClassVar[str] = "crm.ContactChanged"

    contact_id: str
    """The contact's id."""
    name: str | Erased | None = None
    """The person's name."""
    email: str | Erased | None = None
    """The person's email address."""
    phone: str | Erased | None = None
    """The person's telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's email addresses, where `email` does not say it all."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of the person's telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where the person gets post."""
    job_title: str | None = None
    """What the person does there."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMoved:
    """The person works for another company, or for none."""

    NAME: ClassVar[str] = "crm.ContactMoved"

    contact_id: str
    """The contact's id."""
    company_id: str | None = None
    """The company the person works for."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAssigned:
    """The contact passed to another owner, or to nobody."""

    NAME: ClassVar[str] = "crm.ContactAssigned"

    contact_id: str
    """The contact's id."""
    owner_id: str | None = None
    """The user who owns the contact."""
    previous_owner_id: str | None = None
    """The user who owned it before."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "owner_id": self.owner_id,
            "previous_owner_id": self.previous_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            owner_id=data["owner_id"],
            previous_owner_id=data["previous_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactShared:
    """The contact was shared with a user or a team."""

    NAME: ClassVar[str] = "crm.ContactShared"

    contact_id: str
    """The contact's id."""
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
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnshared:
    """The contact is no longer shared with a user or a team."""

    NAME: ClassVar[str] = "crm.ContactUnshared"

    contact_id: str
    """The contact's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactClassified:
    """It was said how far along the person is, and where they came from."""

    NAME: ClassVar[str] = "crm.ContactClassified"

    contact_id: str
    """The contact's id."""
    lifecycle: str | None = None
    """How far along the person is, such as lead or customer."""
    source: str | None = None
    """Where the person came from, such as a trade fair."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "lifecycle": self.lifecycle,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            lifecycle=data["lifecycle"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTagged:
    """The contact bears other tags."""

    NAME: ClassVar[str] = "crm.ContactTagged"

    contact_id: str
    """The contact's id."""
    tags: tuple[str, ...]
    """All tags that it bears now."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "tags": list(self.tags),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            tags=tuple(data["tags"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.ContactFieldsSet"

    contact_id: str
    """The contact's id."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "custom": seal_list(vault, self.contact_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateDismissed:
    """Another contact was said to be somebody else."""

    NAME: ClassVar[str] = "crm.DuplicateDismissed"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMergeStarted:
    """Another contact, who is the same person, is about to be merged into this one."""

    NAME: ClassVar[str] = "crm.ContactMergeStarted"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    take: Mapping[str, str]
    """Whose value stays where both have one, own or other, by field: name, email, phone, address, job_title,
    company_id, owner_id, lifecycle, source, custom or custom.<key>; own where nothing is said.
    """
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "take": {k: x for k, x in self.take.items()},
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            take=data["take"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMerged:
    """The contact was merged into another; this is what it held."""

    NAME: ClassVar[str] = "crm.ContactMerged"

    contact_id: str
    """The contact's id."""
    into_id: str
    """The contact that took its place."""
    name: str | Erased | None = None
    """The name of the one who is merged."""
    email: str | Erased | None = None
    """Their email address."""
    phone: str | Erased | None = None
    """Their telephone number."""
    emails: tuple[ContactPoint, ...] | Erased | None = None
    """All of their email addresses, where `email` does not say it all."""
    phones: tuple[ContactPoint, ...] | Erased | None = None
    """All of their telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | Erased | None = None
    """Where they get post."""
    job_title: str | None = None
    """What they do."""
    company_id: str | None = None
    """The company they work for."""
    owner_id: str | None = None
    """The user who owns the contact."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along they are."""
    source: str | None = None
    """Where they came from."""
    tags: tuple[str, ...] = ()
    """The tags that it bears."""
    custom: tuple[CustomValue, ...] | Erased | None = None
    """What it holds in fields that the tenant defined, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "into_id": self.into_id,
            "name": seal(vault, self.contact_id, self.name),
            "email": seal(vault, self.contact_id, self.email),
            "phone": seal(vault, self.contact_id, self.phone),
            "emails": seal_list(vault, self.contact_id, self.emails),
            "phones": seal_list(vault, self.contact_id, self.phones),
            "addresses": seal_list(vault, self.contact_id, self.addresses),
            "job_title": self.job_title,
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "custom": seal_list(vault, self.contact_id, self.custom),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            into_id=data["into_id"],
            name=unseal(vault, data["contact_id"], data["name"]),
            email=unseal(vault, data["contact_id"], data["email"]),
            phone=unseal(vault, data["contact_id"], data["phone"]),
            emails=unseal_list(vault, data["contact_id"], data["emails"], ContactPoint),
            phones=unseal_list(vault, data["contact_id"], data["phones"], ContactPoint),
            addresses=unseal_list(vault, data["contact_id"], data["addresses"], PostalAddress),
            job_title=data["job_title"],
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            custom=unseal_list(vault, data["contact_id"], data["custom"], CustomValue),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMergeRefused:
    """The contact could not be merged into another: it is gone, or takes part in another merge."""

    NAME: ClassVar[str] = "crm.ContactMergeRefused"

    contact_id: str
    """The contact's id."""
    into_id: str
    """The contact that would have taken its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "into_id": self.into_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            into_id=data["into_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMergeAbandoned:
    """Nothing came of a merge."""

    NAME: ClassVar[str] = "crm.ContactMergeAbandoned"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAbsorbed:
    """Another contact was merged into this one; what that changed of it is told by the events that follow."""

    NAME: ClassVar[str] = "crm.ContactAbsorbed"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    changes: tuple[Absorbed, ...] | Erased | None = None
    """What is changed, to be taken back if they are told apart again."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "changes": seal_list(vault, self.contact_id, self.changes),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            changes=unseal_list(vault, data["contact_id"], data["changes"], Absorbed),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMergeFinished:
    """All that belonged to the other contact belongs to this one."""

    NAME: ClassVar[str] = "crm.ContactMergeFinished"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    moved: int
    """Activities and deals that came with it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "moved": self.moved,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            moved=data["moved"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactParted:
    """A contact that was merged into this one has its place back; what came from it and was not changed since goes."""

    NAME: ClassVar[str] = "crm.ContactParted"

    contact_id: str
    """The contact's id."""
    other_id: str
    """The other contact."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnmerged:
    """The contact has its place back, as it was."""

    NAME: ClassVar[str] = "crm.ContactUnmerged"

    contact_id: str
    """The contact's id."""
    from_id: str
    """The contact that had taken its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "from_id": self.from_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            from_id=data["from_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCompanyReplaced:
    """A company was merged into another, which the contact names from now on; the event that follows tells how."""

    NAME: ClassVar[str] = "crm.ContactCompanyReplaced"

    contact_id: str
    """The contact's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    named: bool
    """Whether the contact named it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "named": self.named,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            named=data["named"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCompanyGivenBack:
    """A company was told apart again from the one that had taken its place."""

    NAME: ClassVar[str] = "crm.ContactCompanyGivenBack"

    contact_id: str
    """The contact's id."""
    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "company_id": self.company_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            company_id=data["company_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved:
    """The person was taken off file."""

    NAME: ClassVar[str] = "crm.ContactRemoved"

    contact_id: str
    """The contact's id."""
    erased: bool = False
    """Whether the person was erased before, so that nothing is kept to be restored."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "erased": self.erased,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            erased=data["erased"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRestored:
    """The person was taken out of the trash, as they were."""

    NAME: ClassVar[str] = "crm.ContactRestored"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactExpired:
    """The person's values are about to be destroyed: a rule of retention says so, and nothing was recorded
    since. None are taken any more.
    """

    NAME: ClassVar[str] = "crm.ContactExpired"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactErased:
    """The person's key was destroyed: all that was personal of them is erased, in what was recorded before, too."""

    NAME: ClassVar[str] = "crm.ContactErased"

    contact_id: str
    """The contact's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "contact_id": self.contact_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            contact_id=data["contact_id"],
            at=from_micros(data["at"]),
        )


ContactCommand = (
    CreateContact
    | ChangeContact
    | MoveContact
    | AssignContact
    | ShareContact
    | UnshareContact
    | ClassifyContact
    | TagContact
    | SetContactFields
    | DismissDuplicate
    | YieldContact
    | ReturnContact
    | AbandonMerge
    | FinishMerge
    | MergeContact
    | AbsorbContact
    | UnmergeContact
    | ReplaceContactCompany
    | GiveBackContactCompany
    | RemoveContact
    | RestoreContact
    | RecordContact
    | ExpireContact
    | EraseContact
)
ContactEvent = (
    ContactCreated
    | ContactChanged
    | ContactMoved
    | ContactAssigned
    | ContactShared
    | ContactUnshared
    | ContactClassified
    | ContactTagged
    | ContactFieldsSet
    | DuplicateDismissed
    | ContactMergeStarted
    | ContactMerged
    | ContactMergeRefused
    | ContactMergeAbandoned
    | ContactAbsorbed
    | ContactMergeFinished
    | ContactParted
    | ContactUnmerged
    | ContactCompanyReplaced
    | ContactCompanyGivenBack
    | ContactRemoved
    | ContactRestored
    | ContactExpired
    | ContactErased
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="contact",
    plural="contacts",
    id_field="contact_id",
    service="contact",
    state=Contact,
    state_version=5,
    commands=(
        CommandContract(cls=CreateContact, verb="create", creates=True, permission="crm.contact.create", internal=False),
        CommandContract(cls=ChangeContact, verb="change", creates=False, permission="crm.contact.change", internal=False),
        CommandContract(cls=MoveContact, verb="move", creates=False, permission="crm.contact.move", internal=False),
        CommandContract(cls=AssignContact, verb="assign", creates=False, permission="crm.contact.assign", internal=False),
        CommandContract(cls=ShareContact, verb="share", creates=False, permission="crm.contact.share", internal=False),
        CommandContract(cls=UnshareContact, verb="unshare", creates=False, permission="crm.contact.unshare", internal=False),
        CommandContract(cls=ClassifyContact, verb="classify", creates=False, permission="crm.contact.classify", internal=False),
        CommandContract(cls=TagContact, verb="tag", creates=False, permission="crm.contact.tag", internal=False),
        CommandContract(cls=SetContactFields, verb="set-fields", creates=False, permission="crm.contact.set-fields", internal=False),
        CommandContract(cls=DismissDuplicate, verb="dismiss-duplicate", creates=False, permission="crm.contact.dismiss-duplicate", internal=False),
        CommandContract(cls=YieldContact, verb="yield", creates=False, permission="crm.contact.yield", internal=True),
        CommandContract(cls=ReturnContact, verb="return", creates=False, permission="crm.contact.return", internal=True),
        CommandContract(cls=AbandonMerge, verb="abandon-merge", creates=False, permission="crm.contact.abandon-merge", internal=True),
        CommandContract(cls=FinishMerge, verb="finish-merge", creates=False, permission="crm.contact.finish-merge", internal=True),
        CommandContract(cls=MergeContact, verb="merge", creates=False, permission="crm.contact.merge", internal=False),
        CommandContract(cls=AbsorbContact, verb="absorb", creates=False, permission="crm.contact.absorb", internal=True),
        CommandContract(cls=UnmergeContact, verb="unmerge", creates=False, permission="crm.contact.unmerge", internal=False),
        CommandContract(cls=ReplaceContactCompany, verb="replace-company", creates=False, permission="crm.contact.replace-company", internal=True),
        CommandContract(cls=GiveBackContactCompany, verb="give-back-company", creates=False, permission="crm.contact.give-back-company", internal=True),
        CommandContract(cls=RemoveContact, verb="remove", creates=False, permission="crm.contact.remove", internal=False),
        CommandContract(cls=RestoreContact, verb="restore", creates=False, permission="crm.contact.restore", internal=False),
        CommandContract(cls=RecordContact, verb="record", creates=True, permission="crm.contact.record", internal=True),
        CommandContract(cls=ExpireContact, verb="expire", creates=False, permission="crm.contact.expire", internal=True),
        CommandContract(cls=EraseContact, verb="erase", creates=True, permission="crm.contact.erase", internal=True),
    ),
    events=(
        ContactCreated,
        ContactChanged,
        ContactMoved,
        ContactAssigned,
        ContactShared,
        ContactUnshared,
        ContactClassified,
        ContactTagged,
        ContactFieldsSet,
        DuplicateDismissed,
        ContactMergeStarted,
        ContactMerged,
        ContactMergeRefused,
        ContactMergeAbandoned,
        ContactAbsorbed,
        ContactMergeFinished,
        ContactParted,
        ContactUnmerged,
        ContactCompanyReplaced,
        ContactCompanyGivenBack,
        ContactRemoved,
        ContactRestored,
        ContactExpired,
        ContactErased,
    ),
    values=(),
    erasure=ContactErased,
)
