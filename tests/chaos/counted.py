"""After the chaos: every accepted command has its one effect, nothing else happened, and all that was folded agrees."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import pytest
from confluent_kafka import Message

from infra.log import headers as h
from infra.log import kafka
from infra.log.topics import topic
from infra.settings import Settings
from streams.processor.reading import ends, read_through
from streams.verify import documents, rows, states
from tests.chaos.load import TENANT, Answered, Load
from tests.platform import Platform


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the log, as far as counting needs it."""

    id: str
    key: str
    version: int
    command_id: str
    type: str


def check(here: Platform, made: Load) -> int:
    """Waits until all that was accepted is folded, and fails with what contradicts the guarantees; gives the number of
    events."""
    here.wait_ready()
    last = [each.body for each in made.answered if each.status < 300]
    with here.client(TENANT) as client:
        reached = {"Nexus-After": here.settled(last)}
        here.until("rows are there", lambda: client.get("/crm/deals?limit=1", headers=reached).is_success)
        here.until("documents too", lambda: client.get("/crm/deals?q=Deal", headers=reached).is_success)
    events = events_of(here.settings, "crm")
    if found := [*made.wrong, *complaints(made.answered, events), *differences(here.settings)]:
        pytest.fail("\n".join([*found[:20], *_copies(here, made, events), *_errors(here)]))
    return len(events)


def _errors(here: Platform) -> Iterator[str]:
    """What the workers logged as errors, which may say why."""
    for part in here.processes:
        yield from (f"{part}: {line}" for line in here.lines(part) if '"level": "error"' in line)


def _copies(here: Platform, made: Load, events: Sequence[Event]) -> Iterator[str]:
    """Every copy on the log of a command that came to something and whose caller was told otherwise: where it lies,
    when it was sent, and who waited."""
    said = _said(made.answered)
    asked = {each.command_id for each in events if each.id not in said}
    for message in _messages(here.settings, "crm", "commands") if asked else ():
        headers = {name: value.decode() for name, value in h.as_mapping(message.headers()).items()}
        if headers[h.CE_ID] in asked:
            place = f"{message.partition()}/{message.offset()} at {message.timestamp()[1]}"
            yield f"{headers[h.CE_TYPE]} {headers[h.CE_ID]} lies at {place} for {headers.get(h.REPLY_TO)}"


def events_of(settings: Settings, domain: str) -> list[Event]:
    """All committed events, in the order of each partition."""
    return [_event(each) for each in _messages(settings, domain, "events")]


def _messages(settings: Settings, domain: str, kind: Literal["commands", "events"]) -> list[Message]:
    name, numbers = topic(settings.topic_prefix, domain, kind), list(range(settings.partitions))
    until = ends(kafka.admin(settings), name, numbers)
    reader = kafka.consumer(settings, "count", **{"enable.partition.eof": True, "auto.offset.reset": "earliest"})
    try:
        return list(chain.from_iterable(read_through(reader, name, dict.fromkeys(numbers, 0), until, lambda: None)))
    finally:
        reader.close()


def _event(message: Message) -> Event:
    headers = {name: value.decode() for name, value in h.as_mapping(message.headers()).items()}
    key = (message.key() or b"").decode()
    return Event(headers[h.CE_ID], key, int(headers[h.AGGREGATE_VERSION]), headers[h.COMMAND_ID], headers[h.CE_TYPE])


def complaints(answered: Sequence[Answered], events: Sequence[Event]) -> list[str]:
    """What contradicts "each accepted command once, and nothing else"."""
    return [*_lost_or_doubled(answered, events), *_unasked(answered, events), *_gaps(events)]


def _lost_or_doubled(answered: Iterable[Answered], events: Sequence[Event]) -> Iterable[str]:
    times, by_id = Counter(each.id for each in events), {each.id: each for each in events}
    by_command = Counter(each.command_id for each in events)
    for answer in answered:
        if answer.status >= 300:
            continue
        for said in answer.body["events"]:
            if times[said["id"]] != 1:
                yield f"{said['type']} {said['id']} of {answer.path} is {times[said['id']]} times in the log"
            elif by_id[said["id"]].version != said["version"]:
                yield f"{said['id']} was answered as version {said['version']} and is {by_id[said['id']].version}"
            elif by_command[by_id[said["id"]].command_id] != len(answer.body["events"]):
                yield f"the command of {answer.path} has other events than it was answered with"


def _unasked(answered: Sequence[Answered], events: Iterable[Event]) -> Iterable[str]:
    said = _said(answered)
    for event in events:
        if event.id not in said:
            others = ", ".join(_others(answered, event))
            yield f"{event.type} {event.id} of {event.key} is in the log, and no command was answered with it; {others}"


def _said(answered: Iterable[Answered]) -> set[str]:
    """The events that callers were told of."""
    return {each["id"] for answer in answered if answer.status < 300 for each in answer.body["events"]}


def _others(answered: Iterable[Answered], event: Event) -> Iterable[str]:
    """What else was answered about the record that had to be asked more than once: one of these may have had copies."""
    record = event.key.rsplit("/", 1)[1]
    for answer in answered:
        if record in answer.path and answer.asked > 1:
            yield f"{answer.path.rsplit('/', 1)[1]} was answered {answer.status} at try {answer.asked}"


def _gaps(events: Iterable[Event]) -> Iterable[str]:
    versions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        versions[event.key].append(event.version)
    for key, found in versions.items():
        if found != list(range(1, len(found) + 1)):
            yield f"the versions of {key} are {found}"


def differences(settings: Settings) -> list[str]:
    """What differs between the log and what was folded from it: tables, documents, snapshots."""
    found = chain(
        rows.compare(settings, "crm", _silent),
        documents.compare(settings, "crm", _silent),
        states.compare(settings, "crm", _silent),
    )
    return [str(each) for each in found]


def _silent(_: str) -> None: ...
