"""The Avro schemas themselves, read from the .avsc files beside this module.

Two forms of each record are used. The *published* form is what the registry gets: named types written out at their
first use, logical types kept. The *wire* form is what fastavro reads and writes here: the same bytes, but without
logical types (the generated classes convert, exactly and faster) and without docs.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent
PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
Schema = Any
"""An Avro schema as JSON: a name, a list (union) or an object."""


def files() -> tuple[Path, ...]:
    """common.avsc first, then every aggregate's file."""
    return (FOLDER / "common.avsc", *sorted(FOLDER.glob("*/*.avsc")))


def read_file(path: Path) -> list[dict[str, Any]]:
    """The named types of a file with full names, in order."""
    return read_text(path.read_text())


def read_text(text: str) -> list[dict[str, Any]]:
    """The named types in the text of an .avsc file."""
    return [qualify(each, each["namespace"]) for each in cast(list[dict[str, Any]], json.loads(text))]


def qualify(schema: Schema, namespace: str) -> Schema:
    """The schema with every name made full."""
    match schema:
        case str():
            return schema if schema in PRIMITIVES or "." in schema else f"{namespace}.{schema}"
        case list():
            return [qualify(branch, namespace) for branch in cast(list[Schema], schema)]
        case _:
            named = dict(cast(dict[str, Any], schema))
            if named["type"] in ("record", "enum", "fixed"):
                named["name"] = qualify(named["name"], named.pop("namespace", namespace))
                if "fields" in named:
                    named["fields"] = [_qualify_field(f, namespace) for f in named["fields"]]
            for key in ("items", "values"):
                if key in named:
                    named[key] = qualify(named[key], namespace)
            return named


def _qualify_field(field: dict[str, Any], namespace: str) -> dict[str, Any]:
    listed = {"list_of": qualify(field["list_of"], namespace)} if "list_of" in field else {}
    return {**field, "type": qualify(field["type"], namespace), **listed}


@functools.cache
def named_types() -> Mapping[str, dict[str, Any]]:
    """Every named type of every file, by full name."""
    return {each["name"]: each for path in files() for each in read_file(path)}


@functools.cache
def _modules() -> Mapping[str, str]:
    return {
        each["name"]: ".".join(path.relative_to(FOLDER).with_suffix("").parts)
        for path in files()
        for each in read_file(path)
    }


def module_of(name: str) -> str:
    """Where a named type is declared: the file's path below this folder, as a module, such as crm.deal."""
    return _modules()[name]


@functools.cache
def published(name: str) -> str:
    """The registry's text of a record: self-contained JSON, stable for equal files."""
    return published_of(name, named_types())


def published_of(name: str, types: Mapping[str, dict[str, Any]]) -> str:
    """The registry's text of a record among other types, such as those of another version."""
    return json.dumps(_expand(name, types, set(), keep=True), separators=(",", ":"))


@functools.cache
def wire(name: str) -> dict[str, Any]:
    """The record as fastavro reads and writes it here."""
    return cast(dict[str, Any], _expand(name, named_types(), set(), keep=False))


def wire_of(text: str) -> dict[str, Any]:
    """The wire form of a published text, which may be of an older version."""
    return cast(dict[str, Any], _strip(json.loads(text)))


def _expand(schema: Schema, types: Mapping[str, dict[str, Any]], seen: set[str], *, keep: bool) -> Schema:
    match schema:
        case str():
            if schema in PRIMITIVES or schema in seen:
                return schema
            seen.add(schema)
            return _expand({**types[schema]}, types, seen, keep=keep)
        case list():
            return [_expand(branch, types, seen, keep=keep) for branch in cast(list[Schema], schema)]
        case _:
            expanded = dict(cast(dict[str, Any], schema))
            if "fields" in expanded:
                expanded["fields"] = [
                    {**f, "type": _expand(f["type"], types, seen, keep=keep), **_listed(f, types)}
                    for f in expanded["fields"]
                ]
            for key in ("items", "values"):
                if key in expanded:
                    expanded[key] = _expand(expanded[key], types, seen, keep=keep)
            return expanded if keep else _strip(expanded)


def _listed(field: dict[str, Any], types: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What a sealed list holds, written out each time: it is no part of the Avro type, so that no name in it counts."""
    return {"list_of": _expand(field["list_of"], types, set(), keep=True)} if "list_of" in field else {}


def _strip(schema: Schema) -> Schema:
    """The schema without logical types, docs and our own attributes."""
    match schema:
        case str():
            return schema
        case list():
            return [_strip(branch) for branch in cast(list[Schema], schema)]
        case _:
            kept = ("type", "name", "fields", "symbols", "default", "items", "values", "size")
            stripped = {key: value for key, value in cast(dict[str, Any], schema).items() if key in kept}
            if "fields" in stripped:
                stripped["fields"] = [
                    {
                        key: (_strip(value) if key == "type" else value)
                        for key, value in f.items()
                        if key in ("name", "type", "default")
                    }
                    for f in stripped["fields"]
                ]
            for key in ("items", "values"):
                if key in stripped:
                    stripped[key] = _strip(stripped[key])
            return stripped["type"] if set(stripped) == {"type"} else stripped
