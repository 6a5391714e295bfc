"""What the OpenAPI document says of the operations on dead letters."""

from typing import Any

from gateway.describe import Responses, Schema, json_answer, page, path, problems, query, ref
from projections.dead_letters.letter import WHATS
from projections.query import MAX_LIMIT


def listing() -> dict[str, Any]:
    """The parameters of the list."""
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}
    return {
        "parameters": [
            query("what", "Only of this kind.", {"type": "string", "enum": list(WHATS)}),
            query("where", "Only in this database or domain, such as crm, or workflows."),
            query("limit", "So many on a page.", limit),
            query("cursor", "The next_cursor of the page before."),
        ]
    }


def one() -> dict[str, Any]:
    """The parameters of one dead letter. Its id has slashes, which may stand as they are."""
    return {"parameters": [path("id", {"type": "string", "minLength": 1, "maxLength": 600})]}


def settle(*, reason: bool) -> dict[str, Any]:
    """The parameters and the body of a redrive, or of a discard, where the reason is needed."""
    text = {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "[A-Za-z0-9]", "examples": ["A test."]}
    body = {
        "type": "object",
        "required": ["reason"] if reason else [],
        "properties": {"reason": {**text, "description": "Why; kept with your name."}},
        "additionalProperties": False,
    }
    return {**one(), "requestBody": {"required": reason, "content": {"application/json": {"schema": body}}}}


def listed() -> Responses:
    """The answers of the list."""
    return _found(page(ref("DeadLetter")))


def shown() -> Responses:
    """The answers of one dead letter."""
    return _found(ref("DeadLetterShown"), 404)


def _found(schema: Schema, *statuses: int) -> Responses:
    return {200: json_answer("Found.", schema), **problems(400, 414, 503, *statuses)}


def settled() -> Responses:
    """The answers of a redrive or a discard."""
    done = json_answer("Worked off: `outcome` says what came of it.", ref("DeadLetterOutcome"))
    later = json_answer("Asked for: its owner has not come to it yet.", ref("DeadLetterOutcome"), "Retry-After")
    return {200: done, 202: later, **problems(400, 404, 408, 409, 413, 414, 415, 422, 503, 504)}
