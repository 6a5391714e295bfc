"""The rules an .avsc file keeps beyond Avro's own, so that every record can be documented, keyed, dated and erased."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.avro import Schema, named_types

Types = Mapping[str, dict[str, Any]]
KINDS = ("command", "event", "state", "value")
ATTRIBUTES = {
    "command": ("verb", "creates", "permission"),
    "state": ("aggregate", "plural", "id", "service", "version"),
}
_JSON = ("null", "boolean", "int", "long", "string")
TIMESTAMP = {"type": "long", "logicalType": "timestamp-micros"}


def complaints(path: str, types: list[dict[str, Any]]) -> Iterator[str]:
    """One sentence for each rule that a file breaks."""
    states = [each for each in types if each.get("kind") == "state"]
    dynamic = [each for each in types if each.get("kind") in ("command", "event")]
    if (dynamic or states) and len(states) != 1:
        yield f"{path} has commands or events, so it must have exactly one record of kind state; it has {len(states)}."
    id_field = states[0].get("id") if states else None
    known = {**named_types(), **{each["name"]: each for each in types}}
    for each in types:
        name = each["name"]
        if not each.get("doc"):
            yield f"{path}: {name} has no doc; say what it is."
        if each["type"] == "enum" and (each["symbols"][0] != "UNKNOWN" or each.get("default") != "UNKNOWN"):
            yield f"{path}: enum {name} must begin with UNKNOWN, its default, so that new symbols can be read."
        if each["type"] == "record":
            yield from _record(path, each, id_field, known)
    yield from _retirement(path, types)


def _retirement(path: str, types: list[dict[str, Any]]) -> Iterator[str]:
    retired = {each["name"] for each in types if each.get("retired")}
    upcast = {each["upcasts"]: each["name"] for each in types if "upcasts" in each}
    for name in sorted(upcast.keys() - retired):
        yield f"{path}: {upcast[name]} upcasts {name}, which is no retired record of this file."
    for name in sorted(each["name"] for each in types if each.get("kind") == "event" and each["name"] in retired):
        if name not in upcast:
            yield f"{path}: {name} is retired and no event of this file upcasts it; name it in the new event's upcasts."


def _record(path: str, record: dict[str, Any], id_field: str | None, known: Types) -> Iterator[str]:
    name, kind = record["name"], record.get("kind")
    by_name = {field["name"]: field for field in record["fields"]}
    if kind not in KINDS:
        yield f"{path}: {name} has kind {kind!r}; it must be one of {', '.join(KINDS)}."
    for attribute in ATTRIBUTES.get(str(kind), ()):
        if attribute not in record:
            yield f"{path}: {name} is a {kind} without the attribute {attribute!r}."
    if kind in ("command", "event"):
        if by_name.get("at", {}).get("type") != TIMESTAMP:
            yield f"{path}: {name} needs a field 'at' of type timestamp-micros, its business time."
        if by_name.get(str(id_field), {}).get("type") != "string":
            yield f"{path}: {name} needs the string field {id_field!r}, the id of its aggregate."
    for field in record.get("named_by", ()):
        if field not in by_name:
            yield f"{path}: {name} is named by {field!r}, which is no field of it."
    for field in record["fields"]:
        if not field.get("doc"):
            yield f"{path}: {name}.{field['name']} has no doc; say what it holds."
        if kind != "value" and _wide_union(field["type"]):
            yield f"{path}: {name}.{field['name']} is a union of more than null and one type; make it a record."
        if not _simple_branches(field["type"]):
            yield f"{path}: {name}.{field['name']} may unite null, plain types and named types only; name the rest."
        if _fixed_decimal(field["type"]):
            yield f"{path}: {name}.{field['name']} is a decimal in a fixed; use bytes, which every decimal here uses."
        if kind == "state" and "default" not in field:
            yield f"{path}: {name}.{field['name']} needs a default: a state exists before its aggregate does."
        where = f"{path}: {name}.{field['name']}"
        if "carried" in field and (kind != "command" or "default" not in field):
            yield f"{where} is carried, so it must stand in a command and have a default: not everybody fills it in."
        if field.get("minted") and (kind != "command" or field["type"] != "string" or "default" in field):
            yield f"{where} is minted, so it must be a string of a command without a default: it always stands there."
        if field.get("secret") and field["type"] != ["null", "string"]:
            yield f"{where} is secret, so it must be a nullable string: sealed text stands there."
        if "subject" in field:
            if field["type"] != ["null", "bytes"] or (kind == "value" and not field.get("kept")):
                yield f"{where} is personal, so it must be nullable bytes at the top of its record, or kept in a value."
            if by_name.get(field["subject"], {}).get("type") != "string":
                yield f"{where} names the subject field {field['subject']!r}, which is no string here."
        elif "kept" in field or "list_of" in field:
            yield f"{where} is kept or a list, so it must be personal; name its subject."
        if "list_of" in field and ("kept" in field or not _is_plain_value(field["list_of"], known)):
            yield f"{where} must be a list of value records whose fields JSON holds: texts, numbers, booleans, enums."


def _is_plain_value(name: str, known: Types) -> bool:
    """Whether these are value records that stand as they are in JSON."""
    record = known.get(name, {})
    return record.get("kind") == "value" and all(_in_json(each["type"], known) for each in record["fields"])


def _in_json(schema: Schema, known: Types) -> bool:
    match schema:
        case [*branches]:
            return all(_in_json(branch, known) for branch in branches)
        case {"type": "array", "items": inner}:
            return _in_json(inner, known)
        case str():
            return schema in _JSON or known.get(schema, {}).get("type") == "enum"
        case _:
            return False


def _wide_union(schema: Schema) -> bool:
    return isinstance(schema, list) and not (len(schema) == 2 and "null" in schema)  # pyright: ignore[reportUnknownArgumentType]


def _simple_branches(schema: Schema) -> bool:
    """Whether the values of a union can be told apart by what they are in Python."""
    return not _wide_union(schema) or all(isinstance(branch, str) for branch in schema)


def _fixed_decimal(schema: Schema) -> bool:
    match schema:
        case {"type": "fixed", "logicalType": "decimal"}:
            return True
        case {"type": "array", "items": inner} | {"type": "map", "values": inner}:
            return _fixed_decimal(inner)
        case [*branches]:
            return any(_fixed_decimal(branch) for branch in branches)
        case _:
            return False
