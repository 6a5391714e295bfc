"""Prefer: respond-async, and a gateway that dies before the answer."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from tests.platform import Platform, platform

LATER = {"Prefer": "respond-async"}


def outcome(here: Platform, client: httpx.Client, location: str) -> dict[str, Any]:
    """The status resource once it is no longer pending."""

    def done() -> dict[str, Any] | None:
        told = client.get(location)
        told.raise_for_status()
        return None if told.json()["state"] == "pending" else told.json()

    return here.until("the command is answered", done)


def test_the_status_resource_tells_how_it_went(here: Platform, acme: httpx.Client) -> None:
    key = {"Idempotency-Key": f"later-{time.time_ns()}"}
    taken = acme.post("/crm/companies", json={"name": "Later Ltd"}, headers={**LATER, **key})
    assert taken.status_code == 202
    told = outcome(here, acme, taken.headers["Location"])
    assert told["state"] == "accepted"
    shown = acme.get(f"/crm/companies/{told['id']}", headers={"Nexus-After": told["answer"]["position"]})
    assert shown.json()["name"] == "Later Ltd"
    again = acme.post("/crm/companies", json={"name": "Later Ltd"}, headers={**LATER, **key})
    assert (again.status_code, again.headers["Location"]) == (202, taken.headers["Location"])
    other = acme.post("/crm/companies", json={"name": "Other Ltd"}, headers={**LATER, **key})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    with here.client("rival") as rival:
        assert rival.get(taken.headers["Location"]).status_code == 404


def test_a_refusal_is_told_too(here: Platform, acme: httpx.Client) -> None:
    made = acme.post("/crm/deals", json={"name": "Ten chairs", "owner_id": "u1"}).json()
    taken = acme.post(f"/crm/deals/{made['id']}/win", headers=LATER)
    told = outcome(here, acme, taken.headers["Location"])
    assert (told["state"], told["problem"]["code"]) == ("refused", "deal_not_engaging")


def test_a_command_without_an_answer_outlives_its_gateway() -> None:
    """No processor runs when the command is taken; gateway and all die; what starts again brings the answer."""
    with platform("gateway") as own, own.client("acme") as client, ThreadPoolExecutor() as aside:
        taken = client.post("/crm/contacts", json={"name": "Ann"}, headers=LATER)
        assert taken.status_code == 202
        refused = client.post(f"/crm/deals/{uuid4()}/win", json={}, headers=LATER)
        assert refused.status_code == 202
        waiting = aside.submit(client.post, "/crm/companies", json={"name": "No key"})
        late = client.post("/crm/companies", json={"name": "Nobody answers"}, headers={"Idempotency-Key": "late"})
        assert (late.status_code, late.json()["code"]) == (504, "answer_late")
        unnamed = waiting.result()
        assert unnamed.status_code == 504
        own.kill("gateway")
        own.start("processor crm")
        own.start("gateway")
        own.wait_ready()
        told = outcome(own, client, taken.headers["Location"])
        assert told["state"] == "accepted"
        assert [event["version"] for event in told["answer"]["events"]] == [1]
        told = outcome(own, client, refused.headers["Location"])
        assert (told["state"], told["problem"]["code"]) == ("refused", "not_found")
        told = outcome(own, client, unnamed.headers["Location"])
        assert told["answer"]["id"] == told["id"]
        answered = client.post("/crm/companies", json={"name": "Nobody answers"}, headers={"Idempotency-Key": "late"})
        assert (answered.status_code, answered.json()["version"]) == (201, 1)


def test_what_was_late_is_not_sent_again_once_its_caller_was_told_no() -> None:
    """Before the answer comes the caller asks again, and is refused; afterwards the command would be fine."""
    with platform("processor crm", "gateway") as own, own.client("acme") as client:
        made = client.post("/crm/deals", json={"name": "Ten chairs", "owner_id": "u1"}).json()
        win, key = f"/crm/deals/{made['id']}/win", {"Idempotency-Key": "win"}
        own.kill("processor crm")
        late = client.post(win, json={}, headers=key)
        assert (late.status_code, late.json()["code"]) == (504, "answer_late")
        own.start("processor crm")
        told = client.post(win, json={}, headers=key)
        assert (told.status_code, told.json()["code"]) == (409, "deal_not_engaging")
        kept = client.get(late.headers["Location"]).json()
        assert (kept["state"], kept["problem"]["code"]) == ("refused", "deal_not_engaging")
