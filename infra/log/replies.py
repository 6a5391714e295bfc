"""What a processor answers to whoever sent a command: JSON on `gateway.replies`, internal to one release."""

import msgspec


class EventRef(msgspec.Struct, frozen=True):
    """An event that a command led to: its id, its type ("crm.DealWon") and the aggregate's version with it."""

    id: str
    type: str
    version: int


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome of one command. No message in it holds personal data.

    status  200 accepted, 404 not there, 409 rejected by a rule, 412 stale version, 422 bad field or reused id,
            400 a command that cannot be read, 500 the decider failed (the command is among the dead letters).
    version the aggregate's version after the command; with 412 the current one.
    topic, partition, offset: where the answer stands; offset is one past the last event, and for a repeat or a
            refusal one past everything that the answer was based on.
    instance: what the command's `reply_to` named, unchanged.
    """

    command_id: str
    instance: str
    status: int
    version: int = 0
    events: tuple[EventRef, ...] = ()
    topic: str = ""
    partition: int = 0
    offset: int = 0
    code: str | None = None
    message: str | None = None
    field: str | None = None
    repeated: bool = False


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Reply)


def encode(reply: Reply) -> bytes:
    """The reply as it stands on the log."""
    return _ENCODER.encode(reply)


def decode(value: bytes) -> Reply:
    """The inverse of `encode`; raises msgspec.DecodeError or msgspec.ValidationError."""
    return _DECODER.decode(value)


def reply_to_text(partition: int, instance: str) -> bytes:
    """The header `reply_to`: the partition of the replies, and who waits there."""
    return f"{partition}:{instance}".encode()


def parse_reply_to(value: bytes) -> tuple[int, str]:
    """The inverse of `reply_to_text`; raises ValueError."""
    partition, colon, instance = value.decode().partition(":")
    if not colon:
        raise ValueError("reply_to is not <partition>:<instance>")
    return int(partition), instance
