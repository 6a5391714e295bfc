"""Generated from schemas/crm/company.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import AggregateContract, CommandContract, Vault
from schemas.generated.common import Money
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
    status: CompanyStatus = CompanyStatus.NEW
    """Whether the company is on file."""

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
            "status": self.status.value,
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
            status=CompanyStatus(data["status"]),
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


CompanyCommand = (
    CreateCompany
    | RenameCompany
    | ChangeCompanyProfile
    | PlaceCompany
    | RemoveCompany
    | RecordCompany
)
CompanyEvent = CompanyCreated | CompanyRenamed | CompanyProfileChanged | CompanyPlaced | CompanyRemoved


CONTRACT = AggregateContract(
    domain="crm",
    aggregate="company",
    plural="companies",
    id_field="company_id",
    service="company",
    state=Company,
    state_version=1,
    commands=(
        CommandContract(cls=CreateCompany, verb="create", creates=True, permission="crm.company.create", internal=False),
        CommandContract(cls=RenameCompany, verb="rename", creates=False, permission="crm.company.rename", internal=False),
        CommandContract(cls=ChangeCompanyProfile, verb="change-profile", creates=False, permission="crm.company.change-profile", internal=False),
        CommandContract(cls=PlaceCompany, verb="place", creates=False, permission="crm.company.place", internal=False),
        CommandContract(cls=RemoveCompany, verb="remove", creates=False, permission="crm.company.remove", internal=False),
        CommandContract(cls=RecordCompany, verb="record", creates=True, permission="crm.company.record", internal=True),
    ),
    events=(
        CompanyCreated,
        CompanyRenamed,
        CompanyProfileChanged,
        CompanyPlaced,
        CompanyRemoved,
    ),
    values=(),
)
