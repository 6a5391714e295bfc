"""Why a tenant's deals are won and lost, for what an import says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.generated.common import DealOutcome, ListedReason


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of the tenant's list, retired ones among them, by outcome and by what they are known by: their name,
    in small letters, or their id."""

    known: Mapping[tuple[DealOutcome, str], ListedReason] = field(
        default_factory=dict[tuple[DealOutcome, str], ListedReason]
    )

    def of(self, outcome: DealOutcome, said: str | None) -> tuple[ListedReason, ...]:
        """The one that a row means, if it is on the list."""
        found = self.known.get((outcome, "" if said is None else said.strip().casefold()))
        return () if found is None else (found,)


NONE: Final = Reasons()


def reasons(listed: Iterable[ListedReason]) -> Reasons:
    """Of two that are called the same, that which is not retired; a name goes before an id."""
    known: dict[tuple[DealOutcome, str], ListedReason] = {}
    for each in sorted(listed, key=lambda each: each.retired):
        known.setdefault((each.outcome, each.name.casefold()), each)
        known.setdefault((each.outcome, each.reason_id.casefold()), each)
    return Reasons(known)
