"""What operators do on the command line, in the audit of the tenants that it concerns, beside what people do over
HTTP."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra.log.envelope import key_of
from infra.log.headers import CE_TYPE, TENANT
from infra.settings import ROOT
from infra.vault import Vaults
from streams.audit.verify import run
from tests.e2e.test_dead_letters import put
from tests.platform import Platform, platform

PARTS = (*(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "audit", "crm")), "workflows")
ME = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS, "gateway") as running:
        yield running


def nexus(here: Platform, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """A command of the command line, as somebody types it who is nobody else."""
    begun = typed(here, *words, **more)
    try:
        told, said = begun.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        begun.kill()
        raise
    return subprocess.CompletedProcess(words, begun.returncode, told, said)


def typed(here: Platform, *words: str, **more: str) -> "subprocess.Popen[str]":
    """The same while it runs."""
    environment = {name: value for name, value in os.environ.items() if name != "SUDO_USER"}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "nexus360.py"), *words],
        env={**environment, **here.environment, **more},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def opened(here: Platform, name: str) -> Generator[httpx.Client]:
    """A tenant that has something, by its own key."""
    with here.client(f"{name}-{uuid4().hex[:8]}") as client:
        client.post("/crm/companies", json={"name": "Umbra"}).raise_for_status()
        yield client


@pytest.fixture
def acme(here: Platform) -> Generator[httpx.Client]:
    with opened(here, "acme") as client:
        yield client


@pytest.fixture
def umbra(here: Platform) -> Generator[httpx.Client]:
    with opened(here, "umbra") as client:
        yield client


def named(client: httpx.Client) -> str:
    """Which tenant's it is."""
    return client.headers["Authorization"].split("_")[1]


def entries(here: Platform, client: httpx.Client, operation: str, count: int = 1) -> list[dict[str, Any]]:
    """How an operation ended each time, the oldest first, once the tenant's audit has so much."""

    def look() -> list[dict[str, Any]] | None:
        found = of(client, operation)
        return found if len(found) >= count else None

    found = here.until(f"{operation} is in the audit", look)
    assert len(found) == count
    return found


def of(client: httpx.Client, operation: str) -> list[dict[str, Any]]:
    return [each for each in whole(client, operation) if each["kind"] != "BEGAN"]


def whole(client: httpx.Client, operation: str) -> list[dict[str, Any]]:
    """With what says that it began."""
    answer = client.get("/audit/entries", params={"operation": operation, "sort": "at"})
    return answer.raise_for_status().json()["items"]


def parked(here: Platform, client: httpx.Client) -> str:
    """The id of a dead letter that a projector cannot fold."""
    name, id = named(client), f"c{uuid4().hex[:8]}"
    headers = {CE_TYPE: b"crm.CompanyRenamed", TENANT: name.encode()}
    put(here, "events", key_of(name, "company", id), b"rubbish", **headers)
    letter = f"crm/read-models/{name}/crm.company/{id}"
    here.until("it is parked", lambda: client.get(f"/operations/dead-letters/{letter}").is_success)
    return letter


def test_a_key_that_is_made_is_in_the_tenants_audit_with_who_made_it_and_where(
    here: Platform, acme: httpx.Client
) -> None:
    done = nexus(here, "key", named(acme), "--user", "u1", NEXUS_OPERATOR="ann")
    assert (done.returncode, done.stderr) == (0, "")
    [entry] = entries(here, acme, "nexus360 key")
    assert (entry["kind"], entry["status"], entry["code"], entry["asked"]) == ("DID", 0, None, "user=u1")
    assert (entry["actor"], entry["user_id"]) == (f"{ME}/ann", None)
    assert entry["agent"].startswith("nexus360 on ")
    [began] = [each for each in whole(acme, "nexus360 key") if each["kind"] == "BEGAN"]
    assert (began["request_id"], began["asked"]) == (entry["request_id"], entry["asked"])
    answer = acme.get("/audit/entries", params={"actor": f"{ME}/ann", "sort": "at"})
    assert answer.json()["items"] == [began, entry]


def test_links_that_are_made_and_what_is_refused_are_there(here: Platform, acme: httpx.Client) -> None:
    name = named(acme)
    link = nexus(here, "admin", "bootstrap", name, "--email", "olga@example.com")
    assert link.returncode == 0, link.stderr
    [entry] = entries(here, acme, "nexus360 admin bootstrap")
    assert (entry["kind"], entry["domain"], entry["aggregate"]) == ("DID", "admin", "user")
    assert acme.get(f"/admin/users/{entry['record']}").json()["email"] == "olga@example.com"
    assert "olga" not in entry["asked"]
    assert "email=~" in entry["asked"]
    assert nexus(here, "admin", "invite", name, "nobody").returncode == 1
    [refused] = entries(here, acme, "nexus360 admin invite")
    assert (refused["kind"], refused["status"], refused["code"]) == ("REFUSED", 1, "not_found")


def test_events_that_are_taken_out_are_in_the_audit_of_whose_they_are(
    here: Platform, acme: httpx.Client, umbra: httpx.Client, tmp_path: Path
) -> None:
    one = ("--domain", "crm", "--tenant", named(acme), "--personal")
    done = nexus(here, "replay", "--parquet", str(tmp_path / "one"), *one)
    assert done.returncode == 0, done.stderr
    [entry] = entries(here, acme, "nexus360 replay")
    assert (entry["kind"], entry["status"]) == ("EXPORTED", 0)
    assert {"domain=crm", "personal=true"} <= set(entry["asked"].split("&"))
    assert str(tmp_path) not in entry["asked"]
    assert nexus(here, "replay", "--dry-run").returncode == 0
    every = nexus(here, "replay", "--parquet", str(tmp_path / "all"), "--id", "7d1f")
    assert every.returncode == 0, every.stderr
    [_, of_all] = entries(here, acme, "nexus360 replay", 2)
    [of_hers] = entries(here, umbra, "nexus360 replay")
    assert of_all["request_id"] == of_hers["request_id"]
    assert "7d1f" not in of_all["asked"], "it may be another tenant's"
    refused = nexus(here, "replay", "--parquet", str(tmp_path / "all"), "--tenant", named(umbra))
    assert refused.returncode == 1
    kinds = [each["kind"] for each in entries(here, umbra, "nexus360 replay", 3)]
    assert kinds == ["EXPORTED", "EXPORTED", "REFUSED"]


def test_what_is_done_to_all_tenants_is_in_the_audit_of_each(
    here: Platform, acme: httpx.Client, umbra: httpx.Client
) -> None:
    done = nexus(here, "rebuild", "crm", "--drop")
    assert done.returncode == 0, done.stderr
    for client in (acme, umbra):
        [entry] = entries(here, client, "nexus360 rebuild")
        assert (entry["kind"], set(entry["asked"].split("&"))) == ("DID", {"database=crm", "drop=true"})


def test_a_dead_letter_that_is_shown_and_discarded_is_there_as_its_record(
    here: Platform, acme: httpx.Client, umbra: httpx.Client
) -> None:
    letter = parked(here, acme)
    assert nexus(here, "dlq", "list").returncode == 0
    assert nexus(here, "dlq", "show", letter).returncode == 0
    assert nexus(here, "dlq", "redrive", letter).returncode == 1
    done = nexus(here, "dlq", "discard", letter, "--reason", "ann@example.com wrote it")
    assert done.returncode == 0, done.stderr
    [listed] = entries(here, acme, "nexus360 dlq list")
    [shown] = entries(here, acme, "nexus360 dlq show")
    [redriven] = entries(here, acme, "nexus360 dlq redrive")
    [discarded] = entries(here, acme, "nexus360 dlq discard")
    assert (listed["kind"], shown["kind"], shown["record"]) == ("SAW", "SAW", letter)
    assert (redriven["kind"], redriven["code"], redriven["record"]) == ("REFUSED", "failed_again", letter)
    assert (discarded["kind"], discarded["code"], discarded["record"]) == ("DID", None, letter)
    assert (discarded["aggregate"], "ann" in discarded["asked"]) == ("dead_letter", False)
    assert of(umbra, "nexus360 dlq list") == [], "nothing of hers was shown"


def test_a_change_that_is_killed_has_left_a_trace(here: Platform, acme: httpx.Client) -> None:
    letter = parked(here, acme)
    here.stop("projector crm")  # nobody is there who would do it
    words = ("dlq", "discard", letter, "--reason", "rubbish")
    killed = typed(here, *words, "--wait", "300")
    try:
        [began] = here.until("that it began is in the audit", lambda: whole(acme, "nexus360 dlq discard"))
    finally:
        killed.kill()
        killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    here.start("projector crm")
    assert (began["kind"], began["status"], began["record"]) == ("BEGAN", 0, letter)
    assert began["actor"] == ME
    assert nexus(here, "key", named(acme)).returncode == 0
    entries(here, acme, "nexus360 key")
    assert whole(acme, "nexus360 dlq discard") == [began], "nothing says how it ended"


def test_the_chain_proves_what_operators_did(here: Platform, acme: httpx.Client) -> None:
    name = named(acme)
    nexus(here, "key", name)
    entries(here, acme, "nexus360 key")
    lines = list[str]()
    here.until("its trail has ended", lambda: _ended(here, acme))
    assert run(here.settings, lines.append, name, None) == 0, lines


def test_where_there_is_nothing_to_verify_it_is_not_told_that_all_is_well(
    here: Platform, acme: httpx.Client, tmp_path: Path
) -> None:
    never, silent = f"never-{uuid4().hex[:8]}", f"silent-{uuid4().hex[:8]}"
    with closing(Vaults(here.settings)) as vaults:
        vaults.secret(silent)
    copy = f"{here.settings.topic_prefix}admin.events"
    nothing = nexus(here, "replay", "--parquet", str(tmp_path / "nothing"), "--tenant", never)
    assert (nothing.returncode, "could not be" in nothing.stderr) == (0, False), "and by this there is no such tenant"
    for words, code in (
        ((never,), "unknown_tenant"),
        ((silent,), "no_audit"),
        ((named(acme), "--topic", copy), "no_audit"),
        (("--topic", copy), "no_audit"),
        ((named(acme), "--topic", "nowhere"), "topic_missing"),
        ((named(acme), "--head", "nine"), "bad_head"),
    ):
        done = nexus(here, "audit", "verify", *words)
        assert (done.returncode, done.stdout, done.stderr.partition(": ")[0]) == (2, "", code), words
    nexus(here, "key", named(acme))
    entries(here, acme, "nexus360 key")
    assert nexus(here, "audit", "verify", named(acme)).returncode == 0
    for name in (never, silent):
        gone = nexus(here, "audit", "verify", name, "--head", "9:9c0e")
        assert (gone.returncode, "once had line 9" in gone.stdout) == (1, True), "a head proves that there was one"


def _ended(here: Platform, client: httpx.Client) -> bool:
    [entry] = of(client, "nexus360 key")
    trail = client.get(f"/audit/trails/{entry['trail_id']}").json()
    return trail["status"] == "CLOSED" and not trail["abandoned"]


def test_what_cannot_be_recorded_is_done_and_said_but_a_strict_audit_shows_nothing(
    here: Platform, acme: httpx.Client
) -> None:
    nowhere = {"NEXUS_KAFKA": "127.0.0.1:9"}
    key = nexus(here, "key", named(acme), **nowhere, NEXUS_AUDIT="strict")
    assert (key.returncode, key.stdout.strip()) == (0, here.key(named(acme)))
    assert "could not be recorded in the audit" in key.stderr
    lenient = nexus(here, "trash", "--tenant", named(acme), **nowhere)
    assert (lenient.returncode, "0 records" in lenient.stdout) == (0, True), lenient.stderr
    assert "could not be recorded in the audit" in lenient.stderr
    strict = nexus(here, "trash", "--tenant", named(acme), **nowhere, NEXUS_AUDIT="strict")
    assert (strict.returncode, strict.stdout) == (1, "")
    assert "audit_unavailable: " in strict.stderr
    assert whole(acme, "nexus360 key") == whole(acme, "nexus360 trash") == []
