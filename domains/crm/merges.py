"""How a record takes the place of another, and gives it back, whichever kind of record it is: what the merges of
contacts and those of companies have in common. The one that stays knows how far each of its merges is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from domains.checks import LONGEST_ID, text
from domains.kernel import Rejected
from schemas.generated.crm.merge import Merge, MergeStatus

MOST = 50
"""Records whose place one has taken."""


class Merging(Protocol):
    """A record that takes part in merges."""

    @property
    def merges(self) -> tuple[Merge, ...]: ...
    @property
    def merged_into(self) -> str | None: ...
    @property
    def declined(self) -> str | None: ...


def to_start(noun: str, id: str, other_id: str, record: Merging) -> str:
    """The record whose place is to be taken. Raises Rejected(same_record, already_merged, too_many_merges)."""
    other = text(other_id, "other_id", LONGEST_ID)
    if other == id:
        raise Rejected("same_record", f"A {noun} cannot be merged with itself; name another one.", "other_id")
    if merge_with(record, other) is not None:
        raise Rejected("already_merged", f"The other {noun} was merged into this one already.", "other_id")
    if len(record.merges) >= MOST:
        raise Rejected("too_many_merges", f"A {noun} takes the place of {MOST} others at most.", "other_id")
    return other


def to_unmerge(noun: str, other_id: str, record: Merging) -> str:
    """The record that is to have its place back. Raises Rejected(not_merged, merge_running)."""
    other = text(other_id, "other_id", LONGEST_ID)
    merge = merge_with(record, other)
    if merge is None:
        raise Rejected("not_merged", f"The other {noun} was not merged into this one.", "other_id")
    if merge.status is MergeStatus.STARTED:
        raise Rejected("merge_running", "The merge has only begun; try again in a moment.", "other_id")
    return other


def merge_with(record: Merging, other: str, status: MergeStatus | None = None) -> Merge | None:
    """How far the merge with a record is, if there is one and it is that far."""
    found = next((each for each in record.merges if each.other_id == other), None)
    return None if found is None or status not in (None, found.status) else found


def running(record: Merging) -> bool:
    """Whether a merge has begun of which nobody knows yet what comes of it."""
    return any(each.status is MergeStatus.STARTED for each in record.merges)


def declined(into_id: str, at: datetime) -> str:
    """Tells the merges apart that a record took no part in, so that each is refused once."""
    return f"{into_id} {at.isoformat()}"


def but(merges: Sequence[Merge], other: str) -> tuple[Merge, ...]:
    return tuple(each for each in merges if each.other_id != other)


def at_status(merges: Sequence[Merge], other: str, status: MergeStatus, moved: int = 0) -> tuple[Merge, ...]:
    return tuple(replace(each, status=status, moved=moved) if each.other_id == other else each for each in merges)


def whom(name: str) -> dict[str, str | None]:
    """Whom a record is shared with, as commands and events name them."""
    kind, _, id = name.partition(":")
    return {"user_id": id if kind == "user" else None, "team_id": id if kind == "team" else None}
