"""Contacts who may be one person, suggested as they come, over HTTP."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_contacts import send
from tests.e2e.test_http import after, problem
from tests.platform import Platform

HOME = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}


@pytest.fixture
def client(here: Platform) -> Any:
    with here.client(f"twins-{uuid4().hex[:8]}") as made:
        yield made


def suggested(client: httpx.Client, path: str, position: str, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params=asked, headers=after(position))
    assert answer.is_success, answer.text
    return answer.json()["items"]


def test_who_may_be_one_is_suggested_and_dismissed(client: httpx.Client) -> None:
    maude = send(client, "/crm/contacts", {"name": "Maude Lebowski", "email": "maude@example.com", "addresses": [HOME]})
    again = send(client, "/crm/contacts", {"name": "Lebowsky Maude", "email": "m@home.example", "addresses": [HOME]})
    third = send(client, "/crm/contacts", {"name": "Walter Sobchak", "email": "MAUDE@example.com"})
    other = send(client, "/crm/contacts", {"name": "Bunny Lebowski", "email": "bunny@example.com"})
    path = f"/crm/contacts/{maude['id']}/duplicates"
    found = suggested(client, path, other["position"])
    assert [each["contact"]["id"] for each in found] == [again["id"], third["id"]]
    assert (found[0]["because"], found[1]["because"]) == (["address", "name"], ["email"])
    assert found[0]["score"] > found[1]["score"] >= 0.5
    assert [each["contact"]["id"] for each in suggested(client, path, other["position"], limit=1)] == [again["id"]]

    all_of_them = suggested(client, "/crm/duplicates", other["position"])
    pairs = [{row["id"] for row in each["contacts"]} for each in all_of_them]
    assert pairs == [{maude["id"], again["id"]}, {maude["id"], third["id"]}]
    first = client.get("/crm/duplicates", params={"limit": 1}).json()
    second = client.get("/crm/duplicates", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert (first["items"] + second["items"], second["next_cursor"]) == (all_of_them, None)

    told = send(client, f"/crm/contacts/{third['id']}/dismiss-duplicate", {"other_id": maude["id"]})
    assert [each["type"] for each in told["events"]] == ["crm.DuplicateDismissed"]
    again_told = send(client, f"/crm/contacts/{third['id']}/dismiss-duplicate", {"other_id": maude["id"]})
    assert again_told["events"] == []
    for id, left in ((maude["id"], [again["id"]]), (third["id"], [])):
        found = suggested(client, f"/crm/contacts/{id}/duplicates", told["position"])
        assert [each["contact"]["id"] for each in found] == left
    assert len(suggested(client, "/crm/duplicates", told["position"])) == 1


def test_who_is_about_to_be_put_on_file_may_be_there(client: httpx.Client) -> None:
    maude = send(client, "/crm/contacts", {"name": "Maude Lebowski", "phone": "+44 20 7183 8750"})
    for asked in ({"name": "maud lebowski"}, {"name": "Maude Lebowski", "phone": "02071838750"}):
        found = suggested(client, "/crm/contacts/duplicates", maude["position"], **asked)
        assert [each["contact"]["id"] for each in found] == [maude["id"]]
    assert suggested(client, "/crm/contacts/duplicates", maude["position"], email="nobody@example.com") == []


def test_keys_follow_changes_and_go_with_the_contact(client: httpx.Client) -> None:
    one = send(client, "/crm/contacts", {"name": "Maude Lebowski"})
    two = send(client, "/crm/contacts", {"name": "Bunny"})
    path = f"/crm/contacts/{one['id']}/duplicates"
    assert suggested(client, path, two["position"]) == []
    changed = send(client, f"/crm/contacts/{two['id']}/change", {"name": "Maude Lebowski"})
    assert len(suggested(client, path, changed["position"])) == 1
    removed = send(client, f"/crm/contacts/{two['id']}/remove", {})
    assert suggested(client, path, removed["position"]) == []


def test_suggestions_are_shown_as_of_any_date(client: httpx.Client) -> None:
    def at(day: int) -> dict[str, str]:
        return {"at": f"2026-03-{day:02}T09:00:00Z"}

    maude = send(client, "/crm/contacts", {"name": "Maude Lebowski", **at(1)})["id"]
    other = send(client, "/crm/contacts", {"name": "Bunny", **at(2)})["id"]
    send(client, f"/crm/contacts/{other}/change", {"name": "Maude Lebowski", **at(4)})
    send(client, f"/crm/contacts/{other}/dismiss-duplicate", {"other_id": maude, **at(6)})
    last = send(client, f"/crm/contacts/{other}/change", {"name": "Walter Sobchak", **at(8)})["position"]

    def then(day: str | None, **asked: str) -> tuple[list[str], int, list[str]]:
        times = asked if day is None else {**asked, "as_of": f"2026-03-{day}"}
        of_her = suggested(client, f"/crm/contacts/{maude}/duplicates", last, **times)
        nobody = suggested(client, "/crm/contacts/duplicates", last, name="maude lebowski", **times)
        pairs = suggested(client, "/crm/duplicates", last, **times)
        names = [each["contact"]["name"] for each in of_her]
        return names, len(pairs), sorted(each["contact"]["id"] for each in nobody)

    assert then(None) == ([], 0, [maude])
    assert then("03") == ([], 0, [maude])
    assert then("05") == (["Maude Lebowski"], 1, sorted([maude, other]))
    assert then("07") == ([], 0, sorted([maude, other])), "of those it was said that they are two"
    unknown = {"as_of": "2026-03-05", "known_at": "2026-03-05"}
    assert suggested(client, "/crm/contacts/duplicates", last, name="maude lebowski", **unknown) == []
    problem(client.get(f"/crm/contacts/{maude}/duplicates", params={"as_of": "2026-02-01"}), 404, "not_found")
    problem(client.get("/crm/duplicates", params={"as_of": "soon"}), 400, "bad_value")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/crm/contacts/duplicates", 400, "too_little_said"),
        ("/crm/contacts/duplicates?name=Maude", 400, "too_little_said"),
        ("/crm/contacts/duplicates?nose=long", 400, "unknown_filter"),
        ("/crm/contacts/nobody/duplicates", 404, "not_found"),
        ("/crm/duplicates?limit=0", 400, "bad_limit"),
        ("/crm/duplicates?limit=many", 400, "bad_limit"),
        ("/crm/duplicates?cursor=nonsense", 400, "bad_cursor"),
        ("/crm/duplicates?name=Maude", 400, "unknown_filter"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: httpx.Client, path: str, status: int, code: str) -> None:
    problem(client.get(path), status, code)


def test_what_cannot_be_dismissed_is_refused(client: httpx.Client) -> None:
    one = send(client, "/crm/contacts", {"name": "Maude"})
    path = f"/crm/contacts/{one['id']}/dismiss-duplicate"
    problem(client.post(path, json={"other_id": one["id"]}), 422, "same_record")
    problem(client.post(path, json={"other_id": str(uuid4())}), 404, "not_found")


def test_only_what_one_sees_is_suggested(here: Platform) -> None:
    tenant = f"twins-{uuid4().hex[:8]}"
    with here.client(tenant) as key:
        made = [send(key, "/admin/tenants", {"name": "Twins"})]
        for name, role in (("ann", "crm.member"), ("eve", "auditor")):
            user = send(key, "/admin/users", {"name": name})
            made += [user, send(key, f"/admin/users/{user['id']}/grant-role", {"role_id": role})]
        ann, eve = (made[1]["id"], made[3]["id"])
        body = {"name": "Maude Lebowski", "email": "maude@example.com"}
        mine = send(key, "/crm/contacts", body | {"owner_id": ann})
        hidden = send(key, "/crm/contacts", body | {"owner_id": eve})
        position = here.settled([*made, mine, hidden])
        assert len(suggested(key, "/crm/duplicates", position)) == 1
    with here.client(tenant, ann) as client:  # sees her own alone
        assert suggested(client, "/crm/duplicates", position) == []
        assert suggested(client, f"/crm/contacts/{mine['id']}/duplicates", position) == []
        assert len(suggested(client, "/crm/contacts/duplicates", position, email=body["email"])) == 1
        path = f"/crm/contacts/{mine['id']}/dismiss-duplicate"
        problem(client.post(path, json={"other_id": hidden["id"]}), 404, "not_found")
        problem(client.get(f"/crm/contacts/{hidden['id']}/duplicates"), 404, "not_found")
    with here.client(tenant, eve) as client:  # sees all, and nothing that is personal
        assert suggested(client, "/crm/duplicates", position) == []
        assert suggested(client, f"/crm/contacts/{mine['id']}/duplicates", position) == []
        assert suggested(client, "/crm/contacts/duplicates", position, email=body["email"]) == []
