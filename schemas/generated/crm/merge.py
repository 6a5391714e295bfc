"""Generated from schemas/crm/merge.avsc by `python -m schemas.codegen`; do not edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from schemas.contract import Vault


class MergeStatus(StrEnum):
    """How far a merge is."""

    UNKNOWN = "UNKNOWN"
    STARTED = "STARTED"
    ABSORBED = "ABSORBED"
    DONE = "DONE"
    ABANDONED = "ABANDONED"
    UNMERGED = "UNMERGED"

    @classmethod
    def _missing_(cls, value: object) -> "MergeStatus":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A record that was merged into this one, or is about to be."""

    NAME: ClassVar[str] = "crm.Merge"

    other_id: str
    """The other record."""
    take: Mapping[str, str]
    """Whose value stays where both have one, own or other, by field; own where nothing is said."""
    status: MergeStatus
    """How far the merge is."""
    moved: int
    """Records that named it and name this one now."""
    upper: str | None = None
    """Which of two companies stood above the other, own or other, if one did."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "other_id": self.other_id,
            "take": {k: x for k, x in self.take.items()},
            "status": self.status.value,
            "moved": self.moved,
            "upper": self.upper,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            other_id=data["other_id"],
            take=data["take"],
            status=MergeStatus(data["status"]),
            moved=data["moved"],
            upper=data["upper"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What a merge changed of the record, each value as JSON."""

    NAME: ClassVar[str] = "crm.Absorbed"

    other_id: str
    """The other record."""
    field: str
    """What was changed: one of the fields, or of what is listed in it."""
    key: str
    """Which of those that are listed; empty where there is one."""
    before: str | None = None
    """What was there."""
    after: str | None = None
    """What came in its place."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "other_id": self.other_id,
            "field": self.field,
            "key": self.key,
            "before": self.before,
            "after": self.after,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            other_id=data["other_id"],
            field=data["field"],
            key=data["key"],
            before=data["before"],
            after=data["after"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedCompany:
    """A company whose place another took where a record names it."""

    NAME: ClassVar[str] = "crm.ReplacedCompany"

    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    named: bool
    """Whether the record named it."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "by_id": self.by_id,
            "named": self.named,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            by_id=data["by_id"],
            named=data["named"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedLink:
    """A company whose place another took among the links of an activity."""

    NAME: ClassVar[str] = "crm.ReplacedLink"

    company_id: str
    """The company that was merged."""
    by_id: str
    """The company that took its place."""
    linked: bool
    """Whether it was linked to the company."""
    had_link: bool
    """Whether it was linked to the other already."""

    def to_avro(self, vault: Vault) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "by_id": self.by_id,
            "linked": self.linked,
            "had_link": self.had_link,
        }

    @classmethod
    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:
        return cls(
            company_id=data["company_id"],
            by_id=data["by_id"],
            linked=data["linked"],
            had_link=data["had_link"],
        )
