"""Takes in what was found: each mail or event becomes a command to its activity, matched to whom its addresses name."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domains.crm.involved import MOST
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from schemas.contract import Record
from schemas.generated.crm.activity import CONTRACT as ACTIVITY
from schemas.generated.crm.activity import ActivityCreated, TakeInActivity
from streams.importer.deliver import Parcel, deliver
from streams.mailer.desk import Desk, Job
from streams.mailer.places import Unknown

MOST_PROBLEMS = 100
"""Problems of one look that are told."""


@dataclass(slots=True)
class Tally:
    """What came of a look so far: how many mails or events became what, and what could not be taken in whole, as codes
    by where it is."""

    counts: Counter[str] = field(default_factory=Counter[str])
    problems: dict[str, str] = field(default_factory=dict[str, str])

    def problem(self, where: str, code: str) -> None:
        known = self.problems.get(where, "").split(", ") if where in self.problems else []
        if code not in known and (known or len(self.problems) < MOST_PROBLEMS):
            self.problems[where] = ", ".join((*known, code))


@dataclass(frozen=True, slots=True)
class Known:
    """Who is who: users and contacts by address."""

    users: Mapping[str, str]
    contacts: Mapping[str, str]

    def within(self, people: Sequence[str]) -> bool:
        """Whether it is a matter among colleagues alone."""
        return bool(people) and all(each in self.users for each in people)


@dataclass(frozen=True, slots=True)
class Found:
    """A mail or an event: where it is, what takes it in, whose addresses it names, and what could not be told of it, as
    codes."""

    where: str
    command: TakeInActivity
    people: Sequence[str]
    problems: Sequence[str] = ()


def whom(known: Known, people: Sequence[str], owner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(contacts, users) who take part, the owner not among them, and no more than an activity has room for."""
    users = dict.fromkeys(known.users[each] for each in people if each in known.users)
    contacts = dict.fromkeys(known.contacts[each] for each in people if each in known.contacts)
    return tuple(contacts)[:MOST], tuple(each for each in users if each != owner)[:MOST]


def take_in(job: Job, found: Sequence[Found], known: Known, desk: Desk, tally: Tally) -> Sequence[Unknown]:
    """Comes back when the log has all of it; gives the addresses that are nobody's yet. Raises Stopped."""
    desk.vaults.prefetch(job.tenant, [each.command.activity_id for each in found])
    parcels = (Parcel(each, [envelope(job, each.command, each.command.activity_id)]) for each in found)
    unknown: list[Unknown] = []
    for each, (reply,) in deliver(parcels, desk.send, desk.pause):
        tally.counts[_became(reply)] += 1
        if reply.status != 200:
            tally.problem(each.where, reply.code or "refused")
            continue
        for code in each.problems:
            tally.problem(each.where, code)
        strangers = (one for one in each.people if one not in known.users and one not in known.contacts)
        id, at = each.command.activity_id, each.command.at
        unknown += [Unknown(desk.address(job.tenant, one), id, at) for one in strangers]
    return unknown


def _became(reply: Reply) -> str:
    if reply.status != 200:
        return "broken"
    if any(event.type == ActivityCreated.NAME for event in reply.events) and not reply.repeated:
        return "taken"
    return "followed" if reply.events else "known"


def envelope(job: Job, command: Record, id: str, aggregate: str = ACTIVITY.aggregate) -> CommandEnvelope:
    """A command of the worker on a mailbox. Each has an id of its own: what it says is so once it was said."""
    number = str(uuid.uuid4())
    return CommandEnvelope(
        command=command,
        tenant=job.tenant,
        aggregate=aggregate,
        id=id,
        command_id=number,
        correlation_id=number,
        actor=f"mailbox:{job.id}",
        fingerprint=number.replace("-", "")[:16],
    )


def not_later(at: datetime, clock: Callable[[], datetime]) -> datetime:
    """A business time that is not to come."""
    return min(at, clock())


def addresses(found: Iterable[Sequence[str]]) -> frozenset[str]:
    """All that these name."""
    return frozenset(each for people in found for each in people)
