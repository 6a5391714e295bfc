"""Contacts who came, or got an address, after their mail was taken in: at the next look it is theirs too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from schemas.generated.crm.activity import AddParticipant
from streams.importer.deliver import Parcel, deliver
from streams.mailer.desk import Desk, Job
from streams.mailer.taking import Tally, envelope

SLACK = timedelta(minutes=5)
"""How far clocks of different machines may be apart, and how long it may take from looking an address up to remembering
that it was nobody's."""
_AT_ONCE = 500


def match(job: Job, desk: Desk, began: datetime, tally: Tally) -> None:
    """Looks at every contact of whom something was recorded since this was done last, or since the look `began`.
    Raises Stopped."""
    if not desk.places.anybody_unknown(job.tenant):
        return
    until, before = desk.clock(), desk.places.matched_until(job.tenant) or began
    if not desk.folded():
        return  # what the read models do not show yet is looked at the next time
    for ids in _lots(_by_id(job.tenant, desk, desk.contacts_since(job.tenant, min(before, began) - SLACK))):
        desk.pause(0)
        unknown = desk.places.unknown(job.tenant, ids)
        parcels = (
            Parcel(each, [envelope(job, _naming(each.activity, ids[each.address], each.written), each.activity)])
            for each in unknown
        )
        for each, (reply,) in deliver(parcels, desk.send, desk.pause):
            tally.counts["matched"] += bool(reply.events)
            desk.places.known(job.tenant, each)  # refused too: the activity was taken back, or has no more room
    desk.places.matched(job.tenant, until)


def _naming(activity: str, contact: str, written: datetime) -> AddParticipant:
    return AddParticipant(activity_id=activity, contact_id=contact, at=written)


def _by_id(tenant: str, desk: Desk, contacts: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """(what stands for an address, contact) of each address."""
    for contact, addresses in contacts:
        for address in addresses:
            yield desk.address(tenant, address), contact


def _lots(pairs: Iterable[tuple[str, str]]) -> Iterator[Mapping[str, str]]:
    """The contacts by address, a few at a time; an address of several contacts is the first one's."""
    lot: dict[str, str] = {}
    for address, contact in pairs:
        lot.setdefault(address, contact)
        if len(lot) == _AT_ONCE:
            yield lot
            lot = {}
    if lot:
        yield lot
