"""Somebody's mail becomes activities: from a real IMAP server to HTTP, once each, whatever is broken or killed."""

from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.test_http import after, problem
from tests.mailbox.imap_server import ImapServer, imap_server, mail
from tests.mailbox.team import Team, team_of
from tests.platform import Platform

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MANY = 300


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap"), ann="secret", bob="word", cleo="third", dan="fourth") as started:
        yield started


@pytest.fixture(scope="module")
def team(mailing: Platform) -> Generator[Team]:
    with team_of(mailing, "ann", "bob", "cleo", "dan") as made:
        made.send(f"/admin/users/{made.ids['bob']}/grant-role", {"role_id": "crm.member"})
        emails = [{"value": "maud@example.org"}, {"value": "Maud@Bücher.example"}]
        made.ids["maud"] = made.send("/crm/contacts", {"name": "Maud", "emails": emails})["id"]
        yield made


def connect(team: Team, server: ImapServer, user: str, **body: Any) -> str:
    """Connects somebody's mail, and gives the mailbox's id."""
    login = f"{user}@example.com"
    asked = {"kind": "IMAP", "address": server.address, "login": login, "secret": server.users[login]}
    return team.connect(user, **asked | body)


BROKEN = (
    b"From: =?utf-8?q?Maud?= <maud@xn--bcher-kva.example>\r\nTo: ann@example.com\r\nDate: yesterday\r\n"
    b"Subject: =?klingon?b?VGVh?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nf\xfcr zwei\x00\r\n"
)
TEA = mail("maud@example.org", "ann@example.com", "bob@example.com", id="tea", subject="Tea", text="How much?", at=AT)
REPLY = mail("ann@example.com", "maud@example.org", id="reply", subject="Re: Tea", text="Ten.", at=AT + timedelta(1))
ALONE = mail("ann@example.com", "Bob@example.com", id="alone", subject="Lunch?", text="At one.", at=AT)
STRANGER = mail("zoe@example.net", "ann@example.com", id="zoe", subject="Hello", text="I am Zoe.", at=AT)


@pytest.fixture(scope="module")
def ann(team: Team, server: ImapServer) -> str:
    """Ann's mailbox, looked into once: two folders, one mail in both."""
    old = mail("maud@example.org", "ann@example.com", id="old", subject="Old", text="Old.", at=AT - timedelta(90))
    server.put("ann@example.com", old, arrived=AT - timedelta(90))
    server.put("ann@example.com", TEA, BROKEN, ALONE, STRANGER, arrived=AT)
    server.put("ann@example.com", REPLY, TEA, folder="Sent", arrived=AT + timedelta(1))
    id = connect(team, server, "ann")
    team.counted(id, taken=4, left=1)
    return id


def test_mail_becomes_activities_of_those_whom_it_names(team: Team, ann: str) -> None:
    row = team.mailbox(ann)
    assert (row["status"], row["code"], row["has_secret"]) == ("CONNECTED", None, True)
    assert sorted(row["problems"].values()) == ["charset_guessed, date_malformed"]
    assert len(team.activities(about=f"crm/contact/{team.ids['maud']}")) == 3
    found = {each["message_id"]: each for each in team.activities(kind="EMAIL")}
    assert sorted(found, key=str) == ["<reply@example.com>", "<tea@example.com>", "<zoe@example.com>", None]
    tea, reply, broken = (found[id] for id in ("<tea@example.com>", "<reply@example.com>", None))
    assert (tea["title"], tea["body"], tea["direction"], tea["status"]) == ("Tea", "How much?", "INBOUND", "DONE")
    assert (tea["owner_id"], tea["user_ids"], tea["contact_ids"]) == (
        team.ids["ann"],
        [team.ids["bob"]],
        [team.ids["maud"]],
    )
    assert datetime.fromisoformat(tea["completed_at"]) == AT
    assert (reply["direction"], reply["contact_ids"]) == ("OUTBOUND", [team.ids["maud"]])
    assert (broken["title"], broken["body"], broken["contact_ids"]) == ("Tea", "für zwei", [team.ids["maud"]])
    assert found["<zoe@example.com>"]["contact_ids"] == []
    timeline = team.get(f"/crm/contacts/{team.ids['maud']}/timeline", kinds="activity")["items"]
    assert len([each for each in timeline if each["type"] == "crm.ActivityCreated"]) == 3


def test_a_mail_is_there_once_for_all_who_have_it(team: Team, server: ImapServer, ann: str) -> None:
    server.put("bob@example.com", TEA, arrived=AT)
    assert [each["title"] for each in team.activities("bob", q="much")] == []
    team.counted(connect(team, server, "bob"), followed=1)
    (tea,) = team.activities("bob", q="much")
    assert (tea["owner_id"], tea["readers"]) == (team.ids["ann"], [f"user:{team.ids['bob']}"])


@pytest.mark.usefixtures("ann")
def test_a_contact_who_comes_later_has_their_mail_too(team: Team) -> None:
    """Of two mailboxes the one that is looked into first finds them, and counts it."""
    zoe = team.send("/crm/contacts", {"name": "Zoe", "email": "Zoe@example.net"})["id"]
    (hello,) = team.here.until("the mail of Zoe", lambda: team.activities(about=f"crm/contact/{zoe}"))
    assert (hello["title"], hello["contact_ids"]) == ("Hello", [zoe])


def test_what_was_removed_does_not_come_back(team: Team, server: ImapServer, ann: str) -> None:
    """Moving a mail elsewhere makes it a new one there."""
    lost = mail("maud@example.org", "ann@example.com", id="lost", subject="Never mind", text="Sorry.", at=AT)
    server.put("ann@example.com", lost, arrived=AT)
    team.counted(ann, taken=5)
    (found,) = team.activities(title="Never mind")
    team.send(f"/crm/activities/{found['id']}/remove")
    more = mail("maud@example.org", "ann@example.com", id="more", subject="More", text="More.", at=AT)
    server.put("ann@example.com", lost, more, folder="Sent", arrived=AT)
    team.counted(ann, taken=6)
    assert team.activities(title="Never mind") == []


def test_what_is_wrong_is_told_and_mended(team: Team, server: ImapServer) -> None:
    server.put("cleo@example.com", STRANGER, arrived=AT)
    folders = ["INBOX", "Deals"]
    id = connect(team, server, "cleo", secret="wrong", folders=folders)

    row = team.says(id, "login_refused")
    assert row["reason"].endswith(".")
    assert row["failed_at"]
    mended = {"name": "Mail of Cleo", "owner_id": team.ids["cleo"], "folders": folders}
    team.send(f"/integration/mailboxes/{id}/change", mended | {"secret": "third"})
    row = team.says(id, "folder_gone")
    assert "Deals" in row["reason"]
    team.counted(id, followed=1)
    with server.client("cleo@example.com") as client:
        client.create_folder("Deals")
    team.says(id, None)
    team.send(f"/integration/mailboxes/{id}/pause")
    assert team.mailbox(id)["status"] == "PAUSED"
    team.send(f"/integration/mailboxes/{id}/disconnect")
    assert team.clients["key"].get(f"/integration/mailboxes/{id}", headers=after(team.position)).status_code == 404


def test_a_mailer_that_is_killed_misses_and_doubles_nothing(team: Team, server: ImapServer) -> None:
    wanted = {f"<many-{number}@example.com>" for number in range(MANY)}
    mails = [
        mail("eve@example.net", "dan@example.com", id=id[1:].partition("@")[0], subject="One of many", text=id, at=AT)
        for id in sorted(wanted)
    ]
    server.put("dan@example.com", *mails, arrived=AT)
    dan = team.ids["dan"]
    connect(team, server, "dan")
    for share in (1, MANY // 3, MANY // 2):
        team.here.until(f"{share} are there", lambda share=share: len(team.activities(owner_id=dan)) >= share)
        team.here.kill("mailer")
        team.here.start("mailer")
    team.here.until("all are there", lambda: len(team.activities(owner_id=dan)) >= MANY)
    found = team.activities(owner_id=dan)
    assert Counter(each["message_id"] for each in found) == Counter(wanted)
    assert {each["version"] for each in found} == {1}


def test_a_contact_s_mail_goes_with_them(team: Team, server: ImapServer, ann: str) -> None:
    mails = team.activities(about=f"crm/contact/{team.ids['maud']}")
    (tea,) = (each for each in mails if each["body"] == "How much?")
    team.send(f"/admin/data-subjects/{team.ids['maud']}/erase", {"basis": "objection"})

    def gone() -> bool:
        row = team.get(f"/crm/activities/{tea['id']}")
        return (row["body"], row["about"]) == ("[erased]", [])

    team.here.until("the words are erased", gone)
    server.put("ann@example.com", TEA, arrived=AT)
    fresh = mail("maud@example.org", "ann@example.com", id="fresh", subject="Fresh", text="Me again.", at=AT)
    server.put("ann@example.com", fresh, arrived=AT)
    team.here.until("what came since is there", lambda: team.activities(title="Fresh"))
    assert gone()


def test_bad_input_is_told_apart(team: Team) -> None:
    client, good = team.clients["key"], {"name": "M", "kind": "IMAP", "owner_id": team.ids["ann"]}
    good |= {"address": "imaps://mail.example.com", "login": "ann", "secret": "word"}
    for wrong, status, code in (
        ({"address": "imap://mail.example.com"}, 422, "address_not_secure"),
        ({"address": "imaps://192.168.1.1"}, 422, "address_inward"),
        ({"address": "ftp://mail.example.com"}, 422, "address_malformed"),
        ({"secret": None}, 422, "secret_missing"),
        ({"kind": "POP3"}, 422, "invalid_field"),
        ({"folders": ["x"] * 10 + [" "]}, 422, "folders_missing"),
    ):
        problem(client.post("/integration/mailboxes", json=good | wrong), status, code)
    problem(client.post(f"/integration/mailboxes/{uuid4()}/pause", json={}), 404, "not_found")
    problem(client.post("/integration/mailboxes/x/record-look", json={}), 404, "not_found")


def test_nobody_is_shown_a_password(team: Team, ann: str) -> None:
    shown = str(team.mailbox(ann)) + str(team.get(f"/integration/mailboxes/{ann}/history"))
    logged = "".join(team.here.tail(part, 10_000) for part in team.here.processes)
    for secret in (": 'secret'", "ann@example.com", "How much?", "maud@example.org"):
        assert secret not in shown
    for secret in ("ann@example.com", "How much?", "maud@example.org"):
        assert secret not in logged
