"""What calendars say, also those that are broken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.mailer.happening import MOST, Event, Happening, events
from tests.mailbox.caldav_server import calendar_file, event

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STARTS = "DTSTART:20260302T080000Z"
BERLIN = """BEGIN:VTIMEZONE
TZID:Own/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""


def read(*told: str, since: datetime = AT - 30 * DAY, until: datetime = AT + 60 * DAY) -> list[Event]:
    return list(events(calendar_file(*told).encode(), since, until))


def one(*lines: str) -> Happening:
    (found,) = read(event("a", *lines))
    (happening,) = found.happenings
    return happening


def starts(found: Event) -> list[datetime]:
    return [each.starts for each in found.happenings]


def test_an_event_says_what_when_and_with_whom() -> None:
    found = read(
        event(
            "a",
            STARTS,
            "DTEND:20260302T090000Z",
            "SUMMARY:Tasting\\, with",
            "  cups",
            "DESCRIPTION:First\\nsecond",
            "LOCATION:Berlin",
            "ORGANIZER;CN=Ann:MAILTO:Ann@example.com",
            "ATTENDEE:mailto:maud@example.org",
            "ATTENDEE;CUTYPE=ROOM:mailto:room@example.com",
            "ATTENDEE:urn:nobody",
            "ATTENDEE:mailto:broken",
        )
    )
    said = Happening(
        name="a",
        title="Tasting, with cups",
        body="First\nsecond",
        location="Berlin",
        starts=AT,
        ends=AT + HOUR,
        cancelled=False,
        private=False,
        people=("ann@example.com", "maud@example.org"),
        said=datetime(2026, 2, 1, 8, tzinfo=UTC),
    )
    assert found == [Event("a", repeats=False, happenings=[said])]


@pytest.mark.parametrize(
    ("lines", "begins", "ends"),
    [
        (("DTSTART;TZID=Europe/Berlin:20260302T090000", "DURATION:PT30M"), AT, AT + HOUR / 2),
        (("DTSTART;TZID=Own/Berlin:20260702T100000",), datetime(2026, 7, 2, 8, tzinfo=UTC), None),
        (("DTSTART;VALUE=DATE:20260302",), AT - 8 * HOUR, AT + 16 * HOUR),
        (("DTSTART:20260302T080000",), AT, None),
        ((STARTS, "DTEND:20260302T070000Z"), AT, None),
    ],
)
def test_times_are_told_in_utc(lines: tuple[str, ...], begins: datetime, ends: datetime | None) -> None:
    (found,) = read(BERLIN.replace("\n", "\r\n"), event("a", *lines))
    (happening,) = found.happenings
    assert (happening.starts, happening.ends) == (begins, ends)


def test_what_repeats_is_told_by_its_occurrences_with_their_exceptions() -> None:
    weekly = event("a", "DTSTART;TZID=Europe/Berlin:20260323T090000", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Weekly")
    moved = event("a", "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000", "DTSTART:20260331T120000Z", "SUMMARY:Moved")
    gone = weekly.replace("SUMMARY", "EXDATE;TZID=Europe/Berlin:20260406T090000\r\nSUMMARY")
    (found,) = read(gone, moved)
    assert found.repeats
    assert [(each.title, each.starts.isoformat()) for each in found.happenings] == [
        ("Weekly", "2026-03-23T08:00:00+00:00"),
        ("Moved", "2026-03-31T12:00:00+00:00"),
        ("Weekly", "2026-04-13T07:00:00+00:00"),
    ]
    before = {each.name for each in read(weekly)[0].happenings}
    assert {each.name for each in found.happenings} < before
    assert len(before) == 4


def test_what_is_over_or_far_ahead_is_left_out() -> None:
    daily = event("a", STARTS, "RRULE:FREQ=DAILY")
    assert len(starts(read(daily, since=AT - DAY, until=AT + 10 * DAY)[0])) == 10
    assert starts(read(event("a", STARTS), since=AT + DAY)[0]) == []
    assert starts(read(event("a", "DTSTART:20300101T000000Z"))[0]) == [datetime(2030, 1, 1, tzinfo=UTC)]
    (many,) = read(daily, until=AT + 2000 * DAY)
    assert (len(many.happenings), many.happenings[0].problems) == (MOST, ("occurrences_cut",))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "freq=minutely", "COUNT=9;FREQ=HOURLY", "FREQ=DAILY;BYSECOND=1,2,3", "FREQ=DAILY;BYHOUR=1,2"],
)
def test_what_repeats_too_often_is_told_once(rule: str) -> None:
    assert one(STARTS, f"RRULE:{rule}").problems == ("rule_too_fine",)
    assert one(STARTS, f"RRULE:{rule[:6]}\r\n {rule[6:]}").problems == ("rule_too_fine",)


def test_what_is_broken_keeps_nothing_back() -> None:
    found = read(
        event("good", STARTS),
        event("none", "DTSTART:nonsense"),
        event("bare", "SUMMARY:No time"),
        event("rule", STARTS, "RRULE:FREQ=WEEKLY;BYDAY=XX"),
        event("", STARTS),
    )
    assert {each.uid: each.problem for each in found} == {
        "good": None,
        "none": "event_malformed",
        "bare": "event_malformed",
        "rule": None,
        "": "uid_missing",
    }
    assert found[3].happenings[0].problems == ("rule_malformed",)
    long = one(STARTS, f"SUMMARY:{'x' * 400}", f"DESCRIPTION:{'x' * 20_000}", f"LOCATION:{'x' * 400}")
    assert long.problems == ("title_cut", "body_cut", "location_cut")
    assert (one(STARTS).title, one(STARTS, "SUMMARY: ").title) == ("No title", "No title")


def test_what_is_called_off_or_nobody_s_business_is_told_to_be() -> None:
    assert one(STARTS, "STATUS:CANCELLED").cancelled
    assert one(STARTS, "CLASS:private").private
    called_off = calendar_file("METHOD:CANCEL", event("a", STARTS)).encode()
    (found,) = events(called_off, AT - DAY, AT + DAY)
    assert found.happenings[0].cancelled


@pytest.mark.parametrize("text", [b"", b"<html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", b"\x00\xff"])
def test_what_is_no_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="no calendar"):
        list(events(text, AT - DAY, AT + DAY))


@given(
    st.lists(
        st.sampled_from([STARTS, "DTEND:x", "RRULE:FREQ=DAILY", "RRULE:", "EXDATE:x", "UID:b", ":", "SUMMARY:\x00a"])
    )
)
def test_whatever_comes_is_told_or_told_to_be_broken(lines: list[str]) -> None:
    for found in read(event("a", *lines)):
        for each in found.happenings:
            assert each.title
            assert "\x00" not in each.title
