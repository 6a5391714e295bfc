"""What the OpenAPI document says of timelines."""

from typing import Any

from gateway.describe import AFTER, TIMES, Responses, page, path, query, ref
from gateway.describe import answers as answered
from projections.model import ReadModel
from projections.query import MAX_LIMIT
from projections.timeline import members


def asked(model: ReadModel) -> dict[str, Any]:
    """The parameters of a timeline."""
    kinds = ", ".join(each.aggregate[1] for each in members(model) if each.aggregate is not None)
    parameters = [
        path("id"),
        query("kinds", f"Only what happened to records of these kinds, with commas between: {kinds}."),
        query("types", "Only events of these types, with commas between, such as crm.DealWon."),
        query("limit", "Entries on a page.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
        query("cursor", "The next_cursor of the page before."),
        *(TIMES if model.times else ()),
        *AFTER,
    ]
    return {"parameters": parameters}


def answers() -> Responses:
    """The answers of a timeline."""
    return answered(page(entry()), 404)


def entry() -> dict[str, Any]:
    """The JSON schema of an entry."""
    text: dict[str, Any] = {"type": ["string", "null"]}
    return {
        "allOf": [ref("Event")],
        "required": ["sentence", "name", "actor_name"],
        "properties": {
            "sentence": text | {"description": "What happened, in a sentence."},
            "name": text | {"description": "What the record is called now; null where you may not see that."},
            "actor_name": text | {"description": "The name of the user who did it, if it was one."},
        },
    }
