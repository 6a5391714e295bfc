"""Anna's mail and Moses' calendar, each on a server of its own, through the week: what came in is once on the timelines
of those whom it names, at the time when it was written, however late it is found."""

from datetime import datetime

from tests.e2e.working_week.office import FRI, MON, THU, TUE, WED, Office, Rows, at
from tests.mailbox.caldav_server import event
from tests.mailbox.imap_server import mail

ANNA, IDA, ZOE, SOL = "anna@example.com", "Ida@example.com", "zoe@home.example", "sol@cafesol.example"
MOSES = "moses"
"""His name on the server of his calendar."""
ATTENDED = f"ATTENDEE;CN=Sol:mailto:{SOL}"
MON_0 = at(MON, "00:00")
"""Since when mail and appointments are taken in."""
FROM_ZOE = ["Skylight", "Re: Skylight", "Attic plans", "Skylight, once more"]
"""What she wrote and was written, in the order of that."""


def _moment(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(at(day, clock))


def _letter(sender: str, to: str, title: str, day: str, clock: str) -> bytes:
    id = title.lower().replace(" ", "-").replace(":", "").replace(",", "")
    return mail(sender, to, id=id, subject=title, text=f"About: {title}", at=_moment(day, clock))


def _measuring(begins: str, ends: str, said: str) -> str:
    return event(
        "measuring",
        f"LAST-MODIFIED:{_stamp(said)}",
        f"DTSTART:{_stamp(begins)}",
        f"DTEND:{_stamp(ends)}",
        "SUMMARY:Measure the counter",
        "LOCATION:Hamburg",
        "ORGANIZER:mailto:moses@example.com",
        ATTENDED,
    )


def _stamp(moment: str) -> str:
    return moment.replace("-", "").replace(":", "")


ASKED = _letter(ZOE, ANNA, "Skylight", MON, "16:10")


def is_connected(office: Office) -> None:
    """On Monday. What is among colleagues alone stays out, and so does what is private."""
    answer = _letter(ANNA, ZOE, "Re: Skylight", MON, "16:40")
    lunch = _letter(ANNA, IDA, "Lunch?", MON, "11:00")
    office.imap.put(ANNA, ASKED, lunch, arrived=_moment(MON, "16:41"))
    office.imap.put(ANNA, answer, ASKED, folder="Sent", arrived=_moment(MON, "16:42"))
    office.dav.make(MOSES, "work", "Work")
    office.dav.put(MOSES, "work", "measuring", _measuring(at(FRI, "09:00"), at(FRI, "10:00"), at(MON, "17:00")))
    dentist = (f"DTSTART:{_stamp(at(THU, '07:00'))}", "SUMMARY:Dentist", "CLASS:PRIVATE", ATTENDED)
    office.dav.put(MOSES, "work", "dentist", event("dentist", *dentist))
    for name, who, kind, address, login, secret in (
        ("mail", "anna", "IMAP", office.imap.address, ANNA, office.imap.users[ANNA]),
        ("calendar", "moses", "CALDAV", office.dav.address, MOSES, office.dav.users[MOSES]),
    ):
        said = {"kind": kind, "address": address, "login": login, "secret": secret, "owner_id": office.ids[who]}
        office.made(name, "office", "/integration/mailboxes", at(MON, "17:10"), name=name, since_at=MON_0, **said)
    _counted(office, "mail", taken=2, left=1)
    _counted(office, "calendar", taken=1, left=1)
    _came(office, "anna", "Skylight", "Re: Skylight")
    _came(office, "moses", "Measure the counter")
    asked, answered = (office.ask("anna", f"/crm/activities/{office.ids[name]}") for name in FROM_ZOE[:2])
    zoe = [office.ids["Zoë Grünwald"]]
    assert (asked["direction"], asked["contact_ids"], asked["completed_at"]) == ("INBOUND", zoe, at(MON, "16:10"))
    assert (answered["direction"], answered["contact_ids"]) == ("OUTBOUND", zoe)
    meeting = office.ask("moses", f"/crm/activities/{office.ids['Measure the counter']}")
    assert (meeting["kind"], meeting["status"], meeting["location"]) == ("MEETING", "OPEN", "Hamburg")
    assert meeting["contact_ids"] == [office.ids["Sol Marín"]]


def comes_on_tuesday(office: Office) -> None:
    """It stands on the timeline of her who wrote it, and of her company, in its place."""
    letter = _letter(ZOE, ANNA, "Skylight, once more", TUE, "15:00")
    office.imap.put(ANNA, letter, arrived=_moment(TUE, "15:01"))
    _came(office, "anna", "Skylight, once more")
    told = office.items("anna", f"/crm/contacts/{office.ids['Zoë Grünwald']}/timeline", kinds="activity", limit="200")
    mails = [office.ids[name] for name in ("Skylight, once more", "Re: Skylight", "Skylight")]
    created = [each["id"] for each in told if each["type"] == "crm.ActivityCreated" and each["id"] in mails]
    assert created == mails
    sol = office.items("moses", f"/crm/contacts/{office.ids['Sol Marín']}/timeline", kinds="activity")
    assert [each["id"] for each in sol] == [office.ids["Measure the counter"]]


def comes_on_wednesday(office: Office) -> None:
    """What is found again is what is there already; what was put off there is put off here."""
    letter = _letter(SOL, ANNA, "Invoice", WED, "12:00")
    office.imap.put(ANNA, ASKED, letter, folder="Sent", arrived=_moment(WED, "12:01"))
    _came(office, "anna", "Invoice")
    assert len(office.items("anna", "/crm/activities", title="Skylight")) == 1
    office.dav.put(MOSES, "work", "measuring", _measuring(at(FRI, "14:00"), at(FRI, "15:00"), at(WED, "11:00")))
    path = f"/crm/activities/{office.ids['Measure the counter']}"
    begins = at(FRI, "14:00")
    office.here.until("it is put off", lambda: office.ask("moses", path)["starts_at"] == begins)


def comes_late(office: Office) -> None:
    """On Thursday a letter is found that was written on Monday."""
    letter = _letter(ZOE, ANNA, "Attic plans", MON, "18:00")
    office.imap.put(ANNA, letter, arrived=_moment(THU, "08:00"))
    _came(office, "anna", "Attic plans")
    assert _counted(office, "mail", taken=5)["code"] is None


def is_shown_then_and_now(office: Office) -> None:
    """On Friday: as of Tuesday, as was known that evening and as is known now."""
    about = {"about": f"crm/contact/{office.ids['Zoë Grünwald']}", "kind": "EMAIL", "sort": "completed_at"}

    def mails(**times: str) -> list[str]:
        return [each["title"] for each in office.items("anna", "/crm/activities", **about, **times)]

    assert mails() == mails(as_of=TUE) == FROM_ZOE
    assert mails(as_of=TUE, known_at=office.evening) == [each for each in FROM_ZOE if each != "Attic plans"]
    assert mails(as_of=MON) == FROM_ZOE[:3]
    of_sol = {"about": f"crm/contact/{office.ids['Sol Marín']}", "sort": "title"}
    assert [each["title"] for each in office.items("dustin", "/crm/activities", **of_sol, as_of=TUE)] == [
        "Measure the counter"
    ]
    path = f"/crm/activities/{office.ids['Measure the counter']}"
    then, now = (office.ask("moses", path, **times)["starts_at"] for times in ({"as_of": TUE}, {}))
    assert (then, now) == (at(FRI, "09:00"), at(FRI, "14:00"))
    found = {each["title"] for each in office.items("anna", "/search", q="skylight", types="activities")}
    assert found == {each for each in FROM_ZOE if "Skylight" in each}


def _came(office: Office, who: str, *titles: str) -> None:
    """Waits for activities of these titles, which are called so from then on."""

    def found(title: str) -> Rows:
        return office.items(who, "/crm/activities", title=title)

    for title in titles:
        [row] = office.here.until(f"{title} is there", lambda title=title: found(title))
        office.ids[title] = row["id"]


def _counted(office: Office, name: str, **counts: int) -> dict[str, object]:
    """A mailbox, once so many of its mails or events became what is said."""

    def there() -> dict[str, object] | None:
        row = office.ask("office", f"/integration/mailboxes/{office.ids[name]}")
        return row if all(row["counts"].get(each) == number for each, number in counts.items()) else None

    return office.here.until(f"{counts} of the {name}", there)
