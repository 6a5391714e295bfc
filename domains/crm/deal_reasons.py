"""Why a deal is won or lost: what is said of it, and which reason of the tenant's list that is."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.kernel import Rejected
from schemas.generated.common import DealOutcome, ListedReason


@dataclass(frozen=True, slots=True)
class Said:
    """What a reason is called, and if it is one of the tenant's list, which, at which version."""

    name: str
    reason_id: str | None = None
    version: int | None = None


def reason_of(said: str, outcome: DealOutcome, own: Sequence[str], reasons: Sequence[ListedReason]) -> Said:
    """One of the pipeline's own reasons, in whatever case, where it has any; or else one of the tenant's list, by its
    name or its id; where there is none on that either, whatever is said. Raises Rejected(reason_unknown,
    reason_retired)."""
    if own:
        its = next((each for each in own if each.casefold() == said.casefold()), None)
        if its is None:
            raise _unknown(own)
        return Said(its)
    listed = [each for each in reasons if each.outcome is outcome]
    found = named(said, listed)
    if found is None:
        live = [each.name for each in listed if not each.retired]
        if live:
            raise _unknown(live)
        return Said(said)
    if found.retired:
        message = f"No deal is closed for {found.name} any more; name another reason, or restore it."
        raise Rejected("reason_retired", message, "reason")
    return Said(found.name, found.reason_id, found.version)


def told_as(said: str, outcome: DealOutcome, reasons: Sequence[ListedReason]) -> Said:
    """What a file says, which tells what was: one of the tenant's list, retired or not, or else what it says."""
    found = named(said, [each for each in reasons if each.outcome is outcome])
    return Said(said) if found is None else Said(found.name, found.reason_id, found.version)


def named(said: str, reasons: Sequence[ListedReason]) -> ListedReason | None:
    """The one of these reasons that is called so, in whatever case, or has this id; should two be called so, the one
    that is not retired."""
    listed = sorted(reasons, key=lambda each: each.retired)
    by_name = next((each for each in listed if each.name.casefold() == said.casefold()), None)
    return by_name or next((each for each in listed if each.reason_id == said), None)


def _unknown(known: Sequence[str]) -> Rejected:
    return Rejected("reason_unknown", f"The reason is one of {', '.join(known)}; name one of these.", "reason")
