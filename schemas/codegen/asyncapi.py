"""Writes schemas/asyncapi.yaml: the topics that other systems may use, their messages, keys and headers.

AsyncAPI 3.0, https://www.asyncapi.com/docs/reference/specification/v3.0.0. Replies and snapshots are internal and left
out. Topic names stand without the prefix that an installation may have.
"""

import json
from collections.abc import Iterator
from typing import Any, cast

import yaml

from schemas import avro

HEADER = "# Generated from the .avsc files by `python -m schemas.codegen`; do not edit.\n"
AVRO = "application/vnd.apache.avro+json;version=1.9.0"
TOPICS = {"command": "commands", "event": "events"}
KEY = "Tenant, aggregate and id, as in `acme/deal/0193f4`; decides the partition (murmur2) and with it the order."
ABOUT = (
    "The event log of Nexus360. Values are in Confluent's wire format: a zero byte, the schema id in four bytes, Avro. "
    "Schemas are registered by TopicRecordNameStrategy under FULL_TRANSITIVE compatibility. Fields with the attribute "
    "`subject` are personal: they hold bytes sealed under the key of that subject, which never leaves the platform. "
    "Those with the attribute `secret` hold sealed text that only the platform itself opens."
)
CHANNELS = {
    "commands": "What someone wants done in {domain}. Kept for 7 days.",
    "events": "What happened in {domain}, in order for each key. Kept for ever.",
}
HEADERS: dict[str, dict[str, str]] = {
    "commands": {
        "ce_id": "The command's id, a uuid. The same id again is answered as the first time and has no second effect.",
        "ce_type": "The record's name, such as crm.WinDeal.",
        "ce_source": "Who sent it.",
        "ce_time": "The command's business time, RFC 3339.",
        "ce_subject": "Aggregate and id, such as deal/0193f4.",
        "ce_specversion": "1.0, of CloudEvents.",
        "tenant": "The tenant, which is also the first part of the key.",
        "actor": "Who wants it done.",
        "correlation_id": "The same for everything that one request set off.",
        "fingerprint": "16 hexadecimal digits that tell what the caller sent from anything else under the same id.",
    },
    "events": {
        "ce_id": "The event's id, a uuid.",
        "ce_type": "The record's name, such as crm.DealWon.",
        "ce_source": "The domain, such as /crm.",
        "ce_time": "When it happened in the world, RFC 3339 in microseconds.",
        "ce_recordedtime": "When it was recorded, RFC 3339 in microseconds; never falls within a partition.",
        "ce_subject": "Aggregate and id, such as deal/0193f4.",
        "ce_specversion": "1.0, of CloudEvents.",
        "tenant": "The tenant, which is also the first part of the key.",
        "aggregate_version": "The aggregate's version after this event, a decimal number from 1 on.",
        "command_id": "The command that it comes from.",
        "correlation_id": "The same for everything that one request set off.",
        "causation_id": "The event or command that led to that command.",
        "actor": "Who wanted it done.",
    },
}
FOR_WHOM = "The id of the user for whom the actor, a service account, did it."
OPTIONAL: dict[str, dict[str, str]] = {
    "commands": {
        "expected_version": "Refuse the command unless the aggregate has this version, a decimal number.",
        "causation_id": "The event or command that led to this command.",
        "traceparent": "W3C trace context.",
        "on_behalf_of": FOR_WHOM,
    },
    "events": {
        "traceparent": "W3C trace context.",
        "on_behalf_of": FOR_WHOM,
        "remaining": "How many events of the same command come right behind it, decimal; missing on the last one.",
    },
}


def document() -> str:
    """The whole text of schemas/asyncapi.yaml."""
    records = [(name, each) for name, each in sorted(avro.named_types().items()) if each.get("kind") in TOPICS]
    channels = sorted({_channel(name, each) for name, each in records})
    content = {
        "asyncapi": "3.0.0",
        "info": {"title": "Nexus360", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": "application/octet-stream",
        "channels": {channel: _topic(channel, records) for channel in channels},
        "operations": dict(_operation(channel) for channel in channels),
        "components": {
            "messages": {name: _message(name, each) for name, each in records},
            "schemas": {f"{topic}Headers": _headers(topic) for topic in HEADERS},
        },
    }
    return HEADER + yaml.safe_dump(content, sort_keys=False, width=118, allow_unicode=True)


def _channel(name: str, record: dict[str, Any]) -> str:
    return f"{name.partition('.')[0]}.{TOPICS[record['kind']]}"


def _topic(channel: str, records: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    domain, topic = channel.split(".")
    names = [name for name, each in records if _channel(name, each) == channel]
    return {
        "address": channel,
        "description": CHANNELS[topic].format(domain=domain),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": channel, "bindingVersion": "0.5.0"}},
    }


def _operation(channel: str) -> tuple[str, dict[str, Any]]:
    action = "receive" if channel.endswith(".commands") else "send"
    return f"{action}.{channel}", {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _message(name: str, record: dict[str, Any]) -> dict[str, Any]:
    topic = TOPICS[record["kind"]]
    return {
        "name": name,
        "title": name.partition(".")[2],
        "summary": record["doc"],
        "description": " ".join(_remarks(record)),
        "headers": {"$ref": f"#/components/schemas/{topic}Headers"},
        "payload": {"schemaFormat": AVRO, "schema": _split_names(json.loads(avro.published(name)))},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": KEY},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "schemaLookupStrategy": "TopicRecordNameStrategy",
                "bindingVersion": "0.5.0",
            }
        },
    }


def _split_names(schema: Any) -> Any:
    """The schema with names apart from namespaces, which AsyncAPI's rules for Avro want where Avro has both ways."""
    match schema:
        case dict():
            named = cast(dict[str, Any], schema)
            parts = {key: _split_names(value) for key, value in named.items()}
            if named.get("type") in ("record", "enum", "fixed"):
                namespace, _, name = named["name"].rpartition(".")
                parts = {"type": parts.pop("type"), "namespace": namespace, **parts, "name": name}
            return parts
        case list():
            return [_split_names(each) for each in cast(list[Any], schema)]
        case _:
            return schema


def _remarks(record: dict[str, Any]) -> Iterator[str]:
    if record["kind"] == "command":
        if record.get("person"):
            yield "About a person whose own record is elsewhere; it may be the first of its aggregate."
        else:
            yield "Creates its aggregate." if record["creates"] else "Changes an aggregate that is there."
        yield f"Takes the permission `{record['permission']}`."
        if record.get("internal"):
            yield "Internal: sent by the platform's own workers only."
    else:
        yield "An event."
    if record.get("retired"):
        yield "Retired: found in the log, written no more."
    if personal := [field["name"] for field in record["fields"] if "subject" in field]:
        yield f"Personal, and therefore sealed: {', '.join(personal)}."


def _headers(topic: str) -> dict[str, Any]:
    described = HEADERS[topic] | OPTIONAL[topic]
    return {
        "type": "object",
        "required": list(HEADERS[topic]),
        "properties": {name: {"type": "string", "description": text} for name, text in described.items()},
    }
