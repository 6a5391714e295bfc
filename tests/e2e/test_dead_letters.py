"""Dead letters over HTTP, on real processes, and by the command line: a parked record and a command that raised."""

import json
import os
import subprocess
import sys
from contextlib import closing
from typing import Any
from urllib.parse import quote

import httpx

from infra.log import kafka
from infra.log.envelope import key_of
from infra.log.headers import CE_TYPE, TENANT
from infra.log.partitioner import partition_of
from infra.settings import ROOT
from projections.generations import connected
from tests.platform import Platform

BASE = "/operations/dead-letters"


def put(here: Platform, kind: str, key: bytes, value: bytes, **headers: bytes) -> None:
    """Writes what no part of the platform would."""
    producer: Any = kafka.producer(here.settings)
    topic = f"{here.settings.topic_prefix}crm.{kind}"
    number = partition_of(key, here.settings.partitions)
    producer.produce(topic, value, key, number, headers=list(headers.items()))
    assert producer.flush(10) == 0


def listed(client: httpx.Client, **asked: str) -> list[dict[str, Any]]:
    return client.get(BASE, params=asked).raise_for_status().json()["items"]


def health(here: Platform) -> dict[str, Any]:
    return httpx.get(f"{here.url}/health/ready").json()


def dlq(here: Platform, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "nexus360.py"), "dlq", *arguments]
    return subprocess.run(
        command, env={**os.environ, **here.environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_record_that_cannot_be_folded(here: Platform) -> None:
    well = here.until("all is well", lambda: (now := health(here))["status"] == "ready" and now)
    assert well["parts"]["dead_letters"]["open"] == 0
    put(
        here,
        "events",
        key_of("acme", "company", "c 1"),
        b"rubbish",
        **{CE_TYPE: b"crm.CompanyRenamed", TENANT: b"acme"},
    )
    with here.client("acme") as acme, here.client("umbra") as umbra:
        [letter] = here.until("it is parked", lambda: listed(acme, what="read-models"))
        assert letter["id"] == "crm/read-models/acme/crm.company/c%201"
        assert (letter["code"], letter["behind"], letter["requested"]) == ("missing_header", 0, None)
        told = here.until("it is counted", lambda: (now := health(here))["status"] == "degraded" and now)
        assert [name for name, part in told["parts"].items() if part["status"] != "answers"] == ["dead_letters"]
        assert told["parts"]["dead_letters"]["places"] == {"crm/read-models": 1}
        assert listed(acme, where="admin") == []
        assert listed(umbra) == []
        address = f"{BASE}/{quote(letter['id'], safe='')}"
        assert acme.get(f"{BASE}/{letter['id']}").json()["id"] == letter["id"], "as it stands it is understood as well"
        shown = acme.get(address).raise_for_status().json()
        assert (shown["data"], shown["data_base64"]) == (None, "cnViYmlzaA==")
        assert umbra.get(address).json()["code"] == "unknown_dead_letter"
        assert umbra.post(f"{address}/redrive").json()["code"] == "unknown_dead_letter"
        again = acme.post(f"{address}/redrive").raise_for_status().json()
        assert (again["id"], again["outcome"]) == (letter["id"], "failed_again")
        refused = acme.post(f"{address}/discard", json={})
        assert (refused.status_code, refused.json()["code"]) == (422, "reason_missing")
        done = acme.post(f"{address}/discard", json={"reason": "a test wrote it"}).raise_for_status().json()
        assert done["outcome"] == "discarded"
        for verb in ("redrive", "discard"):
            late = acme.post(f"{address}/{verb}", json={"reason": "again"})
            assert (late.status_code, late.json()["code"]) == (409, "already_settled")
        assert acme.get(address).json()["code"] == "already_settled"
        assert listed(acme, what="read-models") == []
        assert acme.get(f"{BASE}/nonsense").json()["code"] == "unknown_dead_letter"
        assert acme.get(BASE, params={"what": "nonsense"}).json()["code"] == "bad_value"
        assert acme.get(BASE, params={"cursor": "nonsense"}).json()["code"] == "bad_cursor"
    with closing(connected(here.settings, "crm")) as connection:
        assert connection.execute("select id, who, why from discarded").fetchall() == [
            ("c 1", "key:acme", "a test wrote it")
        ]


def test_a_command_that_cannot_be_read(here: Platform) -> None:
    put(here, "commands", key_of("acme", "deal", "d1"), b"rubbish", **{TENANT: b"acme"})
    with here.client("acme") as acme:
        [letter] = here.until("it is set aside", lambda: listed(acme, what="commands"))
        assert acme.post(f"{BASE}/{letter['id']}/redrive").json()["outcome"] == "failed_again"
        listing = dlq(here, "list", "--json", "--tenant", "acme", "--what", "commands")
        [line] = listing.stdout.splitlines()
        assert json.loads(line)["id"] == letter["id"]
        shown = dlq(here, "show", letter["id"])
        assert "base64 cnViYmlzaA==" in shown.stdout
        assert letter["how"] in shown.stdout
        assert dlq(here, "redrive", letter["id"]).returncode == 1
        every = dlq(here, "redrive", "--all", "--what", "commands", "--json")
        assert (every.returncode, [json.loads(line)["id"] for line in every.stdout.splitlines()]) == (1, [letter["id"]])
        assert dlq(here, "redrive").returncode == 2
        done = dlq(here, "discard", letter["id"], "--reason", "a test wrote it")
        assert (done.returncode, done.stdout) == (
            0,
            f"{letter['id']}: discarded. The command will not be done; the log keeps it.\n",
        )
        again = dlq(here, "redrive", letter["id"])
        assert (again.returncode, again.stdout) == (2, "")
        assert "was discarded by cli:" in again.stderr
        assert listed(acme) == []
        here.until("health is good again", lambda: health(here)["status"] == "ready")
