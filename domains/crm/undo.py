"""Which command takes back which event, for each aggregate of the CRM: of a record as it is now and as it is wanted.

None where no command does. Those that come near, such as reopening what was won at another amount, are named all the
same: whether they make it as it was is found out by whoever asks (`domains.undoing`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, assert_never

from domains.crm.contact_details import Reached, spread
from domains.crm.custom_values import listed
from domains.crm.deal_back import recalled
from domains.crm.deal_lines import asked
from domains.crm.sharing import named
from domains.kernel import Undo
from schemas.contract import Erased
from schemas.generated.common import CustomValue
from schemas.generated.crm import activity as a
from schemas.generated.crm import company as c
from schemas.generated.crm import contact as p
from schemas.generated.crm import deal as d
from schemas.generated.crm import product as g


def _itself(element: Any) -> Any:
    return element


def _key(value: CustomValue) -> str:
    return value.key


def _who(contact: d.DealContact) -> str:
    return contact.contact_id


def _line_id(line: d.DealLine) -> str:
    return line.line_id


SETS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("tags", "aliases", "readers", "editors", "links", "contact_ids", "user_ids", "mentions"), _itself),
    "custom": _key,
    "contacts": _who,
    "lines": _line_id,
}


def _gone(now: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in now if each not in wanted)


def _values(
    now: tuple[CustomValue, ...] | Erased | None, wanted: tuple[CustomValue, ...] | Erased | None
) -> tuple[CustomValue, ...]:
    """What has to be set, an empty value taking one away."""
    held, other = listed(now), listed(wanted)
    taken = (CustomValue(key=each.key, kind=each.kind, values=()) for each in held if each.key not in map(_key, other))
    return (*taken, *(each for each in other if each not in held))


class _With(Protocol):
    @property
    def user_id(self) -> str | None: ...
    @property
    def team_id(self) -> str | None: ...


class _Shared(Protocol):
    @property
    def readers(self) -> tuple[str, ...]: ...
    @property
    def editors(self) -> tuple[str, ...]: ...


def _changes(event: _With, wanted: _Shared) -> bool | None:
    """Whether those whom an event names are to change the record, None where they are not even to read it."""
    name = named(event.user_id, event.team_id)
    return name in wanted.editors if name in wanted.readers else None


def _contact(event: p.ContactEvent, now: p.Contact, wanted: p.Contact, at: datetime) -> p.ContactCommand | None:
    id = now.contact_id
    match event:
        case p.ContactCreated():
            return p.RemoveContact(contact_id=id, at=at)
        case p.ContactChanged():
            return p.ChangeContact(
                contact_id=id,
                name=wanted.name,
                emails=tuple(spread(Reached(wanted.email, wanted.emails))),
                phones=tuple(spread(Reached(wanted.phone, wanted.phones))),
                addresses=wanted.addresses or (),
                job_title=wanted.job_title,
                at=at,
            )
        case p.ContactMoved():
            return p.MoveContact(contact_id=id, company_id=wanted.company_id, at=at)
        case p.ContactAssigned():
            owner = now.owner_id
            return p.AssignContact(contact_id=id, owner_id=wanted.owner_id, from_owner_id=owner, at=at)
        case p.ContactClassified():
            return p.ClassifyContact(contact_id=id, lifecycle=wanted.lifecycle, source=wanted.source, at=at)
        case p.ContactTagged():
            add, remove = _gone(wanted.tags, now.tags), _gone(now.tags, wanted.tags)
            return p.TagContact(contact_id=id, add=add, remove=remove, at=at)
        case p.ContactShared() | p.ContactUnshared():
            user, team, change = event.user_id, event.team_id, _changes(event, wanted)
            if change is None:
                return p.UnshareContact(contact_id=id, user_id=user, team_id=team, at=at)
            return p.ShareContact(contact_id=id, user_id=user, team_id=team, change=change, at=at)
        case p.ContactFieldsSet():
            return p.SetContactFields(contact_id=id, custom=_values(now.custom, wanted.custom), at=at)
        case p.ContactRemoved():
            return p.RestoreContact(contact_id=id, at=at)
        case p.ContactRestored():
            return p.RemoveContact(contact_id=id, at=at)
        case p.DuplicateDismissed() | p.ContactExpired() | p.ContactErased():
            return None
        case p.ContactCompanyReplaced() | p.ContactCompanyGivenBack():
            return None
        case p.ContactMergeStarted() | p.ContactMergeRefused() | p.ContactMergeAbandoned() | p.ContactMergeFinished():
            return None
        case p.ContactMerged() | p.ContactAbsorbed() | p.ContactParted() | p.ContactUnmerged():
            return None  # unmerging is more than one command
        case _:
            assert_never(event)


def _company(event: c.CompanyEvent, now: c.Company, wanted: c.Company, at: datetime) -> c.CompanyCommand | None:
    id = now.company_id
    match event:
        case c.CompanyCreated():
            return c.RemoveCompany(company_id=id, at=at)
        case c.CompanyRenamed():
            return c.RenameCompany(company_id=id, name=wanted.name, at=at)
        case c.CompanyProfileChanged():
            return c.ChangeCompanyProfile(
                company_id=id,
                sector=wanted.sector,
                year_established=wanted.year_established,
                revenue=wanted.revenue,
                employees=wanted.employees,
                location=wanted.location,
                website=wanted.website,
                linkedin=wanted.linkedin,
                registration_number=wanted.registration_number,
                vat_number=wanted.vat_number,
                description=wanted.description,
                domains=wanted.domains,
                phones=tuple(spread(Reached(wanted.phone, wanted.phones))),
                addresses=wanted.addresses or (),
                at=at,
            )
        case c.CompanyPlaced():
            return c.PlaceCompany(company_id=id, parent_id=wanted.parent_id, at=at)
        case c.CompanyAssigned():
            owner = now.owner_id
            return c.AssignCompany(company_id=id, owner_id=wanted.owner_id, from_owner_id=owner, at=at)
        case c.CompanyClassified():
            return c.ClassifyCompany(company_id=id, lifecycle=wanted.lifecycle, source=wanted.source, at=at)
        case c.CompanyTagged():
            add, remove = _gone(wanted.tags, now.tags), _gone(now.tags, wanted.tags)
            return c.TagCompany(company_id=id, add=add, remove=remove, at=at)
        case c.CompanyShared() | c.CompanyUnshared():
            user, team, change = event.user_id, event.team_id, _changes(event, wanted)
            if change is None:
                return c.UnshareCompany(company_id=id, user_id=user, team_id=team, at=at)
            return c.ShareCompany(company_id=id, user_id=user, team_id=team, change=change, at=at)
        case c.CompanyFieldsSet():
            return c.SetCompanyFields(company_id=id, custom=_values(now.custom, wanted.custom), at=at)
        case c.CompanyRemoved():
            return c.RestoreCompany(company_id=id, at=at)
        case c.CompanyRestored():
            return c.RemoveCompany(company_id=id, at=at)
        case c.CompanyPurged() | c.CompanyDuplicateDismissed() | c.ParentReplaced() | c.ParentGivenBack():
            return None
        case c.CompanyMergeStarted() | c.CompanyMergeRefused() | c.CompanyMergeAbandoned() | c.CompanyMergeFinished():
            return None
        case c.CompanyMerged() | c.CompanyAbsorbed() | c.CompanyParted() | c.CompanyUnmerged():
            return None  # unmerging is more than one command
        case _:
            assert_never(event)


def _deal(event: d.DealEvent, now: d.Deal, wanted: d.Deal, at: datetime) -> d.DealCommand | None:
    id = now.deal_id
    match event:
        case d.DealOpened():
            return d.RemoveDeal(deal_id=id, at=at)
        case d.DealEngaged() | d.DealMoved():
            return d.MoveDeal(deal_id=id, stage_id=wanted.stage_id, pipeline_id=wanted.pipeline_id, at=at)
        case d.DealWon() | d.DealLost():
            return d.ReopenDeal(deal_id=id, stage_id=wanted.stage_id, at=at)
        case d.DealPlanned():
            return d.PlanDeal(
                deal_id=id,
                expected_close_on=wanted.expected_close_on,
                next_step=wanted.next_step,
                next_step_on=wanted.next_step_on,
                forecast_category=wanted.forecast_category,
                at=at,
            )
        case d.DealCompetitorsSet():
            return d.SetDealCompetitors(deal_id=id, competitors=wanted.competitors, at=at)
        case d.DealSplitsSet():
            return d.SetDealSplits(deal_id=id, splits=wanted.splits, at=at)
        case d.DealContactSet() | d.DealContactDropped():
            said = [each for each in wanted.contacts if each.contact_id == event.contact_id]
            if not said:
                return d.DropDealContact(deal_id=id, contact_id=event.contact_id, at=at)
            return d.SetDealContact(deal_id=id, contact_id=event.contact_id, roles=said[0].roles, at=at)
        case d.DealLinesChanged():
            put = tuple(asked(each) for each in wanted.lines if each not in now.lines)
            drop = _gone([each.line_id for each in now.lines], [each.line_id for each in wanted.lines])
            return d.ChangeDealLines(deal_id=id, lines=put, drop=drop, at=at)
        case d.DealPriceBookChosen():
            return d.ChooseDealPriceBook(deal_id=id, price_book_id=wanted.price_book_id, at=at)
        case d.DealAmountChanged():
            return None if wanted.amount is None else d.ChangeDealAmount(deal_id=id, amount=wanted.amount, at=at)
        case d.DealChanged():
            company, product = wanted.company_id, wanted.product_id
            return d.ChangeDeal(deal_id=id, name=wanted.name, company_id=company, product_id=product, at=at)
        case d.DealAssigned():
            return d.AssignDeal(deal_id=id, owner_id=wanted.owner_id, from_owner_id=now.owner_id, at=at)
        case d.DealShared() | d.DealUnshared():
            user, team, change = event.user_id, event.team_id, _changes(event, wanted)
            if change is None:
                return d.UnshareDeal(deal_id=id, user_id=user, team_id=team, at=at)
            return d.ShareDeal(deal_id=id, user_id=user, team_id=team, change=change, at=at)
        case d.DealFieldsSet():
            return d.SetDealFields(deal_id=id, custom=_values(now.custom, wanted.custom), at=at)
        case d.DealRemoved():
            return d.RestoreDeal(deal_id=id, at=at)
        case d.DealContactReplaced() | d.DealContactGivenBack() | d.DealCompanyReplaced() | d.DealCompanyGivenBack():
            return None
        case d.DealReopened() | d.DealConverted():
            return None  # what was so before, the events before tell
        case d.DealRestored() | d.DealPurged() | d.DealCloned():
            return None  # of a clone, the copy is removed
        case _:
            assert_never(event)


def _product(event: g.ProductEvent, now: g.Product, wanted: g.Product, at: datetime) -> g.ProductCommand | None:
    id = now.product_id
    match event:
        case g.ProductCreated():
            return g.RemoveProduct(product_id=id, at=at)
        case g.ProductRenamed():
            return g.RenameProduct(product_id=id, name=wanted.name, at=at)
        case g.ProductRepriced():
            price = wanted.list_price
            return None if price is None else g.RepriceProduct(product_id=id, list_price=price, at=at)
        case g.ProductAliasAdded():
            return g.DropProductAlias(product_id=id, alias=event.alias, at=at)
        case g.ProductAliasDropped():
            return g.AddProductAlias(product_id=id, alias=event.alias, at=at)
        case g.ProductFieldsSet():
            return g.SetProductFields(product_id=id, custom=_values(now.custom, wanted.custom), at=at)
        case g.ProductRemoved():
            return g.RestoreProduct(product_id=id, at=at)
        case g.ProductRestored():
            return g.RemoveProduct(product_id=id, at=at)
        case g.ProductSeriesChanged() | g.ProductPurged():
            return None
        case _:
            assert_never(event)


def _activity(event: a.ActivityEvent, now: a.Activity, wanted: a.Activity, at: datetime) -> a.ActivityCommand | None:
    id = now.activity_id
    match event:
        case a.ActivityCreated():
            return a.RemoveActivity(activity_id=id, at=at)
        case a.ActivityChanged():
            return a.ChangeActivity(
                activity_id=id,
                title=wanted.title,
                body=wanted.body,
                location=wanted.location,
                priority=wanted.priority,
                direction=wanted.direction,
                at=at,
            )
        case a.ActivityRescheduled():
            return a.RescheduleActivity(
                activity_id=id,
                due_at=wanted.due_at,
                starts_at=wanted.starts_at,
                ends_at=wanted.ends_at,
                remind_at=wanted.remind_at,
                rule=wanted.rule,
                zone=wanted.zone,
                at=at,
            )
        case a.ActivityFieldsSet():
            return a.SetActivityFields(activity_id=id, custom=_values(now.custom, wanted.custom), at=at)
        case a.ActivityCompleted() | a.ActivityCancelled():
            return a.ReopenActivity(activity_id=id, at=at)
        case a.ActivityReopened():
            return a.CancelActivity(activity_id=id, at=at)
        case a.ActivityLinked():
            return a.UnlinkActivity(activity_id=id, record=event.record, at=at)
        case a.ActivityUnlinked():
            return a.LinkActivity(activity_id=id, record=event.record, at=at)
        case a.ParticipantAdded():
            contact, user = event.contact_id, event.user_id
            return a.DropParticipant(activity_id=id, contact_id=contact, user_id=user, at=at)
        case a.ParticipantDropped():
            contact, user = event.contact_id, event.user_id
            return a.AddParticipant(activity_id=id, contact_id=contact, user_id=user, at=at)
        case a.ActivityAssigned():
            return a.AssignActivity(activity_id=id, owner_id=wanted.owner_id, from_owner_id=now.owner_id, at=at)
        case a.ActivityShared() | a.ActivityUnshared():
            user, team, change = event.user_id, event.team_id, _changes(event, wanted)
            if change is None:
                return a.UnshareActivity(activity_id=id, user_id=user, team_id=team, at=at)
            return a.ShareActivity(activity_id=id, user_id=user, team_id=team, change=change, at=at)
        case a.ActivityRemoved():
            return a.RestoreActivity(activity_id=id, at=at)
        case a.UsersMentioned() | a.ActivityRecurred() | a.ActivityReminded() | a.ActivityRestored():
            return None
        case a.ParticipantForgotten() | a.ActivityExpired() | a.ActivityErased():
            return None
        case a.ContactReplaced() | a.ContactGivenBack():
            return None
        case a.LinkedCompanyReplaced() | a.LinkedCompanyGivenBack():
            return None
        case _:
            assert_never(event)


CONTACT: Undo[p.ContactCommand, p.Contact, p.ContactEvent] = Undo(_contact, SETS)
COMPANY: Undo[c.CompanyCommand, c.Company, c.CompanyEvent] = Undo(_company, SETS, frozenset({"removed_at"}))
DEAL: Undo[d.DealCommand, d.Deal, d.DealEvent] = Undo(
    _deal,
    SETS,
    follows=frozenset({"conversion", "open_stage_id"}),
    minds={d.DealConverted: frozenset({"conversion"})},
    recalled=recalled,
)
PRODUCT: Undo[g.ProductCommand, g.Product, g.ProductEvent] = Undo(_product, SETS, frozenset({"removed_at"}))
ACTIVITY: Undo[a.ActivityCommand, a.Activity, a.ActivityEvent] = Undo(_activity, SETS, frozenset({"reminded"}))
