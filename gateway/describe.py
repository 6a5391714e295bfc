"""What the OpenAPI document says of each operation: parameters, bodies, headers, answers and problems.

Shapes that many share stand once, under `components` (gateway.document).
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from projections.catalog import models_by_name
from projections.columns import Column, Kind, visible_columns
from projections.hidden import TRASHED
from projections.model import ReadModel, Report
from projections.order import MOST as MOST_SORTS
from projections.query import MAX_LIMIT
from projections.select import answer_columns, class_of
from schemas.contract import fields

Responses = dict[int | str, dict[str, Any]]
Schema = Mapping[str, Any]

SAID = {
    308: "Another record took its place, and Location says which.",
    304: "Not changed since the version in If-None-Match.",
    400: "The address, a parameter or a header cannot be understood.",
    401: "The token, the session or the key is missing, wrong or over; `code` says which.",
    403: "None of your roles permits it, or the app is switched off; `permission` says what it takes.",
    404: "There is no such thing, or it belongs to somebody else.",
    409: "A rule says no; `code` says which.",
    408: "The head or the body did not come in time.",
    410: "It was there, and is gone for good.",
    412: "Another version is there now; `version` says which.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Fields of the body are wrong: see `errors`. Or an Idempotency-Key was used with another body.",
    414: "The address is too long.",
    431: "The headers are too large.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "Something broke on our side.",
    503: "A part of the platform is away, or too much waits for it; nothing was done. Try again.",
    504: "It took too long; the answer says how to ask again.",
}
LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Status", "X-Request-Id")
POSITION = "Nexus-Position"


def ref(name: str) -> dict[str, Any]:
    """A reference to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_answer(description: str, schema: Schema, *headers: str) -> dict[str, Any]:
    """An answer with a JSON body and these headers."""
    return {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in (*LIMITS, *headers)},
        "content": {"application/json": {"schema": dict(schema)}},
    }


def problems(*statuses: int) -> Responses:
    """Problem answers for these, and for what every route that needs a key may say."""
    content = {"application/problem+json": {"schema": ref("Problem")}}
    answers: Responses = {}
    for status in (*statuses, 401, 403, 429, 431):
        answers[status] = {"description": SAID[status], "content": content}
        if status in (429, 503, 504):
            answers[status]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
        if status == 401:
            answers[status]["headers"] = {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}}
    return answers


def takes(permission: str) -> dict[str, Any]:
    """The part of an operation that says which permission it takes."""
    return {"description": f"Takes the permission `{permission}`.", "x-permission": permission}


# ---- commands


def command(body: type[BaseModel], *, creates: bool) -> dict[str, Any]:
    """The parts of an operation that sends a command."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    inline = _inline(schema, schema.pop("$defs", {}))
    needed = bool(inline.get("required"))
    parameters = [
        _header(
            "Idempotency-Key",
            "Makes a retry safe: the same key and body have one effect and one answer.",
            {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
            "6f9b1f0e-order-17",
        ),
        _header(
            "If-Match",
            "The version that you saw, in quotes; when another is there now, the answer is 412.",
            {"type": "string", "pattern": r'^(\*|"[0-9]{1,18}(\.[0-9a-f]{12})?")$'},
            '"3"',
        ),
        _header("Prefer", "`respond-async` answers 202 as soon as the log has the command.", _TEXT, "respond-async"),
        _header("traceparent", "W3C Trace Context; it travels with the command and its events.", _TEXT),
    ]
    if not creates:
        parameters.insert(0, path("id"))
    media = {"schema": inline, "examples": {"example": {"value": example(inline)}}}
    return {
        "parameters": parameters,
        "requestBody": {"required": needed, "content": {"application/json": media}},
    }


def command_responses(*, creates: bool) -> Responses:
    """The answers of a command."""
    headers = ("ETag", POSITION, "Idempotent-Replayed", *(("Location",) if creates else ()))
    accepted = json_answer("Accepted: it is in the log.", ref("Accepted"), *headers)
    later = json_answer("Taken: it is in the log, and Location tells how it went.", ref("CommandStatus"), "Location")
    refused = problems(400, 404, 408, 409, 412, 413, 415, 422, 500, 503, 504)
    return {201 if creates else 200: accepted, 202: later, **refused}


def command_status() -> dict[str, Any]:
    """The parameters of a status resource."""
    return {"parameters": [path("id")]}


def _inline(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with references written out, so that each operation can be read alone."""
    match schema:
        case {"$ref": str() as name}:
            rest = {key: value for key, value in cast(dict[str, Any], schema).items() if key != "$ref"}
            return _inline(definitions[name.rsplit("/", 1)[-1]], definitions) | rest
        case dict():
            return {key: _inline(value, definitions) for key, value in cast(dict[str, Any], schema).items()}
        case list():
            return [_inline(each, definitions) for each in cast(list[Any], schema)]
        case _:
            return schema


_EXAMPLES: Mapping[str, Any] = {
    "name": "Umbra Ltd",
    "email": "ann@example.com",
    "currency": "USD",
    "target": "crm.deal",
    "file": "0f" * 32,
    "file_name": "deals.csv",
    "list": "crm/deals",
}


def example(schema: Schema, name: str = "") -> Any:
    """A value that fits the schema: what is required, and `at`."""
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], name)
    if schema.get("type") == "object":
        wanted = (*schema.get("required", ()), *(("at",) if "at" in schema.get("properties", {}) else ()))
        return {each: example(schema["properties"][each], each) for each in wanted}
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "string":
            return _EXAMPLES.get(name) or ("4f2d7a3e-9a31-5c2f-8f6e-0d3c1b2a4e5f" if name.endswith("_id") else "Text")
        case "array":
            return []
        case "boolean":
            return True
        case _:
            return 1


# ---- questions

_TEXT: Schema = {"type": "string"}
_JSON_TYPES: Mapping[Kind, Schema] = {
    "text": _TEXT,
    "enum": _TEXT,
    "integer": {"type": "integer"},
    "number": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "description": "An exact decimal."},
    "boolean": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "texts": {"type": "array", "items": _TEXT},
    "records": {"type": "array"},
    "object": {"type": "object"},
}
_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    "text": ("ne", "in", "prefix", "contains", "lt", "lte", "gt", "gte"),
    "enum": ("ne", "in", "prefix", "contains"),
    "integer": ("ne", "in", "lt", "lte", "gt", "gte"),
    "number": ("ne", "in", "lt", "lte", "gt", "gte"),
    "boolean": ("ne", "in"),
    "time": ("ne", "in", "lt", "lte", "gt", "gte"),
    "date": ("ne", "in", "lt", "lte", "gt", "gte"),
    "texts": ("ne", "in"),
    "records": ("ne", "in"),
    "object": (),
}
_SAYS = {
    "ne": "is not this, or missing",
    "in": "is one of these, with commas between",
    "prefix": "begins so, in whatever case",
    "contains": "has this in it, in whatever case",
    "lt": "is less",
    "lte": "is less or equal; a date counts to its end",
    "gt": "is more; a date counts to its end",
    "gte": "is more or equal",
}


def operators(kind: Kind) -> tuple[str, ...]:
    """What a column of this kind can be asked by."""
    return ("eq", *_OPERATORS[kind], "null")


def _header(name: str, doc: str, schema: Schema = _TEXT, example: str | None = None) -> dict[str, Any]:
    shown = {} if example is None else {"example": example}
    return {"name": name, "in": "header", "required": False, "description": doc, "schema": dict(schema), **shown}


def path(name: str, schema: Schema | None = None) -> dict[str, Any]:
    """A part of the path."""
    known = {"type": "string", "minLength": 1, "maxLength": 200}
    return {"name": name, "in": "path", "required": True, "schema": dict(schema or known)}


def query(name: str, doc: str, schema: Schema = _TEXT) -> dict[str, Any]:
    """A query parameter."""
    return {"name": name, "in": "query", "required": False, "description": doc, "schema": dict(schema)}


TIMES = (
    query("as_of", "How it stood then (business time). A date means its end, UTC: 2017-03-31."),
    query("known_at", "What was known then (recorded time). A date means its end, UTC."),
)
TRASH = (
    query(
        "trash",
        "What is in the trash, in place of what is not.",
        {"type": "string", "enum": ["true", "false"], "default": "false"},
    ),
)
AFTER = (
    _header(
        "Nexus-After", "Positions, with commas between, that the answer must have reached; waits for them, 5 s at most."
    ),
    query("after", "The same as Nexus-After."),
)


def _filters(model: ReadModel, names: Sequence[str]) -> list[dict[str, Any]]:
    columns = {column.name: column for column in visible_columns(model, models_by_name(model.database))}
    return [parameter for name in names for parameter in _filter(columns[name])]


def _filter(column: Column) -> list[dict[str, Any]]:
    plain: Schema = {"type": "string", "enum": list(column.choices)} if column.kind == "enum" else _TEXT
    equals = query(column.name, f"{column.name} is this.", plain)
    others = [query(f"{column.name}.{op}", f"{column.name} {_SAYS[op]}.", _TEXT) for op in _OPERATORS[column.kind]]
    choices: Schema = {"type": "string", "enum": ["true", "false"]}
    return [equals, *others, query(f"{column.name}.null", f"Whether {column.name} is missing.", choices)]


def listing(model: ReadModel) -> dict[str, Any]:
    """The parameters of a list."""
    own = (r"custom\.[a-z][a-z0-9_]*",) if model.own else ()
    sorts = "|".join(dict.fromkeys(("id", *model.sorts, *own)))
    sort: Schema = {
        "type": "string",
        "pattern": f"^-?({sorts})(,-?({sorts})){{0,{MOST_SORTS - 1}}}$",
        "examples": ["id"],
    }
    names = ", ".join((*(column.name for column in answer_columns(model)), *(("custom.<key>",) if own else ())))
    common = [
        query("sort", "Columns with commas between, each with - before it descending; id when left out.", sort),
        query("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
        query("cursor", "The next_cursor of the page before."),
        query("fields", f"Only these, with commas between: {names}."),
    ]
    search = [query("q", "Full-text search; the best come first.", {**_TEXT, "minLength": 1, "maxLength": 500})]
    times, trash = TIMES if model.times else (), TRASH if TRASHED in model.hidden else ()
    searched = search if model.search else ()
    return {"parameters": [*_filters(model, model.filters), *common, *searched, *trash, *times, *AFTER]}


def one(model: ReadModel) -> dict[str, Any]:
    """The parameters of a record."""
    times, trash = TIMES if model.times else (), TRASH if TRASHED in model.hidden else ()
    return {"parameters": [path("id"), *trash, *times, *AFTER, _header("If-None-Match", "An ETag that you have.")]}


def story(*, paged: bool) -> dict[str, Any]:
    """The parameters of a history or a lineage."""
    paging = [
        query("limit", "Events on a page.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
        query("cursor", "The next_cursor of the page before.", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
    ]
    return {"parameters": [path("id"), *(paging if paged else ()), *AFTER]}


def totals(report: Report) -> dict[str, Any]:
    """The parameters of a report."""
    names = ", ".join(dimension.name for dimension in report.dimensions)
    default = ",".join(report.by) or "nothing"
    by = query("by", f"Groups, with commas between: {names}. Empty for one total; {default} when left out.")
    model = models_by_name(report.database)[report.source]
    return {"parameters": [by, *_filters(model, report.filters), *(TIMES if report.times else ()), *AFTER]}


HIDDEN = "The fields that are null because you may not see them; absent when there are none."


def row(model: ReadModel) -> dict[str, Any]:
    """The JSON schema of a row."""
    properties = {column.name: _cell(column, class_of(model, column.name)) for column in answer_columns(model)}
    if model.classes:
        properties["hidden"] = {"type": "array", "items": _TEXT, "description": HIDDEN}
    parked = {"type": "boolean", "description": "Whether an event of this record waits, so that this may be old."}
    return {
        "type": "object",
        "description": model.doc,
        "required": ["id"],
        "properties": {**properties, "parked": parked},
        "additionalProperties": False,
    }


def _cell(column: Column, kind: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = ref("Money") if column.money else dict(_JSON_TYPES[column.kind])
    if column.record is not None:
        schema["items"] = _listed(column.record)
    return {"anyOf": [schema, {"type": "null"}]} if column.nullable or kind else schema


def _listed(record: type[Any]) -> dict[str, Any]:
    """The JSON schema of a value record, as rows list it."""
    properties = {each.name: {"description": each.doc} for each in fields(record)}
    return {"type": "object", "description": record.__doc__, "required": list(properties), "properties": properties}


def total(report: Report) -> dict[str, Any]:
    """The JSON schema of a report's group."""
    model = models_by_name(report.database)[report.source]
    columns = {column.name: column for column in visible_columns(model, models_by_name(model.database))}
    properties: dict[str, Any] = {}
    for dimension in report.dimensions:
        for name in dimension.columns:
            shown = dimension.name if dimension.month else name
            schema = _TEXT if dimension.month else _JSON_TYPES[columns[name].kind]
            properties[shown] = {"anyOf": [dict(schema), {"type": "null"}]}
    properties["currency"] = {"type": ["string", "null"]}
    for measure in report.measures:
        counted: Schema = _JSON_TYPES["integer" if measure.kind == "count" else "number"]
        properties[measure.name] = {"anyOf": [dict(counted), {"type": "null"}]}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def answers(schema: Schema, *statuses: int, tagged: bool = False) -> Responses:
    """A 200 with this schema, and problems."""
    headers = (POSITION, "ETag", "Nexus-Parked") if tagged else (POSITION,)
    found: Responses = {200: json_answer("Found.", schema, *headers), **problems(400, 414, 503, 504, *statuses)}
    if tagged:
        found[304] = {"description": SAID[304]}
    return found


def moved() -> Responses:
    """Where the record is now whose place another took."""
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*LIMITS, POSITION, "Location")}
    return {308: {"description": SAID[308], "headers": headers}}


def items(schema: Schema) -> dict[str, Any]:
    """The schema of an answer that holds a list."""
    return {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": dict(schema)}}}


def page(schema: Schema) -> dict[str, Any]:
    """The schema of a page of a list."""
    listed = items(schema)
    return {
        **listed,
        "required": ["items", "next_cursor"],
        "properties": {**listed["properties"], "next_cursor": {"type": ["string", "null"]}},
    }


# ---- events and files


def events() -> dict[str, Any]:
    """The parameters of the event stream."""
    return {
        "parameters": [
            query("types", "Only events of these types, with commas between, such as crm.DealWon."),
            query(
                "aggregate",
                "Only events of this aggregate, such as deal. The audit comes only if asked for: trail.",
            ),
            query("id", "Only events of the record with this id."),
            query("after", "A position to begin after; for clients that cannot send Last-Event-ID."),
            _header("Last-Event-ID", "The id of the last event that came; the stream goes on after it."),
        ]
    }


def stream() -> Responses:
    """The answers of the event stream."""
    content = {"text/event-stream": {"schema": _TEXT}}
    return {200: {"description": "Events, until the connection ends.", "content": content}, **problems(400, 503)}


def upload() -> dict[str, Any]:
    """The body of an upload."""
    binary = {"schema": {"type": "string", "contentMediaType": "application/octet-stream", "minLength": 1}}
    form = {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        }
    }
    content = {"application/octet-stream": binary, "text/csv": binary, "multipart/form-data": form}
    return {"requestBody": {"required": True, "content": content}}


def uploaded() -> Responses:
    """The answers of an upload."""
    return {201: json_answer("Kept.", ref("File"), "Location"), **problems(400, 408, 413)}


def download() -> dict[str, Any]:
    """The parameters of a download."""
    return {"parameters": [path("hash", {"type": "string", "pattern": "^[0-9a-f]{64}$"})]}


def downloaded() -> Responses:
    """The answers of a download."""
    content = {"application/octet-stream": {"schema": {"type": "string", "contentMediaType": "*/*"}}}
    return {200: {"description": "The file's bytes.", "content": content}, **problems(404, 410, 503)}
