"""Records that are alike and not the same one: of which others a record was told apart, whichever kind of record it
is."""

from collections.abc import Collection

from domains.checks import LONGEST_ID, text
from domains.kernel import Rejected

MOST = 1000
"""Records that one is told apart from."""


def to_dismiss(noun: str, id: str, other_id: str, apart: Collection[str]) -> str | None:
    """The record that another is told apart from; None where that was said before. Raises Rejected(same_record,
    too_many_dismissed)."""
    other = text(other_id, "other_id", LONGEST_ID)
    if other == id:
        raise Rejected("same_record", f"A {noun} is no duplicate of itself; name another one.", "other_id")
    if other in apart:
        return None
    if len(apart) >= MOST:
        raise Rejected("too_many_dismissed", f"A {noun} is told from {MOST} others at most.", "other_id")
    return other
