"""The audit, followed by programs outside: none of its entries is left out, whoever is killed, and a SIEM gets them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from infra.settings import ROOT
from infra.stack import authority
from tests.platform import Platform, platform
from tests.syslog import Receiver, receiver

Follow = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform("processor audit", "projector audit", "projector admin", "workflows", "gateway") as running:
        yield running


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secure")
    authority.ensure(folder, ["siem"])
    return folder


@pytest.fixture
def follow(here: Platform, authorities: Path, tmp_path: Path) -> Generator[Follow]:
    """Starts a follower; its lines go to the file `out`, what it says of itself to `said`."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **more: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "out").open("ab") as out, (tmp_path / "said").open("ab") as said:
            started.append(
                subprocess.Popen(
                    [sys.executable, str(ROOT / "nexus360.py"), "audit", "follow", *arguments],
                    env={**os.environ, **here.environment, "NEXUS_CA": str(authorities / "ca.pem"), **more},
                    stdout=out,
                    stderr=said,
                    cwd=ROOT,
                )
            )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.fixture
def siem(authorities: Path) -> Generator[Receiver]:
    with receiver(authorities) as running:
        yield running


@pytest.fixture
def acme(here: Platform) -> Generator[httpx.Client]:
    name = f"follow-{uuid4().hex[:8]}"
    with here.client(name) as client:
        client.headers["X-Tenant-Of-Test"] = name
        yield client


def asked(client: httpx.Client, count: int) -> set[str]:
    """Makes so many requests, and gives their ids."""
    ids = [f"follow-{uuid4().hex}" for _ in range(count)]
    for id in ids:
        client.get("/access/me", headers={"X-Request-Id": id})
    return set(ids)


def lines(folder: Path) -> list[dict[str, Any]]:
    """What was printed so far; a killed writer may have left the last line unfinished."""
    whole = (folder / "out").read_bytes().rpartition(b"\n")[0]
    return [orjson.loads(line) for line in whole.splitlines()]


def by_trail(ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids of entries by their trail, or of heads by their ledger, in their order."""
    found: dict[str, list[str]] = {}
    for id in ids:
        found.setdefault(id.rpartition(".")[0], []).append(id)
    return found


def requests(told: Sequence[Any]) -> set[str]:
    return {each["request_id"] for each in told if "request_id" in each}


def ended(process: "subprocess.Popen[bytes]") -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(30)


def test_entries_are_printed_as_they_come_and_after_any_position(
    here: Platform, acme: httpx.Client, follow: Follow, tmp_path: Path
) -> None:
    name = acme.headers["X-Tenant-Of-Test"]
    before = asked(acme, 30)
    first = follow(name)
    here.until("what was there", lambda: before <= requests(lines(tmp_path)))
    after = asked(acme, 30)
    here.until("what came", lambda: before | after <= requests(lines(tmp_path)))
    assert ended(first) == 0
    told = lines(tmp_path)
    assert len({each["id"] for each in told}) == len(told)
    assert {each["tenant"] for each in told} == {name}
    assert all(each.get("address") is None for each in told)
    shown = acme.get("/audit/entries", params={"limit": 200}).json()["items"]
    assert {each["id"] for each in shown} <= {each["id"] for each in told}
    middle = len(told) // 2
    (tmp_path / "out").unlink()
    follow(name, "--after", told[middle]["position"])
    rest = [each["id"] for each in told[middle + 1 :]]
    here.until("the rest", lambda: {*rest} <= {each["id"] for each in lines(tmp_path)})
    again = [each["id"] for each in lines(tmp_path)]
    assert len({*again}) == len(again)
    assert not {*again} & {each["id"] for each in told[: middle + 1]}
    # Trails lie in several partitions, whose lines come in any order among one another.
    assert by_trail(each for each in again if each in {*rest}) == by_trail(rest)


def test_nothing_is_missing_whenever_a_follower_is_killed(
    here: Platform, acme: httpx.Client, follow: Follow, tmp_path: Path
) -> None:
    name, sent = acme.headers["X-Tenant-Of-Test"], set[str]()
    for _ in range(4):
        process = follow(name, "--bookmark", str(tmp_path / "bookmark.json"), "--personal")
        sent.update(asked(acme, 40))
        here.until("some of it", lambda: requests(lines(tmp_path)) & sent)
        process.kill()
        process.wait(10)
        whole = (tmp_path / "out").read_bytes().rpartition(b"\n")
        (tmp_path / "out").write_bytes(b"".join(whole[:2]))  # without a line that it was in the middle of
    follow(name, "--bookmark", str(tmp_path / "bookmark.json"), "--personal")
    here.until("all of it", lambda: sent <= requests(lines(tmp_path)))
    by_http = [each for each in lines(tmp_path) if each.get("actor", "").startswith("key:")]
    assert {each["address"] for each in by_http} == {"127.0.0.1"}


def test_a_receiver_has_all_although_it_and_the_follower_are_killed(
    here: Platform, acme: httpx.Client, follow: Follow, siem: Receiver
) -> None:
    sent = asked(acme, 20)
    process = follow("--syslog", siem.address)

    def has() -> set[str]:
        return requests([each.content for each in siem.received])

    here.until("what was there", lambda: sent <= has())
    siem.deaf = True
    siem.die()
    siem.start()
    sent |= asked(acme, 20)
    here.until("taken by a receiver that reads nothing", lambda: len(siem.peers) == 2)
    siem.die()
    siem.deaf = False
    siem.start()
    here.until("what the receiver had taken and lost", lambda: sent <= has())
    process.kill()
    process.wait(10)
    sent |= asked(acme, 20)
    process = follow("--syslog", siem.address)
    here.until("what came while nobody followed", lambda: sent <= has())
    heads = {each.content["head"] for each in siem.received if each.kind == "HEAD"}
    assert heads
    assert ended(process) == 0
    count = len(siem.received)
    last = asked(acme, 1)
    follow("--syslog", siem.address)
    here.until("only what is new, after an end in order", lambda: last <= has())
    assert len({each.content["id"] for each in siem.received[count:]}) == len(siem.received) - count
    assert not {each.content["id"] for each in siem.received[:count]} & {
        each.content["id"] for each in siem.received[count:]
    }
    assert not siem.broken


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--syslog", "tcp://siem.example.com:601"), 1, "Others could read what is sent to siem.example.com"),
        (("--syslog", "siem.example.com"), 1, "write tls://host:6514"),
        (("--after", "yesterday"), 1, "bad_position: "),
        (("--after", "0=999999"), 1, "out_of_log: "),
        (("--after", "99=0"), 1, "out_of_log: "),
        (("--since", "yesterday"), 1, "bad_time: "),
        (("--since", "now", "--after", "0=0"), 1, "options_clash: "),
    ],
)
def test_what_cannot_be_is_refused(
    follow: Follow, tmp_path: Path, arguments: Sequence[str], code: int, says: str
) -> None:
    assert follow(*arguments).wait(30) == code
    assert says in (tmp_path / "said").read_text()


def test_a_receiver_whom_nobody_vouches_for_gets_nothing(follow: Follow, siem: Receiver, tmp_path: Path) -> None:
    authority.ensure(tmp_path, [])
    assert follow("--syslog", siem.address, NEXUS_CA=str(tmp_path / "ca.pem")).wait(30) == 1
    assert "is not trusted" in (tmp_path / "said").read_text()
    assert siem.received == []


def test_two_do_not_follow_with_one_bookmark(here: Platform, follow: Follow, siem: Receiver, tmp_path: Path) -> None:
    follow("--syslog", siem.address)
    here.until("it follows", lambda: siem.peers)
    assert follow("--syslog", siem.address).wait(30) == 1
    assert "follow_running: " in (tmp_path / "said").read_text()
