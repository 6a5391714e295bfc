"""The HTTP API as a user meets it, against real processes."""

import re
from typing import Any
from uuid import uuid4

import httpx

from tests.platform import Platform


def company(client: httpx.Client, name: str, **headers: str) -> dict[str, Any]:
    answer = client.post("/crm/companies", json={"name": name}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def deal(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post("/crm/deals", json={"name": "Ten chairs", "owner_id": "u1", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def after(position: str) -> dict[str, str]:
    return {"Nexus-After": position}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code, answer.text
    return answer.json()


def test_what_was_written_is_read_at_its_position(acme: httpx.Client) -> None:
    made = acme.post("/crm/companies", json={"name": "Umbra Ltd"})
    body = made.json()
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Nexus-Position"] == body["position"]
    assert made.headers["Location"] == f"/crm/companies/{body['id']}"
    assert [event["type"] for event in body["events"]] == ["crm.CompanyCreated"]
    found = acme.get(made.headers["Location"], headers=after(body["position"]))
    assert found.status_code == 200
    assert (found.json()["name"], found.json()["version"], found.json()["parked"]) == ("Umbra Ltd", 1, False)
    again = acme.get("/crm/companies", params={"id": body["id"], "after": found.headers["Nexus-Position"]})
    assert again.status_code in (200, 400)


def test_a_retried_create_meets_its_first_try(acme: httpx.Client) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first = acme.post("/crm/companies", json={"name": "Once Ltd"}, headers=key)
    second = acme.post("/crm/companies", json={"name": "Once Ltd"}, headers=key)
    assert second.status_code == first.status_code == 201
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["events"] == first.json()["events"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    other = acme.post("/crm/companies", json={"name": "Twice Ltd"}, headers=key)
    problem(other, 422, "idempotency_key_reused")


def test_a_lost_update_is_refused(acme: httpx.Client) -> None:
    made = company(acme, "First Ltd")
    path = f"/crm/companies/{made['id']}"
    shown = acme.get(path, headers=after(made["position"]))
    changed = acme.post(f"{path}/rename", json={"name": "Second Ltd"}, headers={"If-Match": shown.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    stale = acme.post(f"{path}/rename", json={"name": "Third Ltd"}, headers={"If-Match": shown.headers["ETag"]})
    assert problem(stale, 412, "stale_version")["version"] == 2
    assert stale.headers["ETag"] == '"2"'
    problem(acme.post(f"{path}/rename", json={"name": "X"}, headers={"If-Match": "2"}), 400, "if_match_malformed")


def test_an_unchanged_record_is_not_sent_again(acme: httpx.Client) -> None:
    buyer = company(acme, "Before Ltd")
    made = deal(acme, company_id=buyer["id"])
    path = f"/crm/deals/{made['id']}"
    shown = acme.get(path, headers=after(made["position"]))
    assert shown.json()["company_name"] == "Before Ltd"
    known = {"If-None-Match": shown.headers["ETag"]}
    assert acme.get(path, headers=known).status_code == 304
    renamed = acme.post(f"/crm/companies/{buyer['id']}/rename", json={"name": "After Ltd"})
    joined = acme.get(path, headers={**known, **after(renamed.json()["position"])})
    assert joined.status_code == 200
    assert joined.json()["company_name"] == "After Ltd"


def test_rules_and_absent_records_are_problems_with_codes(acme: httpx.Client) -> None:
    made = deal(acme)
    problem(acme.post(f"/crm/deals/{made['id']}/win", json={}), 409, "deal_not_engaging")
    problem(acme.post(f"/crm/deals/{uuid4()}/engage"), 404, "not_found")
    problem(acme.get(f"/crm/deals/{uuid4()}"), 404, "not_found")
    problem(acme.get("/crm/deals/%00"), 404, "not_found")
    problem(acme.get("/crm/nothing"), 404, "not_found")
    problem(acme.delete("/crm/deals"), 405, "method_not_allowed")
    blank = problem(acme.post("/crm/deals", json={"name": " ", "owner_id": "u1"}), 422, "name_missing")
    assert [error["field"] for error in blank["errors"]] == ["name"]
    problem(acme.post("/crm/deals/x/record", json={}), 404, "not_found")


def test_money_is_exact_from_end_to_end(acme: httpx.Client) -> None:
    body = b'{"name": "Exact", "owner_id": "u1", "amount": {"amount": 123456789012345.6789, "currency": "EUR"}}'
    made = acme.post("/crm/deals", content=body, headers={"Content-Type": "application/json"}).json()
    shown = acme.get(f"/crm/deals/{made['id']}", headers=after(made["position"])).json()
    assert shown["amount"] == {"amount": "123456789012345.6789", "currency": "EUR"}


def test_lists_filter_sort_and_page(here: Platform) -> None:
    with here.client("lists") as client:
        made = [deal(client, name=f"Deal {n}", amount={"amount": 100 * n, "currency": "USD"}) for n in range(5)]
        written = here.settled(made)
        asked: dict[str, Any] = {"amount.gte": 100, "sort": "-amount", "limit": 2, "fields": "name,amount"}
        first = client.get("/crm/deals", params=asked, headers=after(written)).json()
        assert [row["name"] for row in first["items"]] == ["Deal 4", "Deal 3"]
        second = client.get("/crm/deals", params={**asked, "cursor": first["next_cursor"]}).json()
        assert [row["name"] for row in second["items"]] == ["Deal 2", "Deal 1"]
        assert second["next_cursor"] is None
        assert set(first["items"][0]) == {"id", "name", "amount", "parked"}
        chosen = client.get("/crm/deals", params={"name.in": "Deal 1,Deal 3"}).json()["items"]
        assert {row["name"] for row in chosen} == {"Deal 1", "Deal 3"}
        found = client.get("/crm/deals", params={"q": "deal 2"}, headers=after(written)).json()["items"]
        assert "Deal 2" in [row["name"] for row in found]
        totals = client.get("/crm/pipeline", params={"by": "stage"}).json()["items"]
        assert totals == [{"stage": "PROSPECTING", "currency": "USD", "count": 5, "amount": "1000", "weighted": "200"}]


def test_questions_that_make_no_sense_are_refused_by_name(acme: httpx.Client) -> None:
    assert problem(acme.get("/crm/deals?colour=red"), 400, "unknown_filter")["field"] == "colour"
    problem(acme.get("/crm/deals?amount.like=1"), 400, "unknown_operator")
    problem(acme.get("/crm/deals?amount=many"), 400, "bad_value")
    problem(acme.get("/crm/deals?limit=201"), 400, "bad_limit")
    problem(acme.get("/crm/deals?cursor=forged"), 400, "bad_cursor")
    problem(acme.get("/crm/deals?stage=WON&stage=LOST"), 400, "parameter_twice")
    problem(acme.get("/crm/deals?q=chairs&as_of=2017-03-31"), 400, "search_is_of_now")
    problem(acme.get(f"/crm/deals/{uuid4()}?stage=WON"), 400, "unknown_filter")
    problem(acme.get("/crm/deals", headers=after("forged.token")), 400, "bad_position")
    real = deal(acme, name="Real")["position"]
    problem(acme.get("/crm/deals", headers=after(f"{real}, forged.token")), 400, "bad_position")
    problem(acme.get("/crm/pipeline?by=colour"), 400, "unknown_dimension")


def test_the_past_is_asked_by_business_time(acme: httpx.Client) -> None:
    opened = deal(acme, name="Old", at="2017-01-10T09:00:00Z")
    path = f"/crm/deals/{opened['id']}"
    acme.post(f"{path}/engage", json={"at": "2017-02-01T09:00:00Z"})
    won = acme.post(
        f"{path}/win", json={"amount": {"amount": "99.5", "currency": "USD"}, "at": "2017-03-01T09:00:00Z"}
    ).json()
    stages = {
        day: acme.get(path, params={"as_of": day}, headers=after(won["position"])).json().get("stage")
        for day in ("2017-01-09", "2017-01-10", "2017-02-01", "2017-03-01")
    }
    assert stages == {
        "2017-01-09": None,
        "2017-01-10": "PROSPECTING",
        "2017-02-01": "ENGAGING",
        "2017-03-01": "WON",
    }
    late = acme.post("/crm/deals", json={"name": "X", "owner_id": "u", "at": "2999-01-01T00:00:00Z"})
    problem(late, 422, "at_in_future")


def test_history_opens_what_the_log_keeps_sealed(acme: httpx.Client) -> None:
    made = acme.post("/crm/contacts", json={"name": "Ann Brown", "email": "ann@example.com"}).json()
    path = f"/crm/contacts/{made['id']}"
    moved = acme.post(f"{path}/change", json={"name": "Ann Green"}).json()
    story = acme.get(f"{path}/history", headers=after(moved["position"])).json()["items"]
    assert [(event["version"], event["data"]["name"]) for event in story] == [(1, "Ann Brown"), (2, "Ann Green")]
    causes = acme.get(f"{path}/lineage").json()["items"]
    assert [event["event_id"] for event in causes] == [story[1]["event_id"]]


def test_lineage_follows_a_cause_into_another_domain(here: Platform) -> None:
    with here.client("lineage") as client:
        boss = client.post("/admin/users", json={"name": "Boss"}).json()
        user = client.post("/admin/users", json={"name": "Ann", "manager_id": boss["id"]}).json()
        opened = deal(client, owner_id=user["id"])
        gone = client.post(f"/admin/users/{user['id']}/deactivate").json()
        assert gone["events"][0]["type"] == "admin.UserDeactivated"

        def handed_over() -> bool:
            return client.get(f"/crm/deals/{opened['id']}").json().get("owner_id") == boss["id"]

        here.until("the deal passes to the manager", handed_over)
        types = [each["type"] for each in client.get(f"/crm/deals/{opened['id']}/lineage").json()["items"]]
        assert types == ["admin.UserDeactivated", "crm.DealAssigned"]


def test_tenants_never_meet(here: Platform, acme: httpx.Client) -> None:
    made = company(acme, "Secret Ltd")
    acme.get(f"/crm/companies/{made['id']}", headers=after(made["position"])).raise_for_status()
    with here.client("rival") as rival:
        problem(rival.get(f"/crm/companies/{made['id']}"), 404, "not_found")
        problem(rival.get(f"/crm/companies/{made['id']}/history"), 404, "not_found")
        problem(rival.post(f"/crm/companies/{made['id']}/rename", json={"name": "Mine"}), 404, "not_found")
        assert rival.get("/crm/companies", params={"q": "secret"}).json()["items"] == []
        problem(rival.post("/admin/tenants", json={"name": "Acme", "tenant_id": "acme"}), 404, "not_found")
        own = rival.post("/admin/tenants", json={"name": "Rival"})
        assert own.json()["id"] == "rival"


def test_nobody_comes_in_without_a_key(here: Platform) -> None:
    key = here.key("acme")
    for wrong in ("", "Bearer", "Bearer nx_acme_00", f"Basic {key}", f"Bearer {key}0", f"Bearer {key[:-1]}"):
        answer = httpx.get(f"{here.url}/crm/deals", headers={"Authorization": wrong})
        problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    swapped = key.replace("nx_acme_", "nx_rival_")
    answer = httpx.get(f"{here.url}/crm/deals", headers={"Authorization": f"Bearer {swapped}"})
    problem(answer, 401, "unauthenticated")


def test_a_request_keeps_its_id_and_its_trace(acme: httpx.Client) -> None:
    answer = acme.get("/health/live", headers={"X-Request-Id": "mine-1"})
    assert answer.headers["X-Request-Id"] == "mine-1"
    assert acme.get("/crm/nothing").headers["X-Request-Id"]


def test_readiness_names_every_part(acme: httpx.Client) -> None:
    told = acme.get("/health/ready").json()
    assert {"kafka", "registry", "postgres", "redis", "elasticsearch"} <= set(told["parts"])
    assert all(part["status"] for part in told["parts"].values())
    assert "http_requests_total" in acme.get("/metrics").text
    assert "/docs" in acme.get("/").text
    assert not re.search(r"(src|href)=.?https?:", acme.get("/docs").text)  # nothing is fetched from elsewhere
