"""The trash: what was removed stays as it was and may be restored, until it is purged, which nothing takes back."""

from datetime import datetime, timedelta

from domains.kernel import Rejected

KEPT = timedelta(days=30)
"""How long what was removed can be restored at least, in business time."""


def must_be_in_trash(noun: str, *, known: bool, removed: bool) -> None:
    """Raises Rejected for a record that cannot be restored: one that was purged, of which nothing is `known` any more,
    or one that nobody removed."""
    if not known:
        raise Rejected(f"{noun}_purged", f"The {noun} was purged and does not come back; create it again.")
    if not removed:
        raise Rejected(f"{noun}_not_removed", f"The {noun} is not in the trash, so that there is nothing to restore.")


def purges(noun: str, removed_at: datetime | None, at: datetime, *, known: bool) -> bool:
    """Whether a purge does anything: not where nothing is left. Raises Rejected for what is not in the trash, or not
    yet for long."""
    if not known:
        return False
    if removed_at is None:
        raise Rejected(f"{noun}_not_removed", f"The {noun} is not in the trash; remove it first.")
    if at - removed_at < KEPT:
        due = removed_at + KEPT
        message = f"The trash is kept for {KEPT.days} days; the {noun} can be purged from {due:%Y-%m-%d %H:%M} UTC on."
        raise Rejected(f"{noun}_kept", message)
    return True
