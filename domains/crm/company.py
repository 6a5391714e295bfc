"""A company: an organisation that buys, or might, with its place under a parent."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

from domains.checks import reference, text
from domains.crm import company_merge as merging
from domains.crm import company_replaced, merges, undo
from domains.crm.apart import to_dismiss
from domains.crm.company_profile import NOTHING, Profile, filled_up, profile_of, to_profile, told
from domains.crm.custom_values import merged
from domains.crm.labels import classified, to_classify, to_tag
from domains.crm.sharing import passes, shared, to_share, to_unshare, unshared
from domains.crm.trash import must_be_in_trash, purges
from domains.kernel import Decider, Rejected
from schemas.generated.crm.company import (
    CONTRACT,
    AbandonCompanyMerge,
    AbsorbCompany,
    AssignCompany,
    ChangeCompanyProfile,
    ClassifyCompany,
    Company,
    CompanyAbsorbed,
    CompanyAssigned,
    CompanyClassified,
    CompanyCommand,
    CompanyCreated,
    CompanyDuplicateDismissed,
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
    CompanyPurged,
    CompanyRemoved,
    CompanyRenamed,
    CompanyRestored,
    CompanyShared,
    CompanyStatus,
    CompanyTagged,
    CompanyUnmerged,
    CompanyUnshared,
    CreateCompany,
    DismissCompanyDuplicate,
    FinishCompanyMerge,
    GiveBackParent,
    MergeCompany,
    ParentGivenBack,
    ParentReplaced,
    PlaceCompany,
    PurgeCompany,
    RecordCompany,
    RemoveCompany,
    RenameCompany,
    ReplaceParent,
    RestoreCompany,
    ReturnCompany,
    SetCompanyFields,
    ShareCompany,
    TagCompany,
    UnmergeCompany,
    UnshareCompany,
    YieldCompany,
)


def _parent(command: CreateCompany | RecordCompany | PlaceCompany) -> str | None:
    parent = reference(command.parent_id, "parent_id")
    if parent == command.company_id:
        raise Rejected("own_parent", "A company is not its own subsidiary; name another parent, or none.", "parent_id")
    return parent


def _created(command: CreateCompany | RecordCompany) -> CompanyCreated:
    return CompanyCreated(
        company_id=command.company_id,
        name=text(command.name, "name"),
        **told(to_profile(command, NOTHING)),
        parent_id=_parent(command),
        owner_id=reference(command.owner_id, "owner_id") if isinstance(command, CreateCompany) else None,
        at=command.at,
    )


def _profile_changed(command: RecordCompany | ChangeCompanyProfile, profile: Profile) -> CompanyProfileChanged:
    return CompanyProfileChanged(company_id=command.company_id, **told(profile), at=command.at)


def _differences(command: RecordCompany, company: Company) -> Sequence[CompanyEvent]:
    """What an imported row says that was not so. What it leaves out stays."""
    name, known = text(command.name, "name"), profile_of(company)
    profile = filled_up(to_profile(command, known), known)
    parent = _parent(command) or company.parent_id
    events: list[CompanyEvent] = []
    if name != company.name:
        events.append(CompanyRenamed(company_id=company.company_id, name=name, at=command.at))
    if profile != known:
        events.append(_profile_changed(command, profile))
    if parent != company.parent_id:
        events.append(CompanyPlaced(company_id=company.company_id, parent_id=parent, at=command.at))
    return events


def _assigned(command: AssignCompany, company: Company) -> Sequence[CompanyEvent]:
    owner = reference(command.owner_id, "owner_id")
    if not passes(owner, command.from_owner_id, company.owner_id):
        return []
    passed = CompanyAssigned(
        company_id=company.company_id, owner_id=owner, previous_owner_id=company.owner_id, at=command.at
    )
    return [passed]


def _classified(command: ClassifyCompany, company: Company) -> Sequence[CompanyEvent]:
    said = to_classify(command, company)
    if said is None:
        return []
    return [
        CompanyClassified(company_id=company.company_id, lifecycle=said.lifecycle, source=said.source, at=command.at)
    ]


def _tagged(command: TagCompany, company: Company) -> Sequence[CompanyEvent]:
    tags = to_tag(command, company.tags)
    return [] if tags is None else [CompanyTagged(company_id=company.company_id, tags=tags, at=command.at)]


def _shared(command: ShareCompany, company: Company) -> Sequence[CompanyEvent]:
    whom, id = to_share(command, company), company.company_id
    if whom is None:
        return []
    return [
        CompanyShared(company_id=id, user_id=whom.user_id, team_id=whom.team_id, change=command.change, at=command.at)
    ]


def _unshared(command: UnshareCompany, company: Company) -> Sequence[CompanyEvent]:
    whom = to_unshare(command, company)
    if whom is None:
        return []
    return [CompanyUnshared(company_id=company.company_id, user_id=whom.user_id, team_id=whom.team_id, at=command.at)]


def _fields_set(command: CreateCompany | SetCompanyFields, company: Company) -> Sequence[CompanyEvent]:
    custom = merged(company.custom, command.custom)
    if custom == company.custom:
        return []
    return [CompanyFieldsSet(company_id=command.company_id, custom=custom, at=command.at)]


def _dismissed(command: DismissCompanyDuplicate, company: Company) -> Sequence[CompanyEvent]:
    id = company.company_id
    other = to_dismiss("company", id, command.other_id, company.apart)
    return [] if other is None else [CompanyDuplicateDismissed(company_id=id, other_id=other, at=command.at)]


def decide(command: CompanyCommand, company: Company) -> Sequence[CompanyEvent]:
    absent = company.status is not CompanyStatus.ACTIVE
    match command:
        case YieldCompany() | ReturnCompany() | AbsorbCompany() | AbandonCompanyMerge() | FinishCompanyMerge():
            return merging.followed(command, company)
        case ReplaceParent():
            return merging.parent_replaced(command, company)
        case GiveBackParent():
            return merging.parent_given_back(command, company)
        case UnshareCompany() if company.merged_into is not None:
            return _unshared(command, company)
        case _ if company.merged_into is not None:
            raise Rejected("company_merged", "The company was merged into another; change that one, or unmerge it.")
        case CreateCompany():
            created = _created(command)
            events = [created, *_fields_set(command, Company())]
            if absent:
                return events
            if reduce(evolve, events, company) == company:
                return []
            raise Rejected("company_exists", "The company is on file already; change it instead.")
        case RecordCompany():
            return [_created(command)] if absent else _differences(command, company)
        case RemoveCompany() if merges.running(company):
            raise Rejected("merge_running", "The company is about to take another's place; try again in a moment.")
        case RemoveCompany():
            return [] if absent else [CompanyRemoved(company_id=company.company_id, at=command.at)]
        case RestoreCompany():
            known, removed = company.status is not CompanyStatus.NEW, company.status is CompanyStatus.REMOVED
            must_be_in_trash("company", known=known, removed=removed)
            return [CompanyRestored(company_id=company.company_id, at=command.at)]
        case PurgeCompany():
            known = company.status is not CompanyStatus.NEW
            if not purges("company", company.removed_at, command.at, known=known):
                return []
            merging.must_have_taken_no_place(company)
            return [CompanyPurged(company_id=company.company_id, at=command.at)]
        case UnshareCompany():
            return _unshared(command, company)
        case _ if absent:
            raise Rejected("company_removed", "The company was taken off file; restore it, or create it again.")
        case RenameCompany():
            name = text(command.name, "name")
            if name == company.name:
                return []
            return [CompanyRenamed(company_id=company.company_id, name=name, at=command.at)]
        case ChangeCompanyProfile():
            known = profile_of(company)
            profile = to_profile(command, known)
            return [] if profile == known else [_profile_changed(command, profile)]
        case PlaceCompany():
            parent = _parent(command)
            if parent == company.parent_id:
                return []
            return [CompanyPlaced(company_id=company.company_id, parent_id=parent, at=command.at)]
        case AssignCompany():
            return _assigned(command, company)
        case ClassifyCompany():
            return _classified(command, company)
        case TagCompany():
            return _tagged(command, company)
        case ShareCompany():
            return _shared(command, company)
        case SetCompanyFields():
            return _fields_set(command, company)
        case DismissCompanyDuplicate():
            return _dismissed(command, company)
        case MergeCompany():
            return merging.started(command, company)
        case UnmergeCompany():
            return merging.unmerged(command, company)
        case _:
            assert_never(command)


def evolve(company: Company, event: CompanyEvent) -> Company:
    match event:
        case CompanyCreated():
            return Company(
                company_id=event.company_id,
                name=event.name,
                **told(profile_of(event)),
                parent_id=event.parent_id,
                owner_id=event.owner_id,
                status=CompanyStatus.ACTIVE,
                merges=company.merges,
                absorbed=company.absorbed,
            )
        case CompanyRenamed():
            return replace(company, name=event.name)
        case CompanyProfileChanged():
            return replace(company, **told(profile_of(event)))
        case CompanyPlaced():
            return replace(company, parent_id=event.parent_id)
        case CompanyAssigned():
            return replace(company, owner_id=event.owner_id)
        case CompanyClassified():
            return classified(company, event)
        case CompanyTagged():
            return replace(company, tags=event.tags)
        case CompanyShared():
            return shared(company, event)
        case CompanyUnshared():
            return unshared(company, event)
        case CompanyFieldsSet():
            return replace(company, custom=event.custom)
        case CompanyDuplicateDismissed():
            return replace(company, apart=(*company.apart, event.other_id))
        case ParentReplaced():
            replaced = company_replaced.with_one(company.parents_replaced, event.parent_id, event)
            return replace(company, parents_replaced=replaced)
        case ParentGivenBack():
            left = company_replaced.without(company.parents_replaced, event.parent_id, event)
            return replace(company, parents_replaced=left)
        case (
            CompanyMergeStarted()
            | CompanyMerged()
            | CompanyMergeRefused()
            | CompanyMergeAbandoned()
            | CompanyAbsorbed()
            | CompanyMergeFinished()
            | CompanyParted()
            | CompanyUnmerged()
        ):
            return merging.evolve(company, event)
        case CompanyRemoved():
            return replace(company, status=CompanyStatus.REMOVED, removed_at=event.at)
        case CompanyRestored():
            return replace(company, status=CompanyStatus.ACTIVE, removed_at=None)
        case CompanyPurged():
            return Company(company_id=event.company_id)
        case _:
            assert_never(event)


DECIDER: Decider[CompanyCommand, Company, CompanyEvent] = Decider(CONTRACT, Company(), decide, evolve, undo.COMPANY)
