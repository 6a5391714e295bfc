"""A company that took another's place among the links of an activity. The functions give the events of a command."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.generated.crm.activity import (
    Activity,
    ActivityEvent,
    ActivityLinked,
    ActivityUnlinked,
    GiveBackLinkedCompany,
    LinkedCompanyGivenBack,
    LinkedCompanyReplaced,
    ReplaceLinkedCompany,
)
from schemas.generated.crm.merge import ReplacedLink

_COMPANY = "crm/company/"


def company_of(record: str) -> str | None:
    """The company that a link leads to, if it leads to one."""
    return record.removeprefix(_COMPANY) if record.startswith(_COMPANY) else None


def replaced(command: ReplaceLinkedCompany, activity: Activity) -> Sequence[ActivityEvent]:
    id, company, by, at = activity.activity_id, command.company_id, command.by_id, command.at
    linked, had = _COMPANY + company in activity.links, _COMPANY + by in activity.links
    if company == by or (not linked and _known(activity, company, by) is not None):
        return []
    events: list[ActivityEvent] = [
        LinkedCompanyReplaced(activity_id=id, company_id=company, by_id=by, linked=linked, had_link=had, at=at)
    ]
    if linked:
        events.append(ActivityUnlinked(activity_id=id, record=_COMPANY + company, at=at))
        if not had:
            events.append(ActivityLinked(activity_id=id, record=_COMPANY + by, at=at))
    return events


def given_back(command: GiveBackLinkedCompany, activity: Activity) -> Sequence[ActivityEvent]:
    """A company that is told apart from another again is linked as before, unless somebody took the other out since."""
    id, company, by, at = activity.activity_id, command.company_id, command.by_id, command.at
    known = _known(activity, company, by)
    if known is None:
        return []
    events: list[ActivityEvent] = [LinkedCompanyGivenBack(activity_id=id, company_id=company, by_id=by, at=at)]
    if known.linked and _COMPANY + by in activity.links:
        if not known.had_link:
            events.append(ActivityUnlinked(activity_id=id, record=_COMPANY + by, at=at))
        if _COMPANY + company not in activity.links:
            events.append(ActivityLinked(activity_id=id, record=_COMPANY + company, at=at))
    return events


def noted(event: LinkedCompanyReplaced, activity: Activity) -> tuple[ReplacedLink, ...]:
    """The companies whose place others took, with one more; of one that is there already, in whatever way."""
    one = ReplacedLink(company_id=event.company_id, by_id=event.by_id, linked=event.linked, had_link=event.had_link)
    if (known := _known(activity, event.company_id, event.by_id)) is not None and known.linked:
        one = replace(one, linked=True, had_link=known.had_link)
    return (*unnoted(event, activity), one)


def unnoted(event: LinkedCompanyReplaced | LinkedCompanyGivenBack, activity: Activity) -> tuple[ReplacedLink, ...]:
    """The same without these two."""
    both = event.company_id, event.by_id
    return tuple(each for each in activity.companies_replaced if (each.company_id, each.by_id) != both)


def _known(activity: Activity, company: str, by: str) -> ReplacedLink | None:
    return next((e for e in activity.companies_replaced if (e.company_id, e.by_id) == (company, by)), None)
