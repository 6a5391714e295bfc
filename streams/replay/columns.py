# pyarrow has no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Events as columns: an Arrow schema for each type of event, out of its Avro schema, and rows that fit it.

| Avro | Arrow, and so Parquet |
|---|---|
| string, enum, uuid | string |
| int, long, float, double, boolean, bytes | int32, int64, float, double, bool, binary |
| decimal | decimal of the same precision and scale |
| timestamp-micros, timestamp-millis | timestamp in UTC, of micro- or milliseconds |
| date | date32 |
| array, map | list, map from string |
| record | struct |

Personal fields are strings, or lists of what they hold, null where they were erased or left out. Every column may be
null.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as attributes
from dataclasses import is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import pyarrow

from infra.log import headers as h
from schemas.avro import PRIMITIVES, Schema, named_types
from schemas.contract import Erased, FieldContract, Sealed, fields, record_types
from streams.replay.opening import Opened

pa: Any = pyarrow

_MICROS = pa.timestamp("us", tz="UTC")
_PLAIN: Mapping[str, Any] = {
    "null": pa.null(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "bytes": pa.binary(),
    "string": pa.string(),
}


def _text(name: str) -> Callable[[Opened], str | None]:
    def take(opened: Opened) -> str | None:
        value = opened.found.headers.get(name)
        return None if value is None else value.decode()

    return take


def _time(name: str) -> Callable[[Opened], datetime]:
    return lambda opened: h.parse_time(opened.found.headers[name])


ENVELOPE: Mapping[str, tuple[Any, Callable[[Opened], Any], str]] = {
    "event_id": (pa.string(), _text(h.CE_ID), "The event's id, by which it is the same wherever it is met."),
    "tenant": (pa.string(), lambda o: o.found.tenant, "Whose event it is."),
    "aggregate": (pa.string(), lambda o: o.found.aggregate, "What kind of thing it happened to."),
    "id": (pa.string(), lambda o: o.found.id, "Which one it happened to."),
    "version": (
        pa.int64(),
        lambda o: int(o.found.headers[h.AGGREGATE_VERSION]),
        "The aggregate's version with this event; the first is 1.",
    ),
    "occurred_at": (_MICROS, _time(h.CE_TIME), "Business time: when it took place in the world."),
    "recorded_at": (_MICROS, _time(h.CE_RECORDEDTIME), "When the log took it."),
    "topic": (pa.string(), lambda o: o.found.message.topic, "The topic it lies on."),
    "partition": (pa.int32(), lambda o: o.found.message.partition, "Its partition."),
    "offset": (pa.int64(), lambda o: o.found.message.offset, "Its offset, which orders the events of a partition."),
    "actor": (pa.string(), _text(h.ACTOR), "Who caused it."),
    "command_id": (pa.string(), _text(h.COMMAND_ID), "The command it follows from."),
    "correlation_id": (pa.string(), _text(h.CORRELATION_ID), "What all that follows from one request has in common."),
    "causation_id": (
        pa.string(),
        lambda o: (o.found.headers.get(h.CAUSATION_ID) or o.found.headers[h.COMMAND_ID]).decode(),
        "What caused the command.",
    ),
    "unreadable": (pa.string(), lambda o: o.unreadable, "Why data is missing, where it can never be read."),
}
"""The columns that every event has: type, where from, and what it is."""


def column_name(field: str) -> str:
    """The column of a field of an event; `data_…` where the envelope has that name, or a folder does."""
    return f"data_{field}" if field in ENVELOPE or field in ("type", "recorded_date") else field


@functools.cache
def schema_of(type: str) -> Any:
    """The Arrow schema of a type of event; of one that this version does not know, the envelope alone."""
    columns = [pa.field(name, kind, metadata={"doc": doc}) for name, (kind, _, doc) in ENVELOPE.items()]
    if (cls := record_types().get(type)) is not None:
        columns += [
            pa.field(column_name(field.name), _field_type(field), metadata={"doc": field.doc}) for field in fields(cls)
        ]
    return pa.schema(columns)


def _field_type(field: FieldContract) -> Any:
    if field.list_of is not None:
        return pa.list_(arrow_type(field.list_of))
    return pa.string() if field.subject is not None else arrow_type(field.type)


def arrow_type(schema: Schema) -> Any:
    """The Arrow type of an Avro type."""
    match schema:
        case str():
            return _PLAIN[schema] if schema in PRIMITIVES else _named(schema)
        case list():
            branches = [branch for branch in cast(list[Schema], schema) if branch != "null"]
            if len(branches) != 1:
                raise NotImplementedError(f"No column for the union {schema}; say here what it becomes.")
            return arrow_type(branches[0])
        case {"type": "array"}:
            return pa.list_(arrow_type(schema["items"]))
        case {"type": "map"}:
            return pa.map_(pa.string(), arrow_type(schema["values"]))
        case {"logicalType": "timestamp-micros"}:
            return _MICROS
        case {"logicalType": "timestamp-millis"}:
            return pa.timestamp("ms", tz="UTC")
        case {"logicalType": "date"}:
            return pa.date32()
        case {"logicalType": "decimal", "precision": precision, "scale": scale}:
            return pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
        case _:
            return arrow_type(schema["type"])


def _named(name: str) -> Any:
    if named_types()[name]["type"] == "enum":
        return pa.string()
    return pa.struct([pa.field(field.name, _field_type(field)) for field in fields(record_types()[name])])


def rows(type: str, events: Sequence[Opened]) -> Any:
    """A record batch of events of one type."""
    schema = schema_of(type)
    taken = [[take(event) for event in events] for _, take, _ in ENVELOPE.values()]
    if (cls := record_types().get(type)) is not None:
        taken += [[_value(event, field.name) for event in events] for field in fields(cls)]
    arrays = [pa.array(values, type=field.type) for values, field in zip(taken, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _value(opened: Opened, name: str) -> Any:
    return None if opened.event is None else plain(getattr(opened.event, name))


def plain(value: Any) -> Any:
    """A field's value as Arrow takes it."""
    match value:
        case Erased():
            return None
        case Sealed():
            return plain(value.value)
        case StrEnum():
            return value.value
        case UUID():
            return str(value)
        case tuple():
            return [plain(each) for each in cast("tuple[Any, ...]", value)]
        case Mapping():
            return [(key, plain(each)) for key, each in cast("Mapping[str, Any]", value).items()]
        case _ if is_dataclass(value):
            return {each.name: plain(getattr(value, each.name)) for each in attributes(value)}
        case _:
            return value
