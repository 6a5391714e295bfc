"""How a company takes the place of another, which is the same one, and gives it back: the steps of each of the two.

Where one of the two stood above the other, the one that stays stands where the upper one stood, so that it does not
come to stand below itself. Which one that is no company knows; whoever begins the merge says it.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, assert_never

from domains.crm import company_replaced, merges, surviving
from domains.crm.company_facts import PARENT, TAKEN, facts, with_facts
from domains.crm.company_profile import profile_of, told
from domains.kernel import Rejected
from schemas.generated.crm.company import (
    AbandonCompanyMerge,
    AbsorbCompany,
    Company,
    CompanyAbsorbed,
    CompanyAssigned,
    CompanyClassified,
    CompanyEvent,
    CompanyFieldsSet,
    CompanyMergeAbandoned,
    CompanyMerged,
    CompanyMergeFinished,
    CompanyMergeRefused,
    CompanyMergeStarted,
    CompanyParted,
    CompanyPlaced,
    CompanyProfileChanged,
    CompanyRenamed,
    CompanyShared,
    CompanyStatus,
    CompanyTagged,
    CompanyUnmerged,
    CompanyUnshared,
    FinishCompanyMerge,
    GiveBackParent,
    MergeCompany,
    ParentGivenBack,
    ParentReplaced,
    ReplaceParent,
    ReturnCompany,
    UnmergeCompany,
    YieldCompany,
)
from schemas.generated.crm.merge import Merge, MergeStatus

Step = YieldCompany | ReturnCompany | AbsorbCompany | AbandonCompanyMerge | FinishCompanyMerge
StepEvent = (
    CompanyMergeStarted
    | CompanyMerged
    | CompanyMergeRefused
    | CompanyMergeAbandoned
    | CompanyAbsorbed
    | CompanyMergeFinished
    | CompanyParted
    | CompanyUnmerged
)
OWN, OTHER = "own", "other"
_TOLD = frozenset(each.name for each in fields(CompanyMerged)) - {"company_id", "into_id", "at"}


def told_of(record: Company | CompanyMerged | AbsorbCompany) -> dict[str, Any]:
    """All that a company holds, as one says it to the other."""
    return {name: getattr(record, name) for name in sorted(_TOLD)}


def started(command: MergeCompany, company: Company) -> Sequence[CompanyEvent]:
    """What a merge begins with. Raises Rejected(same_record, already_merged, take_unknown, …)."""
    id = company.company_id
    other = merges.to_start("company", id, command.other_id, company)
    take = surviving.checked(command.take, TAKEN)
    upper = command.upper if command.upper in (OWN, OTHER) else None
    return [CompanyMergeStarted(company_id=id, other_id=other, take=take, upper=upper, at=command.at)]


def unmerged(command: UnmergeCompany, company: Company) -> Sequence[CompanyEvent]:
    """What taking a merge back begins with. Raises Rejected(not_merged, merge_running)."""
    other = merges.to_unmerge("company", command.other_id, company)
    wanted = with_facts(company, surviving.parted(facts(company), company.absorbed, other))
    parted = CompanyParted(company_id=company.company_id, other_id=other, at=command.at)
    return [parted, *_leading(company, wanted, command)]


def followed(command: Step, company: Company) -> Sequence[CompanyEvent]:
    """The steps that follow; a step that comes late, or twice, is nothing."""
    id, at = company.company_id, command.at
    match command:
        case YieldCompany():
            return _yielded(command, company)
        case ReturnCompany():
            if company.merged_into != command.from_id:
                return []
            return [CompanyUnmerged(company_id=id, from_id=command.from_id, at=at)]
        case AbsorbCompany():
            merge = merges.merge_with(company, command.other_id, MergeStatus.STARTED)
            return [] if merge is None else _absorbing(command, company, merge)
        case AbandonCompanyMerge():
            if merges.merge_with(company, command.other_id, MergeStatus.STARTED) is None:
                return []
            return [CompanyMergeAbandoned(company_id=id, other_id=command.other_id, at=at)]
        case FinishCompanyMerge():
            if merges.merge_with(company, command.other_id, MergeStatus.ABSORBED) is None:
                return []
            return [CompanyMergeFinished(company_id=id, other_id=command.other_id, moved=command.moved, at=at)]
        case _:
            assert_never(command)


def must_have_taken_no_place(company: Company) -> None:
    """Raises Rejected(company_took_place) for a company that cannot be purged: nobody could give those back that were
    merged into it."""
    if company.merges:
        message = "Other companies were merged into it and would be lost with it; restore it, and unmerge them first."
        raise Rejected("company_took_place", message)


def _yielded(command: YieldCompany, company: Company) -> Sequence[CompanyEvent]:
    id, into, at = company.company_id, command.into_id, command.at
    if company.merged_into == into:
        return []
    absent = company.status is not CompanyStatus.ACTIVE
    if absent or company.merged_into is not None or merges.running(company):
        refused = CompanyMergeRefused(company_id=id, into_id=into, at=at)
        return [] if company.declined == merges.declined(into, at) else [refused]
    return [CompanyMerged(company_id=id, into_id=into, **told_of(company), at=at)]


def _absorbing(command: AbsorbCompany, company: Company, merge: Merge) -> Sequence[CompanyEvent]:
    other = Company(company_id=command.other_id, **told_of(command))
    now = facts(company)
    after = surviving.united(now, facts(other), merge.take)
    parent = _parent(company, other, merge, after.pop(PARENT, None))
    if parent is not None:
        after[PARENT] = parent
    changes = surviving.changes(merge.other_id, now, after)
    absorbed = CompanyAbsorbed(company_id=company.company_id, other_id=merge.other_id, changes=changes, at=command.at)
    return [absorbed, *_leading(company, with_facts(company, after), command)]


def _parent(own: Company, other: Company, merge: Merge, parent: str | None) -> str | None:
    """Above which company the one that stays stands, where otherwise it would be `parent`."""
    if merge.upper is not None:
        parent = (own if merge.upper == OWN else other).parent_id
    if parent == other.company_id:
        parent = other.parent_id
    return None if parent in (own.company_id, other.company_id) else parent


def _leading(company: Company, wanted: Company, command: AbsorbCompany | UnmergeCompany) -> Sequence[CompanyEvent]:
    """The ordinary events that lead from a company to what is wanted of it."""
    id, at = company.company_id, command.at
    events: list[CompanyEvent] = []
    if company.name != wanted.name:
        events.append(CompanyRenamed(company_id=id, name=wanted.name, at=at))
    if profile_of(company) != profile_of(wanted):
        events.append(CompanyProfileChanged(company_id=id, **told(profile_of(wanted)), at=at))
    if company.parent_id != wanted.parent_id:
        events.append(CompanyPlaced(company_id=id, parent_id=wanted.parent_id, at=at))
    if company.owner_id != wanted.owner_id:
        owners = {"owner_id": wanted.owner_id, "previous_owner_id": company.owner_id}
        events.append(CompanyAssigned(company_id=id, **owners, at=at))
    if (company.lifecycle, company.source) != (wanted.lifecycle, wanted.source):
        events.append(CompanyClassified(company_id=id, lifecycle=wanted.lifecycle, source=wanted.source, at=at))
    if company.tags != wanted.tags:
        events.append(CompanyTagged(company_id=id, tags=wanted.tags, at=at))
    if company.custom != wanted.custom:
        events.append(CompanyFieldsSet(company_id=id, custom=wanted.custom, at=at))
    gone = (name for name in company.readers if name not in wanted.readers)
    events += [CompanyUnshared(company_id=id, **merges.whom(name), at=at) for name in gone]
    for name in wanted.readers:
        change = name in wanted.editors
        if name not in company.readers or change != (name in company.editors):
            events.append(CompanyShared(company_id=id, **merges.whom(name), change=change, at=at))
    return events


def parent_replaced(command: ReplaceParent, company: Company) -> Sequence[CompanyEvent]:
    """The one that took the place of its own parent stands where that stood already, and not under itself."""
    id, parent, by, at = company.company_id, command.parent_id, command.by_id, command.at
    if not company_replaced.replaces(company.parents_replaced, parent, by, company.parent_id):
        return []
    named = company.parent_id == parent and by != id
    told = ParentReplaced(company_id=id, parent_id=parent, by_id=by, named=named, at=at)
    return [told, *([CompanyPlaced(company_id=id, parent_id=by, at=at)] if named else ())]


def parent_given_back(command: GiveBackParent, company: Company) -> Sequence[CompanyEvent]:
    id, parent, by, at = company.company_id, command.parent_id, command.by_id, command.at
    noted = company.parents_replaced
    if company_replaced.known(noted, parent, by) is None:
        return []
    told = ParentGivenBack(company_id=id, parent_id=parent, by_id=by, at=at)
    back = company_replaced.gives_back(noted, parent, by, company.parent_id) and parent != id
    return [told, *([CompanyPlaced(company_id=id, parent_id=parent, at=at)] if back else ())]


def evolve(company: Company, event: StepEvent) -> Company:
    match event:
        case CompanyMergeStarted():
            one = Merge(
                other_id=event.other_id, take=event.take, status=MergeStatus.STARTED, moved=0, upper=event.upper
            )
            return replace(company, merges=(*company.merges, one))
        case CompanyMergeAbandoned():
            return replace(company, merges=merges.but(company.merges, event.other_id))
        case CompanyAbsorbed():
            left = merges.at_status(company.merges, event.other_id, MergeStatus.ABSORBED)
            return replace(company, merges=left, absorbed=(*company.absorbed, *event.changes))
        case CompanyMergeFinished():
            done = merges.at_status(company.merges, event.other_id, MergeStatus.DONE, event.moved)
            return replace(company, merges=done)
        case CompanyParted():
            left, absorbed = merges.but(company.merges, event.other_id), company.absorbed
            return replace(company, merges=left, absorbed=surviving.without(absorbed, event.other_id))
        case CompanyMerged():
            return replace(company, merged_into=event.into_id)
        case CompanyUnmerged():
            return replace(company, merged_into=None)
        case CompanyMergeRefused():
            return replace(company, declined=merges.declined(event.into_id, event.at))
        case _:
            assert_never(event)
