"""What the OpenAPI document says of suggestions of duplicates."""

from typing import Any

from gateway import describe
from gateway.describe import AFTER, Responses, items, page, path, query
from projections.catalog import models_by_name
from projections.crm.duplicates import CONTACTS, DATABASE

_LIMIT = query("limit", "Suggestions at most.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20})
_SAID = (
    query("name", "The person's name."),
    query("email", "An email address."),
    query("phone", "A telephone number."),
    query("street", "Street and number."),
    query("city", "The place."),
    query("region", "State, province or county."),
    query("postal_code", "The postal code."),
    query("born", "The date of birth, such as 1981-04-16."),
    query("company_id", "The company the person works for."),
)
_REASONS = ("name", "email", "phone", "address", "born", "company")


def of_contact() -> dict[str, Any]:
    """The parameters of a contact's."""
    return {"parameters": [path("id"), _LIMIT, *AFTER]}


def of_nobody() -> dict[str, Any]:
    """The parameters of somebody's who is not on file yet."""
    return {"parameters": [*_SAID, _LIMIT, *AFTER]}


def of_all() -> dict[str, Any]:
    """The parameters of all pairs."""
    return {"parameters": [_LIMIT, query("cursor", "The next_cursor of the page before."), *AFTER]}


def alike() -> Responses:
    """The answers of those who are like one person."""
    return describe.answers(items(_suggestion(contact=_contact())), 404)


def pairs() -> Responses:
    """The answers of all pairs."""
    both = {"type": "array", "items": _contact(), "minItems": 2, "maxItems": 2}
    return describe.answers(page(_suggestion(contacts=both)))


def _contact() -> dict[str, Any]:
    return describe.row(models_by_name(DATABASE)[CONTACTS])


def _suggestion(**who: Any) -> dict[str, Any]:
    score = {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "How likely they are one; suggested from 0.5.",
    }
    because = {
        "type": "array",
        "items": {"type": "string", "enum": list(_REASONS)},
        "description": "What speaks for it, the strongest first.",
    }
    properties = {"score": score, "because": because, **who}
    return {"type": "object", "required": sorted(properties), "properties": properties}
