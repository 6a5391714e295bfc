"""A tenant's events on their way into files, from HTTP to HTTP: theirs alone, paused, resumed, cancelled, killed."""

import json
import zipfile
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.replaying import query
from tests.platform import Platform, platform

PARTS = (
    "processor crm",
    "processor integration",
    "projector integration",
    "replayer",
    "gateway",
)
MINE, THEIRS = 40, 15


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*PARTS) as running:
        for tenant, count in (("acme", MINE), ("other", THEIRS)):
            with running.client(tenant) as client:
                for n in range(count):
                    created = client.post(
                        "/crm/companies", json={"name": f"{tenant} {n}"}, headers={"Idempotency-Key": f"c{n}"}
                    )
                    assert created.status_code == 201, created.text
        yield running


@pytest.fixture
def acme(here: Platform) -> Generator[httpx.Client]:
    with here.client("acme") as client:
        yield client


def start(client: httpx.Client, **body: Any) -> str:
    answer = client.post("/integration/replays", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def say(client: httpx.Client, id: str, verb: str) -> str:
    """Sends a command about a replay, and gives the position it has after it."""
    answer = client.post(f"/integration/replays/{id}/{verb}", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()["position"]


def row(client: httpx.Client, id: str, after: str | None = None) -> dict[str, Any]:
    answer = client.get(f"/integration/replays/{id}", headers={} if after is None else {"Nexus-After": after})
    return answer.json() if answer.is_success else {"status": None}


def reached(here: Platform, client: httpx.Client, id: str, status: str) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        found = row(client, id)
        return found if found["status"] == status else None

    return here.until(f"the replay is {status}", there, 60)


def unpacked(client: httpx.Client, file: str, folder: Path) -> dict[str, int]:
    """Puts the archive's files into the folder and gives the counts that lie beside them."""
    answer = client.get(f"/integration/files/{file}")
    assert answer.status_code == 200
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return json.loads((folder / "counts.json").read_text())


def test_a_tenant_gets_its_own_events_and_nobody_elses(here: Platform, acme: httpx.Client, tmp_path: Path) -> None:
    id = start(acme, domains=["crm"])
    done = reached(here, acme, id, "COMPLETED")
    assert done["events"] == MINE
    assert done["passed"] == done["size"] > 0
    assert unpacked(acme, done["file"], tmp_path) == {"crm.CompanyCreated": MINE}
    assert query(tmp_path, "select tenant, type, count(*) from log group by all") == [
        ("acme", "crm.CompanyCreated", MINE)
    ]
    assert query(tmp_path, "select count(distinct name) from log where name like 'acme %'") == [(MINE,)]
    with here.client("other") as other:
        assert other.get(f"/integration/files/{done['file']}").status_code == 404
        assert other.get(f"/integration/replays/{id}").status_code == 404
        assert other.post(f"/integration/replays/{id}/cancel", json={}).status_code == 404
        theirs = reached(here, other, start(other, types=["crm.CompanyCreated"]), "COMPLETED")
    assert theirs["events"] == THEIRS


def test_an_archive_goes_when_its_time_is_over_or_when_it_is_discarded(here: Platform, acme: httpx.Client) -> None:
    made = acme.post("/crm/companies", json={"name": "in no other archive"}).raise_for_status().json()["id"]
    bounds = {"ids": [made]}
    first = reached(here, acme, start(acme, **bounds), "COMPLETED")
    second = reached(here, acme, start(acme, **bounds), "COMPLETED")
    assert first["file"] == second["file"], "equal files are one archive"
    kept = datetime.fromisoformat(first["expires_at"]) - datetime.fromisoformat(first["ended_at"])
    assert (kept, first["archive_removed_at"]) == (timedelta(days=30), None)
    path = f"/integration/files/{first['file']}"
    discarded = say(acme, first["id"], "discard-archive")
    assert acme.get(path, headers={"Nexus-After": discarded}).status_code == 200, "the second one has it still"
    here.until("the first one knows", lambda: row(acme, first["id"])["archive_removed_at"])
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    later = acme.post(f"/integration/replays/{second['id']}/discard-archive", json={"at": soon})
    assert later.status_code == 200, later.text
    gone = here.until("its time is over", lambda: (answer := acme.get(path)).status_code == 410 and answer)
    assert gone.json()["code"] == "archive_removed"
    here.until("it is removed", lambda: row(acme, second["id"])["archive_removed_at"])
    assert not list(here.settings.blobs.glob(f"acme/*/{first['file']}"))
    assert acme.get(path).json()["code"] == "archive_removed"
    again = acme.post(f"/integration/replays/{second['id']}/discard-archive", json={})
    assert (again.status_code, again.json()["events"]) == (200, [])
    with here.client("other") as other:
        assert other.get(path).json()["code"] == "not_found"
        assert other.post(f"/integration/replays/{second['id']}/discard-archive", json={}).status_code == 404
    failed = reached(here, acme, start(acme, offsets=["crm/99"]), "FAILED")
    none = acme.post(f"/integration/replays/{failed['id']}/discard-archive", json={})
    assert (none.status_code, none.json()["code"]) == (409, "no_archive")


def test_bounds_hold(here: Platform, acme: httpx.Client) -> None:
    listed = acme.post("/crm/companies", json={"name": "one more"}).json()
    one = reached(here, acme, start(acme, aggregates=["company"], ids=[listed["id"]]), "COMPLETED")
    assert one["events"] == 1
    none = reached(here, acme, start(acme, domains=["crm"], recorded_until="2020-01-01T00:00:00Z"), "COMPLETED")
    assert (none["events"], none["size"]) == (0, 0)


def test_keys_and_offsets_bound_what_is_read(here: Platform, acme: httpx.Client, tmp_path: Path) -> None:
    one = acme.post("/crm/companies", json={"name": "by key"}).json()["id"]
    with here.client("other") as other:
        theirs = other.post("/crm/companies", json={"name": "theirs"}).json()["id"]
    done = reached(here, acme, start(acme, keys=[f"company/{one}", f"company/{theirs}"]), "COMPLETED")
    assert (done["events"], done["keys"]) == (1, [f"company/{one}", f"company/{theirs}"])
    whole = reached(here, acme, start(acme, domains=["crm"]), "COMPLETED")
    unpacked(acme, whole["file"], tmp_path)
    lies: list[tuple[int, int]] = query(
        tmp_path, 'select partition, "offset" from log where partition = 1 order by all'
    )
    few = [at for _, at in lies[2:5]]
    ranges = [f"crm/1={few[0]}-{few[0] + 1}", f"crm/1={few[1]}-{few[2] + 1}"]
    part = reached(here, acme, start(acme, offsets=ranges), "COMPLETED")
    assert unpacked(acme, part["file"], tmp_path / "part") == {"crm.CompanyCreated": 3}
    assert query(tmp_path / "part", 'select partition, "offset" from log order by all') == lies[2:5]
    none = reached(
        here, acme, start(acme, offsets=["crm/0"], keys=[f"company/{one}"], types=["crm.DealWon"]), "COMPLETED"
    )
    assert none["events"] == 0


def test_a_partition_that_is_not_there_fails_and_says_so(here: Platform, acme: httpx.Client) -> None:
    failed = reached(here, acme, start(acme, offsets=["crm/99"]), "FAILED")
    assert "no such partition" in failed["reason"]


def test_what_cannot_be_meant_is_refused(acme: httpx.Client) -> None:
    refused = (
        ({"types": ["crm.Nope"]}, "types_unknown"),
        ({"rate": 0}, "rate_too_low"),
        ({"keys": ["acme/deal/7d1f"]}, "keys_unknown"),
        ({"offsets": ["crm/0=9-3"]}, "bounds_empty"),
    )
    for body, code in refused:
        answer = acme.post("/integration/replays", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert acme.post("/integration/replays", json={"tenants": ["other"]}).status_code in (400, 422)


def test_it_is_paused_killed_and_resumed(here: Platform, acme: httpx.Client, tmp_path: Path) -> None:
    id = start(acme, types=["crm.CompanyCreated"], rate=10)
    position = say(acme, id, "pause")
    assert row(acme, id, position)["status"] == "PAUSED"
    here.kill("replayer")
    here.start("replayer")
    say(acme, id, "resume")
    folder = here.settings.data / "replays" / "jobs"
    here.until("files are being written", lambda: folder.exists() and list(folder.glob("*/_replay/checkpoint.json")))
    here.kill("replayer")
    here.start("replayer")
    done = reached(here, acme, id, "COMPLETED")
    counts = unpacked(acme, done["file"], tmp_path)
    assert query(tmp_path, "select count(*), count(distinct event_id) from log") == [(done["events"], done["events"])]
    assert counts["crm.CompanyCreated"] == done["events"] >= MINE


def test_what_is_cancelled_leaves_nothing(here: Platform, acme: httpx.Client) -> None:
    id = start(acme, types=["crm.CompanyCreated"], rate=1)
    folder = here.settings.data / "replays" / "jobs"
    here.until("it is under way", lambda: folder.exists() and any(folder.iterdir()))
    say(acme, id, "cancel")
    assert reached(here, acme, id, "CANCELLED")["file"] is None
    here.until("its files are gone", lambda: not any(folder.iterdir()))
    answer = acme.post(f"/integration/replays/{id}/resume", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "replay_ended")


def test_what_cannot_go_on_fails_and_says_so(here: Platform, acme: httpx.Client) -> None:
    id = start(acme, types=["crm.CompanyCreated"], rate=1)
    folder = here.settings.data / "replays" / "jobs"
    (path,) = here.until("it is under way", lambda: list(folder.glob("*/_replay/checkpoint.json")))
    say(acme, id, "pause")
    here.kill("replayer")
    path.write_text("{")
    here.start("replayer")
    say(acme, id, "resume")
    failed = reached(here, acme, id, "FAILED")
    assert "start a new one" in failed["reason"]
    assert str(here.settings.data) not in failed["reason"]
    here.until("its files are gone", lambda: not any(folder.iterdir()))
