"""Reading mail from a real IMAP server."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.outward import Within
from streams.mailer import imap
from streams.mailer.imap import Folder, Server
from streams.mailer.trouble import Trouble
from tests.mailbox.imap_server import ImapServer, imap_server, mail

HERE = Within(machine=True)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap"), ann="secret", bob="word") as started:
        yield started


def numbers(opened: Server, folder: Folder | None, first: int = 1, since: datetime = AT - timedelta(30)) -> list[int]:
    assert folder is not None
    return [each for some in opened.numbers(folder, first, since) for each in some]


def some(number: int) -> bytes:
    return mail("maud@example.org", "ann@example.com", id=f"m{number}", subject=f"No. {number}", text="Hello", at=AT)


def test_what_came_is_read_in_order_and_stays_unread(server: ImapServer) -> None:
    server.put("ann@example.com", some(1), some(2), arrived=AT)
    server.put("ann@example.com", some(3), arrived=AT - timedelta(60))
    with imap.opened(server.address, "ann@example.com", "secret", HERE) as opened:
        folder = opened.folder("INBOX")
        found = numbers(opened, folder)
        mails, unreadable = opened.fetch(found)
        assert [b"No. 1" in mails[0].raw, b"No. 2" in mails[1].raw, unreadable] == [True, True, []]
        assert [each.arrived for each in mails] == [AT, AT]
        assert numbers(opened, folder, first=found[-1]) == found[-1:]
        assert numbers(opened, folder, first=found[-1] + 1) == []
        assert opened.folder("Nowhere") is None
        assert opened.usual() == ["INBOX"]
    server.put("ann@example.com", some(4), folder="Sent", arrived=AT)
    with imap.opened(server.address, "ann@example.com", "secret", HERE) as opened:
        assert opened.usual() == ["INBOX", "Sent"]
    with server.client("ann@example.com") as client:
        client.select_folder("INBOX", readonly=True)
        assert found == client.search(["UNSEEN", "SINCE", AT.date()])


def test_of_a_huge_mail_the_beginning_is_read(server: ImapServer) -> None:
    huge = some(1) + b"x" * 2 * imap.LARGEST
    server.put("bob@example.com", huge, some(2), arrived=AT)
    with imap.opened(server.address, "bob@example.com", "word", HERE) as opened:
        (first, second), _ = opened.fetch(numbers(opened, opened.folder("INBOX")))
    assert b"No. 1" in first.raw
    assert len(first.raw) < imap.LARGEST < first.size
    assert b"No. 2" in second.raw


def refused(address: str, login: str = "ann@example.com", password: str = "secret", within: Within = HERE) -> str:
    with pytest.raises(Trouble) as caught, imap.opened(address, login, password, within):
        pass
    assert caught.value.message.endswith(".")
    return caught.value.code


def test_what_keeps_a_mailbox_from_being_read_is_told(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert refused(server.address, password="wrong") == "login_refused"
    assert refused(server.address, within=Within()) == "address_inward"
    assert refused("imaps://localhost:1") == "server_unreachable"
    assert refused(server.secure_address) == "certificate_wrong"
    assert refused(f"imaps://localhost:{server.port}") == "tls_failed"
    assert refused("imaps://nowhere.invalid") == "address_refused"
    assert refused("imap://mail.example.com") == "address_not_secure"
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    with imap.opened(server.secure_address, "ann@example.com", "secret", HERE) as opened:
        assert opened.folder("INBOX") is not None
