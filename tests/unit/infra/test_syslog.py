"""Syslog: messages as RFC 5424 has them, to a receiver over TLS whose certificate is looked at, and which may go."""

import socket
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import syslog
from infra.settings import Settings
from infra.stack import authority
from infra.syslog import Address, Connection, ReceiverAway, ReceiverUntrusted, address_of, message
from tests.syslog import Receiver, parse, receiver

AT = datetime(2026, 1, 31, 9, 30, 0, 125, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("secure")
    authority.ensure(made, ["siem", "us"])
    return made


@pytest.fixture
def siem(folder: Path) -> Generator[Receiver]:
    with receiver(folder) as running:
        yield running


def trusting(folder: Path, **more: Path) -> Settings:
    return Settings(ca=folder / "ca.pem", **more)  # pyright: ignore[reportArgumentType]


def to(siem: Receiver, settings: Settings) -> Connection:
    return Connection(address_of(siem.address, settings), settings)


def many(count: int) -> list[bytes]:
    return [message(5, AT, "SAW", b'{"number":%d,"much":"%s"}' % (n, b"x" * 900)) for n in range(count)]


def test_a_message_is_as_the_standard_says() -> None:
    made = parse(message(4, AT, "REFUSED", b'{"kind":"REFUSED"}'))
    assert (made.facility, made.severity, made.kind, made.app) == (13, 4, "REFUSED", "nexus360")
    assert made.at == "2026-01-31T09:30:00.000125Z"
    assert made.content == {"kind": "REFUSED"}


def test_a_strange_name_of_the_machine_breaks_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "my höst\n")
    assert parse(message(5, AT, "SAW", b"{}")).host == "myhst"


def test_all_comes_over_tls_and_a_polite_receiver_says_that_it_has_read_it(siem: Receiver, folder: Path) -> None:
    connection = to(siem, trusting(folder))
    for start in range(0, 1000, 100):
        connection.send(many(1000)[start : start + 100])
    assert connection.close()
    assert [each.content["number"] for each in siem.received] == list(range(1000))
    assert not siem.broken


def test_a_receiver_that_only_hangs_up_says_nothing(siem: Receiver, folder: Path) -> None:
    siem.polite = False
    connection = to(siem, trusting(folder))
    connection.send(many(1))
    assert not connection.close()


def test_a_receiver_whom_nobody_vouches_for_gets_nothing(siem: Receiver, tmp_path: Path) -> None:
    authority.ensure(tmp_path, [])
    with pytest.raises(ReceiverUntrusted, match="NEXUS_CA"):
        to(siem, trusting(tmp_path))
    with pytest.raises(ReceiverUntrusted):
        to(siem, Settings())
    assert siem.received == []


def test_a_receiver_by_another_name_gets_nothing(folder: Path) -> None:
    with receiver(folder, host="127.0.0.2") as siem:
        with pytest.raises(ReceiverUntrusted, match=r"127\.0\.0\.2"):
            to(siem, trusting(folder))
        assert siem.received == []


def test_a_receiver_that_asks_is_shown_our_certificate(folder: Path) -> None:
    with receiver(folder, asks=True) as siem:
        ours = trusting(folder, client_certificate=folder / "us.pem", client_key=folder / "us.key")
        connection = to(siem, ours)
        connection.send(many(1))
        assert connection.close()
        assert "us" in str(siem.peers[0]["subject"])


def test_a_receiver_that_dies_is_away(siem: Receiver, folder: Path) -> None:
    connection = to(siem, trusting(folder))
    connection.send(many(1))
    siem.until("it came", lambda: siem.received)
    siem.die()
    with pytest.raises(ReceiverAway):
        siem.until("it is gone", lambda: connection.look())
    with pytest.raises(ReceiverAway):
        connection.send(many(1))
    with pytest.raises(ReceiverAway):
        to(siem, trusting(folder))


def test_a_receiver_that_takes_nothing_is_away(siem: Receiver, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syslog, "PATIENCE", 0.2)
    siem.deaf = True
    connection = to(siem, trusting(folder))
    with pytest.raises(ReceiverAway):
        connection.send(many(30_000))


def test_what_others_could_read_is_refused() -> None:
    assert address_of("tcp://127.0.0.1", Settings()) == Address("127.0.0.1", 601, tls=False)
    assert address_of("tls://siem.example.com", Settings()) == Address("siem.example.com", 6514, tls=True)
    with pytest.raises(ValueError, match="NEXUS_PLAINTEXT=allowed"):
        address_of("tcp://siem.example.com:601", Settings())
    assert address_of("tcp://siem.example.com:601", Settings(plaintext="allowed")).port == 601


@pytest.mark.parametrize(
    "wrong",
    ["siem.example.com", "udp://siem:514", "https://siem", "tls://", "tls://siem:port", "tls://siem/path", "tls://a@b"],
)
def test_what_is_no_receiver_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="tls://host"):
        address_of(wrong, Settings())


def test_plain_tcp_on_loopback_is_framed_alike() -> None:
    with receiver() as siem:
        connection = to(siem, Settings())
        connection.send(many(3))
        assert not connection.close()
        siem.until("it came", lambda: len(siem.received) == 3)
