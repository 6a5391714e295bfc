"""Two companies that are one are merged and told apart again, over HTTP, with all that belongs to them."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.test_contacts import send
from tests.e2e.test_http import after, problem
from tests.e2e.test_merging import ids, volatile
from tests.platform import Platform

LONDON = {"street": "1 Strand", "city": "London", "postal_code": "WC2N 5HR"}


@pytest.fixture
def client(here: Platform) -> Generator[httpx.Client]:
    with here.client(f"merging-{uuid4().hex[:8]}") as made:
        yield made


def shown(client: httpx.Client, id: str) -> dict[str, Any]:
    answer = client.get(f"/crm/companies/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def company(client: httpx.Client, name: str, **given: Any) -> str:
    return send(client, "/crm/companies", {"name": name, **given})["id"]


def two(client: httpx.Client) -> tuple[str, str]:
    """Umbra, and Umbra once more."""
    umbra = company(client, "Umbra", sector="retail", domains=["umbra.example"])
    money = {"amount": "500.5", "currency": "GBP"}
    again = company(client, "Umbra Ltd", domains=["umbra.co.example"], employees=40, addresses=[LONDON], revenue=money)
    send(client, f"/crm/companies/{again}/tag", {"add": ["shade"]})
    return umbra, again


def status(client: httpx.Client, id: str) -> list[str]:
    return [each["status"] for each in client.get(f"/crm/companies/{id}/merges").json()["items"]]


def merge(here: Platform, client: httpx.Client, umbra: str, again: str, **take: str) -> None:
    told = send(client, f"/crm/companies/{umbra}/merge", {"other_id": again, "take": take})
    assert [each["type"] for each in told["events"]] == ["crm.CompanyMergeStarted"]
    here.until("it is merged", lambda: status(client, umbra)[:1] == ["DONE"])


def around(client: httpx.Client, umbra: str) -> dict[str, str]:
    """What belongs to a company: a record of each kind, by its path."""
    deal = {"name": "Shade", "owner_id": "ann", "company_id": umbra}
    call = {"kind": "CALL", "title": "A call", "owner_id": "ann", "links": [f"crm/company/{umbra}"]}
    return {
        "contacts": send(client, "/crm/contacts", {"name": "Maude", "company_id": umbra})["id"],
        "deals": send(client, "/crm/deals", deal)["id"],
        "companies": company(client, "Umbra Kenya", parent_id=umbra),
        "activities": send(client, "/crm/activities", call)["id"],
    }


def of(client: httpx.Client, records: dict[str, str]) -> set[str]:
    """The companies that these records name."""
    found: set[str] = set()
    for path, id in records.items():
        row = client.get(f"/crm/{path}/{id}").json()
        link = [each.removeprefix("crm/company/") for each in row.get("links", [])]
        found.add(link[0] if link else row.get("parent_id" if path == "companies" else "company_id"))
    return found


def test_two_that_are_one_are_merged_and_told_apart_again(here: Platform, client: httpx.Client) -> None:
    umbra, again = two(client)
    theirs, own = around(client, again), around(client, umbra)
    here.until("all is there", lambda: len(ids(client, "/crm/activities")) == 2)
    before = volatile(shown(client, umbra)), volatile(shown(client, again))
    merge(here, client, umbra, again, name="other")

    one = shown(client, umbra)
    assert (one["name"], one["sector"], one["employees"]) == ("Umbra Ltd", "retail", 40)
    assert (one["domain"], one["domains"]) == ("umbra.example", ["umbra.example", "umbra.co.example"])
    assert (one["tags"], one["addresses"][0]["city"], one["revenue"]["amount"]) == (["shade"], "London", "500.5")
    moved = client.get(f"/crm/companies/{again}")
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/crm/companies/{umbra}")
    assert client.get(f"/crm/companies/{again}", follow_redirects=True).json()["id"] == umbra
    assert ids(client, "/crm/companies") == {umbra, own["companies"], theirs["companies"]}
    here.until("all moved", lambda: of(client, theirs) == {umbra})
    below = {own["companies"], theirs["companies"]}
    here.until("one is found, and who is below it", lambda: ids(client, "/crm/companies", q="ltd") == {umbra, *below})
    assert ids(client, "/crm/deals", company_id=umbra) == {own["deals"], theirs["deals"]}
    assert ids(client, "/crm/contacts", within=umbra) == {own["contacts"], theirs["contacts"]}
    [told] = client.get(f"/crm/companies/{umbra}/merges").json()["items"]
    assert (told["other_id"], told["moved"], told["take"]) == (again, 4, {"name": "other"})
    later = around(client, again)
    here.until("they come to it", lambda: of(client, later) == {umbra})

    send(client, f"/crm/companies/{umbra}/rename", {"name": "Umbra Group"})
    send(client, f"/crm/contacts/{theirs['contacts']}/move", {"company_id": None})
    parted = send(client, f"/crm/companies/{umbra}/unmerge", {"other_id": again})
    assert parted["events"][0]["type"] == "crm.CompanyParted"
    here.until("they are two", lambda: again in ids(client, "/crm/companies"))
    here.until("theirs go back", lambda: of(client, later) == {again})
    here.until("all do", lambda: of(client, theirs) == {again, None})
    assert of(client, own) == {umbra}
    assert volatile(shown(client, again)) == before[1]
    assert volatile(shown(client, umbra)) == before[0] | {"name": "Umbra Group"}
    assert status(client, umbra) == ["UNMERGED"]
    merge(here, client, umbra, again)


def test_nobody_comes_to_stand_below_itself(here: Platform, client: httpx.Client) -> None:
    top = company(client, "Top")
    upper = company(client, "Umbra Holding", parent_id=top)
    middle = company(client, "Umbra Europe", parent_id=upper)
    lower = company(client, "Umbra", parent_id=middle)

    def parents() -> dict[str, str | None]:
        rows = client.get("/crm/companies").json()["items"]
        return {each["id"]: each["parent_id"] for each in rows}

    before = {top: None, upper: top, middle: upper, lower: middle}
    here.until("all is there", lambda: parents() == before)
    merge(here, client, lower, upper, parent_id="own")
    here.until("the lower stands where the upper stood", lambda: parents() == {top: None, lower: top, middle: lower})
    tree = client.get(f"/crm/companies/{top}/tree").json()
    assert [(each["level"], each["count"]) for each in tree["below"]] == [(1, 1), (2, 1)]
    refused = client.post(f"/crm/companies/{lower}/place", json={"parent_id": middle})
    problem(refused, 422, "cyclic_tree")
    send(client, f"/crm/companies/{lower}/unmerge", {"other_id": upper})
    here.until("all is as before", lambda: parents() == before)
    merge(here, client, upper, lower, parent_id="other")
    here.until("the upper stays where it is", lambda: parents() == {top: None, upper: top, middle: upper})


def test_what_cannot_be_merged_is_refused(here: Platform, client: httpx.Client) -> None:
    umbra, again = two(client)
    path = f"/crm/companies/{umbra}/merge"
    problem(client.post(path, json={"other_id": umbra}), 422, "same_record")
    problem(client.post(path, json={"other_id": str(uuid4())}), 404, "not_found")
    problem(client.post(path, json={"other_id": again, "take": {"nose": "own"}}), 422, "take_unknown")
    problem(client.post(path, json={"take": {}}), 422, "invalid_field")
    problem(client.post(path, json={"other_id": again, "upper": "own"}), 422, "invalid_field")
    problem(client.post(f"/crm/companies/{umbra}/unmerge", json={"other_id": again}), 422, "not_merged")
    with here.client(f"merging-{uuid4().hex[:8]}") as stranger:
        theirs = company(stranger, "Umbra")
        problem(client.post(path, json={"other_id": theirs}), 404, "not_found")
        problem(stranger.get(f"/crm/companies/{umbra}/merges"), 404, "not_found")
    merge(here, client, umbra, again)
    problem(client.post(path, json={"other_id": again}), 422, "already_merged")
    for verb, body in (("rename", {"name": "U"}), ("remove", {}), ("merge", {"other_id": umbra})):
        problem(client.post(f"/crm/companies/{again}/{verb}", json=body), 409, "company_merged")


def test_both_must_be_ones_own_to_change(here: Platform) -> None:
    tenant = f"merging-{uuid4().hex[:8]}"
    with here.client(tenant) as key:
        made = [send(key, "/admin/tenants", {"name": "Merging"})]
        ann = send(key, "/admin/users", {"name": "ann"})
        eve = send(key, "/admin/users", {"name": "eve"})
        made += [ann, eve, send(key, f"/admin/users/{ann['id']}/grant-role", {"role_id": "crm.member"})]
        mine = send(key, "/crm/companies", {"name": "Umbra", "owner_id": ann["id"]})
        read = send(key, "/crm/companies", {"name": "Umbra", "owner_id": eve["id"]})
        hidden = send(key, "/crm/companies", {"name": "Umbra", "owner_id": eve["id"]})
        made += [mine, hidden, send(key, f"/crm/companies/{read['id']}/share", {"user_id": ann["id"]})]
        position = here.settled(made)
    with here.client(tenant, ann["id"]) as client:
        path = f"/crm/companies/{mine['id']}/merge"
        refused = client.post(path, json={"other_id": read["id"]}, headers=after(position))
        problem(refused, 403, "forbidden")
        assert refused.json()["permission"] == "crm.company.merge"
        problem(client.post(path, json={"other_id": hidden["id"]}), 404, "not_found")
