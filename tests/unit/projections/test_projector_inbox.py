"""The inbox lets no record be missing between Kafka and the fold."""

import pytest

from projections.message import Message
from streams.projector.inbox import CAPACITY, Inbox, Lost


def message(offset: int, partition: int = 0) -> Message:
    return Message("crm.events", partition, offset, b"acme/deal/d1", b"", ())


def test_offsets_may_have_holes_but_no_record_may_be_missing() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 5})
    inbox.put(message(5), 1, -1)
    inbox.put(message(9), 1, 5)
    with pytest.raises(Lost, match="follows 10"):
        inbox.put(message(12), 1, 10)
    assert [m.offset for m in inbox.peek(10)] == [5, 9]


def test_what_an_older_assignment_brought_is_left_out() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 0})
    inbox.put(message(0), 1, -1)
    inbox.assign({("crm.events", 0): 0})
    inbox.put(message(1), 1, 0)
    assert inbox.peek(10) == []
    inbox.put(message(0), 2, -1)
    assert [m.offset for m in inbox.peek(10)] == [0]


def test_a_full_inbox_asks_to_wait() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 0})
    for offset in range(CAPACITY):
        inbox.put(message(offset), 1, offset - 1)
    assert not inbox.room.is_set()
    inbox.done(1, {("crm.events", 0): 1})
    assert inbox.room.is_set()
    assert inbox.positions == {("crm.events", 0): 1}
