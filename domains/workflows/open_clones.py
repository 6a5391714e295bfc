"""A copy of a deal is opened, as its original said."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains.crm.deal_lines import asked
from domains.kernel import Workflow
from schemas.generated.crm.deal import CopyDeal, DealCloned


@dataclass(frozen=True, slots=True)
class Nothing:
    """All that is needed stands in the event."""


def keys(event: DealCloned) -> Sequence[str]:
    return [event.clone_id]


def evolve(nothing: Nothing, event: DealCloned, key: str) -> Nothing:
    return nothing


def react(nothing: Nothing, event: DealCloned, key: str) -> Sequence[CopyDeal]:
    copy = CopyDeal(
        deal_id=key,
        from_deal_id=event.deal_id,
        name=event.name,
        owner_id=event.owner_id,
        company_id=event.company_id,
        product_id=event.product_id,
        amount=event.amount,
        place=event.place,
        expected_close_on=event.expected_close_on,
        next_step=event.next_step,
        competitors=event.competitors,
        splits=event.splits,
        contacts=event.contacts,
        custom=event.custom,
        price_book_id=event.price_book_id,
        book_currency=event.book_currency,
        lines=tuple(asked(each) for each in event.lines),
        conversion=event.conversion,
        at=event.at,
    )
    return [copy]


WORKFLOW: Workflow[Nothing] = Workflow("open_clones", (DealCloned,), keys, Nothing, Nothing(), evolve, react)
