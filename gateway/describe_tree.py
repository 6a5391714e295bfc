"""What the OpenAPI document says of trees of records, and of lists that can be asked within one."""

from collections.abc import Sequence
from typing import Any

from gateway.describe import AFTER, TIMES, Responses, items, path, query, row, total
from gateway.describe import answers as answered
from projections.model import ReadModel, Report
from projections.query import DEEPEST, MAX_LIMIT, WITHIN, trunk_of
from projections.select import answer_columns

_WHOLE: dict[str, Any] = {"type": "integer", "minimum": 1}


def asked(model: ReadModel) -> dict[str, Any]:
    """The parameters of a tree."""
    names = ", ".join(column.name for column in answer_columns(model))
    parameters = [
        path("id"),
        query("depth", "Levels below the record.", {**_WHOLE, "maximum": DEEPEST, "default": 3}),
        query("limit", "Records of each level.", {**_WHOLE, "maximum": MAX_LIMIT, "default": 50}),
        query("fields", f"Only these, with commas between: {names}."),
        *(TIMES if model.times else ()),
        *AFTER,
    ]
    return {"parameters": parameters}


def answers(model: ReadModel, belonging: Sequence[ReadModel], reports: Sequence[Report]) -> Responses:
    """The answers of a tree."""
    one, count = row(model), {"type": "integer", "minimum": 0}
    above = {"level": {"type": "integer", "maximum": -1}, "record": one}
    below = {"level": _WHOLE, "count": count, "items": {"type": "array", "items": one}}
    told = {
        "id": {"type": "string"},
        "above": _listed(above, "The records above that you may see, the nearest first, of level -1."),
        "below": _listed(below, "The levels below: how many you may see of each, and the first of them by name."),
        "ring": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Records that stand above one another all around, as far as you may see them, each above "
            "the one before it; move one of them elsewhere. Empty where there are none.",
        },
        "counts": {
            "type": "object",
            "description": "How much that you may see belongs to the record and to all below it.",
            "properties": {each.name: count for each in belonging},
        },
        "totals": {
            "type": "object",
            "description": "Reports over that.",
            "properties": {each.name: items(total(each))["properties"]["items"] for each in reports},
        },
    }
    return answered({"type": "object", "required": list(told), "properties": told}, 404)


def _listed(properties: dict[str, Any], doc: str) -> dict[str, Any]:
    one = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "description": doc, "items": one}


def within(model: ReadModel) -> list[dict[str, Any]]:
    """The parameters by which what belongs to a tree is asked."""
    trunk = trunk_of(model)
    if trunk is None:
        return []
    noun = trunk.model.name
    return [
        query(WITHIN, f"Of this one of the {noun}, and of all below it."),
        query(f"{WITHIN}.in", f"Of these {noun}, with commas between, and of all below them."),
        query(f"{WITHIN}.ne", f"Of none of these: one of the {noun}, and all below it."),
    ]
