"""Mailboxes as rows."""

from typing import Any

from projections.fold import fold
from projections.integration.mailboxes import READ_MODEL
from projections.integration.mailboxes.view import MOST
from schemas.generated.integration.mailbox import (
    MailboxChanged,
    MailboxConnected,
    MailboxDisconnected,
    MailboxFailed,
    MailboxKind,
    MailboxLooked,
    MailboxPaused,
    MailboxRecovered,
    MailboxResumed,
    MailboxStatus,
)
from tests.unit.projections.log import day, log_of

CONNECTED = MailboxConnected(
    mailbox_id="m",
    name="Ann's mail",
    kind=MailboxKind.IMAP,
    address="imaps://mail.example.com",
    login="sealed login",
    secret="sealed word",
    owner_id="ann",
    since_at=day(1),
    at=day(2),
)


def row_of(*events: Any) -> Any:
    current = fold(READ_MODEL, log_of((CONNECTED, *events)))
    return None if current is None else current.row


def looked(at: int, counts: dict[str, int], **problems: str) -> MailboxLooked:
    return MailboxLooked(mailbox_id="m", counts=counts, problems=problems, at=day(at))


def test_what_came_of_looks_is_summed_up() -> None:
    row = row_of(looked(3, {"taken": 2, "left": 1}, a="one"), looked(4, {"taken": 3}, a="two", b="three"))
    assert (row.counts, row.looked_at) == ({"left": 1, "taken": 5}, day(4))
    assert row.problems == {"a": "two", "b": "three"}
    many = looked(5, {}, **{f"c{number:03}": "cut" for number in range(MOST)})
    assert row_of(looked(3, {}, a="one"), many).problems == many.problems


def test_what_is_wrong_is_shown_until_it_is_right() -> None:
    failed = MailboxFailed(mailbox_id="m", code="login_refused", reason="Check it.", at=day(3))
    row = row_of(failed)
    assert (row.code, row.reason, row.failed_at) == ("login_refused", "Check it.", day(3))
    row = row_of(failed, MailboxRecovered(mailbox_id="m", at=day(4)))
    assert (row.code, row.reason, row.failed_at) == (None, None, None)


def test_nobody_is_shown_a_secret() -> None:
    row = row_of()
    assert row.has_secret
    assert "sealed" not in repr(row)


def test_a_mailbox_rests_changes_and_goes() -> None:
    paused, resumed = MailboxPaused(mailbox_id="m", at=day(3)), MailboxResumed(mailbox_id="m", at=day(4))
    assert row_of(paused).status is MailboxStatus.PAUSED
    assert row_of(paused, resumed).status is MailboxStatus.CONNECTED
    changed = MailboxChanged(mailbox_id="m", name="Bob's", owner_id="bob", folders=("Sent",), internal=True, at=day(5))
    row = row_of(changed)
    assert (row.name, row.owner_id, row.folders, row.internal, row.has_secret) == (
        "Bob's",
        "bob",
        ("Sent",),
        True,
        False,
    )
    assert row_of(MailboxDisconnected(mailbox_id="m", at=day(6))) is None
