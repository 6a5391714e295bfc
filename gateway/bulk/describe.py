"""What the OpenAPI document says of bulk changes."""

from typing import Any

from pydantic import BaseModel

from gateway.describe import AFTER, Responses, command, path, problems, query

_EXAMPLE = {"target": "crm.company", "verb": "tag", "values": {"add": ["partner"]}, "all": True, "dry_run": True}


def start(body: type[BaseModel]) -> dict[str, Any]:
    """The parts of the operation that begins one."""
    said = command(body, creates=True)
    media = said["requestBody"]["content"]["application/json"]
    media["examples"] = {"example": {"value": _EXAMPLE}}
    return said


def report() -> dict[str, Any]:
    """The parameters of a report."""
    of = query("of", "Of the change itself, or of taking it back.", {"type": "string", "enum": ["change", "revert"]})
    return {"parameters": [path("id"), of, *AFTER]}


def reported() -> Responses:
    """The answers of a report."""
    content = {"text/csv": {"schema": {"type": "string"}}}
    doc = "One line for each record: id, outcome, version before and after, and why it was refused or kept."
    return {200: {"description": doc, "content": content}, **problems(400, 404, 503, 504)}
