"""Companies that may be the same one, suggested as they come, over HTTP."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_contacts import send
from tests.e2e.test_duplicates import suggested
from tests.e2e.test_http import problem
from tests.platform import Platform

PAIRS = "/crm/duplicates/companies"
LONDON = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}


@pytest.fixture
def client(here: Platform) -> Generator[httpx.Client]:
    with here.client(f"twins-{uuid4().hex[:8]}") as made:
        yield made


def company(client: httpx.Client, name: str, **given: Any) -> dict[str, Any]:
    return send(client, "/crm/companies", {"name": name, **given})


def found(client: httpx.Client, id: str, position: str, **asked: Any) -> list[str]:
    items = suggested(client, f"/crm/companies/{id}/duplicates", position, **asked)
    return [each["company"]["id"] for each in items]


def pairs(client: httpx.Client, position: str) -> list[set[str]]:
    return [{row["id"] for row in each["companies"]} for each in suggested(client, PAIRS, position)]


def test_those_that_may_be_one_are_suggested_and_dismissed(client: httpx.Client) -> None:
    umbra = company(client, "Umbra Optics Ltd", domains=["umbra.example"], addresses=[LONDON])
    again = company(client, "UMBRA OPTICS LIMITED", addresses=[LONDON], website="https://www.umbra.example/about")
    third = company(client, "Penumbra", domain="umbra.example")
    other = company(client, "Umbra Foods", domain="foods.example")
    position = other["position"]
    path = f"/crm/companies/{umbra['id']}/duplicates"
    first, second = suggested(client, path, position)
    assert (first["company"]["id"], second["company"]["id"]) == (again["id"], third["id"])
    assert {"name", "domain", "address"} <= set(first["because"])
    assert second["because"] == ["domain"]
    assert first["score"] > second["score"] >= 0.5
    assert found(client, umbra["id"], position, limit=1) == [again["id"]]

    every = suggested(client, PAIRS, position)
    assert pairs(client, position)[0] == {umbra["id"], again["id"]}
    assert len(every) == 3
    first_page = client.get(PAIRS, params={"limit": 2}).json()
    last_page = client.get(PAIRS, params={"limit": 2, "cursor": first_page["next_cursor"]}).json()
    assert (first_page["items"] + last_page["items"], last_page["next_cursor"]) == (every, None)
    assert suggested(client, "/crm/duplicates", position) == []  # which are of contacts

    told = send(client, f"/crm/companies/{third['id']}/dismiss-duplicate", {"other_id": umbra["id"]})
    assert [each["type"] for each in told["events"]] == ["crm.CompanyDuplicateDismissed"]
    assert send(client, f"/crm/companies/{third['id']}/dismiss-duplicate", {"other_id": umbra["id"]})["events"] == []
    assert found(client, umbra["id"], told["position"]) == [again["id"]]
    assert found(client, third["id"], told["position"]) == [again["id"]]
    assert {umbra["id"], third["id"]} not in pairs(client, told["position"])


def test_suggestions_follow_what_becomes_of_a_company(here: Platform, client: httpx.Client) -> None:
    one = company(client, "Umbra Optics", domain="umbra.example")
    two = company(client, "Ashdown Paper", vat_number="GB123456789")
    id, other = one["id"], two["id"]
    assert found(client, id, two["position"]) == []

    def sent(verb: str, body: dict[str, Any], whose: str = other) -> list[str]:
        return found(client, id, send(client, f"/crm/companies/{whose}/{verb}", body)["position"])

    assert sent("rename", {"name": "Umbra Optics GmbH"}) == [other]
    assert sent("rename", {"name": "Ashdown Paper"}) == []
    assert sent("change-profile", {"domain": "umbra.example", "vat_number": "GB123456789"}) == [other]
    assert sent("change-profile", {"vat_number": "GB999999999"}, id) == []  # two offices know them as two
    assert sent("change-profile", {}, id) == [other]
    assert sent("remove", {}) == []
    assert sent("restore", {}) == [other]
    merging = send(client, f"/crm/companies/{id}/merge", {"other_id": other})
    here.until("it is merged", lambda: found(client, id, merging["position"]) == [])
    assert pairs(client, merging["position"]) == []


def test_what_stands_above_another_is_no_duplicate_of_it(client: httpx.Client) -> None:
    top = company(client, "Umbra Optics", domain="umbra.example")
    middle = company(client, "Umbra Optics Europe", domain="umbra.example", parent_id=top["id"])
    lower = company(client, "Umbra Optics Ltd", domain="umbra.example", parent_id=middle["id"])
    sister = company(client, "Umbra Lenses", domain="umbra.example", parent_id=middle["id"])
    position = sister["position"]
    for each in (top, middle, lower, sister):
        assert found(client, each["id"], position) == []
    assert pairs(client, position) == []
    placed = send(client, f"/crm/companies/{lower['id']}/place", {"parent_id": None})
    assert top["id"] in found(client, lower["id"], placed["position"])
    assert {top["id"], lower["id"]} in pairs(client, placed["position"])


def test_what_is_about_to_be_put_on_file_may_be_there(client: httpx.Client) -> None:
    made = company(client, "Umbra Optics GmbH", domain="umbra.example", phone="+44 20 7183 8750")
    path, position = "/crm/companies/duplicates", made["position"]
    for asked in (
        {"name": "umbra optics"},
        {"domain": "https://www.umbra.example/about"},
        {"email": "ann@umbra.example"},
        {"name": "Umbra", "phone": "020 7183 8750"},
    ):
        told = suggested(client, path, position, **asked)
        assert [each["company"]["id"] for each in told] == [made["id"]], asked
    assert suggested(client, path, position, name="Ashdown Paper") == []
    problem(client.get(path, params={"email": "ann@gmail.com"}), 400, "too_little_said")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/crm/companies/duplicates", 400, "too_little_said"),
        ("/crm/companies/duplicates?domain=http%3A%2F%2F%5B", 400, "too_little_said"),
        ("/crm/companies/duplicates?born=1981", 400, "unknown_filter"),
        ("/crm/companies/nobody/duplicates", 404, "not_found"),
        (f"{PAIRS}?limit=0", 400, "bad_limit"),
        (f"{PAIRS}?cursor=nonsense", 400, "bad_cursor"),
        (f"{PAIRS}?name=Umbra", 400, "unknown_filter"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: httpx.Client, path: str, status: int, code: str) -> None:
    problem(client.get(path), status, code)


def test_what_cannot_be_dismissed_is_refused(here: Platform, client: httpx.Client) -> None:
    one = company(client, "Umbra")
    path = f"/crm/companies/{one['id']}/dismiss-duplicate"
    problem(client.post(path, json={"other_id": one["id"]}), 422, "same_record")
    problem(client.post(path, json={"other_id": str(uuid4())}), 404, "not_found")
    problem(client.post(path, json={}), 422, "invalid_field")
    with here.client(f"twins-{uuid4().hex[:8]}") as stranger:
        theirs = company(stranger, "Umbra")
        problem(client.post(path, json={"other_id": theirs["id"]}), 404, "not_found")
        assert found(client, one["id"], theirs["position"]) == []
        problem(stranger.get(f"/crm/companies/{one['id']}/duplicates"), 404, "not_found")


def test_only_what_one_sees_is_suggested(here: Platform) -> None:
    tenant = f"twins-{uuid4().hex[:8]}"
    with here.client(tenant) as key:
        made = [send(key, "/admin/tenants", {"name": "Twins"})]
        for name in ("ann", "eve"):
            user = send(key, "/admin/users", {"name": name})
            made += [user, send(key, f"/admin/users/{user['id']}/grant-role", {"role_id": "crm.member"})]
        ann, eve = made[1]["id"], made[3]["id"]
        mine = company(key, "Umbra Optics", owner_id=ann, domain="umbra.example")
        hidden = company(key, "Umbra Optics", owner_id=eve, domain="umbra.example")
        position = here.settled([*made, mine, hidden])
        assert len(suggested(key, PAIRS, position)) == 1
    with here.client(tenant, ann) as client:  # sees her own alone
        assert suggested(client, PAIRS, position) == []
        assert found(client, mine["id"], position) == []
        assert len(suggested(client, "/crm/companies/duplicates", position, name="Umbra Optics")) == 1
        path = f"/crm/companies/{mine['id']}/dismiss-duplicate"
        problem(client.post(path, json={"other_id": hidden["id"]}), 404, "not_found")
        problem(client.get(f"/crm/companies/{hidden['id']}/duplicates"), 404, "not_found")


def test_a_restored_contact_is_suggested_as_before(client: httpx.Client) -> None:
    one = send(client, "/crm/contacts", {"name": "Maude Lebowski", "email": "maude@example.com"})
    two = send(client, "/crm/contacts", {"name": "Maude Lebowski"})
    send(client, f"/crm/contacts/{two['id']}/remove", {})
    restored = send(client, f"/crm/contacts/{two['id']}/restore", {})
    items = suggested(client, f"/crm/contacts/{one['id']}/duplicates", restored["position"])
    assert [each["contact"]["id"] for each in items] == [two["id"]]
