"""The fields of commands as forms ask for them, from the JSON schemas of their bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gateway.bodies import MoneyBody
from gateway.catalogue.leads import Leads
from gateway.commands import Route

Schema = Mapping[str, Any]
Plain = Literal["text", "integer", "number", "boolean", "time", "date", "money", "custom", "any"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these texts."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of something."""

    of: "Type"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are said together."""

    fields: "tuple[Field, ...]"


Type = Plain | Choice | Several | Group


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body. `leads` is the key of the list whose records' ids may stand there; a `secret` is never
    shown again."""

    name: str
    doc: str
    required: bool
    type: Type
    leads: str | None
    secret: bool


def fields_of(route: Route, leads: Leads) -> tuple[Field, ...]:
    """The fields of a command's body, in the order of its contract, those that must be given first."""
    schema = route.body.model_json_schema()
    found = _fields(schema, schema.get("$defs", {}), leads, frozenset(route.custom), route.secret)
    return tuple(sorted(found, key=lambda each: not each.required))


def _fields(
    schema: Schema,
    shared: Mapping[str, Schema],
    leads: Leads,
    custom: frozenset[str] = frozenset(),
    secret: frozenset[str] = frozenset(),
) -> tuple[Field, ...]:
    needed: Sequence[str] = schema.get("required", ())
    return tuple(
        Field(
            name,
            each.get("description", ""),
            name in needed,
            "custom" if name in custom else _type(each, shared, leads),
            leads.by_field(name),
            name in secret,
        )
        for name, each in schema.get("properties", {}).items()
    )


def _type(schema: Schema, shared: Mapping[str, Schema], leads: Leads) -> Type:
    match schema:
        case {"$ref": str() as place}:
            name = place.rsplit("/", 1)[-1]
            return "money" if name == MoneyBody.__name__ else Group(_fields(shared[name], shared, leads))
        case {"anyOf": branches}:
            return _either([branch for branch in branches if branch.get("type") != "null"], shared, leads)
        case {"enum": choices}:
            return Choice(tuple(choices))
        case {"type": "array", "items": items}:
            return Several(_type(items, shared, leads))
        case {"type": "string", "format": "date-time"}:
            return "time"
        case {"type": "string", "format": "date"}:
            return "date"
        case {"type": "string"}:
            return "text"
        case {"type": "integer"}:
            return "integer"
        case {"type": "number"}:
            return "number"
        case {"type": "boolean"}:
            return "boolean"
        case _:
            return "any"


def _either(branches: Sequence[Schema], shared: Mapping[str, Schema], leads: Leads) -> Type:
    """What may be missing is what it is otherwise; an exact decimal may be said as text or as a number."""
    types: list[Type] = [_type(branch, shared, leads) for branch in branches]
    if len(types) == 1:
        return types[0]
    return "number" if "number" in types else "any"
