"""What the OpenAPI document says of a board."""

from collections.abc import Mapping
from typing import Any

from gateway.describe import Responses, listing, query, row
from gateway.describe import answers as found
from gateway.describe_lists import totals
from projections.model import ReadModel
from projections.query import MAX_LIMIT

_TEXT = {"type": "string"}
_COUNT = {"type": "integer"}
_NOT_TAKEN = ("cursor", "limit", "q", "format", "trash", "pipeline_id", "stage_id")
_CARDS = {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": 20}


def asked(model: ReadModel) -> dict[str, Any]:
    """The parameters: those of the list, of a pipeline, with so many cards in each stage."""
    taken = [
        each for each in totals(listing(model), model)["parameters"] if each["name"].partition(".")[0] not in _NOT_TAKEN
    ]
    ours = [
        query("pipeline", "The pipeline; the one that the tenant chose when left out, or default."),
        query("cards", "Deals of each stage.", _CARDS),
    ]
    return {"parameters": [*ours, *taken]}


def answers(model: ReadModel) -> Responses:
    return found(_board(model), 404)


def _board(model: ReadModel) -> dict[str, Any]:
    sums = {"currency": _TEXT, "count": _COUNT, "amount": _TEXT, "weighted": _TEXT}
    stage = {
        "stage_id": _TEXT,
        "name": _TEXT,
        "kind": {"type": "string", "enum": ["OPEN", "WON", "LOST"]},
        "probability": _COUNT,
        "retired": {"type": "boolean"},
        "count": _COUNT,
        "totals": {"type": "array", "items": _all(sums)},
        "home_totals": {"type": "array", "items": _all(sums)},
        "cards": {"type": "array", "items": row(model)},
        "next_cursor": {"type": ["string", "null"]},
    }
    pipeline = {"id": _TEXT, "name": {"type": ["string", "null"]}, "version": _COUNT}
    return _all({"pipeline": _all(pipeline), "stages": {"type": "array", "items": _all(stage)}})


def _all(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}
