"""What the OpenAPI document says of records, and of what is asked for with them."""

from collections.abc import Mapping
from typing import Any

from gateway import describe, describe_timeline
from gateway.beside import ROWS, limit_of, newest
from gateway.relations import Back
from projections.model import ReadModel
from projections.query import MAX_LIMIT

_PAGES = "First pages of what was asked for with the record, by name; null where you may read nothing of it."


def asked(model: ReadModel, offered: Mapping[str, Back | None]) -> dict[str, Any]:
    """The parameters of a record."""
    one = describe.one(model)
    if not offered:
        return one
    names = "|".join(offered)
    wanted = describe.query(
        "with",
        f"What to show beside the record, with commas between: {', '.join(offered)}.",
        {"type": "string", "pattern": f"^({names})(,({names}))*$", "examples": [",".join(offered)]},
    )
    limit = describe.query(
        "limit",
        f"Rows of each list that is shown beside the record; {MAX_LIMIT} at most of all together.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": ROWS},
    )
    limits = [
        describe.query(
            limit_of(name),
            f"Rows of {name}, where it is other than limit.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
        )
        for name in offered
    ]
    return {**one, "parameters": [*one["parameters"], wanted, limit, *limits]}


def record(model: ReadModel, offered: Mapping[str, Back | None]) -> dict[str, Any]:
    """The JSON schema of a record and what stands beside it."""
    row = describe.row(model)
    if not offered:
        return row
    pages = {name: _page(model, back) for name, back in offered.items()}
    beside = {"type": "object", "description": _PAGES, "properties": pages, "additionalProperties": False}
    return {**row, "properties": {**row["properties"], "with": beside}}


def _page(model: ReadModel, back: Back | None) -> dict[str, Any]:
    """The JSON schema of a page, and where the next one is asked for."""
    path = f"/{model.database}/{model.name.replace('_', '-')}/<id>/timeline"
    if back is not None:
        path = f"/{back.of.database}/{back.of.name.replace('_', '-')}"
        path += f"?{back.column}={back.before}<id>&sort={newest(back.of)}"
    page = describe.page(describe_timeline.entry() if back is None else describe.row(back.of))
    return {"description": f"The first page of `{path}`.", "anyOf": [page, {"type": "null"}]}
