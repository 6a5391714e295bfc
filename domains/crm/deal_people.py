"""Who has a part in a deal: sellers, who split it, and contacts, who have a say in it. The functions give the events of
a command; raise Rejected."""

import re
from collections.abc import Sequence
from decimal import Decimal

from domains.checks import LONGEST_ID, text
from domains.kernel import Rejected
from schemas.generated.crm.deal import (
    Deal,
    DealContact,
    DealContactDropped,
    DealContactSet,
    DealRole,
    DealSplitsSet,
    DropDealContact,
    SetDealContact,
    SetDealSplits,
    Split,
)

MOST_SELLERS = 20
MOST_CONTACTS = 100
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def split(command: SetDealSplits, deal: Deal) -> Sequence[DealSplitsSet]:
    """Parts of a hundred, to two places, so that 33.33, 33.33 and 33.34 are all of it."""
    splits = tuple(
        Split(user_id=text(each.user_id, "splits", LONGEST_ID), percent=_percent(each)) for each in command.splits
    )
    if len({each.user_id for each in splits}) < len(splits) or len(splits) > MOST_SELLERS:
        message = f"A seller stands there twice, or there are more than {MOST_SELLERS}; name each once."
        raise Rejected("splits_repeated", message, "splits")
    total = sum((Decimal(each.percent) for each in splits), Decimal())
    if splits and total != 100:
        message = f"The parts of all sellers together are {total} percent; make them 100, or leave all of them out."
        raise Rejected("splits_wrong", message, "splits")
    return [] if splits == deal.splits else [DealSplitsSet(deal_id=deal.deal_id, splits=splits, at=command.at)]


def _percent(given: Split) -> str:
    """A part as it is written, with two places."""
    percent = Decimal(given.percent.strip()) if _PERCENT.fullmatch(given.percent.strip()) else Decimal()
    if not 0 < percent <= 100:
        message = "A part is more than 0 and at most 100 percent, with two places at most, such as 33.34."
        raise Rejected("splits_wrong", message, "splits")
    return f"{percent:.2f}"


def involved(command: SetDealContact, deal: Deal) -> Sequence[DealContactSet]:
    id = text(command.contact_id, "contact_id", LONGEST_ID)
    roles = tuple(role for role in DealRole if role in command.roles and role is not DealRole.UNKNOWN)
    if not roles:
        message = (
            f"Say which say the contact has: {', '.join(role for role in DealRole if role is not DealRole.UNKNOWN)}."
        )
        raise Rejected("roles_missing", message, "roles")
    if DealContact(contact_id=id, roles=roles) in deal.contacts:
        return []
    if len(deal.contacts) >= MOST_CONTACTS and id not in {each.contact_id for each in deal.contacts}:
        raise Rejected("contacts_too_many", f"A deal has {MOST_CONTACTS} contacts at most; drop one.", "contact_id")
    return [DealContactSet(deal_id=deal.deal_id, contact_id=id, roles=roles, at=command.at)]


def dropped(command: DropDealContact, deal: Deal) -> Sequence[DealContactDropped]:
    if command.contact_id not in {each.contact_id for each in deal.contacts}:
        return []
    return [DealContactDropped(deal_id=deal.deal_id, contact_id=command.contact_id, at=command.at)]
