"""Writes one Python module for each .avsc file: frozen slotted dataclasses with explicit mapping, and the contract."""

import re
import textwrap
from typing import Any

from schemas.avro import PRIMITIVES, Schema, module_of
from schemas.codegen.types import annotation, default, member, read, short, write

HEADER = '"""Generated from schemas/{path} by `python -m schemas.codegen`; do not edit."""\n'
STANDARD = {
    "Mapping": "collections.abc",
    "dataclass": "dataclasses",
    "field": "dataclasses",
    "date": "datetime",
    "datetime": "datetime",
    "Decimal": "decimal",
    "StrEnum": "enum",
    "Any": "typing",
    "ClassVar": "typing",
    "Never": "typing",
    "Self": "typing",
    "UUID": "uuid",
}
WIRE = (
    "EPOCH",
    "from_days",
    "from_micros",
    "from_millis",
    "from_unscaled",
    "read_union",
    "seal",
    "seal_kept",
    "seal_list",
    "to_days",
    "to_micros",
    "to_millis",
    "to_unscaled",
    "unseal",
    "unseal_kept",
    "unseal_list",
    "write_union",
)
CONTRACT = ("AggregateContract", "CommandContract", "Erased", "Sealed", "Vault")


def module(path: str, types: list[dict[str, Any]]) -> str:
    """The whole text of the module for one file."""
    body = [_enum(each) if each["type"] == "enum" else _record(each) for each in types if each["type"] != "fixed"]
    body += _unions_and_contract(types)
    text = "\n\n".join(body)
    return HEADER.format(path=path) + "\n" + _imports(text, types) + "\n\n" + text


def _imports(text: str, types: list[dict[str, Any]]) -> str:
    code = re.sub(r'""".*?"""|"[^"]*"', "", text, flags=re.DOTALL)
    words = set(re.findall(r"\w+", code))
    if " field(" not in code:  # a record may have a field of this name
        words.discard("field")
    standard: dict[str, list[str]] = {}
    for name, source in sorted(STANDARD.items()):
        if name in words:
            standard.setdefault(source, []).append(name)
    lines = [
        f"from {source} import {', '.join(sorted(names, key=_isort))}" for source, names in sorted(standard.items())
    ]
    own = {each["name"] for each in types}
    foreign = sorted({name for each in types for name in _names(each) if name not in own})
    local = [f"from schemas.generated.{module_of(name)} import {short(name)}" for name in foreign]
    local.insert(0, f"from schemas.contract import {', '.join(n for n in CONTRACT if n in words)}")
    if used := [name for name in WIRE if name in words]:
        local.append(f"from schemas.wire import {', '.join(used)}")
    return "\n".join([*lines, "", *local]) + "\n"


def _isort(name: str) -> tuple[bool, str]:
    return (not name[0].isupper(), name)


def _names(schema: Schema) -> set[str]:
    """Every named type that a schema mentions."""
    match schema:
        case str():
            return set() if schema in PRIMITIVES or "." not in schema else {schema}
        case list():
            return {name for branch in schema for name in _names(branch)}  # pyright: ignore[reportUnknownVariableType]
        case _:
            inner = [schema[key] for key in ("items", "values") if key in schema]
            inner += [field["type"] for field in schema.get("fields", ())]
            inner += [field["list_of"] for field in schema.get("fields", ()) if "list_of" in field]
            return {name for each in inner for name in _names(each)}


def _enum(schema: dict[str, Any]) -> str:
    members = "\n".join(f'    {member(symbol)} = "{symbol}"' for symbol in schema["symbols"])
    unknown = "    @classmethod\n    def _missing_(cls, value: object) -> Self:\n        return cls.UNKNOWN\n"
    return f'class {short(schema["name"])}(StrEnum):\n    """{schema["doc"]}"""\n\n{members}\n\n{unknown}'.replace(
        "-> Self", f'-> "{short(schema["name"])}"'
    )


def _record(schema: dict[str, Any]) -> str:
    fields = schema["fields"]
    lines = [
        "@dataclass(frozen=True, slots=True, kw_only=True)",
        f"class {short(schema['name'])}:",
        _docstring(schema["doc"]),
        "",
    ]
    lines += [f'    NAME: ClassVar[str] = "{schema["name"]}"', ""]
    for field in fields:
        hint = _hint(field)
        given = f" = {default(field['type'], field['default'])}" if "default" in field else ""
        lines += [f"    {field['name']}: {hint}{given}", _docstring(field["doc"])]
    lines += ["", "    def to_avro(self, vault: Vault) -> dict[str, Any]:", "        return {"]
    lines += [f'            "{field["name"]}": {_write(field)},' for field in fields]
    lines += [
        "        }",
        "",
        "    @classmethod",
        "    def from_avro(cls, data: Mapping[str, Any], vault: Vault) -> Self:",
        "        return cls(",
    ]
    lines += [f"            {field['name']}={_read(field)}," for field in fields]
    lines += ["        )", ""]
    return "\n".join(lines)


def _hint(field: dict[str, Any]) -> str:
    if "subject" not in field:
        return annotation(field["type"])
    if listed := field.get("list_of"):
        return f"tuple[{short(listed)}, ...] | Erased | None"
    return "Sealed | None" if field.get("kept") else "str | Erased | None"


def _write(field: dict[str, Any]) -> str:
    if field.get("kept"):
        return f"seal_kept(self.{field['name']})"
    if subject := field.get("subject"):
        return f"{'seal_list' if 'list_of' in field else 'seal'}(vault, self.{subject}, self.{field['name']})"
    return write(field["type"], f"self.{field['name']}")


def _read(field: dict[str, Any]) -> str:
    value = f'data["{field["name"]}"]'
    if listed := field.get("list_of"):
        return f'unseal_list(vault, data["{field["subject"]}"], {value}, {short(listed)})'
    if subject := field.get("subject"):
        return f'{"unseal_kept" if field.get("kept") else "unseal"}(vault, data["{subject}"], {value})'
    return read(field["type"], value)


def _docstring(doc: str) -> str:
    one = f'    """{doc}"""'
    if len(one) <= 120:
        return one
    wrapped = textwrap.fill(doc, 113, initial_indent='    """', subsequent_indent="    ")
    return f'{wrapped}\n    """'


def _unions_and_contract(types: list[dict[str, Any]]) -> list[str]:
    state = next((each for each in types if each.get("kind") == "state"), None)
    if state is None:
        return []
    live = [each for each in types if not each.get("retired")]
    commands = [each for each in live if each.get("kind") == "command"]
    events = [each for each in live if each.get("kind") == "event"]
    values = [each for each in live if each.get("kind") == "value"]
    erasures = [short(each["name"]) for each in events if each.get("erasure")]
    stem = short(state["name"])
    unions = f"{stem}Command = {_union(commands)}\n{stem}Event = {_union(events)}\n"
    lines = ["CONTRACT = AggregateContract("]
    lines += [
        f'    domain="{state["name"].split(".")[0]}",',
        f'    aggregate="{state["aggregate"]}",',
        f'    plural="{state["plural"]}",',
    ]
    lines += [
        f'    id_field="{state["id"]}",',
        f'    service="{state["service"]}",',
        f"    state={stem},",
        f"    state_version={state['version']},",
    ]
    lines += ["    commands=(", *(_command(each) for each in commands), "    ),"]
    lines += ["    events=(", *(f"        {short(each['name'])}," for each in events), "    ),"]
    lines += [f"    values=({''.join(short(each['name']) + ', ' for each in values).rstrip()}),"]
    lines += [*(f"    erasure={name}," for name in erasures), ")", ""]
    return [unions, "\n".join(lines)]


def _union(records: list[dict[str, Any]]) -> str:
    names = [short(each["name"]) for each in records]
    one = " | ".join(names) or "Never"
    return one if len(one) < 90 else "(\n    " + "\n    | ".join(names) + "\n)"


def _command(schema: dict[str, Any]) -> str:
    first = f'cls={short(schema["name"])}, verb="{schema["verb"]}", creates={schema["creates"]}'
    second = f'permission="{schema["permission"]}", internal={schema.get("internal", False)}'
    named_by = schema.get("named_by")
    more = f", named_by={tuple(named_by)!r}" if named_by else ""
    more += ", person=True" if schema.get("person") else ""
    return f"        CommandContract({first}, {second}{more}),"
