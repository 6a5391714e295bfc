"""When an activity is due, begins and ends, when somebody is reminded of it, and how all that repeats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domains.checks import optional_text
from domains.crm import recurrence
from domains.kernel import Rejected

_TIMES = ("due_at", "starts_at", "ends_at", "remind_at")


class Timed(Protocol):
    """A command, an event or a state that says all of it."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def remind_at(self) -> datetime | None: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def zone(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of one activity; `rule` and `zone` as in `domains.crm.recurrence`."""

    due_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    remind_at: datetime | None
    rule: str | None
    zone: str | None

    @property
    def time(self) -> datetime | None:
        """The time that repeats: when it is due, or else begins."""
        return self.due_at or self.starts_at


def of(timed: Timed) -> Schedule:
    """What it says, as it stands."""
    return Schedule(timed.due_at, timed.starts_at, timed.ends_at, timed.remind_at, timed.rule, timed.zone)


def plausible(timed: Timed) -> None:
    """Raises Rejected for times that cannot be."""
    for name in _TIMES:
        at: datetime | None = getattr(timed, name)
        if at is not None and not recurrence.EARLIEST <= at < recurrence.LATEST:
            raise Rejected("time_implausible", "The time is not between 2000 and 2100; correct it.", name)
    if timed.ends_at is not None and timed.starts_at is None:
        raise Rejected("ends_without_start", "What ends has begun; give starts_at too.", "starts_at")
    if timed.ends_at is not None and timed.starts_at is not None and timed.ends_at < timed.starts_at:
        raise Rejected("ends_before_start", "It cannot end before it begins; correct one of the times.", "ends_at")


def checked(timed: Timed) -> Schedule:
    """What it says; raises Rejected for what cannot be."""
    plausible(timed)
    rule, zone = optional_text(timed.rule, "rule"), recurrence.zone(optional_text(timed.zone, "zone"))
    if rule is not None and timed.due_at is None and timed.starts_at is None:
        raise Rejected("rule_without_time", "What repeats is due or begins at some time; give due_at.", "due_at")
    if rule is None and zone is not None:
        raise Rejected("zone_without_rule", "Only a rule goes by the clock of a zone; give a rule too.", "zone")
    rule = None if rule is None else recurrence.checked(rule)
    return Schedule(timed.due_at, timed.starts_at, timed.ends_at, timed.remind_at, rule, zone)


def following(schedule: Schedule, start: datetime, after: datetime) -> Schedule | None:
    """The times of the next one, None when it is not repeated any more: the first that is later than this one and than
    `after`, so that what was missed is not caught up with. The rule counts from `start`."""
    time = schedule.time
    if schedule.rule is None or time is None:
        return None
    found = recurrence.following(schedule.rule, schedule.zone, start, max(time, after))
    return None if found is None else _later(schedule, found - time)


def _later(schedule: Schedule, by: timedelta) -> Schedule | None:
    due, starts, ends, remind = (
        None if at is None else at + by
        for at in (schedule.due_at, schedule.starts_at, schedule.ends_at, schedule.remind_at)
    )
    if any(at is not None and at >= recurrence.LATEST for at in (due, starts, ends, remind)):
        return None
    return Schedule(due, starts, ends, remind, schedule.rule, schedule.zone)
