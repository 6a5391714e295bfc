"""What the OpenAPI document says of the questions about access."""

from typing import Any

from gateway.describe import AFTER, Responses, json_answer, problems, query, ref


def me() -> dict[str, Any]:
    """The parameters of who I am."""
    return {"parameters": [*AFTER]}


def check() -> dict[str, Any]:
    """The parameters of a check."""
    permission = query("permission", "Such as crm.deal.win.", {"type": "string", "examples": ["crm.deal.win"]})
    return {
        "parameters": [
            permission | {"required": True},
            query("id", "To this record; without it, to any at all."),
            query("user", "Whether this user may, rather than you; it takes admin.access.read."),
            *AFTER,
        ]
    }


def standing() -> Responses:
    """The answers of who I am."""
    return {200: json_answer("Found.", ref("Standing")), **problems(400, 414, 503, 504)}


def decision() -> Responses:
    """The answers of a check."""
    return {200: json_answer("Decided.", ref("Decision")), **problems(400, 404, 414, 503, 504)}
