"""schemas/asyncapi.yaml says what is on the topics: the records, and the headers that are really sent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import yaml
from fastavro.schema import to_parsing_canonical_form

from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope, encode_command
from schemas import avro
from schemas.contract import PlainVault, contracts, domains
from schemas.generated.crm.deal import DealWon, WinDeal
from streams.processor.command import Incoming
from streams.processor.decide import Happened
from streams.processor.records import event_headers, shared_headers
from tests.records import Numbered, example

DOCUMENT: dict[str, Any] = yaml.safe_load((avro.FOLDER / "asyncapi.yaml").read_text())
NOW = datetime(2017, 3, 21, tzinfo=UTC)
INTERNAL = {"reply_to", "source_time"}
"""Headers between our own processes, which are no contract."""


def references(part: Any) -> Iterator[str]:
    match part:
        case {"$ref": str(target)}:
            yield target
        case dict():
            for value in cast(dict[str, Any], part).values():
                yield from references(value)
        case list():
            for value in cast(list[Any], part):
                yield from references(value)
        case _:
            pass


def resolve(target: str) -> Any:
    part: Any = DOCUMENT
    for step in target.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert len(found) > len(DOCUMENT["components"]["messages"])
    for target in found:
        resolve(target)


def test_there_is_a_channel_for_each_domain_and_a_message_for_each_record() -> None:
    assert set(DOCUMENT["channels"]) == {f"{d}.{kind}" for d in domains() for kind in ("commands", "events")}
    for (domain, _), contract in contracts().items():
        for command in contract.commands:
            assert command.cls.NAME in DOCUMENT["channels"][f"{domain}.commands"]["messages"]
        for event in contract.events:
            assert event.NAME in DOCUMENT["channels"][f"{domain}.events"]["messages"]


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_a_payload_is_the_schema_that_the_registry_gets(name: str) -> None:
    documented = DOCUMENT["components"]["messages"][name]["payload"]["schema"]
    assert to_parsing_canonical_form(documented) == to_parsing_canonical_form(avro.wire(name))


def described(topic: str) -> tuple[set[str], set[str]]:
    """(required, all) headers of a topic's messages."""
    schema = DOCUMENT["components"]["schemas"][f"{topic}Headers"]
    return set(schema["required"]), set(schema["properties"])


def command(**optional: Any) -> CommandEnvelope:
    return CommandEnvelope(
        command=example(WinDeal),
        tenant="acme",
        aggregate="deal",
        id="x",
        command_id="c",
        correlation_id="c",
        actor="key:acme",
        fingerprint="0123456789abcdef",
        **optional,
    )


EVERYTHING = {
    "causation_id": "e",
    "expected_version": 3,
    "reply_to": (0, "gateway"),
    "traceparent": "00-0",
    "source_time": NOW,
    "on_behalf_of": "u1",
}


def test_commands_have_the_headers_that_are_described() -> None:
    codec = Codec(Numbered())
    required, known = described("commands")
    least = encode_command(command(), codec, PlainVault())
    most = encode_command(command(**EVERYTHING), codec, PlainVault())
    assert {name for name, _ in least.headers} == required
    assert {name for name, _ in most.headers} == known | INTERNAL


def test_events_have_the_headers_that_are_described() -> None:
    required, known = described("events")
    codec = Codec(Numbered())
    for optional, remaining, expected in (({}, 0, required), (EVERYTHING, 2, known)):
        sent = encode_command(command(**optional), codec, PlainVault())
        headers = cast(dict[str, bytes], dict(sent.headers))
        incoming = Incoming(0, 0, sent.key, sent.value, headers, 0)
        happened = Happened("e", DealWon.NAME, NOW, b"")
        shared = shared_headers(incoming, b"/crm", b"now")
        assert {name for name, _ in event_headers(shared, happened, 1, remaining)} == expected
