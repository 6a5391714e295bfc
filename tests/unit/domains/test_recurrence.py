"""How activities repeat: which rules are taken, and which times they give."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from domains.crm.recurrence import LATEST, checked, following, zone
from domains.kernel import Rejected


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-03-02T08:00")


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("FREQ=DAILY", "2026-03-02T08:00", "2026-03-03T08:00"),
        ("FREQ=DAILY;INTERVAL=3", "2026-03-02T08:00", "2026-03-05T08:00"),
        ("FREQ=DAILY", "2026-03-20T12:00", "2026-03-21T08:00"),
        ("FREQ=WEEKLY", "2026-03-02T08:00", "2026-03-09T08:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-03-02T08:00", "2026-03-05T08:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-06T08:00", "2026-03-09T08:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "2026-03-02T08:00", "2026-03-15T08:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-03-31T08:00", "2026-05-31T08:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31T08:00", "2026-04-30T08:00"),
        ("FREQ=MONTHLY;BYDAY=2TU", "2026-03-10T08:00", "2026-04-14T08:00"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-03-02T08:00", "2026-03-31T08:00"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=15", "2026-03-02T08:00", "2026-06-15T08:00"),
        ("FREQ=DAILY;COUNT=3", "2026-03-03T08:00", "2026-03-04T08:00"),
        ("FREQ=DAILY;COUNT=3", "2026-03-04T08:00", None),
        ("FREQ=DAILY;UNTIL=20260303T235959Z", "2026-03-02T08:00", "2026-03-03T08:00"),
        ("FREQ=DAILY;UNTIL=20260303T235959Z", "2026-03-03T08:00", None),
    ],
)
def test_the_time_that_follows(rule: str, after: str, expected: str | None) -> None:
    found = following(checked(rule), None, MONDAY, at(after))
    assert found == (None if expected is None else at(expected))


def test_a_rule_goes_by_the_clock_of_its_zone() -> None:
    nine = at("2026-03-28T08:00")  # nine in Berlin, where summer time begins in the night after
    assert following("FREQ=DAILY", "Europe/Berlin", nine, nine) == at("2026-03-29T07:00")
    assert following("FREQ=DAILY", None, nine, nine) == at("2026-03-29T08:00")
    late = at("2026-03-01T23:30")  # half past midnight on Monday in Berlin
    assert following("FREQ=WEEKLY;BYDAY=MO", "Europe/Berlin", late, late) == at("2026-03-08T23:30")
    assert zone("Europe/Berlin") == "Europe/Berlin"


def test_a_rule_is_written_in_any_case_and_as_calendars_write_it() -> None:
    assert checked(" rrule:freq=weekly;byday=mo ") == "FREQ=WEEKLY;BYDAY=MO"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("every day", "rule_malformed"),
        ("FREQ=HOURLY", "rule_malformed"),
        ("INTERVAL=2", "rule_malformed"),
        ("FREQ=DAILY;", "rule_malformed"),
        ("FREQ=DAILY;FREQ=DAILY", "rule_malformed"),
        ("FREQ=DAILY;INTERVAL=0", "rule_malformed"),
        ("FREQ=DAILY;COUNT=1000", "rule_malformed"),
        ("FREQ=DAILY;BYDAY=MO", "rule_malformed"),
        ("FREQ=DAILY;UNTIL=20260303", "rule_malformed"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rule_malformed"),
        ("FREQ=MONTHLY;INTERVAL=12", "rule_malformed"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rule_malformed"),
        ("FREQ=MONTHLY;BYDAY=5MO", "rule_malformed"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 100), "rule_malformed"),
        ("FREQ=DAILY\nDTSTART:20260101T000000Z", "rule_malformed"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260303T235959Z", "rule_ends_twice"),
        ("FREQ=DAILY;UNTIL=20261399T000000Z", "until_malformed"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "rule_by_two_days"),
        ("FREQ=MONTHLY;BYSETPOS=1", "rule_without_days"),
        ("FREQ=YEARLY;BYMONTH=2", "rule_without_days"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2", "rule_without_days"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule_never_comes"),
        ("FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31", "rule_never_comes"),
    ],
)
def test_rules_that_are_not_taken(rule: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        checked(rule)
    assert (refused.value.code, refused.value.field) == (code, "rule")


@pytest.mark.parametrize("name", ["Europe", "Europe/Atlantis", "../etc/passwd", "/etc/passwd", "europe/berlin"])
def test_zones_that_there_are_not(name: str) -> None:
    with pytest.raises(Rejected) as refused:
        zone(name)
    assert refused.value.code == "zone_unknown"


def test_no_rule_that_is_taken_is_looked_for_for_long() -> None:
    rules = ("FREQ=DAILY", "FREQ=MONTHLY;INTERVAL=11;BYMONTHDAY=31", "FREQ=YEARLY;INTERVAL=99;BYDAY=-4SU")
    began = time.process_time()
    for rule in rules:
        following(checked(rule), "America/New_York", at("2000-01-31T08:00"), LATEST - timedelta(days=1))
    assert time.process_time() - began < 5
    assert following("FREQ=DAILY", None, MONDAY, LATEST) is None
