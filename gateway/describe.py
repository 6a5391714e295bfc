"""What the OpenAPI document says beyond what FastAPI finds out: bodies, parameters, headers, problems."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from projections.catalog import models_by_name
from projections.columns import visible_columns
from projections.model import ReadModel, Report

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; branch on it."},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "field": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["id", "version", "position", "events"],
    "properties": {
        "id": {"type": "string"},
        "version": {"type": "integer"},
        "position": {"type": "string", "description": "Send it as Nexus-After to read what this wrote."},
        "events": {"type": "array", "items": {"type": "object"}},
    },
}
Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """Problem answers for these and for what every route may say."""
    content = {"application/problem+json": {"schema": PROBLEM}}
    said = {400: "Malformed", 401: "Unauthenticated", 404: "Not found", 409: "Rejected by a rule", 412: "Stale version"}
    said |= {413: "Too large", 415: "Not JSON", 422: "Invalid field", 429: "Too many requests", 500: "Our fault"}
    said |= {503: "Cannot be done now", 504: "Late", 304: "Not modified"}
    return {status: {"description": said[status], "content": content} for status in (*statuses, 401, 429)}


def command(body: type[BaseModel], *, creates: bool) -> dict[str, Any]:
    """The parts of an operation that sends a command."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    inline = _inline(schema, schema.pop("$defs", {}))
    needed = bool(inline.get("required"))
    parameters = [
        _header("Idempotency-Key", "Makes a retry safe: the same key and body have one effect and one answer."),
        _header("If-Match", 'The version you saw, in quotes; another one now is a 412. Example: "3"'),
        _header("Prefer", "`respond-async` answers 202 at once."),
    ]
    if not creates:
        parameters.insert(0, _path("id"))
    return {
        "parameters": parameters,
        "requestBody": {"required": needed, "content": {"application/json": {"schema": inline}}},
    }


def command_responses(*, creates: bool) -> Responses:
    accepted = {"description": "Accepted; it is in the log.", "content": {"application/json": {"schema": ACCEPTED}}}
    later = {"description": "Taken; Location tells how it went."}
    return {201 if creates else 200: accepted, 202: later, **problems(400, 404, 409, 412, 413, 415, 422, 500, 503, 504)}


def _inline(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with references written out, so that each operation can be read alone."""
    match schema:
        case {"$ref": str() as ref}:
            rest = {key: value for key, value in cast(dict[str, Any], schema).items() if key != "$ref"}
            return _inline(definitions[ref.rsplit("/", 1)[-1]], definitions) | rest
        case dict():
            return {key: _inline(value, definitions) for key, value in cast(dict[str, Any], schema).items()}
        case list():
            return [_inline(each, definitions) for each in cast(list[Any], schema)]
        case _:
            return schema


def _header(name: str, doc: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": doc, "schema": {"type": "string"}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, doc: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": doc, "schema": schema or {"type": "string"}}


TIMES = (
    _query("as_of", "How it stood then (business time); a date means its end, UTC."),
    _query("known_at", "What was known then (recorded time); a date means its end, UTC."),
)
AFTER = _header("Nexus-After", "A position that the answer must have reached; waits up to 5 s.")


def listing(model: ReadModel) -> dict[str, Any]:
    """The parameters of a list."""
    filters = [
        _query(name, f"Only rows with this {name}; also {name}.in, .lt, .lte, .gt, .gte, .prefix, .null.")
        for name in model.filters
    ]
    common = [
        _query("sort", f"One of id, {', '.join(model.sorts)}; with - before it descending."),
        _query("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        _query("cursor", "The next_cursor of the page before."),
        _query("fields", "Only these columns, comma-separated."),
    ]
    search = [_query("q", "Full-text search; best matches first.")] if model.search else []
    return {"parameters": [*filters, *common, *search, *(TIMES if model.times else ()), AFTER]}


def one(model: ReadModel) -> dict[str, Any]:
    return {"parameters": [_path("id"), *(TIMES if model.times else ()), AFTER, _header("If-None-Match", "An ETag.")]}


def totals(report: Report) -> dict[str, Any]:
    """The parameters of a report."""
    names = ", ".join(dimension.name for dimension in report.dimensions)
    filters = [_query(name, f"Only rows with this {name}.") for name in report.filters]
    by = _query("by", f"Groups, comma-separated: {names}. Empty for one total.")
    return {"parameters": [by, *filters, *(TIMES if report.times else ()), AFTER]}


JSON_TYPES = {"integer": "integer", "bigint": "integer", "boolean": "boolean"}


def row(model: ReadModel) -> dict[str, Any]:
    """The JSON schema of a row."""
    columns = visible_columns(model, models_by_name(model.database))
    return {
        "type": "object",
        "required": ["id"],
        "properties": {each.name: {} for each in columns} | {"id": {"type": "string"}},
    }


def answers(schema: Mapping[str, Any], *statuses: int) -> Responses:
    """A 200 with this schema, and problems."""
    good = {"description": "Found.", "content": {"application/json": {"schema": dict(schema)}}}
    return {200: good, **problems(400, 504, 503, *statuses)}


def page(items: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": dict(items)}, "next_cursor": {"type": ["string", "null"]}},
    }


def array(properties: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {} for name in properties}}


STATUS: dict[str, Any] = {
    "type": "object",
    "required": ["command_id", "id", "state"],
    "properties": {
        "command_id": {"type": "string"},
        "id": {"type": "string", "description": "The record that the command is about."},
        "state": {"enum": ["pending", "accepted", "refused"]},
        "answer": ACCEPTED,
        "problem": PROBLEM,
    },
}


def command_status() -> dict[str, Any]:
    """The parameters of a status resource."""
    return {"parameters": [_path("id")]}


def events() -> dict[str, Any]:
    """The parameters of the event stream."""
    return {
        "parameters": [
            _query("types", "Only events of these types, comma-separated, such as crm.DealWon."),
            _query("aggregate", "Only events of this aggregate, such as deal."),
            _query("id", "Only events of the record with this id."),
            _query("after", "A position to begin after; for clients that cannot send Last-Event-ID."),
            _header("Last-Event-ID", "The id of the last event that came; the stream goes on after it."),
        ]
    }


def stream() -> Responses:
    """The answers of the event stream."""
    content = {"text/event-stream": {"schema": {"type": "string"}}}
    return {200: {"description": "Events, until the connection ends.", "content": content}, **problems(400, 503)}
