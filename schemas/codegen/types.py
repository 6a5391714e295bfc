"""How each Avro type stands in Python: its annotation, and the expressions that write, read and default it."""

from dataclasses import dataclass
from typing import Any, cast

from schemas.avro import PRIMITIVES, Schema, named_types

PLAIN = {
    "string": "str",
    "int": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "bytes": "bytes",
}


@dataclass(frozen=True, slots=True)
class Logical:
    """A logical type: `write` and `read` are expressions over {0}; an empty one means the value as it is."""

    annotation: str
    write: str
    read: str


LOGICAL = {
    "timestamp-micros": Logical("datetime", "to_micros({0})", "from_micros({0})"),
    "timestamp-millis": Logical("datetime", "to_millis({0})", "from_millis({0})"),
    "date": Logical("date", "to_days({0})", "from_days({0})"),
    "uuid": Logical("UUID", "str({0})", "UUID({0})"),
}


def logical(schema: dict[str, Any]) -> Logical | None:
    if schema.get("logicalType") == "decimal":
        precision, scale = schema["precision"], schema.get("scale", 0)
        return Logical("Decimal", f"to_unscaled({{0}}, {precision}, {scale})", f"from_unscaled({{0}}, {scale})")
    return LOGICAL.get(str(schema.get("logicalType")))


def short(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def nullable(schema: Schema) -> Schema | None:
    """The other branch of a nullable, None for anything else."""
    if isinstance(schema, list) and len(cast(list[Schema], schema)) == 2 and "null" in schema:
        return next(branch for branch in cast(list[Schema], schema) if branch != "null")
    return None


def annotation(schema: Schema) -> str:
    match schema:
        case str():
            return {"null": "None", **PLAIN}.get(schema) or ("bytes" if _kind(schema) == "fixed" else short(schema))
        case list():
            return " | ".join(
                annotation(branch) for branch in sorted(cast(list[Schema], schema), key=lambda b: b == "null")
            )
        case {"type": "array"}:
            return f"tuple[{annotation(schema['items'])}, ...]"
        case {"type": "map"}:
            return f"Mapping[str, {annotation(schema['values'])}]"
        case _:
            known = logical(schema)
            return known.annotation if known else annotation(schema["type"])


def write(schema: Schema, value: str) -> str:
    """The expression for what fastavro writes."""
    match schema:
        case str():
            return value if schema in PRIMITIVES else _write_named(schema, value)
        case list():
            inner = nullable(cast(Schema, schema))
            if inner is None:
                return f"write_union({value}, vault)" if records(cast(list[Schema], schema)) else value
            written = write(inner, value)
            return value if written == value else f"None if {value} is None else {written}"
        case {"type": "array"}:
            return (
                f"[{write(schema['items'], 'x')} for x in {value}]"
                if write(schema["items"], "x") != "x"
                else f"list({value})"
            )
        case {"type": "map"}:
            return f"{{k: {write(schema['values'], 'x')} for k, x in {value}.items()}}"
        case _:
            known = logical(schema)
            return known.write.format(value) if known else write(schema["type"], value)


def read(schema: Schema, value: str) -> str:
    """The expression for the Python value of what fastavro read."""
    match schema:
        case str():
            return value if schema in PRIMITIVES else _read_named(schema, value)
        case list():
            inner = nullable(cast(Schema, schema))
            if inner is None:
                return _read_union(cast(list[Schema], schema), value)
            got = read(inner, "v")
            return value if got == "v" else f"None if (v := {value}) is None else {got}"
        case {"type": "array"}:
            got = read(schema["items"], "x")
            return f"tuple({value})" if got == "x" else f"tuple({got} for x in {value})"
        case {"type": "map"}:
            got = read(schema["values"], "x")
            return value if got == "x" else f"{{k: {got} for k, x in {value}.items()}}"
        case _:
            known = logical(schema)
            return known.read.format(value) if known else read(schema["type"], value)


def default(schema: Schema, value: Any) -> str:
    """The expression for a field's default."""
    if value is None:
        return "None"
    match schema:
        case list():
            first = next(branch for branch in cast(list[Schema], schema) if branch != "null")
            return default(first, value)
        case str() if schema in named_types() and named_types()[schema]["type"] == "enum":
            return f"{short(schema)}.{member(value)}"
        case {"type": "array"}:
            return "()" if not value else f"({', '.join(default(schema['items'], each) for each in value)},)"
        case {"type": "map"}:
            if not value:
                return f"field(default_factory=dict[str, {annotation(schema['values'])}])"
            pairs = ", ".join(f'"{key}": {default(schema["values"], each)}' for key, each in value.items())
            return f"field(default_factory=lambda: {{{pairs}}})"
        case str() if schema in named_types() and named_types()[schema]["type"] == "record":
            return _record_default(named_types()[schema], value)
        case {"logicalType": "timestamp-micros" | "timestamp-millis"}:
            return "EPOCH" if value == 0 else read(schema, repr(value))
        case {"type": "bytes"} | "bytes":  # Avro writes bytes in JSON as the characters with those numbers
            return read(schema, repr(str(value).encode("latin-1")))
        case dict() if logical(cast(dict[str, Any], schema)):
            return read(cast(Schema, schema), repr(value))
        case _:
            return repr(value)


def _record_default(record: dict[str, Any], value: dict[str, Any]) -> str:
    given = {field["name"]: value.get(field["name"], field.get("default")) for field in record["fields"]}
    fields = [f"{each['name']}={default(each['type'], given[each['name']])}" for each in record["fields"]]
    return f"{short(record['name'])}({', '.join(fields)})"


def member(symbol: str) -> str:
    return symbol.upper()


def _kind(name: str) -> str:
    return str(named_types()[name]["type"])


def _write_named(name: str, value: str) -> str:
    return (
        f"{value}.to_avro(vault)" if _kind(name) == "record" else (f"{value}.value" if _kind(name) == "enum" else value)
    )


def _read_named(name: str, value: str) -> str:
    match _kind(name):
        case "record":
            return f"{short(name)}.from_avro({value}, vault)"
        case "enum":
            return f"{short(name)}({value})"
        case _:
            return value


def records(branches: list[Schema]) -> list[str]:
    """The records among a union's branches."""
    return [str(branch) for branch in branches if branch not in PRIMITIVES and _kind(str(branch)) == "record"]


def _read_union(branches: list[Schema], value: str) -> str:
    classes = ", ".join(f'"{name}": {short(name)}' for name in records(branches))
    return f"read_union({value}, {{{classes}}}, vault)" if classes else value
