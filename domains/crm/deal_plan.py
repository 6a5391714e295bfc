"""What is planned for a deal, and who else would sell. The functions give the events of a command; raise Rejected."""

from collections.abc import Sequence

from domains.checks import optional_text, text
from domains.kernel import Rejected
from schemas.generated.common import ForecastCategory
from schemas.generated.crm.deal import (
    Deal,
    DealCompetitorsSet,
    DealPlanned,
    OpenDeal,
    PlanDeal,
    SetDealCompetitors,
)

MOST = 50
"""Competitors that one deal has."""
_OPEN = (None, ForecastCategory.OMITTED, ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)
"""How far a forecast may be told to count on an open deal."""


def planned(command: OpenDeal | PlanDeal, deal: Deal) -> Sequence[DealPlanned]:
    category, step_on = None, None
    if isinstance(command, PlanDeal):
        category, step_on = command.forecast_category, command.next_step_on
    if category not in _OPEN:
        message = (
            f"A forecast counts on an open deal as {', '.join(each for each in _OPEN if each)}; name one of these."
        )
        raise Rejected("forecast_category_wrong", message, "forecast_category")
    step = optional_text(command.next_step, "next_step")
    if step is None and step_on is not None:
        raise Rejected("next_step_missing", "A day is given and nothing that is to be done; say what.", "next_step")
    plan = (command.expected_close_on, step, step_on, category)
    if plan == (deal.expected_close_on, deal.next_step, deal.next_step_on, deal.forecast_category):
        return []
    told = DealPlanned(
        deal_id=command.deal_id,
        expected_close_on=command.expected_close_on,
        next_step=step,
        next_step_on=step_on,
        forecast_category=category,
        at=command.at,
    )
    return [told]


def competing(command: SetDealCompetitors, deal: Deal) -> Sequence[DealCompetitorsSet]:
    """Of two spellings that differ in case alone, the first stays."""
    names: dict[str, str] = {}
    for each in command.competitors:
        name = text(each, "competitors", 100)
        names.setdefault(name.casefold(), name)
    competitors = tuple(names.values())
    if len(competitors) > MOST:
        raise Rejected("competitors_too_many", f"A deal has {MOST} competitors at most; leave some out.", "competitors")
    if competitors == deal.competitors:
        return []
    return [DealCompetitorsSet(deal_id=deal.deal_id, competitors=competitors, at=command.at)]
