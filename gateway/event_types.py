"""`GET /events/types`: every event that there is, with what it holds as `GET /events` tells it. All of it is found in
the contracts, so that nobody has to keep it up."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway import describe_event_types
from gateway.access.gate import model_of, permission_to_read, permission_to_see
from gateway.access.masking import classes_of
from gateway.answers import ok
from gateway.auth import admitted
from gateway.event_examples import example_of
from gateway.problems import Problem
from gateway.queries import only, parameters
from projections.visible import NOTHING
from schemas import avro
from schemas.contract import AggregateContract, FieldContract, contracts, fields
from schemas.history import versions

PATH = "/events/types"
_ASKED = {"domain", "aggregate", "types"}
_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "bytes": {"type": "string"},
    "int": {"type": "integer"},
    "long": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "double": {"type": "number"},
}


def add(router: APIRouter) -> None:
    """Adds the catalogue to a router."""
    router.add_api_route(
        PATH,
        _endpoint,
        methods=["GET"],
        operation_id="event_types",
        summary="Every type of event that there is, with what it holds.",
        tags=["events"],
        response_class=Response,
        openapi_extra=describe_event_types.asked(),
        responses=describe_event_types.answers(),
    )


async def _endpoint(request: Request) -> Response:
    who, limits = await admitted(request)
    asked = parameters(request)
    only(asked, _ASKED, "events/types")
    named = None if "types" not in asked else {name for name in asked["types"].split(",") if name}
    for name in sorted(named or ()):
        if name not in catalogue():
            raise Problem(400, "unknown_type", f"There is no event {name[:80]!r}; crm.DealWon is one.", "types")
    items = [
        entry | {"permitted": who.standing.visible(entry["permission"], _reach(entry)) != NOTHING}
        for name, entry in catalogue().items()
        if named is None or name in named
        if asked.get("domain") in (None, entry["domain"]) and asked.get("aggregate") in (None, entry["aggregate"])
    ]
    return ok({"items": items}, headers=limits)


def _reach(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """What of a record says whose it is, where that counts."""
    model = model_of(entry["domain"], entry["aggregate"])
    return {} if model is None else model.access


@cache
def catalogue() -> Mapping[str, dict[str, Any]]:
    """What is told of each type of event, by name."""
    found = [(event.NAME, _entry(contract, event)) for contract in contracts().values() for event in contract.events]
    return dict(sorted(found))


def _entry(contract: AggregateContract, event: type[Any]) -> dict[str, Any]:
    schema, classes = data_schema(event), classes_of(event)
    permissions = {kind: permission_to_see(contract.domain, kind) for kind in sorted(set(classes.values()))}
    return {
        "type": event.NAME,
        "domain": contract.domain,
        "aggregate": contract.aggregate,
        "description": " ".join((event.__doc__ or "").split()),
        "schema_version": len(versions(event.NAME)),
        "retired": avro.named_types()[event.NAME].get("retired", False),
        "permission": permission_to_read(contract.domain, contract.aggregate),
        "personal": [each.name for each in fields(event) if each.subject],
        "secret": [each.name for each in fields(event) if each.secret],
        "hidden_without": {permissions[kind]: [n for n, of in classes.items() if of == kind] for kind in permissions},
        "schema": schema,
        "example": example_of(contract, event, schema),
    }


def data_schema(event: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event's `data`. More fields may come; those that there are stay what they are."""
    properties = {each.name: _field(event, each) for each in fields(event)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event.NAME,
        "type": "object",
        "required": list(properties),
        "properties": properties,
    }


def _field(event: type[Any], field: FieldContract) -> dict[str, Any]:
    """A field that somebody may not see is null, and so is what was erased."""
    kind = classes_of(event).get(field.name)
    if field.list_of is not None:
        plain: dict[str, Any] = {"type": "array", "items": _type(field.list_of)}
    else:
        plain = _type(field.type)
    told = _nullable(plain) if kind is not None else plain
    said = {"description": field.doc, "x-since": _since(event.NAME, field.name)}
    marks = {"x-personal": True} if field.subject else {}
    return {**told, **said, **marks, **({"x-class": kind} if kind is not None else {})}


def _type(schema: avro.Schema) -> dict[str, Any]:
    """What `infra.plain` makes of a value of an Avro type."""
    match schema:
        case str() if schema in _PLAIN:
            return dict(_PLAIN[schema])
        case str():
            return _named(schema)
        case ["null", other] | [other, "null"]:
            return _nullable(_type(other))
        case {"type": "array", "items": items}:
            return {"type": "array", "items": _type(items)}
        case {"type": "map", "values": held}:
            return {"type": "object", "additionalProperties": _type(held)}
        case {"logicalType": "decimal"}:
            return dict(_DECIMAL)
        case {"logicalType": "date"}:
            return {"type": "string", "format": "date"}
        case {"logicalType": _}:
            return {"type": "string", "format": "date-time"}
        case _:
            raise TypeError(f"An event holds {json.dumps(schema)}, of which nobody says here how it is told.")


def _named(name: str) -> dict[str, Any]:
    named = avro.named_types()[name]
    if named["type"] == "enum":
        return {"type": "string", "enum": list(named["symbols"])}
    held = cast(list[dict[str, Any]], named["fields"])
    properties = {each["name"]: {**_type(each["type"]), "description": each["doc"]} for each in held}
    return {"type": "object", "required": list(properties), "properties": properties}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}


@cache
def _names(event: str) -> tuple[frozenset[str], ...]:
    """The fields of each version of an event, oldest first."""
    return tuple(frozenset(each["name"] for each in json.loads(text)["fields"]) for text in versions(event))


def _since(event: str, field: str) -> int:
    """The first version of an event that has a field; the next one of a field that was not published yet."""
    known = _names(event)
    return next((number for number, names in enumerate(known, start=1) if field in names), len(known) + 1)
