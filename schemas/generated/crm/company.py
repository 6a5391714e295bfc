"""Generated from schemas/crm/company.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import ContactPoint
from schemas.generated.common import CustomValue
from schemas.generated.common import Money
from schemas.generated.common import PostalAddress
from schemas.generated.crm.merge import Absorbed
from schemas.generated.crm.merge import Merge
from schemas.generated.crm.merge import ReplacedCompany
from schemas.wire import from_micros, to_micros


class CompanyStatus(StrEnum):
    """Whether a company is on file."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"

    @classmethod
    def _missing_(cls, value: object) -> "CompanyStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An organisation that buys, or might."""

    NAME: ClassVar[str] = "crm.Company"

    company_id: str = ''
    """The company's id; empty while it does not exist."""
    name: str = ''
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    owner_id: str | None = None
    """The user who owns the company."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along the company is, such as lead or customer."""
    source: str | None = None
    """Where the company came from, such as a trade fair."""
    tags: tuple[str, ...] = ()
    """Words to find it by, in order."""
    status: CompanyStatus = CompanyStatus.NEW
    """Whether the company is on file."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    removed_at: datetime | None = None
    """Since when it is in the trash."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] = ()
    """Its domains on the internet, in small letters and in Unicode, the primary one first."""
    phone: str | None = None
    """Its primary telephone number, as E.164 has it."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post."""
    merged_into: str | None = None
    """The company that took its place, as both are one."""
    declined: str | None = None
    """The merge that it last took no part in: the other company, and when."""
    merges: tuple[Merge, ...] = ()
    """The companies whose place it took, or is about to take."""
    absorbed: tuple[Absorbed, ...] = ()
    """What merges changed of it."""
    parents_replaced: tuple[ReplacedCompany, ...] = ()
    """The companies whose place others took as the one it is a subsidiary of."""
    apart: tuple[str, ...] = ()
    """Companies of which it was said that they are not the same one."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "status": self.status.value,
            "custom": [x.to_avro(vault) for x in self.custom],
            "removed_at": None if self.removed_at is None else to_micros(self.removed_at),
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "merged_into": self.merged_into,
            "declined": self.declined,
            "merges": [x.to_avro(vault) for x in self.merges],
            "absorbed": [x.to_avro(vault) for x in self.absorbed],
            "parents_replaced": [x.to_avro(vault) for x in self.parents_replaced],
            "apart": list(self.apart),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            status=CompanyStatus(data["status"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            removed_at=None if (v := data["removed_at"]) is None else from_micros(v),
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=tuple(data["domains"]),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            merged_into=data["merged_into"],
            declined=data["declined"],
            merges=tuple(Merge.from_avro(x, vault) for x in data["merges"]),
            absorbed=tuple(Absorbed.from_avro(x, vault) for x in data["absorbed"]),
            parents_replaced=tuple(ReplacedCompany.from_avro(x, vault) for x in data["parents_replaced"]),
            apart=tuple(data["apart"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCompany:
    """Puts a company on file."""

    NAME: ClassVar[str] = "crm.CreateCompany"

    company_id: str
    """The company's id."""
    name: str
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    owner_id: str | None = None
    """The user who owns the company; nobody, if it is left out."""
    custom: tuple[CustomValue, ...] = ()
    """Values of fields that the tenant defined, by key."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domain: str | None = None
    """Its primary domain, such as umbra.example; it takes the place of the one before."""
    domains: tuple[str, ...] | None = None
    """All of its domains, the primary one first; left out, the known ones stay."""
    phone: str | None = None
    """Its primary telephone number; it takes the place of the one before."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers; left out, the known ones stay."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post; left out, the known addresses stay."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "owner_id": self.owner_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domain": self.domain,
            "domains": None if self.domains is None else list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            owner_id=data["owner_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domain=data["domain"],
            domains=None if (v := data["domains"]) is None else tuple(v),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameCompany:
    """Gives the company another name."""

    NAME: ClassVar[str] = "crm.RenameCompany"

    company_id: str
    """The company's id."""
    name: str
    """The company's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCompanyProfile:
    """Replaces what is known of the company."""

    NAME: ClassVar[str] = "crm.ChangeCompanyProfile"

    company_id: str
    """The company's id."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domain: str | None = None
    """Its primary domain, such as umbra.example; it takes the place of the one before."""
    domains: tuple[str, ...] | None = None
    """All of its domains, the primary one first; left out, the known ones stay."""
    phone: str | None = None
    """Its primary telephone number; it takes the place of the one before."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers; left out, the known ones stay."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post; left out, the known addresses stay."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domain": self.domain,
            "domains": None if self.domains is None else list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domain=data["domain"],
            domains=None if (v := data["domains"]) is None else tuple(v),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCompany:
    """Puts the company under a parent, or under none."""

    NAME: ClassVar[str] = "crm.PlaceCompany"

    company_id: str
    """The company's id."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCompany:
    """Passes the company to another owner, or to nobody."""

    NAME: ClassVar[str] = "crm.AssignCompany"

    company_id: str
    """The company's id."""
    owner_id: str | None = None
    """The user who owns the company; nobody, if it is left out."""
    from_owner_id: str | None = None
    """Pass it only while this user still owns it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "from_owner_id": self.from_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            from_owner_id=data["from_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCompany:
    """Shares the company with a user or a team, who need not be its owner's."""

    NAME: ClassVar[str] = "crm.ShareCompany"

    company_id: str
    """The company's id."""
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
            "company_id": self.company_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnshareCompany:
    """Ends the sharing with a user or a team."""

    NAME: ClassVar[str] = "crm.UnshareCompany"

    company_id: str
    """The company's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyCompany:
    """Says how far along the company is, and where it came from."""

    NAME: ClassVar[str] = "crm.ClassifyCompany"

    company_id: str
    """The company's id."""
    lifecycle: str | None = None
    """How far along the company is, such as lead or customer."""
    source: str | None = None
    """Where the company came from, such as a trade fair."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "lifecycle": self.lifecycle,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            lifecycle=data["lifecycle"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCompany:
    """Adds tags and removes others."""

    NAME: ClassVar[str] = "crm.TagCompany"

    company_id: str
    """The company's id."""
    add: tuple[str, ...] = ()
    """Tags that come."""
    remove: tuple[str, ...] = ()
    """Tags that go."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "add": list(self.add),
            "remove": list(self.remove),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            add=tuple(data["add"]),
            remove=tuple(data["remove"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCompanyFields:
    """Sets values of fields that the tenant defined; the others stay, and null takes one away."""

    NAME: ClassVar[str] = "crm.SetCompanyFields"

    company_id: str
    """The company's id."""
    custom: tuple[CustomValue, ...] = ()
    """Values by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissCompanyDuplicate:
    """Says that another company is not the same one, however alike they are."""

    NAME: ClassVar[str] = "crm.DismissCompanyDuplicate"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldCompany:
    """Gives its place to another company, which is the same one."""

    NAME: ClassVar[str] = "crm.YieldCompany"

    company_id: str
    """The company's id."""
    into_id: str
    """The company that takes its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "into_id": self.into_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            into_id=data["into_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCompany:
    """Comes back from the company that took its place."""

    NAME: ClassVar[str] = "crm.ReturnCompany"

    company_id: str
    """The company's id."""
    from_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "from_id": self.from_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            from_id=data["from_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonCompanyMerge:
    """Takes in that the other company does not give its place."""

    NAME: ClassVar[str] = "crm.AbandonCompanyMerge"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCompanyMerge:
    """Takes in that all that belonged to the other company belongs to this one."""

    NAME: ClassVar[str] = "crm.FinishCompanyMerge"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    moved: int
    """Contacts, deals, companies and activities that named the other."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "moved": self.moved,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            moved=data["moved"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCompany:
    """Takes the place of another company, which is the same one: its values, its contacts, its deals, its
    subsidiaries, its activities, its shares.
    """

    NAME: ClassVar[str] = "crm.MergeCompany"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    take: Mapping[str, str] = field(default_factory=dict[str, str])
    """Whose value stays where both have one, own or other, by field: name, sector, year_established, revenue,
    employees, location, website, linkedin, registration_number, vat_number, description, domain, phone, address,
    parent_id, owner_id, lifecycle, source, custom or custom.<key>; own where nothing is said.
    """
    upper: str | None = None
    """Which of the two stands above the other, own or other, if one does; the gateway fills it in."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "take": {k: x for k, x in self.take.items()},
            "upper": self.upper,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            take=data["take"],
            upper=data["upper"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsorbCompany:
    """Takes over what the other company holds."""

    NAME: ClassVar[str] = "crm.AbsorbCompany"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    name: str
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    owner_id: str | None = None
    """The user who owns the company."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along the company is, such as lead or customer."""
    source: str | None = None
    """Where the company came from, such as a trade fair."""
    tags: tuple[str, ...] = ()
    """Words to find it by, in order."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] = ()
    """Its domains on the internet, in small letters and in Unicode, the primary one first."""
    phone: str | None = None
    """Its primary telephone number, as E.164 has it."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "custom": [x.to_avro(vault) for x in self.custom],
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=tuple(data["domains"]),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeCompany:
    """Gives a company that was merged its place back, with all that came from it and was not changed since."""

    NAME: ClassVar[str] = "crm.UnmergeCompany"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceParent:
    """Names the company that took another's place, as both are one."""

    NAME: ClassVar[str] = "crm.ReplaceParent"

    company_id: str
    """The company's id."""
    parent_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackParent:
    """Names a company again whose place another had taken."""

    NAME: ClassVar[str] = "crm.GiveBackParent"

    company_id: str
    """The company's id."""
    parent_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCompany:
    """Takes the company off file."""

    NAME: ClassVar[str] = "crm.RemoveCompany"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreCompany:
    """Takes the company out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.RestoreCompany"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeCompany:
    """Empties the trash of the company, which cannot be restored then; 30 days after it was removed at the earliest."""

    NAME: ClassVar[str] = "crm.PurgeCompany"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCompany:
    """Makes the company what an imported row says, whether new or known."""

    NAME: ClassVar[str] = "crm.RecordCompany"

    company_id: str
    """The company's id."""
    name: str
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] | None = None
    """Its domains, the primary one first; those that are known stay behind them."""
    phone: str | None = None
    """Its primary telephone number; it takes the place of the one before."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": None if self.domains is None else list(self.domains),
            "phone": self.phone,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=None if (v := data["domains"]) is None else tuple(v),
            phone=data["phone"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyCreated:
    """A company was put on file."""

    NAME: ClassVar[str] = "crm.CompanyCreated"

    company_id: str
    """The company's id."""
    name: str
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    owner_id: str | None = None
    """The user who owns the company; nobody, if it is left out."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] = ()
    """Its domains on the internet, in small letters and in Unicode, the primary one first."""
    phone: str | None = None
    """Its primary telephone number, as E.164 has it."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "owner_id": self.owner_id,
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            owner_id=data["owner_id"],
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=tuple(data["domains"]),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRenamed:
    """The company has another name."""

    NAME: ClassVar[str] = "crm.CompanyRenamed"

    company_id: str
    """The company's id."""
    name: str
    """The company's name."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "name": self.name,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            name=data["name"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyProfileChanged:
    """What is known of the company was replaced."""

    NAME: ClassVar[str] = "crm.CompanyProfileChanged"

    company_id: str
    """The company's id."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] = ()
    """Its domains on the internet, in small letters and in Unicode, the primary one first."""
    phone: str | None = None
    """Its primary telephone number, as E.164 has it."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=tuple(data["domains"]),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPlaced:
    """The company has another parent, or none."""

    NAME: ClassVar[str] = "crm.CompanyPlaced"

    company_id: str
    """The company's id."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyAssigned:
    """The company passed to another owner, or to nobody."""

    NAME: ClassVar[str] = "crm.CompanyAssigned"

    company_id: str
    """The company's id."""
    owner_id: str | None = None
    """The user who owns the company."""
    previous_owner_id: str | None = None
    """The user who owned it before."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "owner_id": self.owner_id,
            "previous_owner_id": self.previous_owner_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            owner_id=data["owner_id"],
            previous_owner_id=data["previous_owner_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyShared:
    """The company was shared with a user or a team."""

    NAME: ClassVar[str] = "crm.CompanyShared"

    company_id: str
    """The company's id."""
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
            "company_id": self.company_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "change": self.change,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            change=data["change"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyUnshared:
    """The company is no longer shared with a user or a team."""

    NAME: ClassVar[str] = "crm.CompanyUnshared"

    company_id: str
    """The company's id."""
    user_id: str | None = None
    """The user it is shared with."""
    team_id: str | None = None
    """The team it is shared with, if it is not a user."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "user_id": self.user_id,
            "team_id": self.team_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            user_id=data["user_id"],
            team_id=data["team_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyClassified:
    """It was said how far along the company is, and where it came from."""

    NAME: ClassVar[str] = "crm.CompanyClassified"

    company_id: str
    """The company's id."""
    lifecycle: str | None = None
    """How far along the company is, such as lead or customer."""
    source: str | None = None
    """Where the company came from, such as a trade fair."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "lifecycle": self.lifecycle,
            "source": self.source,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            lifecycle=data["lifecycle"],
            source=data["source"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyTagged:
    """The company bears other tags."""

    NAME: ClassVar[str] = "crm.CompanyTagged"

    company_id: str
    """The company's id."""
    tags: tuple[str, ...]
    """All tags that it bears now."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "tags": list(self.tags),
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            tags=tuple(data["tags"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFieldsSet:
    """Fields that the tenant defined hold other values."""

    NAME: ClassVar[str] = "crm.CompanyFieldsSet"

    company_id: str
    """The company's id."""
    custom: tuple[CustomValue, ...] = ()
    """All that the record holds in them now, by key."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "custom": [x.to_avro(vault) for x in self.custom],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDuplicateDismissed:
    """Another company was said not to be the same one."""

    NAME: ClassVar[str] = "crm.CompanyDuplicateDismissed"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMergeStarted:
    """Another company, which is the same one, is about to be merged into this one."""

    NAME: ClassVar[str] = "crm.CompanyMergeStarted"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    take: Mapping[str, str]
    """Whose value stays where both have one, own or other, by field: name, sector, year_established, revenue,
    employees, location, website, linkedin, registration_number, vat_number, description, domain, phone, address,
    parent_id, owner_id, lifecycle, source, custom or custom.<key>; own where nothing is said.
    """
    upper: str | None = None
    """Which of the two stands above the other, own or other, if one does."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "take": {k: x for k, x in self.take.items()},
            "upper": self.upper,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            take=data["take"],
            upper=data["upper"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMerged:
    """The company was merged into another; this is what it held."""

    NAME: ClassVar[str] = "crm.CompanyMerged"

    company_id: str
    """The company's id."""
    into_id: str
    """The company that took its place."""
    name: str
    """The company's name."""
    sector: str | None = None
    """The line of business."""
    year_established: int | None = None
    """The year it was founded."""
    revenue: Money | None = None
    """Revenue in a year."""
    employees: int | None = None
    """How many people work there."""
    location: str | None = None
    """The country of its head office."""
    parent_id: str | None = None
    """The company this one is a subsidiary of."""
    owner_id: str | None = None
    """The user who owns the company."""
    readers: tuple[str, ...] = ()
    """With whom it is shared, as user:<id> and team:<id>."""
    editors: tuple[str, ...] = ()
    """Those of the readers who may change it."""
    lifecycle: str | None = None
    """How far along the company is, such as lead or customer."""
    source: str | None = None
    """Where the company came from, such as a trade fair."""
    tags: tuple[str, ...] = ()
    """Words to find it by, in order."""
    custom: tuple[CustomValue, ...] = ()
    """What it holds in fields that the tenant defined, by key."""
    website: str | None = None
    """The address of its website."""
    linkedin: str | None = None
    """The address of its page at LinkedIn."""
    registration_number: str | None = None
    """Its number in the register of companies."""
    vat_number: str | None = None
    """Its VAT number, in capital letters and digits, such as DE123456789."""
    description: str | None = None
    """What it does, in some sentences."""
    domains: tuple[str, ...] = ()
    """Its domains on the internet, in small letters and in Unicode, the primary one first."""
    phone: str | None = None
    """Its primary telephone number, as E.164 has it."""
    phones: tuple[ContactPoint, ...] | None = None
    """All of its telephone numbers, where `phone` does not say it all."""
    addresses: tuple[PostalAddress, ...] | None = None
    """Where it gets post."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "into_id": self.into_id,
            "name": self.name,
            "sector": self.sector,
            "year_established": self.year_established,
            "revenue": None if self.revenue is None else self.revenue.to_avro(vault),
            "employees": self.employees,
            "location": self.location,
            "parent_id": self.parent_id,
            "owner_id": self.owner_id,
            "readers": list(self.readers),
            "editors": list(self.editors),
            "lifecycle": self.lifecycle,
            "source": self.source,
            "tags": list(self.tags),
            "custom": [x.to_avro(vault) for x in self.custom],
            "website": self.website,
            "linkedin": self.linkedin,
            "registration_number": self.registration_number,
            "vat_number": self.vat_number,
            "description": self.description,
            "domains": list(self.domains),
            "phone": self.phone,
            "phones": None if self.phones is None else [x.to_avro(vault) for x in self.phones],
            "addresses": None if self.addresses is None else [x.to_avro(vault) for x in self.addresses],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            into_id=data["into_id"],
            name=data["name"],
            sector=data["sector"],
            year_established=data["year_established"],
            revenue=None if (v := data["revenue"]) is None else Money.from_avro(v, vault),
            employees=data["employees"],
            location=data["location"],
            parent_id=data["parent_id"],
            owner_id=data["owner_id"],
            readers=tuple(data["readers"]),
            editors=tuple(data["editors"]),
            lifecycle=data["lifecycle"],
            source=data["source"],
            tags=tuple(data["tags"]),
            custom=tuple(CustomValue.from_avro(x, vault) for x in data["custom"]),
            website=data["website"],
            linkedin=data["linkedin"],
            registration_number=data["registration_number"],
            vat_number=data["vat_number"],
            description=data["description"],
            domains=tuple(data["domains"]),
            phone=data["phone"],
            phones=None if (v := data["phones"]) is None else tuple(ContactPoint.from_avro(x, vault) for x in v),
            addresses=None if (v := data["addresses"]) is None else tuple(PostalAddress.from_avro(x, vault) for x in v),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMergeRefused:
    """The company could not be merged into another: it is gone, or takes part in another merge."""

    NAME: ClassVar[str] = "crm.CompanyMergeRefused"

    company_id: str
    """The company's id."""
    into_id: str
    """The company that would have taken its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "into_id": self.into_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            into_id=data["into_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMergeAbandoned:
    """Nothing came of a merge."""

    NAME: ClassVar[str] = "crm.CompanyMergeAbandoned"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyAbsorbed:
    """Another company was merged into this one; what that changed of it is told by the events that follow."""

    NAME: ClassVar[str] = "crm.CompanyAbsorbed"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    changes: tuple[Absorbed, ...] = ()
    """What is changed, to be taken back if they are told apart again."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "changes": [x.to_avro(vault) for x in self.changes],
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            changes=tuple(Absorbed.from_avro(x, vault) for x in data["changes"]),
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMergeFinished:
    """All that belonged to the other company belongs to this one."""

    NAME: ClassVar[str] = "crm.CompanyMergeFinished"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    moved: int
    """Contacts, deals, companies and activities that named the other."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "moved": self.moved,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            moved=data["moved"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyParted:
    """A company that was merged into this one has its place back; what came from it and was not changed since goes."""

    NAME: ClassVar[str] = "crm.CompanyParted"

    company_id: str
    """The company's id."""
    other_id: str
    """The other company."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "other_id": self.other_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            other_id=data["other_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyUnmerged:
    """The company has its place back, as it was."""

    NAME: ClassVar[str] = "crm.CompanyUnmerged"

    company_id: str
    """The company's id."""
    from_id: str
    """The company that had taken its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "from_id": self.from_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            from_id=data["from_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentReplaced:
    """A company was merged into another, which the company names from now on; the event that follows tells how."""

    NAME: ClassVar[str] = "crm.ParentReplaced"

    company_id: str
    """The company's id."""
    parent_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    named: bool
    """Whether the company named it."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "by_id": self.by_id,
            "named": self.named,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            by_id=data["by_id"],
            named=data["named"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentGivenBack:
    """A company was told apart again from the one that had taken its place."""

    NAME: ClassVar[str] = "crm.ParentGivenBack"

    company_id: str
    """The company's id."""
    parent_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "parent_id": self.parent_id,
            "by_id": self.by_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            parent_id=data["parent_id"],
            by_id=data["by_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRemoved:
    """The company was taken off file."""

    NAME: ClassVar[str] = "crm.CompanyRemoved"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRestored:
    """The company was taken out of the trash, as it was."""

    NAME: ClassVar[str] = "crm.CompanyRestored"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyPurged:
    """The trash was emptied of the company."""

    NAME: ClassVar[str] = "crm.CompanyPurged"

    company_id: str
    """The company's id."""
    at: datetime
    """Business time: when this took place in the world, which may be long before it was recorded."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "at": to_micros(self.at),
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            at=from_micros(data["at"]),
        )


CompanyCommand = (
    CreateCompany
    | RenameCompany
    | ChangeCompanyProfile
    | PlaceCompany
    | AssignCompany
    | ShareCompany
    | UnshareCompany
    | ClassifyCompany
    | TagCompany
    | SetCompanyFields
    | DismissCompanyDuplicate
    | YieldCompany
    | ReturnCompany
    | AbandonCompanyMerge
    | FinishCompanyMerge
    | MergeCompany
    | AbsorbCompany
    | UnmergeCompany
    | ReplaceParent
    | GiveBackParent
    | RemoveCompany
    | RestoreCompany
    | PurgeCompany
    | RecordCompany
)
CompanyEvent = (
    CompanyCreated
    | CompanyRenamed
    | CompanyProfileChanged
    | CompanyPlaced
    | CompanyAssigned
    | CompanyShared
    | CompanyUnshared
    | CompanyClassified
    | CompanyTagged
    | CompanyFieldsSet
    | CompanyDuplicateDismissed
    | CompanyMergeStarted
    | CompanyMerged
    | CompanyMergeRefused
    | CompanyMergeAbandoned
    | CompanyAbsorbed
    | CompanyMergeFinished
    | CompanyParted
    | CompanyUnmerged
    | ParentReplaced
    | ParentGivenBack
    | CompanyRemoved
    | CompanyRestored
    | CompanyPurged
)


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="company",
    plural="companies",
    id_field="company_id",
    service="company",
    state=Company,
    state_version=6,
    commands=(
        CommandContract(cls=CreateCompany, verb="create", creates=True, permission="crm.company.create", internal=False),
        CommandContract(cls=RenameCompany, verb="rename", creates=False, permission="crm.company.rename", internal=False),
        CommandContract(cls=ChangeCompanyProfile, verb="change-profile", creates=False, permission="crm.company.change-profile", internal=False),
        CommandContract(cls=PlaceCompany, verb="place", creates=False, permission="crm.company.place", internal=False),
        CommandContract(cls=AssignCompany, verb="assign", creates=False, permission="crm.company.assign", internal=False),
        CommandContract(cls=ShareCompany, verb="share", creates=False, permission="crm.company.share", internal=False),
        CommandContract(cls=UnshareCompany, verb="unshare", creates=False, permission="crm.company.unshare", internal=False),
        CommandContract(cls=ClassifyCompany, verb="classify", creates=False, permission="crm.company.classify", internal=False),
        CommandContract(cls=TagCompany, verb="tag", creates=False, permission="crm.company.tag", internal=False),
        CommandContract(cls=SetCompanyFields, verb="set-fields", creates=False, permission="crm.company.set-fields", internal=False),
        CommandContract(cls=DismissCompanyDuplicate, verb="dismiss-duplicate", creates=False, permission="crm.company.dismiss-duplicate", internal=False),
        CommandContract(cls=YieldCompany, verb="yield", creates=False, permission="crm.company.yield", internal=True),
        CommandContract(cls=ReturnCompany, verb="return", creates=False, permission="crm.company.return", internal=True),
        CommandContract(cls=AbandonCompanyMerge, verb="abandon-merge", creates=False, permission="crm.company.abandon-merge", internal=True),
        CommandContract(cls=FinishCompanyMerge, verb="finish-merge", creates=False, permission="crm.company.finish-merge", internal=True),
        CommandContract(cls=MergeCompany, verb="merge", creates=False, permission="crm.company.merge", internal=False),
        CommandContract(cls=AbsorbCompany, verb="absorb", creates=False, permission="crm.company.absorb", internal=True),
        CommandContract(cls=UnmergeCompany, verb="unmerge", creates=False, permission="crm.company.unmerge", internal=False),
        CommandContract(cls=ReplaceParent, verb="replace-parent", creates=False, permission="crm.company.replace-parent", internal=True),
        CommandContract(cls=GiveBackParent, verb="give-back-parent", creates=False, permission="crm.company.give-back-parent", internal=True),
        CommandContract(cls=RemoveCompany, verb="remove", creates=False, permission="crm.company.remove", internal=False),
        CommandContract(cls=RestoreCompany, verb="restore", creates=False, permission="crm.company.restore", internal=False),
        CommandContract(cls=PurgeCompany, verb="purge", creates=False, permission="crm.company.purge", internal=False),
        CommandContract(cls=RecordCompany, verb="record", creates=True, permission="crm.company.record", internal=True),
    ),
    events=(
        CompanyCreated,
        CompanyRenamed,
        CompanyProfileChanged,
        CompanyPlaced,
        CompanyAssigned,
        CompanyShared,
        CompanyUnshared,
        CompanyClassified,
        CompanyTagged,
        CompanyFieldsSet,
        CompanyDuplicateDismissed,
        CompanyMergeStarted,
        CompanyMerged,
        CompanyMergeRefused,
        CompanyMergeAbandoned,
        CompanyAbsorbed,
        CompanyMergeFinished,
        CompanyParted,
        CompanyUnmerged,
        ParentReplaced,
        ParentGivenBack,
        CompanyRemoved,
        CompanyRestored,
        CompanyPurged,
    ),
    values=(),
)
