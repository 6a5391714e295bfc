"""Whether two versions of a record can each be read with the other: Avro's FULL compatibility, and a little more.

Avro 1.12, "Schema Resolution": https://avro.apache.org/docs/1.12.0/specification/#schema-resolution. Because both
directions must work, a type may not change at all, and a field that comes or goes needs a default. Beyond Avro, an enum
symbol may not go (old events would read as UNKNOWN) and a personal field stays personal, about the same subject.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from schemas.avro import PRIMITIVES, Schema

Types = Mapping[str, dict[str, Any]]
MEANING = ("logicalType", "precision", "scale")
NEW_RECORD = "make a new record with an upcaster"


def changes(old: str, new: str) -> Iterator[str]:
    """One sentence for each change between two published texts that makes either unreadable with the other."""
    before, after = json.loads(old), json.loads(new)
    yield from _Comparison(named(before), named(after)).records(before["name"])


def named(schema: Schema) -> Types:
    """Every named type that a self-contained schema defines."""
    match schema:
        case str():
            return {}
        case list():
            return {name: each for branch in cast(list[Schema], schema) for name, each in named(branch).items()}
        case _:
            inner = [field[key] for field in schema.get("fields", ()) for key in ("type", "list_of") if key in field]
            inner += [schema[key] for key in ("items", "values") if key in schema]
            found = {name: each for part in inner for name, each in named(part).items()}
            return {**found, schema["name"]: schema} if "name" in schema else found


class _Comparison:
    """Two versions of one record. Each named type is compared once, however often it is used."""

    def __init__(self, before: Types, after: Types) -> None:
        self.before, self.after = before, after
        self.compared: set[str] = set()

    def records(self, name: str) -> Iterator[str]:
        old = {field["name"]: field for field in self.before[name]["fields"]}
        new = {field["name"]: field for field in self.after[name]["fields"]}
        for field in old.keys() - new.keys():
            if "default" not in old[field]:
                yield (
                    f"{name}.{field} was removed and had no default, so versions that expect it cannot read newer "
                    f"records. Keep the field, or {NEW_RECORD}."
                )
        for field in new.keys() - old.keys():
            if "default" not in new[field]:
                yield (
                    f"{name}.{field} was added without a default, so older records cannot be read. "
                    f"Give it a default, or {NEW_RECORD}."
                )
        for field in (field for field in old if field in new):
            yield from self.types(f"{name}.{field}", old[field]["type"], new[field]["type"])
            yield from self.types(f"{name}.{field}", old[field].get("list_of", []), new[field].get("list_of", []))
            if old[field].get("subject") != new[field].get("subject"):
                yield (
                    f"{name}.{field} was sealed for {old[field].get('subject') or 'nobody'} and now is for "
                    f"{new[field].get('subject') or 'nobody'}. Add a field of another name, or {NEW_RECORD}."
                )

    def types(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        if shape(old) != shape(new):
            yield (
                f"{where} changed from {shape(old)} to {shape(new)}. Keep the type and add a field of another name "
                f"with a default, or {NEW_RECORD}."
            )
            return
        for name in mentioned(old) - self.compared:
            self.compared.add(name)
            yield from self.definitions(where, name)

    def definitions(self, where: str, name: str) -> Iterator[str]:
        old, new = self.before[name], self.after[name]
        match old["type"]:
            case kind if kind != new["type"]:
                yield f"{where}: {name} changed from {kind} to {new['type']}. Give the new type a name of its own."
            case "record":
                yield from self.records(name)
            case "enum":
                for symbol in (symbol for symbol in old["symbols"] if symbol not in new["symbols"]):
                    yield f"{where}: {name} lost the symbol {symbol}, which older records may hold. Keep it."
            case _:
                if old["size"] != new["size"]:
                    yield f"{where}: {name} changed its size. Give the new type a name of its own."


def shape(schema: Schema) -> str:
    """A type as text, named types by name alone, the branches of a union in no order."""
    match schema:
        case str():
            return schema
        case list():
            return " or ".join(sorted(shape(branch) for branch in cast(list[Schema], schema)))
        case {"type": "array", "items": items}:
            return f"array of ({shape(items)})"
        case {"type": "map", "values": values}:
            return f"map of ({shape(values)})"
        case {"name": name}:
            return str(name)
        case _:
            meaning = [f"{key} {schema[key]}" for key in MEANING if key in schema]
            return ", ".join([str(schema["type"]), *meaning])


def mentioned(schema: Schema) -> set[str]:
    """Names of the named types at the top of a field's type."""
    match schema:
        case str():
            return set() if schema in PRIMITIVES else {schema}
        case list():
            return {name for branch in cast(list[Schema], schema) for name in mentioned(branch)}
        case {"type": "array", "items": inner} | {"type": "map", "values": inner}:
            return mentioned(inner)
        case {"name": name}:
            return {str(name)}
        case _:
            return set()
