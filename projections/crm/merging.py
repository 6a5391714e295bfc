"""Merges of records, and how far each is, as the record tells it that takes the other's place."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.generated.crm.merge import MergeStatus


@dataclass(frozen=True, slots=True)
class MergeRow:
    """`moved` are the records that named the other and name this one now."""

    record_id: str
    other_id: str
    status: MergeStatus
    take: Mapping[str, str]
    moved: int


def pair(record: str, other: str) -> str:
    """The two of them: a record takes the place of another once at a time."""
    return f"{record}/{other}"


def begun(record: str, other: str, take: Mapping[str, str]) -> MergeRow:
    return MergeRow(record, other, MergeStatus.STARTED, take, 0)
