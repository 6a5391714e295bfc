# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false
"""What people do, see, take out and are refused, in the audit: read by who may, proven from the log, and kept when the
gateway is killed."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from confluent_kafka.admin import NewTopic  # pyright: ignore[reportPrivateImportUsage]

from infra.log import kafka, registry
from infra.log.envelope import parse_key
from infra.log.topics import topic
from infra.vault.shut import SHUT
from schemas.generated.audit.trail import EntriesRecorded
from streams.audit.verify import run
from streams.processor.reading import ends, read_through
from tests.e2e.test_http import after, problem
from tests.e2e.test_http_events import told
from tests.platform import Platform, platform

PARTS = (
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "audit", "crm")),
    "workflows",
    "gateway",
)
ROLES = {"ann": "crm.member", "otto": "auditor", "ada": "admin.admin"}


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS) as running:
        yield running


@dataclass
class Tenant:
    """Its own key, its users and their clients by first name, and a deal that is Ann's."""

    here: Platform
    name: str
    key: httpx.Client
    ids: dict[str, str]
    clients: Mapping[str, httpx.Client]
    deal: str
    position: str

    def entries(self, **filters: str) -> list[dict[str, Any]]:
        """Entries, the newest first, once there are some."""

        def look() -> list[dict[str, Any]]:
            answer = self.key.get("/audit/entries", params={"sort": "-at", "limit": "200", **filters})
            assert answer.status_code == 200, answer.text
            return answer.json()["items"]

        return self.here.until(f"entries of {filters}", look)


@pytest.fixture(scope="module")
def tenant(here: Platform) -> Generator[Tenant]:
    name = f"audit-{uuid4().hex[:8]}"
    with ExitStack() as clients:
        key = clients.enter_context(here.client(name))
        ids, answers = dict[str, str](), list[dict[str, Any]]()

        def send(path: str, body: Mapping[str, Any]) -> str:
            answer = key.post(path, json=body)
            assert answer.is_success, answer.text
            answers.append(answer.json())
            return answer.json()["id"]

        send("/admin/tenants", {"name": "Audit"})
        for user, role in ROLES.items():
            ids[user] = send("/admin/users", {"name": user.title()})
            send(f"/admin/users/{ids[user]}/grant-role", {"role_id": role})
        deal = send("/crm/deals", {"name": "Chairs", "owner_id": ids["ann"]})
        position = here.settled(answers)
        users = {user: clients.enter_context(here.client(name, id)) for user, id in ids.items()}
        for client in users.values():
            assert client.get("/access/me", headers=after(position)).status_code == 200
        assert key.get(f"/crm/deals/{deal}", headers=after(position)).status_code == 200
        yield Tenant(here, name, key, ids, users, deal, position)


def test_what_somebody_did_and_saw_is_there(tenant: Tenant) -> None:
    ann = tenant.clients["ann"]
    headers = {"User-Agent": "Chairs 1.0", "X-Request-Id": f"see-{uuid4().hex}"}
    assert ann.get(f"/crm/deals/{tenant.deal}", headers=headers).status_code == 200
    assert ann.get("/crm/deals?stage=PROSPECTING&q=chairs").status_code == 200
    done = ann.post(f"/crm/deals/{tenant.deal}/engage", json={})
    assert done.status_code == 200, done.text
    [seen] = tenant.entries(request_id=headers["X-Request-Id"])
    assert (seen["kind"], seen["permission"], seen["status"]) == ("SAW", "crm.deal.read", 200)
    assert (seen["domain"], seen["aggregate"], seen["record"], seen["found"]) == ("crm", "deal", tenant.deal, 1)
    assert (seen["actor"], seen["user_id"]) == (f"user:{tenant.ids['ann']}", tenant.ids["ann"])
    assert (seen["address"], seen["agent"]) == ("127.0.0.1", "Chairs 1.0")
    [listed] = tenant.entries(user_id=tenant.ids["ann"], operation="GET /crm/deals")
    assert listed["asked"].startswith("stage=PROSPECTING&q=~")
    [deed] = tenant.entries(user_id=tenant.ids["ann"], kind="DID")
    assert (deed["permission"], deed["record"], deed["code"]) == ("crm.deal.engage", tenant.deal, None)
    history = tenant.key.get(f"/crm/deals/{tenant.deal}/history", headers=after(done.json()["position"])).json()
    assert deed["command_id"] == history["items"][-1]["command_id"]


def test_who_saw_a_record_in_a_list_is_found_by_it(tenant: Tenant) -> None:
    assert tenant.clients["otto"].get("/crm/deals").json()["items"] != []
    found = tenant.entries(records=tenant.deal, user_id=tenant.ids["otto"])
    assert (found[0]["operation"], found[0]["found"]) == ("GET /crm/deals", 1)


def test_what_is_refused_is_there_with_its_code(tenant: Tenant) -> None:
    problem(tenant.clients["ada"].get(f"/crm/deals/{tenant.deal}"), 403, "forbidden")
    problem(tenant.clients["ann"].post(f"/admin/users/{tenant.ids['ann']}/remove", json={}), 403, "forbidden")
    problem(tenant.clients["otto"].get("/crm/deals/nobody"), 404, "not_found")
    for user, permission, record in (
        ("ada", "crm.deal.read", tenant.deal),
        ("ann", "admin.user.remove", tenant.ids["ann"]),
        ("otto", "crm.deal.read", "nobody"),
    ):
        refused = tenant.entries(user_id=tenant.ids[user], kind="REFUSED")[0]
        assert (refused["permission"], refused["record"]) == (permission, record)
        assert refused["code"] == ("not_found" if user == "otto" else "forbidden")


def test_what_is_taken_out_is_there(tenant: Tenant) -> None:
    file = tenant.key.post("/integration/files", content=b"a,b\n").json()["file"]
    assert tenant.key.get(f"/integration/files/{file}").content == b"a,b\n"
    [taken] = tenant.entries(kind="EXPORTED")
    assert (taken["record"], taken["actor"]) == (file, f"key:{tenant.name}")


def test_only_who_may_reads_it(tenant: Tenant) -> None:
    assert tenant.clients["otto"].get("/audit/entries").status_code == 200
    problem(tenant.clients["ann"].get("/audit/entries"), 403, "forbidden")
    problem(tenant.clients["ann"].get("/audit/trails"), 403, "forbidden")
    with tenant.here.client("somebody-else") as other:
        assert other.get("/audit/entries").json()["items"] == []


def test_it_is_streamed_to_who_may_read_it_and_asks_for_it(tenant: Tenant) -> None:
    wanted = {"types": "audit.EntriesRecorded,crm.CompanyCreated"}
    ann, otto = tenant.clients["ann"], tenant.clients["otto"]
    with (
        ann.stream("GET", "/events", params=wanted) as hers,
        otto.stream("GET", "/events", params=wanted) as his,
        otto.stream("GET", "/events") as unasked,
    ):
        heard = told(his)
        assert next(heard)[1]["type"] == "audit.EntriesRecorded"
        tenant.key.post("/crm/companies", json={"name": "Umbra"}).raise_for_status()
        assert next(told(hers))[1]["type"] == next(told(unasked))[1]["type"] == "crm.CompanyCreated"
        events = [event for _, event in (next(heard), next(heard))]
    entries = [entry for event in events if event["type"].startswith("audit") for entry in event["data"]["entries"]]
    assert all(entry["address"] in ("127.0.0.1", None) for entry in entries)


def test_who_could_see_a_record_is_told_for_now_and_for_then(tenant: Tenant) -> None:
    def could(**asked: str) -> dict[str, list[str]]:
        given = {"permission": "crm.deal.read", "id": tenant.deal, **asked}
        answer = tenant.key.get("/access/who", params=given)
        assert answer.status_code == 200, answer.text
        names = {id: user for user, id in tenant.ids.items()}
        return {names[each["user"]]: each["because"] for each in answer.json()["users"]}

    before = could()
    assert set(before) == {"ann", "otto"}
    assert before["otto"] == ["auditor: *.*.read"]
    then = tenant.key.get(f"/crm/deals/{tenant.deal}").json()["recorded_at"]
    gone = tenant.key.post(f"/admin/users/{tenant.ids['otto']}/revoke-role", json={"role_id": "auditor"}).json()
    assert set(could(after=gone["position"])) == {"ann"}
    assert could(at=then) == before
    back = tenant.key.post(f"/admin/users/{tenant.ids['otto']}/grant-role", json={"role_id": "auditor"}).json()
    assert set(could(after=back["position"])) == {"ann", "otto"}


def test_which_programs_could_see_a_record_is_told_too(tenant: Tenant) -> None:
    loader = tenant.key.post("/admin/service-accounts", json={"name": "Loader"}).json()["id"]
    path = f"/admin/service-accounts/{loader}"

    def told(verb: str, **body: str) -> str:
        answer = tenant.key.post(f"{path}/{verb}", json=body)
        assert answer.is_success, answer.text
        return answer.json()["position"]

    def could(permission: str = "crm.deal.read", **asked: str) -> list[dict[str, Any]]:
        answer = tenant.key.get("/access/who", params={"permission": permission, "id": tenant.deal, **asked})
        assert answer.status_code == 200, answer.text
        assert any("service account" in note for note in answer.json()["notes"])
        return answer.json()["accounts"]

    assert could() == []
    granted = told("grant-role", role_id="crm.viewer")
    assert could(after=granted) == [], "a program is in no team"
    assert [each["account"] for each in could(after=told("grant-role", role_id="integration"))] == [loader]
    then = tenant.key.get(path).json()["recorded_at"]
    assert could(after=told("deactivate")) == []
    [before] = could(at=then)
    assert before["account"] == loader
    assert all(each.startswith("integration: ") for each in before["because"])


def test_who_could_is_told_to_who_may_ask_about_others(tenant: Tenant) -> None:
    asked = {"permission": "crm.deal.read", "id": tenant.deal}
    problem(tenant.clients["ann"].get("/access/who", params=asked), 403, "forbidden")
    problem(tenant.clients["ada"].get("/access/who", params=asked), 404, "not_found")
    problem(tenant.key.get("/access/who", params={**asked, "at": "2000-01-01"}), 404, "not_found")
    problem(tenant.key.get("/access/who", params={**asked, "permission": "crm.deal.fly"}), 400, "unknown_permission")
    problem(tenant.key.get("/access/who", params={**asked, "at": "yesterday"}), 400, "bad_value")


def verified(here: Platform, tenant: str, name: str | None = None) -> tuple[int, list[str]]:
    lines = list[str]()
    return run(here.settings, lines.append, tenant, name), lines


def test_the_log_proves_it_and_a_copy_that_was_tampered_with_does_not(tenant: Tenant) -> None:
    here = tenant.here
    tenant.entries()
    count, lines = verified(here, tenant.name)
    assert count == 0, lines
    assert lines[-1].startswith(f"{tenant.name}: ")
    assert verified(here, tenant.name, _copied(here, "whole"))[0] == 0

    def forged(event: EntriesRecorded) -> EntriesRecorded:
        return replace(event, entries=(replace(event.entries[0], status=418), *event.entries[1:]))

    def left_out(event: EntriesRecorded) -> None:
        return None

    count, lines = verified(here, tenant.name, _copied(here, "forged", tenant.name, forged))
    assert count == 1, lines
    assert "batch 1 (entries 1 to " in lines[0]
    count, lines = verified(here, tenant.name, _copied(here, "shorter", tenant.name, left_out))
    assert "batch 1 is missing" in lines[0]


def _copied(here: Platform, name: str, tenant: str = "", change: Any = None) -> str:
    """A topic with the audit in it, the first batch of the tenant's changed, or left out where None comes of it."""
    settings, of = here.settings, topic(here.settings.topic_prefix, "audit", "events")
    copy, codec, numbers = f"{settings.topic_prefix}{name}", registry.codec(settings), list(range(settings.partitions))
    client = kafka.admin(settings)
    client.create_topics([NewTopic(copy, settings.partitions, 1)])[copy].result(20)
    changed = change is None
    producer = kafka.producer(settings)
    with closing(
        kafka.consumer(settings, "copy", **{"enable.partition.eof": True, "auto.offset.reset": "earliest"})
    ) as reader:
        for batch in read_through(reader, of, dict.fromkeys(numbers, 0), ends(client, of, numbers), lambda: None):
            for message in batch:
                key, value = message.key() or b"", message.value() or b""
                event = codec.original(value, SHUT)
                if not changed and isinstance(event, EntriesRecorded) and parse_key(key)[0] == tenant:
                    event, changed = change(event), True
                    if event is None:
                        continue
                    value = codec.encode(event, SHUT)
                producer.produce(copy, value, key, message.partition() or 0, headers=message.headers() or [])
    producer.flush(20)
    return copy


def test_a_gateway_that_is_killed_loses_the_last_batch_at_most_and_breaks_no_chain(tenant: Tenant) -> None:
    here, ann = tenant.here, tenant.clients["ann"]
    ids = [f"kill-{uuid4().hex}" for _ in range(60)]
    for id in ids[:30]:
        ann.get("/access/me", headers={"X-Request-Id": id})
    tenant.entries(request_id=ids[29])
    for id in ids[30:]:
        ann.get("/access/me", headers={"X-Request-Id": id})
    here.kill("gateway")
    here.start("gateway")
    here.wait_ready()
    ann.get("/access/me", headers={"X-Request-Id": "afterwards"})
    tenant.entries(request_id="afterwards")
    found = {each["request_id"] for each in tenant.entries(**{"request_id.prefix": "kill-"})}
    assert set(ids[:30]) <= found <= set(ids)
    count, lines = verified(here, tenant.name)
    assert count == 0, lines


def test_a_gateway_that_ends_closes_its_trails(tenant: Tenant) -> None:
    here = tenant.here
    tenant.clients["ann"].get("/access/me", headers={"X-Request-Id": "last"})
    here.stop("gateway")
    here.start("gateway")
    here.wait_ready()
    [last] = tenant.entries(request_id="last")
    trail = here.until(
        "the trail is closed",
        lambda: (row := tenant.key.get(f"/audit/trails/{last['trail_id']}").json())["status"] == "CLOSED" and row,
    )
    assert not trail["abandoned"]
    here.until("the ledger says so", lambda: _lines(here, tenant.name) >= 2)
    assert verified(here, tenant.name)[0] == 0


def test_what_came_of_a_command_is_found_although_the_gateway_that_waited_for_it_died() -> None:
    with platform("processor audit", "projector audit", "projector crm", "gateway") as own, own.client("acme") as key:
        later = {"Prefer": "respond-async", "X-Request-Id": f"later-{uuid4().hex}"}
        taken = key.post("/crm/companies", json={"name": "Umbra"}, headers=later)
        assert taken.status_code == 202, taken.text

        def entries(**asked: str) -> list[dict[str, Any]]:
            return key.get("/audit/entries", params=asked).json()["items"]

        def outcome() -> dict[str, Any] | None:
            told = key.get(taken.headers["Location"]).json()
            return None if told["state"] == "pending" else told

        [entry] = own.until("the request is in the audit", lambda: entries(request_id=later["X-Request-Id"]))
        command = taken.json()["command_id"]
        assert (entry["kind"], entry["status"], entry["command_id"]) == ("DID", 202, command)
        own.kill("gateway")
        own.start("processor crm")
        own.start("gateway")
        own.wait_ready()
        told = own.until("the command is answered", outcome)
        assert told["state"] == "accepted"
        path = f"/crm/companies/{told['id']}/history"
        events = key.get(path, headers=after(told["answer"]["position"])).json()["items"]
        assert [(each["command_id"], each["actor"]) for each in events] == [(command, entry["actor"])]
        assert [each["id"] for each in entries(command_id=command)] == [entry["id"]]


def _lines(here: Platform, tenant: str) -> int:
    """How long the tenant's ledger is."""
    return int(verified(here, tenant)[1][-1].rpartition("head ")[2].partition(":")[0])
