"""The inbox lets no record be missing between Kafka and the fold."""

import pytest

from infra.log import headers as h
from projections.message import Message
from streams.projector.inbox import CAPACITY, Inbox, Lost


def message(offset: int, partition: int = 0, remaining: int = 0) -> Message:
    headers = ((h.REMAINING, b"%d" % remaining),) if remaining else ()
    return Message("crm.events", partition, offset, b"acme/deal/d1", b"", headers)


def of(*partitions: int) -> Inbox:
    inbox = Inbox()
    inbox.assign({("crm.events", number): 0 for number in partitions})
    return inbox


def offsets(messages: list[Message]) -> list[tuple[int, int]]:
    return [(each.partition, each.offset) for each in messages]


def test_offsets_may_have_holes_but_no_record_may_be_missing() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 5})
    inbox.put(message(5), 1, -1)
    inbox.put(message(9), 1, 5)
    with pytest.raises(Lost, match="follows 10"):
        inbox.put(message(12), 1, 10)
    assert [m.offset for m in inbox.batch(10)] == [5, 9]


def test_what_an_older_assignment_brought_is_left_out() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 0})
    inbox.put(message(0), 1, -1)
    inbox.assign({("crm.events", 0): 0})
    inbox.put(message(1), 1, 0)
    assert inbox.batch(10) == []
    inbox.put(message(0), 2, -1)
    assert [m.offset for m in inbox.batch(10)] == [0]


def test_a_full_inbox_asks_to_wait() -> None:
    inbox = Inbox()
    inbox.assign({("crm.events", 0): 0})
    for offset in range(CAPACITY):
        inbox.put(message(offset), 1, offset - 1)
    assert not inbox.room.is_set()
    inbox.done({("crm.events", 0): 1})
    assert inbox.room.is_set()
    assert inbox.positions == {("crm.events", 0): 1}


def test_of_a_command_whose_events_are_not_all_here_none_is_given() -> None:
    inbox = of(0, 1)
    inbox.put(message(0, 0), 1, -1)
    inbox.put(message(1, 0, remaining=1), 1, 0)
    inbox.put(message(0, 1, remaining=2), 1, -1)
    inbox.put(message(1, 1, remaining=1), 1, 0)
    inbox.put(message(2, 1), 1, 1)
    assert offsets(inbox.batch(10)) == [(0, 0), (1, 0), (1, 1), (1, 2)]
    inbox.done({("crm.events", 0): 1, ("crm.events", 1): 3})
    assert inbox.arrived.is_set()
    assert inbox.batch(10) == []
    assert not inbox.arrived.is_set()
    inbox.put(message(2, 0), 1, 1)
    assert inbox.arrived.is_set()
    assert offsets(inbox.batch(10)) == [(0, 1), (0, 2)]


def test_a_batch_ends_with_the_last_command_that_ends_in_it_or_with_the_first_one() -> None:
    inbox = of(0)
    for offset in range(12):
        inbox.put(message(offset, remaining=3 - offset % 4), 1, offset - 1)
    assert [len(inbox.batch(count)) for count in (1, 4, 7, 8, 11, 20)] == [4, 4, 4, 8, 8, 12]


def test_a_command_that_there_is_no_room_for_is_given_in_parts() -> None:
    inbox = of(0)
    for offset in range(CAPACITY):
        inbox.put(message(offset, remaining=CAPACITY - offset), 1, offset - 1)
    assert len(inbox.batch(10)) == CAPACITY
    inbox.done({("crm.events", 0): CAPACITY})
    assert inbox.room.is_set()
    inbox.put(message(CAPACITY), 1, CAPACITY - 1)
    assert offsets(inbox.batch(10)) == [(0, CAPACITY)]
