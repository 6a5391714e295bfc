"""What the OpenAPI document says of lists and reports beyond their own filters: groups of conditions, views, files."""

from collections.abc import Mapping
from typing import Any

from gateway.describe import Responses, query
from gateway.describe_tree import within
from gateway.sheets.sheet import FORMATS, MEDIA
from projections.model import ReadModel

_WHERE = {"type": "string", "examples": ['{"any": [{"stage": "WON"}, {"not": {"region": ["East", "West"]}}]}']}
_DOC = "Conditions as JSON: all of an object hold, so do those of `all`, and of `any` one. Fields of your own are \
`custom.<key>`, here as well as in parameters."
_ZONE = {"type": "string", "examples": ["Europe/Berlin"]}
_GROUPS = (
    query("where", _DOC, _WHERE),
    query("zone", "The time zone of dates, and of words such as this_month. UTC when left out.", _ZONE),
    query("format", "A file, with all rows, in place of JSON.", {"type": "string", "enum": list(FORMATS)}),
)
_VIEW = query("view", "The id of a saved view, or `default` for the one that you chose; other parameters narrow it.")
_FILE = {"type": "string", "contentMediaType": "*/*"}
_HEADERS = ("Nexus-Parked", "Content-Disposition")


def listing(asked: Mapping[str, Any], model: ReadModel) -> dict[str, Any]:
    """The parameters of a list, with these."""
    return {**asked, "parameters": [*asked["parameters"], *within(model), _VIEW, *_GROUPS]}


def totals(asked: Mapping[str, Any], source: ReadModel) -> dict[str, Any]:
    """The parameters of a report, with these."""
    return {**asked, "parameters": [*asked["parameters"], *within(source), *_GROUPS]}


def filed(answers: Responses) -> Responses:
    """The answers, where the one that is found may be a file."""
    found = answers[200]
    files = {each.partition(";")[0]: {"schema": _FILE} for each in MEDIA.values()}
    headers = {**found["headers"], **{name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}}
    return {**answers, 200: {**found, "headers": headers, "content": {**found["content"], **files}}}
