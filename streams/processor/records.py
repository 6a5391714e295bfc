"""What a processor writes: the headers of events, snapshots and dead letters, and replies."""

from datetime import UTC, datetime, timedelta

from infra.log import headers as h
from infra.log.replies import EventRef, Reply
from streams.processor.command import Incoming, uuid_bytes
from streams.processor.decide import Accepted, Answer, Failed, Happened, Refused, Repeated, event_id
from streams.processor.store import Stored

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PASSED_ON = (h.CE_SUBJECT, h.TENANT, h.CORRELATION_ID, h.ACTOR, h.ON_BEHALF_OF, h.TRACEPARENT)


def time_of(micros: int) -> bytes:
    """µs since 1970 as the log writes times."""
    return h.time_text(_EPOCH + timedelta(microseconds=micros)).encode()


def micros_of(text: bytes) -> int:
    """The inverse of `time_of`."""
    return (h.parse_time(text) - _EPOCH) // _MICROSECOND


def shared_headers(incoming: Incoming, source: bytes, recorded: bytes) -> h.Headers:
    """What all events of one command have in common."""
    found = incoming.headers
    command_id = found[h.CE_ID]
    shared: h.Headers = [(name, found[name]) for name in _PASSED_ON if name in found]
    shared += (
        (h.CE_SOURCE, source),
        (h.CE_SPECVERSION, h.SPEC_VERSION),
        (h.CE_RECORDEDTIME, recorded),
        (h.COMMAND_ID, command_id),
        (h.CAUSATION_ID, found.get(h.CAUSATION_ID, command_id)),
    )
    return shared


def event_headers(shared: h.Headers, event: Happened, version: int, remaining: int = 0) -> h.Headers:
    """The headers of one event, behind which come so many of its command; `shared` come first."""
    return [
        *shared,
        (h.CE_ID, event.id.encode()),
        (h.CE_TYPE, event.type.encode()),
        (h.CE_TIME, h.time_text(event.at).encode()),
        (h.AGGREGATE_VERSION, b"%d" % version),
        *([(h.REMAINING, b"%d" % remaining)] if remaining else []),
    ]


def snapshot_headers(stored: Stored, recorded: bytes) -> h.Headers:
    """The headers of a snapshot, whose value is the state record."""
    return [
        (h.AGGREGATE_VERSION, b"%d" % stored.version),
        (h.STATE_VERSION, b"%d" % stored.state_version),
        (h.SEEN, stored.seen),
        (h.RECORDED_AT, recorded),
    ]


def dead_letter_headers(incoming: Incoming, failed: Failed, topic: str, recorded: bytes) -> h.Headers:
    """The command's own headers, where it stood, and why it was set aside."""
    return [
        *incoming.headers.items(),
        (h.REASON, failed.reason.encode()),
        (h.TRACE, failed.trace.encode()),
        (h.SOURCE_POSITION, f"{topic}/{incoming.partition}/{incoming.offset}".encode()),
        (h.RECORDED_AT, recorded),
    ]


def reply(answer: Answer, instance: str, topic: str, offset: int) -> Reply:
    """The answer to whoever waits as `instance`. `topic` and `offset` say where the events of its partition end."""
    outcome, command_id = answer.outcome, answer.command_id.decode(errors="replace")
    status, version, events, repeated = 200, 0, (), False
    code = message = field = None
    match outcome:
        case Accepted(held, happened):
            version = held.version
            events = _refs(version, [(event.id, event.type) for event in happened])
        case Repeated(version, types):
            raw, repeated = uuid_bytes(answer.command_id), True
            events = _refs(version, [(event_id(raw, index), type) for index, type in enumerate(types)])
        case Refused(status, version, code, message, field):
            pass
        case Failed():
            status, code, message = outcome.status, outcome.code, outcome.message
    return Reply(
        command_id=command_id,
        instance=instance,
        status=status,
        version=version,
        events=events,
        topic=topic,
        partition=answer.partition,
        offset=offset,
        code=code,
        message=message,
        field=field,
        repeated=repeated,
    )


def _refs(version: int, events: list[tuple[str, str]]) -> tuple[EventRef, ...]:
    """References to events given as (id, type), the last of which led to `version`."""
    before = version - len(events)
    return tuple(EventRef(id, type, before + number) for number, (id, type) in enumerate(events, 1))
