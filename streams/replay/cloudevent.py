"""An event as one line of JSON: CloudEvents 1.0, JSON format.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md. Attributes of ours have names of
lower-case letters, as the specification wants them. An offset is text, because its integers have 32 bits.
"""

import base64
from typing import Any

from infra.log import headers as h
from infra.plain import dump
from streams.replay.bounds import Found
from streams.replay.opening import Opened

_CARRIED = {
    "actor": h.ACTOR,
    "onbehalfof": h.ON_BEHALF_OF,
    "commandid": h.COMMAND_ID,
    "correlationid": h.CORRELATION_ID,
    "causationid": h.CAUSATION_ID,
    "traceparent": h.TRACEPARENT,
}


def opened_line(opened: Opened) -> bytes:
    """With the data as JSON; null, and the reason in `unreadable`, where it can never be read."""
    event = _attributes(opened.found) | {"datacontenttype": "application/json", "data": opened.event}
    return dump(event if opened.unreadable is None else event | {"unreadable": opened.unreadable}) + b"\n"


def sealed_line(found: Found) -> bytes:
    """With the data as the log has it, in Confluent's wire format, personal fields sealed."""
    data = base64.b64encode(found.message.value or b"").decode()
    return dump(_attributes(found) | {"datacontenttype": "application/avro", "data_base64": data}) + b"\n"


def _attributes(found: Found) -> dict[str, Any]:
    headers, domain = found.headers, found.type.partition(".")[0]
    carried = {name: value.decode() for name, header in _CARRIED.items() if (value := headers.get(header)) is not None}
    return {
        "specversion": "1.0",
        "id": headers[h.CE_ID].decode(),
        "type": found.type,
        "source": headers.get(h.CE_SOURCE, f"/{domain}".encode()).decode(),
        "subject": f"{found.aggregate}/{found.id}",
        "time": headers[h.CE_TIME].decode(),
        "recordedtime": headers[h.CE_RECORDEDTIME].decode(),
        "tenant": found.tenant,
        "aggregateversion": int(headers[h.AGGREGATE_VERSION]),
        **carried,
        "topic": found.message.topic,
        "partition": found.message.partition,
        "offset": str(found.message.offset),
    }
