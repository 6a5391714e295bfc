"""What is to take place in calendars becomes meetings, which follow them: from a real CalDAV server, and from calendar
files, to HTTP."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.mailbox.caldav_server import CalDavServer, caldav_server, calendar_file, event, file_server
from tests.mailbox.team import Team, team_of
from tests.platform import Platform

NOW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)
MAUD = "ATTENDEE;CN=Maud:mailto:Maud@example.org"


def stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[CalDavServer]:
    with caldav_server(tmp_path_factory.mktemp("caldav"), ann="secret", bob="word") as started:
        for user in ("ann", "bob"):
            started.make(user, "work", "Work")
        yield started


@pytest.fixture(scope="module")
def team(mailing: Platform) -> Generator[Team]:
    with team_of(mailing, "ann", "bob") as made:
        made.ids["maud"] = made.send("/crm/contacts", {"name": "Maud", "email": "maud@example.org"})["id"]
        yield made


def connect(team: Team, server: CalDavServer, user: str, **body: Any) -> str:
    """Connects somebody's calendars, and gives the mailbox's id."""
    asked = {"kind": "CALDAV", "address": server.address, "login": user, "secret": server.users[user]}
    return team.connect(user, **asked | body)


def meetings(team: Team, title: str) -> list[dict[str, Any]]:
    found = team.activities(kind="MEETING", title=title)
    return sorted(found, key=lambda each: each["starts_at"])


def tasting(at: datetime, *lines: str) -> str:
    return event(
        "tasting",
        f"DTSTART:{stamp(at)}",
        f"DTEND:{stamp(at + timedelta(hours=1))}",
        "SUMMARY:Tasting",
        "LOCATION:Berlin",
        "ORGANIZER:mailto:ann@example.com",
        MAUD,
        *lines,
    )


@pytest.fixture(scope="module")
def ann(team: Team, server: CalDavServer) -> str:
    """Ann's calendars, looked into once."""
    server.put("ann", "work", "tasting", tasting(NOW + 9 * DAY))
    server.put("ann", "work", "alone", event("alone", f"DTSTART:{stamp(NOW + DAY)}", "SUMMARY:Dentist"))
    secret = event("secret", f"DTSTART:{stamp(NOW + DAY)}", "SUMMARY:Secret", "CLASS:PRIVATE", MAUD)
    server.put("ann", "work", "secret", secret)
    weekly = [f"DTSTART:{stamp(NOW + DAY)}", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Weekly", MAUD]
    moved = [f"RECURRENCE-ID:{stamp(NOW + 8 * DAY)}", f"DTSTART:{stamp(NOW + 10 * DAY)}", "SUMMARY:Weekly", MAUD]
    skipped = f"EXDATE:{stamp(NOW + 15 * DAY)}"
    server.put("ann", "work", "weekly", event("weekly", *weekly, skipped), event("weekly", *moved))
    id = connect(team, server, "ann")
    team.counted(id, taken=4, left=2)
    return id


def test_what_is_to_take_place_becomes_meetings(team: Team, ann: str) -> None:
    (found,) = meetings(team, "Tasting")
    assert (found["status"], found["location"], found["contact_ids"]) == ("OPEN", "Berlin", [team.ids["maud"]])
    assert datetime.fromisoformat(found["starts_at"]) == NOW + 9 * DAY
    assert found["owner_id"] == team.ids["ann"]
    starts = [datetime.fromisoformat(each["starts_at"]) for each in meetings(team, "Weekly")]
    assert starts == [NOW + DAY, NOW + 10 * DAY, NOW + 22 * DAY]
    assert meetings(team, "Dentist") == meetings(team, "Secret") == []


def test_a_meeting_follows_its_calendar(team: Team, server: CalDavServer, ann: str) -> None:
    server.put("ann", "work", "tasting", tasting(NOW + 12 * DAY, "DESCRIPTION:Bring cups"))

    def moved() -> Any:
        (found,) = meetings(team, "Tasting")
        return found if datetime.fromisoformat(found["starts_at"]) == NOW + 12 * DAY else None

    found = team.here.until("the meeting is put off", moved)
    assert found["body"] == "Bring cups"
    server.put("bob", "work", "copy", tasting(NOW + 12 * DAY, "DESCRIPTION:Bring cups"))
    team.counted(connect(team, server, "bob", folders=["Work"]), followed=1)
    server.delete("ann", "work", "tasting")
    weekly = [f"DTSTART:{stamp(NOW + DAY)}", "RRULE:FREQ=WEEKLY;COUNT=1", "SUMMARY:Weekly", MAUD]
    server.put("ann", "work", "weekly", event("weekly", *weekly))

    def cancelled() -> bool:
        return [each["status"] for each in meetings(team, "Weekly")] == ["OPEN", "CANCELLED", "CANCELLED"]

    team.here.until("what is gone is cancelled", cancelled)
    (found,) = meetings(team, "Tasting")
    assert (found["status"], found["user_ids"]) == ("OPEN", [team.ids["bob"]])
    server.delete("bob", "work", "copy")
    team.here.until("nobody has it", lambda: meetings(team, "Tasting")[0]["status"] == "CANCELLED")


def test_what_is_broken_is_told_and_keeps_nothing_back(team: Team, server: CalDavServer, tmp_path: Path) -> None:
    said = [
        event("good", f"DTSTART:{stamp(NOW + DAY)}", "SUMMARY:Good", MAUD),
        event("none", "DTSTART:nonsense", "SUMMARY:None", MAUD),
        event("fine", f"DTSTART:{stamp(NOW + DAY)}", "RRULE:FREQ=SECONDLY", "SUMMARY:Fine", MAUD),
        event("old", "DTSTART:19000101T000000Z", "DTEND:20990101T000000Z", "SUMMARY:Old", MAUD),
    ]
    (tmp_path / "ours.ics").write_text(calendar_file(*said))
    with file_server(tmp_path) as address:
        id = team.connect("bob", kind="ICS", address=address, secret="/ours.ics")
        row = team.counted(id, taken=2, broken=2)
        assert sorted(row["problems"].values()) == ["event_malformed", "rule_too_fine", "time_implausible"]
        assert "ours.ics" not in str(row)
        (tmp_path / "ours.ics").write_text(calendar_file(*said[1:]))
        team.here.until("the file is read again", lambda: meetings(team, "Good")[0]["status"] == "CANCELLED")
        (tmp_path / "ours.ics").write_text("<html>")
        team.says(id, "calendar_malformed")
        (tmp_path / "ours.ics").unlink()
        told = {"name": "File", "owner_id": team.ids["bob"], "internal": True}
        team.send(f"/integration/mailboxes/{id}/change", told)
        team.says(id, "calendar_missing")
    team.says(connect(team, server, "ann", secret="wrong"), "login_refused")
    team.says(connect(team, server, "ann", folders=["Nowhere"]), "folder_gone")
