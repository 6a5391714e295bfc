# confluent_kafka and redis type what they give loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""A person is held, exported and erased, over HTTP and against real processes; then everything is searched for them."""

import json
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import redis
from confluent_kafka import OFFSET_BEGINNING, TopicPartition
from psycopg import sql

from gateway.client import Client
from gateway.retention import Due, carry_out, due, rules
from infra.log import kafka
from infra.log.headers import as_mapping
from infra.log.kafka import at_end
from infra.postgres import database_name
from projections.catalog import databases
from streams.rebuild import build
from streams.verify.main import run as verify
from tests.e2e.importing import imported, report
from tests.e2e.test_http import after, problem
from tests.platform import Platform, platform

PARTS = (
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "crm", "integration")),
    "workflows", "importer", "eraser", "gateway",
)  # fmt: skip
MAUD = {
    "name": "Quillonia Braskwater",
    "email": "quillonia@braskwater.example",
    "phone": "+44 7555 0142 99",
    "emails": [{"value": "quillonia@braskwater.example"}, {"value": "home@okpalan.example", "kind": "HOME"}],
    "addresses": [{"street": "Braskwater Road 1", "city": "London", "country": "GB"}],
}
ANNA = {"name": "Zebulona Okpalan", "email": "zebulona@okpalan.example"}
TRACES = ("quillonia", "braskwater", "7555 0142", "75550142", "zebulona", "okpalan")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS) as started:
        yield started


def tables(here: Platform) -> Iterator[tuple[str, str]]:
    """Every table of every database, whichever generation's, with its rows as text and its bytes as they are."""
    for name in (*databases(), "platform"):
        with psycopg.connect(
            here.settings.postgres, dbname=database_name(here.settings, name), autocommit=True
        ) as admin:
            found = admin.execute(
                "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' "
                "and table_schema not in ('pg_catalog', 'information_schema')"
            ).fetchall()
            for schema, table in found:
                with suppress(psycopg.errors.UndefinedTable):  # it went while it was looked at
                    rows = admin.execute(
                        sql.SQL("select t::text from {} t").format(sql.Identifier(schema, table))
                    ).fetchall()
                    yield f"{name}.{schema}.{table}", "\n".join(row[0] for row in rows)


def documents(here: Platform) -> Iterator[tuple[str, str]]:
    base, prefix = here.settings.elasticsearch, here.settings.index_prefix
    for name in httpx.get(f"{base}/_cat/indices/{prefix}-*?h=index", timeout=10).text.split():
        found = httpx.post(f"{base}/{name}/_search", json={"size": 10_000}, timeout=10)
        yield f"index {name}", found.text


def messages(here: Platform) -> Iterator[tuple[str, bytes]]:
    """Every topic: keys, headers and values of all that lies there, also of transactions that were aborted."""
    prefix = here.settings.topic_prefix
    every = {"isolation.level": "read_uncommitted", "enable.partition.eof": True}
    with closing(kafka.consumer(here.settings, f"{prefix}test.search", **every)) as reader:
        names = [name for name in kafka.admin(here.settings).list_topics(timeout=10).topics if name.startswith(prefix)]
        left = {(name, number) for name in names for number in range(here.settings.partitions)}
        reader.assign([TopicPartition(name, number, OFFSET_BEGINNING) for name, number in left])
        while left:
            for message in kafka.arrived(reader, 1.0):
                if at_end(message):
                    left.discard((message.topic() or "", message.partition() or 0))
                elif message.error() is None:
                    headers = as_mapping(message.headers()).values()
                    yield (
                        f"topic {message.topic()}",
                        b" ".join((message.key() or b"", message.value() or b"", *headers)),
                    )


def cached(here: Platform) -> Iterator[tuple[str, bytes]]:
    with closing(redis.Redis.from_url(here.settings.redis)) as client:
        for key in client.scan_iter():
            yield "redis", bytes(key) + b" " + (client.dump(key) or b"")


def files(here: Platform) -> Iterator[tuple[str, bytes]]:
    for path in here.settings.data.rglob("*"):
        with suppress(FileNotFoundError):  # it went while it was looked at
            if path.is_file():
                yield f"file {path.relative_to(here.settings.data)}", path.read_bytes()


def places(here: Platform) -> set[str]:
    """Where anything of the persons is found, in whatever letters, or as the bytes of a column."""
    found = set[str]()
    for where, held in (*tables(here), *documents(here), *messages(here), *cached(here), *files(here)):
        text = (held if isinstance(held, str) else held.decode("latin-1")).lower()
        if any(trace in text or trace.encode().hex() in text for trace in TRACES):
            found.add(where)
    return found


def rebuilt(here: Platform) -> None:
    """Rebuilds the read models of the CRM; its projector ends at the swap, and is started again as its keeper would."""
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build.run, "crm", here.settings, print)
        while not building.done():
            if here.processes["projector crm"].poll() is not None:
                here.start("projector crm")
            time.sleep(0.1)
        building.result()


def send(client: httpx.Client, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    answer = client.post(path, json=body or {}, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def until_erased(here: Platform, client: httpx.Client, path: str, column: str) -> None:
    here.until(f"{path} is erased", lambda: client.get(path).json().get(column) == "[erased]")


def subject(client: httpx.Client, id: str) -> dict[str, Any]:
    return client.get(f"/admin/data-subjects/{id}").json()


def proofs(client: httpx.Client, id: str) -> list[dict[str, Any]]:
    found = client.get(f"/admin/data-subjects/{id}/history").json()["items"]
    return [each for each in found if each["type"] == "admin.KeyDestroyed"]


def test_nothing_is_left_of_who_was_erased(here: Platform) -> None:
    with here.client("forgetful") as client:
        anna = send(client, "/admin/users", ANNA)["id"]
        maud = send(client, "/crm/contacts", {**MAUD, "at": "2019-01-01T00:00:00Z"})["id"]
        other = send(client, "/crm/contacts", {"name": "Somebody Else"})
        send(client, f"/crm/contacts/{maud}/change", {**MAUD, "phone": None, "at": "2020-01-01T00:00:00Z"})
        deal = send(client, "/crm/deals", {"name": "Ten chairs", "owner_id": anna})
        later = client.post(
            f"/crm/contacts/{maud}/change", json={**MAUD, "job_title": "Boss"}, headers={"Prefer": "respond-async"}
        )
        assert later.status_code == 202, later.text
        here.until("it is done", lambda: client.get(later.headers["Location"]).json()["state"] == "accepted")
        here.until("the contact is found", lambda: client.get("/crm/contacts?q=quillonia").json()["items"])
        here.until("the deal is found", lambda: client.get("/crm/deals?q=zebulona").json()["items"])
        rebuilt(here)  # what was live is kept to go back to, and shows the persons as well
        here.until("the deal is found again", lambda: client.get("/crm/deals?q=zebulona").json()["items"])
        before = places(here)
        for part in ("crm.g1.contacts", "crm.g1.people_versions", "crm.g2.contacts_versions", "admin.g1.users"):
            assert part in before, before
        assert {f"index {here.settings.index_prefix}-crm-deals-g{n}" for n in (1, 2)} <= before
        assert not [where for where in before if where.startswith(("topic", "platform", "redis", "file"))], before

        path = f"/admin/data-subjects/{maud}"
        agreed = {"purpose": "newsletter", "wording": "v1", "source": "web-form/signup"}
        send(client, f"{path}/record-consent", agreed)
        send(client, f"{path}/place-hold", {"matter": "case-17"})
        problem(client.post(f"{path}/erase", json={"basis": "objection"}), 409, "legal_hold")
        released = send(client, f"{path}/release-hold", {"matter": "case-17"})
        known = client.get(f"{path}/export", headers=after(released["position"])).json()
        held = {each["read_model"]: each["record"] for each in known["records"]}
        assert held["contacts"]["email"] == MAUD["email"]
        assert f"email {MAUD['email']}" in held["contact_keys"]["keys"]
        assert known["subject"]["consents"] == ["newsletter"]
        assert known["manifest"]["events"] == {
            "admin.ConsentRecorded": 1, "admin.HoldPlaced": 1, "admin.HoldReleased": 1, "crm.ContactChanged": 2,
            "crm.ContactCreated": 1,
        }  # fmt: skip
        assert sum(known["manifest"]["events"].values()) == len(known["events"])
        assert "Somebody" not in json.dumps(known)
        assert "Zebulona" not in json.dumps(known)

        problem(client.post(f"/admin/data-subjects/{uuid4()}/erase", json={"basis": "objection"}), 404, "not_found")
        problem(client.post("/admin/data-subjects/tenant-secret/erase", json={"basis": "objection"}), 404, "not_found")
        for person in (maud, anna):
            send(client, f"/admin/data-subjects/{person}/erase", {"basis": "objection", "reason": "by letter"})
        until_erased(here, client, f"/crm/contacts/{maud}", "name")
        until_erased(here, client, f"/crm/deals/{deal['id']}", "owner_name")
        here.until("nothing is found", lambda: places(here) == set())

        contact = client.get(f"/crm/contacts/{maud}").json()
        assert (contact["email"], contact["phone"], contact["job_title"]) == ("[erased]", "[erased]", "Boss")
        assert client.get(f"/crm/contacts/{maud}?as_of=2020-06-01").json()["name"] == "[erased]"
        assert client.get("/crm/contacts?q=quillonia").json()["items"] == []
        assert client.get(f"/crm/contacts/{other['id']}").json()["name"] == "Somebody Else"
        history = client.get(f"/crm/contacts/{maud}/history").json()["items"]
        assert {each["data"].get("name") for each in history} == {None}
        (proof,) = proofs(client, maud)
        assert proof["data"]["by"] == "eraser"
        assert len(proof["data"]["key"]) == 16
        shown = client.get(f"{path}/export").json()
        assert shown["subject"]["status"] == "ERASED"
        assert shown["subject"]["destroyed_key"] == proof["data"]["key"]
        held = {each["read_model"]: each["record"] for each in shown["records"]}
        assert (held["contacts"]["name"], held["contact_keys"]["keys"]) == ("[erased]", [])
        created = next(each["data"] for each in shown["events"] if each["type"] == "crm.ContactCreated")
        assert created["name"] == "[erased]"
        again = send(client, f"{path}/erase", {"basis": "objection"})
        assert again["events"] == []
        problem(client.post(f"/crm/contacts/{maud}/change", json=MAUD), 409, "contact_erased")

        assert verify(here.settings, ["admin", "crm"], print) == 0
        rebuilt(here)
        assert client.get(f"/crm/contacts/{maud}").json() == contact
        here.until("the deal is found once more", lambda: client.get("/crm/deals?q=chairs").json()["items"])
        assert verify(here.settings, ["admin", "crm"], print) == 0
        assert places(here) == set()


def test_files_that_a_person_came_in_by_go(here: Platform) -> None:
    rows = f"name,email\n{MAUD['name']},{MAUD['email']}\n{ANNA['name']},no address\n".encode()
    with here.client("filed") as client:
        done = imported(here, client, "crm.contact", rows, {"name": "name", "email": "email"})
        assert (done["created"], done["rejected"]) == (1, 1)
        here.until("the file is gone", lambda: client.get(f"/integration/files/{done['file']}").status_code == 404)
        assert [row["name"] for row in report(client, done["errors"])] == [ANNA["name"]]
        here.until("the contact is found", lambda: client.get("/crm/contacts?q=quillonia").json()["items"])
        [maud] = client.get("/crm/contacts").json()["items"]
        here.kill("importer")
        send(client, f"/admin/data-subjects/{maud['id']}/erase", {"basis": "objection"})
        until_erased(here, client, f"/crm/contacts/{maud['id']}", "name")
        assert report(client, done["errors"])
        here.start("importer")
        here.until("nothing is found", lambda: places(here) == set())
        problem(client.get(f"/integration/files/{done['errors']}"), 404, "not_found")
        path = f"/integration/imports/{done['id']}"
        here.until("the import tells it", lambda: client.get(path).json()["reports_removed_at"])
        [gone] = [
            each for each in client.get(f"{path}/history").json()["items"] if each["type"].endswith("ReportsRemoved")
        ]
        assert gone["data"]["why"] == "ERASURE"
        again = imported(here, client, "crm.contact", rows, {"name": "name", "email": "email"})
        told = report(client, again["errors"])
        assert [(row["code"], row["name"]) for row in told] == [
            ("contact_erased", None), ("email_malformed", ANNA["name"]),
        ]  # fmt: skip


def wrapped(here: Platform, id: str) -> bool:
    """Whether somebody's key is still there."""
    with psycopg.connect(
        here.settings.postgres, dbname=database_name(here.settings, "platform"), autocommit=True
    ) as admin:
        row = admin.execute("select wrapped is not null from subject_keys where subject = %s", [id]).fetchone()
    return row == (True,)


def test_who_never_was_is_no_person(here: Platform) -> None:
    with here.client("careful") as client:
        never = str(uuid4())
        for path, body in (
            (f"/crm/contacts/{never}/change", {"name": "Nobody"}),
            (f"/crm/contacts/{never}/remove", {}),
            (f"/admin/users/{never}/change", {"name": "Nobody"}),
        ):
            problem(client.post(path, json=body), 404, "not_found")
        link = {"issuer": "https://login.example.com", "subject": "7", "user_id": never}
        problem(client.post("/admin/identities", json=link), 422, "no_such_user")
        assert not wrapped(here, never)
        refused = client.post("/crm/contacts", json={"contact_id": never, "email": "no address"})
        problem(refused, 422, "email_malformed")
        assert wrapped(here, never), "a key is made before it is decided who comes into being"
        for verb, body in (
            ("erase", {"basis": "objection"}),
            ("place-hold", {"matter": "case-1"}),
            ("record-consent", {"purpose": "newsletter", "wording": "v1", "source": "web-form/signup"}),
        ):
            problem(client.post(f"/admin/data-subjects/{never}/{verb}", json=body), 404, "not_found")
        problem(client.get(f"/admin/data-subjects/{never}/export"), 404, "not_found")
        send(client, "/crm/contacts", {"contact_id": never, "name": "Somebody"})
        send(client, f"/admin/data-subjects/{never}/place-hold", {"matter": "case-1"})


def test_an_eraser_killed_before_it_destroys_the_key_is_followed_by_one_that_does(here: Platform) -> None:
    keys = database_name(here.settings, "platform")
    with (
        here.client("killed") as client,
        psycopg.connect(here.settings.postgres, dbname=keys) as lock,
        psycopg.connect(here.settings.postgres, dbname=keys, autocommit=True) as admin,
    ):
        id = send(client, "/crm/contacts", MAUD)["id"]
        lock.execute("lock table subject_keys in share mode")
        send(client, f"/admin/data-subjects/{id}/erase", {"basis": "objection"})
        waits = (
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into subject_keys%' "
            "and datname = current_database()"
        )
        here.until("the eraser is at it", lambda: admin.execute(waits).fetchone())
        here.kill("eraser")
        lock.rollback()
        assert wrapped(here, id)
        here.start("eraser")
        until_erased(here, client, f"/crm/contacts/{id}", "name")
        assert not wrapped(here, id)
        assert len(proofs(client, id)) == 1


def test_an_eraser_killed_before_it_tells_is_followed_by_one_that_does(here: Platform) -> None:
    with here.client("killed") as client:
        id = send(client, "/crm/contacts", MAUD)["id"]
        here.stop("eraser")
        send(client, f"/admin/data-subjects/{id}/erase", {"basis": "objection"})
        here.kill("processor admin")
        here.start("eraser")
        here.until("the key is destroyed", lambda: not wrapped(here, id))
        here.kill("eraser")
        here.start("processor admin")
        here.start("eraser")
        until_erased(here, client, f"/crm/contacts/{id}", "name")
        (proof,) = proofs(client, id)
        assert proof["data"]["key"] is not None
        assert subject(client, id)["status"] == "ERASED"


def test_a_key_that_comes_back_with_a_backup_is_destroyed_at_the_next_start(here: Platform) -> None:
    with (
        here.client("restored") as client,
        psycopg.connect(
            here.settings.postgres, dbname=database_name(here.settings, "platform"), autocommit=True
        ) as admin,
    ):
        id = send(client, "/crm/contacts", MAUD)["id"]
        backup = admin.execute("select wrapped, master_key_id from subject_keys where subject = %s", [id]).fetchone()
        send(client, f"/admin/data-subjects/{id}/erase", {"basis": "objection"})
        until_erased(here, client, f"/crm/contacts/{id}", "name")
        here.stop("eraser")
        assert backup is not None
        admin.execute(
            "update subject_keys set wrapped = %s, master_key_id = %s, destroyed_at = null where subject = %s",
            [*backup, id],
        )
        here.start("eraser")
        here.until("the key is destroyed again", lambda: not wrapped(here, id))
        assert len(proofs(client, id)) == 1


def made(client: httpx.Client, path: str, **body: Any) -> str:
    return str(send(client, path, {"at": "2020-01-01T00:00:00Z", **body})["id"])


def shown(here: Platform, api: Client, sent: Mapping[str, Any], *paths: str) -> None:
    """Waits until lists have come so far."""
    for path in paths:
        api.wait(path, sent["position"])


def by_rule(api: Client, tenant: str, what: str) -> list[Due]:
    [rule] = [rule for rule in rules(api, tenant, NOW) if rule.what == what]
    return list(due(api, rule))


def test_contacts_are_erased_once_they_are_kept_too_long(here: Platform) -> None:
    with here.client("thrifty") as client:
        api = Client(client)
        opened = send(client, "/admin/tenants", {"name": "Thrifty"})
        shown(here, api, opened, "/admin/tenants")
        assert rules(api, "thrifty", NOW) == []
        ruled = send(client, "/admin/tenants/thrifty/set-retention", {"months": 24})
        old, held, back, agreed, called = (
            made(client, "/crm/contacts", name=name) for name in ("Old", "Held", "Back", "Agreed", "Called")
        )
        send(client, "/crm/contacts", {"name": "New", "at": "2026-01-01T00:00:00Z"})
        call = {"kind": "CALL", "title": "Rang", "owner_id": "u", "contact_ids": [called], "at": "2026-03-01T00:00:00Z"}
        rang = send(client, "/crm/activities", {**call, "completed_at": "2026-03-01T00:00:00Z"})
        consent = {"purpose": "newsletter", "wording": "v1", "source": "web"}
        said = send(client, f"/admin/data-subjects/{agreed}/record-consent", consent)
        placed = send(client, f"/admin/data-subjects/{held}/place-hold", {"matter": "case-1"})
        position = here.settled([ruled, rang, said, placed])
        shown(here, api, {"position": position}, "/admin/data-subjects", "/admin/tenants", "/crm/activities")
        here.until("all are there", lambda: len(client.get("/crm/contacts").json()["items"]) == 6)
        found = by_rule(api, "thrifty", "contacts")
        assert {each.id: each.kept for each in found} == {
            old: None, held: "hold", back: None, agreed: "consent", called: "activity",
        }  # fmt: skip
        # Between being found and their turn: one is changed, and of two it is no longer known why they are kept.
        send(client, f"/crm/contacts/{back}/change", {"name": "Is Back"})
        unaware = [replace(each, kept=None) for each in found if each.id != called]
        told: list[str] = []
        assert carry_out(api, iter(unaware), told.append) == {"done": 2, "legal_hold": 1, "consent_stands": 1}
        assert sorted(told) == sorted([f"{held} is kept: legal_hold", f"{agreed} is kept: consent_stands"])
        until_erased(here, client, f"/crm/contacts/{old}", "name")
        here.until("withdrawn", lambda: subject(client, back)["status"] == "KEPT" and wrapped(here, back))
        events = client.get(f"/admin/data-subjects/{back}/history").json()["items"]
        assert [each["type"] for each in events] == ["admin.ErasureOrdered", "admin.ErasureWithdrawn"]
        assert events[-1]["data"]["code"] == "stale_version"
        assert client.get(f"/crm/contacts/{back}").json()["name"] == "Is Back"
        types = [each["type"] for each in client.get(f"/crm/contacts/{old}/history").json()["items"]]
        assert types == ["crm.ContactCreated", "crm.ContactExpired", "crm.ContactErased"]
        assert {each.id for each in by_rule(api, "thrifty", "contacts")} == {held, agreed, called}


def test_a_record_that_is_changed_while_the_eraser_is_away_is_not_erased(here: Platform) -> None:
    with here.client("patient") as client:
        api, id = Client(client), made(client, "/crm/contacts", name="Maud")
        order = {"basis": "retention", "record_kind": "crm/contact", "record_version": 1}
        here.stop("eraser")
        send(client, f"/admin/data-subjects/{id}/erase", order)
        changed = send(client, f"/crm/contacts/{id}/change", {"name": "Maud Okpalan"})
        here.start("eraser")
        here.until("withdrawn", lambda: subject(client, id)["status"] == "KEPT")
        assert wrapped(here, id)
        assert api.wait(f"/crm/contacts/{id}", changed["position"])["name"] == "Maud Okpalan"
        problem(
            client.post(f"/admin/data-subjects/{id}/erase", json={"basis": "retention", "record_version": 2}),
            422,
            "record_incomplete",
        )
        send(client, f"/admin/data-subjects/{id}/erase", {**order, "record_version": 2})
        until_erased(here, client, f"/crm/contacts/{id}", "name")


def test_what_was_removed_and_what_was_said_is_erased_by_rules_of_its_own(here: Platform) -> None:
    with here.client("tidy") as client:
        api = Client(client)
        opened = send(client, "/admin/tenants", {"name": "Tidy"})
        shown(here, api, opened, "/admin/tenants")
        for rule in (
            {"what": "removed_contacts", "days": 30},
            {"what": "removed_users", "days": 30},
            {"what": "removed_activities", "days": 30},
            {"what": "activities", "days": 30, "since": "ended"},
        ):
            opened = send(client, "/admin/tenants/tidy/set-retention", rule)
        gone, back, held = (made(client, "/crm/contacts", name=name) for name in ("Gone", "Came Back", "Held"))
        for id in (gone, back):
            send(client, f"/crm/contacts/{id}/remove", {"at": "2026-01-01T00:00:00Z"})
        user = made(client, "/admin/users", name="Zebulona")
        left = send(client, f"/admin/users/{user}/remove", {"at": "2026-01-01T00:00:00Z"})
        about = {"kind": "CALL", "owner_id": "u", "completed_at": "2020-01-01T00:00:00Z"}
        words, case = (
            made(client, "/crm/activities", title="Rang", **about, **more) for more in ({}, {"contact_ids": [held]})
        )
        task = made(client, "/crm/activities", title="To do", kind="TASK", owner_id="u")
        note = made(client, "/crm/activities", title="Noted", kind="NOTE", owner_id="u")
        send(client, f"/crm/activities/{note}/remove", {"at": "2026-01-01T00:00:00Z"})
        placed = send(client, f"/admin/data-subjects/{held}/place-hold", {"matter": "case-1"})
        again = send(client, f"/crm/contacts/{held}/change", {"name": "Held Still"})
        position = here.settled([opened, left, placed, again])
        shown(here, api, {"position": position}, "/admin/tenants", "/admin/former-users", "/admin/data-subjects")
        here.until("contacts are gone", lambda: len(client.get("/crm/contacts?trash=true").json()["items"]) == 2)
        here.until("all was said", lambda: len(client.get("/crm/activities").json()["items"]) == 3)
        contacts = by_rule(api, "tidy", "removed_contacts")
        assert {each.id for each in contacts} == {gone, back}
        users, said = by_rule(api, "tidy", "removed_users"), by_rule(api, "tidy", "activities")
        assert [each.id for each in users] == [user]
        assert {each.id: each.kept for each in said} == {words: None, case: "hold"}
        [noted] = by_rule(api, "tidy", "removed_activities")
        assert (noted.id, noted.kept) == (note, None)
        send(client, f"/crm/contacts/{back}/restore")
        assert carry_out(api, iter([*contacts, *users, *said, noted]), print) == {"done": 5, "kept": 1}
        until_erased(here, client, f"/crm/activities/{words}", "title")
        here.until("erased", lambda: client.get(f"/admin/former-users/{user}").json().get("erased"))
        here.until("out of the trash", lambda: client.get("/crm/contacts?trash=true").json()["items"] == [])
        here.until("out of the trash", lambda: client.get("/crm/activities?trash=true").json()["items"] == [])
        assert not any(wrapped(here, id) for id in (gone, user, note, words))
        here.until("withdrawn", lambda: subject(client, back)["status"] == "KEPT")
        assert client.get(f"/crm/contacts/{back}").json()["name"] == "Came Back"
        assert client.get(f"/crm/activities/{case}").json()["title"] == "Rang"
        assert client.get(f"/crm/activities/{task}").json()["title"] == "To do"
        assert by_rule(api, "tidy", "removed_contacts") == by_rule(api, "tidy", "removed_users") == []


def test_what_is_due_can_be_taken_off_file_unless_it_was_changed(here: Platform) -> None:
    with here.client("mild") as client:
        api = Client(client)
        shown(here, api, send(client, "/admin/tenants", {"name": "Mild"}), "/admin/tenants")
        rule = {"what": "contacts", "days": 30, "since": "created", "action": "remove"}
        ruled = send(client, "/admin/tenants/mild/set-retention", rule)
        old, back = (made(client, "/crm/contacts", name=name) for name in ("Old", "Back"))
        shown(here, api, ruled, "/admin/tenants")
        here.until("both are there", lambda: len(client.get("/crm/contacts").json()["items"]) == 2)
        found = by_rule(api, "mild", "contacts")
        changed = send(client, f"/crm/contacts/{back}/change", {"name": "Is Back"})
        assert carry_out(api, iter(found), print) == {"done": 1, "stale_version": 1}
        api.wait("/crm/contacts", changed["position"])
        here.until("it is gone", lambda: client.get(f"/crm/contacts/{old}").status_code == 404)
        assert client.get(f"/crm/contacts/{back}").json()["name"] == "Is Back"
