"""Two contacts who are one are merged and told apart again, over HTTP, with all that belongs to them."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_contacts import send
from tests.e2e.test_http import after, problem
from tests.platform import Platform, platform

PARTS = (
    "processor admin", "processor crm", "projector admin", "projector crm", "workflows", "eraser", "gateway",
)  # fmt: skip
HOME = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    """A platform of its own, a part of which is killed."""
    with platform(*PARTS) as started:
        yield started


@pytest.fixture
def client(here: Platform) -> Any:
    with here.client(f"merging-{uuid4().hex[:8]}") as made:
        yield made


def shown(client: httpx.Client, id: str) -> dict[str, Any]:
    answer = client.get(f"/crm/contacts/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(client: httpx.Client, path: str, **asked: str) -> set[str]:
    answer = client.get(path, params=asked)
    assert answer.is_success, answer.text
    return {each["id"] for each in answer.json()["items"]}


def status(client: httpx.Client, id: str) -> list[str]:
    return [each["status"] for each in client.get(f"/crm/contacts/{id}/merges").json()["items"]]


def two(client: httpx.Client) -> tuple[str, str]:
    """Maude, and Maude once more."""
    one = {"name": "Maude", "email": "maude@example.com", "company_id": "c"}
    other = {"name": "Maude Lebowski", "email": "m@home.example", "phone": "+442071838750", "addresses": [HOME]}
    maude, again = send(client, "/crm/contacts", one)["id"], send(client, "/crm/contacts", other)["id"]
    send(client, f"/crm/contacts/{again}/tag", {"add": ["art"]})
    return maude, again


def call(client: httpx.Client, *contacts: str, links: tuple[str, ...] = ()) -> str:
    body = {"kind": "CALL", "title": "A call", "owner_id": "ann", "contact_ids": contacts, "links": links}
    return send(client, "/crm/activities", body)["id"]


def deal(client: httpx.Client, **contacts: str) -> str:
    """A deal in which these contacts have a say, by role."""
    id = send(client, "/crm/deals", {"name": "Portraits", "owner_id": "ann"})["id"]
    for role, contact in contacts.items():
        send(client, f"/crm/deals/{id}/set-contact", {"contact_id": contact, "roles": [role]})
    return id


def says(client: httpx.Client, id: str) -> dict[str, list[str]]:
    return {each["contact_id"]: each["roles"] for each in client.get(f"/crm/deals/{id}").json().get("contacts", ())}


def merge(here: Platform, client: httpx.Client, maude: str, again: str, **take: str) -> None:
    told = send(client, f"/crm/contacts/{maude}/merge", {"other_id": again, "take": take})
    assert [each["type"] for each in told["events"]] == ["crm.ContactMergeStarted"]
    here.until("it is merged", lambda: status(client, maude)[:1] == ["DONE"])


def volatile(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what tells when and how often it was written."""
    return {name: row[name] for name in row if name not in ("version", "updated_at", "recorded_at")}


def test_two_who_are_one_are_merged_and_told_apart_again(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    calls = [call(client, again), call(client, maude, again), call(client, links=(f"crm/contact/{again}",))]
    here.until("all is there", lambda: ids(client, "/crm/activities") == set(calls))
    before = volatile(shown(client, maude)), volatile(shown(client, again))
    merge(here, client, maude, again, name="other")

    one = shown(client, maude)
    assert (one["name"], one["email"], one["phone"]) == ("Maude Lebowski", "maude@example.com", "+442071838750")
    assert [each["value"] for each in one["emails"]] == ["maude@example.com", "m@home.example"]
    assert (one["company_id"], one["tags"], one["addresses"][0]["city"]) == ("c", ["art"], "London")
    moved = client.get(f"/crm/contacts/{again}")
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/crm/contacts/{maude}")
    assert client.get(f"/crm/contacts/{again}", follow_redirects=True).json()["id"] == maude
    assert ids(client, "/crm/contacts") == {maude}
    assert ids(client, "/crm/contacts", emails="m@home.example") == {maude}
    here.until("one is found", lambda: ids(client, "/crm/contacts", q="lebowski") == {maude})
    assert client.get("/crm/duplicates").json()["items"] == []
    [told] = client.get(f"/crm/contacts/{maude}/merges").json()["items"]
    assert (told["other_id"], told["moved"], told["take"]) == (again, 3, {"name": "other"})
    rows = {each["id"]: each for each in client.get("/crm/activities").json()["items"]}
    assert [rows[each]["contact_ids"] for each in calls] == [[maude], [maude], []]
    assert rows[calls[2]]["links"] == [f"crm/contact/{maude}"]
    later = call(client, again)
    here.until("it comes to her", lambda: client.get(f"/crm/activities/{later}").json().get("contact_ids") == [maude])

    edited = {"name": "Maude L.", "email": one["email"], "phone": one["phone"], "job_title": "Artist"}
    send(client, f"/crm/contacts/{maude}/change", edited)
    own = call(client, maude)
    parted = send(client, f"/crm/contacts/{maude}/unmerge", {"other_id": again})
    assert parted["events"][0]["type"] == "crm.ContactParted"
    here.until("they are two", lambda: ids(client, "/crm/contacts") == {maude, again})
    here.until("hers come back", lambda: client.get(f"/crm/activities/{later}").json()["contact_ids"] == [again])
    assert volatile(shown(client, again)) == before[1]
    changed = before[0] | {"name": "Maude L.", "job_title": "Artist"}
    assert volatile(shown(client, maude)) == changed
    rows = {each["id"]: each for each in client.get("/crm/activities").json()["items"]}
    assert [sorted(rows[each]["contact_ids"]) for each in calls] == [[again], sorted([maude, again]), []]
    assert (rows[calls[2]]["links"], rows[own]["contact_ids"]) == ([f"crm/contact/{again}"], [maude])
    assert status(client, maude) == ["UNMERGED"]
    merge(here, client, maude, again)


def test_merges_are_shown_as_of_any_date(here: Platform, client: httpx.Client) -> None:
    maude, again = (send(client, "/crm/contacts", {"name": "Maude", "at": "2026-03-01T09:00:00Z"})["id"] for _ in "ab")
    path = f"/crm/contacts/{maude}"

    def merges(**asked: str) -> list[tuple[str, str]]:
        answer = client.get(f"{path}/merges", params=asked)
        assert answer.status_code == 200, answer.text
        return [(each["other_id"], each["status"]) for each in answer.json()["items"]]

    send(client, f"{path}/merge", {"other_id": again, "at": "2026-03-05T09:00:00Z"})
    here.until("it is merged", lambda: merges() == [(again, "DONE")])
    send(client, f"{path}/unmerge", {"other_id": again, "at": "2026-03-10T09:00:00Z"})
    here.until("they are two", lambda: merges() == [(again, "UNMERGED")])
    assert merges(as_of="2026-03-04") == []
    assert merges(as_of="2026-03-07") == [(again, "DONE")]
    assert merges(as_of="2026-03-11") == [(again, "UNMERGED")]
    problem(client.get(f"{path}/merges", params={"as_of": "2026-02-01"}), 404, "not_found")
    problem(client.get(f"{path}/merges", params={"known_at": "2026-02-01"}), 404, "not_found")
    problem(client.get(f"{path}/merges", params={"sort": "status"}), 400, "unknown_filter")


def test_roles_on_deals_are_united_and_given_back(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    alone = deal(client, CHAMPION=again)
    both = deal(client, DECISION_MAKER=maude, BLOCKER=again)
    lost = deal(client, CHAMPION=again)
    here.until("all is there", lambda: ids(client, "/crm/deals", contacts=again) == {alone, both, lost})
    send(client, f"/crm/deals/{lost}/remove", {})
    merge(here, client, maude, again)
    assert says(client, alone) == {maude: ["CHAMPION"]}
    assert says(client, both) == {maude: ["DECISION_MAKER", "BLOCKER"]}
    assert client.get(f"/crm/contacts/{maude}/merges").json()["items"][0]["moved"] == 3
    assert ids(client, "/crm/deals", contacts=maude) == {alone, both}
    assert ids(client, "/crm/deals", contacts=again) == set()
    later = deal(client, EVALUATOR=again)
    here.until("it comes to her", lambda: says(client, later) == {maude: ["EVALUATOR"]})

    roles = ["DECISION_MAKER", "BLOCKER", "INFLUENCER"]
    send(client, f"/crm/deals/{both}/set-contact", {"contact_id": maude, "roles": roles})
    send(client, f"/crm/contacts/{maude}/unmerge", {"other_id": again})
    here.until("it goes back", lambda: says(client, later) == {again: ["EVALUATOR"]})
    here.until("all do", lambda: says(client, alone) == {again: ["CHAMPION"]})
    here.until("of both", lambda: again in says(client, both))
    assert says(client, both) == {maude: ["DECISION_MAKER", "INFLUENCER"], again: ["BLOCKER"]}
    send(client, f"/crm/deals/{lost}/restore", {})
    here.until("from the trash, too", lambda: says(client, lost) == {again: ["CHAMPION"]})


def test_chains_of_merges_are_taken_back_one_by_one(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    third = send(client, "/crm/contacts", {"name": "Maudie"})["id"]
    id, spoke = deal(client, CHAMPION=again, BLOCKER=maude), call(client, again)
    here.until("all is there", lambda: ids(client, "/crm/activities") == {spoke} and len(says(client, id)) == 2)
    merge(here, client, maude, again)
    merge(here, client, third, maude)
    assert says(client, id) == {third: ["CHAMPION", "BLOCKER"]}
    assert client.get(f"/crm/contacts/{again}", follow_redirects=True).json()["id"] == third
    problem(client.post(f"/crm/contacts/{maude}/unmerge", json={"other_id": again}), 409, "contact_merged")
    send(client, f"/crm/contacts/{third}/unmerge", {"other_id": maude})
    here.until("one is back", lambda: says(client, id) == {maude: ["CHAMPION", "BLOCKER"]})
    here.until("and there", lambda: ids(client, "/crm/contacts") == {third, maude})
    send(client, f"/crm/contacts/{maude}/unmerge", {"other_id": again})
    here.until("both are", lambda: says(client, id) == {maude: ["BLOCKER"], again: ["CHAMPION"]})
    here.until("as they spoke", lambda: client.get(f"/crm/activities/{spoke}").json()["contact_ids"] == [again])


def test_a_merge_goes_on_where_it_was_whatever_dies(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    calls = {call(client, again) for _ in range(5)}
    here.until("all is there", lambda: ids(client, "/crm/activities") == calls)
    here.kill("workflows")
    begun = send(client, f"/crm/contacts/{maude}/merge", {"other_id": again})
    asked = client.get(f"/crm/contacts/{maude}/merges", headers=after(begun["position"]))
    assert [each["status"] for each in asked.json()["items"]] == ["STARTED"]
    here.start("workflows")
    here.until("it goes on", lambda: status(client, maude) != ["STARTED"])
    here.kill("workflows")
    here.start("workflows")
    here.until("it is merged", lambda: status(client, maude) == ["DONE"])
    rows = client.get("/crm/activities").json()["items"]
    assert {each["id"]: each["contact_ids"] for each in rows} == {each: [maude] for each in calls}
    history = client.get(f"/crm/contacts/{maude}/history").json()["items"]
    assert [each["type"] for each in history].count("crm.ContactAbsorbed") == 1


def test_what_cannot_be_merged_is_refused(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    path = f"/crm/contacts/{maude}/merge"
    problem(client.post(path, json={"other_id": maude}), 422, "same_record")
    problem(client.post(path, json={"other_id": str(uuid4())}), 404, "not_found")
    problem(client.post(path, json={"other_id": again, "take": {"nose": "own"}}), 422, "take_unknown")
    problem(client.post(path, json={"take": {}}), 422, "invalid_field")
    problem(client.post(f"/crm/contacts/{maude}/unmerge", json={"other_id": again}), 422, "not_merged")
    with here.client(f"merging-{uuid4().hex[:8]}") as stranger:
        theirs = send(stranger, "/crm/contacts", {"name": "Maude"})["id"]
        problem(client.post(path, json={"other_id": theirs}), 404, "not_found")
        problem(stranger.get(f"/crm/contacts/{maude}/merges"), 404, "not_found")
    merge(here, client, maude, again)
    problem(client.post(path, json={"other_id": again}), 422, "already_merged")
    for verb, body in (("change", {"name": "M"}), ("remove", {}), ("merge", {"other_id": maude})):
        problem(client.post(f"/crm/contacts/{again}/{verb}", json=body), 409, "contact_merged")


def test_both_must_be_ones_own_to_change(here: Platform) -> None:
    tenant = f"merging-{uuid4().hex[:8]}"
    with here.client(tenant) as key:
        made = [send(key, "/admin/tenants", {"name": "Merging"})]
        ann = send(key, "/admin/users", {"name": "ann"})
        eve = send(key, "/admin/users", {"name": "eve"})
        made += [ann, eve, send(key, f"/admin/users/{ann['id']}/grant-role", {"role_id": "crm.member"})]
        mine = send(key, "/crm/contacts", {"name": "Maude", "owner_id": ann["id"]})
        read = send(key, "/crm/contacts", {"name": "Maude", "owner_id": eve["id"]})
        hidden = send(key, "/crm/contacts", {"name": "Maude", "owner_id": eve["id"]})
        made += [mine, hidden, send(key, f"/crm/contacts/{read['id']}/share", {"user_id": ann["id"]})]
        position = here.settled(made)
    with here.client(tenant, ann["id"]) as client:
        path = f"/crm/contacts/{mine['id']}/merge"
        refused = client.post(path, json={"other_id": read["id"]}, headers=after(position))
        problem(refused, 403, "forbidden")
        assert refused.json()["permission"] == "crm.contact.merge"
        problem(client.post(path, json={"other_id": hidden["id"]}), 404, "not_found")


def test_who_is_erased_is_erased_as_all_that_they_were_merged_of(here: Platform, client: httpx.Client) -> None:
    maude, again = two(client)
    send(client, f"/admin/data-subjects/{again}/place-hold", {"matter": "case-1"})
    merge(here, client, maude, again)
    subject = f"/admin/data-subjects/{maude}"
    here.until("she is held, too", lambda: client.get(subject).json().get("holds") == ["case-1"])
    problem(client.post(f"{subject}/erase", json={"basis": "objection"}), 409, "legal_hold")
    send(client, f"{subject}/release-hold", {"matter": "case-1"})
    theirs = f"/admin/data-subjects/{again}"
    here.until("neither is held", lambda: client.get(theirs).json().get("holds") == [])
    send(client, f"{subject}/erase", {"basis": "objection"})
    here.until("both are", lambda: {client.get(each).json()["status"] for each in (subject, theirs)} == {"ERASED"})
    here.until("it is shown", lambda: shown(client, maude)["name"] == "[erased]")
    refused = client.post(f"/crm/contacts/{maude}/unmerge", json={"other_id": again})
    problem(refused, 409, "contact_erased")
