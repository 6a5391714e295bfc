"""Whose say in a deal is whose while contacts are merged who have one, and which company would buy while companies are.

Each role is by itself: of what the contact who stays has, some came of merges, and goes with the one that it came of.
The functions give the events of a command.
"""

from collections.abc import Iterable, Sequence

from domains.crm import company_replaced
from schemas.generated.crm.deal import (
    Deal,
    DealChanged,
    DealCompanyGivenBack,
    DealCompanyReplaced,
    DealContactDropped,
    DealContactGivenBack,
    DealContactReplaced,
    DealContactSet,
    DealEvent,
    DealRole,
    GiveBackDealCompany,
    GiveBackDealContact,
    ReplaceDealCompany,
    ReplaceDealContact,
    ReplacedOnDeal,
)


def replaced(command: ReplaceDealContact, deal: Deal) -> Sequence[DealEvent]:
    """Whoever was merged into another is on the deal no more, and the other has what say they had, too."""
    contact, by, at = command.contact_id, command.by_id, command.at
    said, held = _roles(deal, contact), _roles(deal, by)
    if contact == by or (not said and _known(deal, contact, by) is not None):
        return []
    own = _own(deal, by)
    id, both = deal.deal_id, _ordered((*said, *held))
    events: list[DealEvent] = [
        DealContactReplaced(deal_id=id, contact_id=contact, by_id=by, roles=said, had=own, at=at)
    ]
    if said:
        events.append(DealContactDropped(deal_id=id, contact_id=contact, at=at))
    if both != held:
        events.append(DealContactSet(deal_id=id, contact_id=by, roles=both, at=at))
    return events


def given_back(command: GiveBackDealContact, deal: Deal) -> Sequence[DealEvent]:
    """Whoever is told apart from another again has their say again, but for what somebody has taken away since."""
    contact, by, at = command.contact_id, command.by_id, command.at
    known = _known(deal, contact, by)
    if known is None:
        return []
    id, now = deal.deal_id, _roles(deal, by)
    others = {role for each in _into(deal, by) if each != known for role in each.roles}
    left = tuple(role for role in now if role not in known.roles or role in known.had or role in others)
    back = tuple(role for role in now if role in known.roles)
    events: list[DealEvent] = [DealContactGivenBack(deal_id=id, contact_id=contact, by_id=by, at=at)]
    if now and not left:
        events.append(DealContactDropped(deal_id=id, contact_id=by, at=at))
    elif left != now:
        events.append(DealContactSet(deal_id=id, contact_id=by, roles=left, at=at))
    if back:
        roles = _ordered((*back, *_roles(deal, contact)))
        events.append(DealContactSet(deal_id=id, contact_id=contact, roles=roles, at=at))
    return events


def company_replaced_by(command: ReplaceDealCompany, deal: Deal) -> Sequence[DealEvent]:
    company, by, at = command.company_id, command.by_id, command.at
    if not company_replaced.replaces(deal.companies_replaced, company, by, deal.company_id):
        return []
    named = deal.company_id == company
    told = DealCompanyReplaced(deal_id=deal.deal_id, company_id=company, by_id=by, named=named, at=at)
    return [told, *(_of(deal, by, command) if named else ())]


def company_given_back(command: GiveBackDealCompany, deal: Deal) -> Sequence[DealEvent]:
    company, by, noted = command.company_id, command.by_id, deal.companies_replaced
    if company_replaced.known(noted, company, by) is None:
        return []
    told = DealCompanyGivenBack(deal_id=deal.deal_id, company_id=company, by_id=by, at=command.at)
    back = company_replaced.gives_back(noted, company, by, deal.company_id)
    return [told, *(_of(deal, company, command) if back else ())]


def _of(deal: Deal, company: str, command: ReplaceDealCompany | GiveBackDealCompany) -> Sequence[DealChanged]:
    """That another company would buy."""
    id, product, at = deal.deal_id, deal.product_id, command.at
    return [DealChanged(deal_id=id, name=deal.name, company_id=company, product_id=product, at=at)]


def noted(event: DealContactReplaced, deal: Deal) -> tuple[ReplacedOnDeal, ...]:
    """Those whose place others took, with one more; of one who is there already, with the say that was theirs since."""
    known, roles, had = _known(deal, event.contact_id, event.by_id), event.roles, event.had
    if known is not None:
        had = (*(role for role in known.had if role in known.roles), *(role for role in had if role not in known.roles))
        roles = (*known.roles, *roles)
    one = ReplacedOnDeal(contact_id=event.contact_id, by_id=event.by_id, roles=_ordered(roles), had=_ordered(had))
    return (*unnoted(event, deal), one)


def unnoted(event: DealContactReplaced | DealContactGivenBack, deal: Deal) -> tuple[ReplacedOnDeal, ...]:
    """The same without these two."""
    both = event.contact_id, event.by_id
    return tuple(each for each in deal.replaced if (each.contact_id, each.by_id) != both)


def _own(deal: Deal, id: str) -> tuple[DealRole, ...]:
    """What say a contact has by itself. Who came last with a role knows whether it was there before anybody came."""
    came = {role: role in each.had for each in _into(deal, id) for role in each.roles}
    return tuple(role for role in _roles(deal, id) if came.get(role, True))


def _roles(deal: Deal, id: str) -> tuple[DealRole, ...]:
    return next((each.roles for each in deal.contacts if each.contact_id == id), ())


def _into(deal: Deal, id: str) -> Sequence[ReplacedOnDeal]:
    return [each for each in deal.replaced if each.by_id == id]


def _known(deal: Deal, contact: str, by: str) -> ReplacedOnDeal | None:
    return next((each for each in _into(deal, by) if each.contact_id == contact), None)


def _ordered(roles: Iterable[DealRole]) -> tuple[DealRole, ...]:
    held = set(roles)
    return tuple(role for role in DealRole if role in held)
