"""How activities repeat: the rules of RFC 5545 (section 3.3.10) that people use, expanded by dateutil.

Of each frequency only those parts are taken with which a time always comes, so that nobody can have us look for one for
ever. A rule goes by the clock of a time zone: what begins at nine does so in winter and in summer.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr

from domains.kernel import Rejected

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between these lie the times of activities."""
_LONGEST = 200
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_LONGEST_MONTH = {month: 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 for month in range(1, 13)}


def _several(value: str) -> str:
    return f"(?:{value})(?:,(?:{value}))*"


_ALWAYS = {"COUNT": "[1-9][0-9]{0,2}", "UNTIL": "20[0-9]{6}T[0-9]{6}Z", "WKST": _DAY}
_OF_MONTHS = {
    "BYDAY": _several(f"(?:[+-]?[1-4])?{_DAY}"),
    "BYMONTHDAY": _several("-?(?:[1-9]|[12][0-9]|3[01])"),
    "BYSETPOS": "-?[1-4]",
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    "DAILY": _ALWAYS | {"INTERVAL": "[1-9][0-9]{0,2}"},
    "WEEKLY": _ALWAYS | {"INTERVAL": "[1-9][0-9]?", "BYDAY": _several(_DAY)},
    "MONTHLY": _ALWAYS | _OF_MONTHS | {"INTERVAL": "[1-9]|1[01]"},
    "YEARLY": _ALWAYS | _OF_MONTHS | {"INTERVAL": "[1-9][0-9]?", "BYMONTH": _several("[1-9]|1[0-2]")},
}


def checked(rule: str) -> str:
    """The rule in capitals, without `RRULE:` before it; raises Rejected for one that is not taken."""
    text = rule.strip().upper().removeprefix("RRULE:")
    pairs = [each.partition("=") for each in text.split(";")]
    parts = {name: value for name, _, value in pairs}
    taken = {"FREQ": parts.get("FREQ", ""), **_PARTS.get(parts.get("FREQ", ""), {})}
    written = len(text) <= _LONGEST and len(parts) == len(pairs) and len(taken) > 1
    if not written or not all(name in taken and re.fullmatch(taken[name], value) for name, value in parts.items()):
        raise Rejected(
            "rule_malformed",
            "The rule is none that is taken; write one of RFC 5545 that is daily, weekly, monthly or yearly, such as "
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH or FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12.",
            "rule",
        )
    _comes(parts)
    return text


def _comes(parts: Mapping[str, str]) -> None:
    """Raises Rejected for parts that do not go together, or only where no time comes."""
    if "COUNT" in parts and "UNTIL" in parts:
        raise Rejected("rule_ends_twice", "The rule ends by COUNT or by UNTIL; leave one of them out.", "rule")
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise Rejected("rule_by_two_days", "The rule goes by BYDAY or by BYMONTHDAY; leave one of them out.", "rule")
    if "BYSETPOS" in parts and not re.fullmatch(_several(_DAY), parts.get("BYDAY", "")):
        raise Rejected("rule_without_days", "BYSETPOS chooses among the days of a BYDAY without numbers.", "rule")
    if "BYMONTH" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        raise Rejected("rule_without_days", "BYMONTH goes with BYMONTHDAY or BYDAY; add one of them.", "rule")
    months = [int(each) for each in parts.get("BYMONTH", "1").split(",")]
    days = [abs(int(each)) for each in parts.get("BYMONTHDAY", "1").split(",")]
    if min(days) > max(_LONGEST_MONTH[month] for month in months):
        raise Rejected("rule_never_comes", "No month of the rule has such a day; -1 is the last one.", "rule")
    if "UNTIL" in parts:
        try:
            datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S%z")
        except ValueError:
            raise Rejected("until_malformed", "UNTIL is a time in UTC, such as 20261231T235959Z.", "rule") from None


def zone(name: str | None) -> str | None:
    """The name of a time zone, or nothing; raises Rejected for one that there is not."""
    if name is not None and name not in _zones():
        raise Rejected("zone_unknown", "There is no such time zone; give an IANA name, such as Europe/Berlin.", "zone")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def following(rule: str, zone: str | None, start: datetime, after: datetime) -> datetime | None:
    """The first time of a checked rule that is later than `after`, in UTC, None when there is none. The rule counts
    from `start`, whose time of day it keeps by the clock of the zone."""
    if after >= LATEST:
        return None
    found = rrulestr(rule, dtstart=start.astimezone(ZoneInfo(zone or "UTC"))).after(after)
    return found.astimezone(UTC) if found is not None and found < LATEST else None
