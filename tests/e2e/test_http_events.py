"""Server-sent events: live, filtered, and resumed without a gap."""

import json
import signal
from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator

from tests.e2e.test_http import after, problem
from tests.platform import Platform, platform


def told(stream: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, data) of each event."""
    id = ""
    for line in stream.iter_lines():
        field, _, value = line.partition(": ")
        if field == "id":
            id = value
        if field == "data":
            yield id, json.loads(value)


def first_id(stream: httpx.Response) -> str:
    for line in stream.iter_lines():
        if line.startswith("id: "):
            return line[4:]
    raise AssertionError("the stream ended")


def make(client: httpx.Client, name: str) -> str:
    answer = client.post("/crm/companies", json={"name": name})
    answer.raise_for_status()
    return answer.json()["id"]


def test_events_come_as_they_are_recorded_and_to_their_tenant_alone(here: Platform) -> None:
    with here.client("sse") as client, here.client("sse-rival") as rival, client.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = told(stream)
        make(rival, "Not for you")
        made = client.post("/crm/contacts", json={"name": "Ann Brown"}).json()["id"]
        _, event = next(events)
        assert (event["type"], event["id"], event["data"]["name"]) == ("crm.ContactCreated", made, "Ann Brown")


def test_what_is_told_fits_the_catalogue_of_events(here: Platform) -> None:
    with here.client("sse-types") as client, client.stream("GET", "/events") as stream:
        events = told(stream)
        contact = {"name": "Ann", "emails": [{"value": "ann@example.com"}, {"value": "ann@home.example.com"}]}
        assert client.post("/crm/contacts", json=contact).is_success
        assert client.post("/crm/companies", json={"name": "Umbra", "revenue": {"amount": "1.5", "currency": "EUR"}})
        for _, event in (next(events), next(events)):
            (entry,) = client.get("/events/types", params={"types": event["type"]}).json()["items"]
            Draft202012Validator(entry["schema"], validate_formats=True).validate(event["data"])
            assert set(entry["example"]) == set(event)
            assert entry["permitted"]


def test_the_catalogue_says_what_somebody_would_receive(here: Platform) -> None:
    with here.client("sse-permits") as key:
        assert key.post("/admin/tenants", json={"name": "Types"}).is_success
        user = key.post("/admin/users", json={"name": "Ann"}).json()["id"]
        made = key.post("/admin/roles", json={"name": "Deals", "permits": ["crm.deal.read@own"]}).json()
        granted = key.post(
            f"/admin/users/{user}/grant-role", json={"role_id": made["id"]}, headers=after(made["position"])
        ).json()
        with here.client("sse-permits", user) as ann:
            assert ann.get("/access/me", headers=after(granted["position"])).status_code == 200
            items = ann.get("/events/types", params={"domain": "crm"}).json()["items"]
            assert {item["aggregate"] for item in items if item["permitted"]} == {"deal"}
            assert {item["domain"] for item in items} == {"crm"}
            some = ann.get("/events/types", params={"aggregate": "company"}).json()["items"]
            assert {item["type"] for item in some} >= {"crm.CompanyCreated", "crm.CompanyPlaced"}
        problem(key.get("/events/types", params={"types": "crm.Nothing"}), 400, "unknown_type")
        problem(key.get("/events/types", params={"colour": "red"}), 400, "unknown_filter")


def test_a_listener_that_comes_back_misses_nothing(here: Platform) -> None:
    with here.client("sse-back") as client:
        with client.stream("GET", "/events") as stream:
            since = first_id(stream)
        names = [make(client, f"Company {index}") for index in range(20)]
        seen: list[str] = []
        with client.stream("GET", "/events", headers={"Last-Event-ID": since}) as stream:
            for last, event in told(stream):
                seen.append(event["id"])
                if len(seen) == 12:
                    since = last
                    break
        with client.stream("GET", "/events", headers={"Last-Event-ID": since}) as stream:
            names.append(make(client, "One more"))
            for _, event in told(stream):
                seen.append(event["id"])
                if len(seen) >= 21:
                    break
        assert sorted(seen) == sorted(names)


def test_a_listener_may_choose(here: Platform) -> None:
    with here.client("sse-choose") as client:
        wanted = make(client, "Wanted")
        asked = {"types": "crm.CompanyRenamed", "aggregate": "company", "id": wanted}
        with client.stream("GET", "/events", params=asked) as stream:
            other = make(client, "Other")
            client.post(f"/crm/companies/{other}/rename", json={"name": "Others"})
            client.post(f"/crm/companies/{wanted}/rename", json={"name": "The one"})
            _, event = next(told(stream))
            assert (event["id"], event["data"]["name"]) == (wanted, "The one")


def test_what_somebody_was_given_before_counts_at_an_event(here: Platform) -> None:
    with here.client("sse-given") as key:
        assert key.post("/admin/tenants", json={"name": "Given"}).is_success
        user = key.post("/admin/users", json={"name": "Ann"}).json()
        with here.client("sse-given", user["id"]) as ann:
            assert ann.get("/access/me", headers=after(user["position"])).is_success
            with ann.stream("GET", "/events", params={"types": "crm.CompanyCreated"}) as stream:
                events = told(stream)
                for number in range(5):
                    grant = {"role_id": "crm.viewer"}
                    assert ann.get("/access/me").is_success  # so that what she may do was read a moment ago
                    assert key.post(f"/admin/users/{user['id']}/grant-role", json=grant).is_success
                    made = make(key, f"Company {number}")
                    here.until("she may read", lambda: ann.get("/crm/companies").is_success)
                    later = make(key, f"Later {number}")
                    assert next(events)[1]["id"] == made
                    assert next(events)[1]["id"] == later
                    assert key.post(f"/admin/users/{user['id']}/revoke-role", json=grant).is_success


def test_a_gateway_that_ends_says_so_to_who_listens() -> None:
    with platform("gateway") as own, own.client("sse-end") as client, client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry: ")
        own.processes["gateway"].send_signal(signal.SIGTERM)
        *_, event, data, _ = lines
        assert event == "event: end"
        assert json.loads(data.removeprefix("data: "))["code"] == "closing"


def test_wishes_that_make_no_sense_are_refused(acme: httpx.Client) -> None:
    assert acme.get("/events?types=crm.Nothing").json()["code"] == "unknown_type"
    assert acme.get("/events?colour=red").json()["code"] == "unknown_parameter"
    assert acme.get("/events", headers={"Last-Event-ID": "forged"}).json()["code"] == "bad_position"
