"""The commands of a partition that lately came to nothing, so that an older copy of one does not come to something.

A client may give a message up that it has handed to the broker, or end before the broker says that it has it. The
broker may append that copy much later, behind one that was sent after it: by the same gateway with another producer id,
or by another gateway. And a gateway sends what it keeps without an answer once more, whose caller may have asked again
before (`gateway/status.py`). Of what was accepted a second copy is known by its id. Of what was refused nothing is
written down, its caller was told that nothing happened, and meanwhile the aggregate may have come to where the command
is fine.

So for each id the time is kept at which the youngest refused copy was sent, and what was sent before that is late. A
copy sent afterwards is a new question and decided anew. After a start the same follows from the commands topic: what
lies there before the committed offset was accepted, and is found by its id, or was refused.
"""

from collections.abc import Iterator, Mapping

from confluent_kafka import Consumer, Message
from confluent_kafka.admin import AdminClient

from infra.log import headers as h
from streams.processor.command import uuid_bytes
from streams.processor.reading import Alive, first_since, read_through

KEPT_AT_MOST = 4096
"""Ids of one partition."""
LOOK_BACK_MS = 60_000
"""How far before a start the commands are read, so that a start takes no longer. An
older copy that comes behind a start, of a command refused more than this before it, is decided anew."""

Refusals = dict[bytes, int]
"""By command id, ms since 1970 at which the youngest refused copy was sent; those refused longest ago come first."""


def note(refusals: Refusals, command_id: bytes, sent_at: int) -> None:
    """Remembers that a copy sent at this time came to nothing."""
    refusals[command_id] = max(sent_at, refusals.pop(command_id, sent_at))
    if len(refusals) > KEPT_AT_MOST:
        del refusals[next(iter(refusals))]


def is_late(refusals: Mapping[bytes, int], command_id: bytes, sent_at: int) -> bool:
    """Whether a copy that was sent after this one came to nothing."""
    return sent_at < refusals.get(command_id, sent_at)


def recall(
    client: AdminClient, reader: Consumer, topic: str, nexts: Mapping[int, int], now: int, alive: Alive
) -> dict[int, Refusals]:
    """The refusals of each partition before its next offset, from the commands of the last `LOOK_BACK_MS` before `now`.

    Those that were accepted are among them, which does no harm: their ids are asked for first. Raises KafkaException.
    """
    first = first_since(client, topic, list(nexts), now - LOOK_BACK_MS)
    alive()
    starts = {number: max(first.get(number, next), next - KEPT_AT_MOST) for number, next in nexts.items()}
    found: dict[int, Refusals] = {number: {} for number in nexts}
    for messages in read_through(reader, topic, starts, nexts, alive):
        for number, command_id, sent_at in _sent(messages):
            note(found[number], command_id, sent_at)
    return found


def sent_at(message: Message) -> int:
    """When a message's sender made it, in ms since 1970."""
    return message.timestamp()[1]


def _sent(messages: list[Message]) -> Iterator[tuple[int, bytes, int]]:
    for message in messages:
        id = h.as_mapping(message.headers()).get(h.CE_ID, b"")
        try:
            yield message.partition() or 0, uuid_bytes(id), sent_at(message)
        except ValueError:
            continue  # it was set aside as unreadable
