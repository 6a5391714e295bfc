"""When a user or a team is removed, nothing stays shared with them: whoever comes to bear the id has no part in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never, get_args

from domains.crm.sharing import named
from domains.kernel import Workflow
from schemas.generated.admin.saved_view import SavedViewShared, SavedViewUnshared, UnshareSavedView
from schemas.generated.admin.team import TeamCreated, TeamRemoved
from schemas.generated.admin.user import UserCreated, UserRemoved
from schemas.generated.crm.activity import ActivityShared, ActivityUnshared, UnshareActivity
from schemas.generated.crm.company import CompanyShared, CompanyUnshared, UnshareCompany
from schemas.generated.crm.contact import ContactShared, ContactUnshared, UnshareContact
from schemas.generated.crm.deal import DealShared, DealUnshared, UnshareDeal

Shared = DealShared | ContactShared | CompanyShared | ActivityShared | SavedViewShared
Unshared = DealUnshared | ContactUnshared | CompanyUnshared | ActivityUnshared | SavedViewUnshared
Event = Shared | Unshared | UserCreated | UserRemoved | TeamCreated | TeamRemoved
Unshare = UnshareDeal | UnshareContact | UnshareCompany | UnshareActivity | UnshareSavedView
EVENTS = get_args(Event)


@dataclass(frozen=True, slots=True)
class Shares:
    """What the workflow knows of one user or team: the records that are shared with them, by kind, and whether they are
    gone."""

    deals: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    views: frozenset[str] = frozenset()
    gone: bool = False


def keys(event: Event) -> Sequence[str]:
    """A user or a team, as `domains.crm.sharing` names them. Everybody never goes."""
    if isinstance(event, SavedViewShared | SavedViewUnshared) and event.everybody:
        return []
    return [named(*_whom(event))]


def _whom(event: Event) -> tuple[str | None, str | None]:
    """(user, team), one of them."""
    match event:
        case UserCreated() | UserRemoved():
            return event.user_id, None
        case TeamCreated() | TeamRemoved():
            return None, event.team_id
        case _:
            return event.user_id, event.team_id


def evolve(shares: Shares, event: Event, key: str) -> Shares:
    match event:
        case DealShared():
            return replace(shares, deals=shares.deals | {event.deal_id})
        case DealUnshared():
            return replace(shares, deals=shares.deals - {event.deal_id})
        case ContactShared():
            return replace(shares, contacts=shares.contacts | {event.contact_id})
        case ContactUnshared():
            return replace(shares, contacts=shares.contacts - {event.contact_id})
        case CompanyShared():
            return replace(shares, companies=shares.companies | {event.company_id})
        case CompanyUnshared():
            return replace(shares, companies=shares.companies - {event.company_id})
        case ActivityShared():
            return replace(shares, activities=shares.activities | {event.activity_id})
        case ActivityUnshared():
            return replace(shares, activities=shares.activities - {event.activity_id})
        case SavedViewShared():
            return replace(shares, views=shares.views | {event.saved_view_id})
        case SavedViewUnshared():
            return replace(shares, views=shares.views - {event.saved_view_id})
        case UserCreated() | TeamCreated():
            return replace(shares, gone=False)
        case UserRemoved() | TeamRemoved():
            return replace(shares, gone=True)
        case _:
            assert_never(event)


def react(shares: Shares, event: Event, key: str) -> Sequence[Unshare]:
    """All records at once when they go; each later one as soon as it is shared with somebody who is gone."""
    if not shares.gone:
        return []
    (user, team), at = _whom(event), event.at
    match event:
        case DealShared():
            return [UnshareDeal(deal_id=event.deal_id, user_id=user, team_id=team, at=at)]
        case ContactShared():
            return [UnshareContact(contact_id=event.contact_id, user_id=user, team_id=team, at=at)]
        case CompanyShared():
            return [UnshareCompany(company_id=event.company_id, user_id=user, team_id=team, at=at)]
        case ActivityShared():
            return [UnshareActivity(activity_id=event.activity_id, user_id=user, team_id=team, at=at)]
        case SavedViewShared():
            return [UnshareSavedView(saved_view_id=event.saved_view_id, user_id=user, team_id=team, at=at)]
        case UserRemoved() | TeamRemoved():
            return [
                *(UnshareDeal(deal_id=each, user_id=user, team_id=team, at=at) for each in sorted(shares.deals)),
                *(
                    UnshareContact(contact_id=each, user_id=user, team_id=team, at=at)
                    for each in sorted(shares.contacts)
                ),
                *(
                    UnshareCompany(company_id=each, user_id=user, team_id=team, at=at)
                    for each in sorted(shares.companies)
                ),
                *(
                    UnshareActivity(activity_id=each, user_id=user, team_id=team, at=at)
                    for each in sorted(shares.activities)
                ),
                *(
                    UnshareSavedView(saved_view_id=each, user_id=user, team_id=team, at=at)
                    for each in sorted(shares.views)
                ),
            ]
        case _:
            return []


WORKFLOW: Workflow[Shares] = Workflow("end_shares", EVENTS, keys, Shares, Shares(), evolve, react)
