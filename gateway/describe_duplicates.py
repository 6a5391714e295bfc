"""What the OpenAPI document says of suggestions of duplicates."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway import describe
from gateway.describe import AFTER, TIMES, Responses, items, page, path, query
from projections.model import ReadModel

_LIMIT = query("limit", "Suggestions at most.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20})
_PLACE: Mapping[str, str] = {
    "street": "Street and number.",
    "city": "The place.",
    "region": "State, province or county.",
    "postal_code": "The postal code.",
}
OF_PERSON: Mapping[str, str] = {
    "name": "The person's name.",
    "email": "An email address.",
    "phone": "A telephone number.",
    **_PLACE,
    "born": "The date of birth, such as 1981-04-16.",
    "company_id": "The company the person works for.",
}
"""What can be said of somebody who is not on file yet."""
OF_COMPANY: Mapping[str, str] = {
    "name": "The company's name, with or without its legal form.",
    "domain": "Its domain, or the address of its website.",
    "email": "An email address of somebody who works there.",
    "phone": "A telephone number.",
    "vat_number": "Its VAT number, such as DE123456789.",
    "registration_number": "Its number in the register of companies.",
    "linkedin": "Its page at LinkedIn.",
    **_PLACE,
    "location": "The country of its head office.",
}
"""What can be said of a company that is not on file yet."""


def of_record() -> dict[str, Any]:
    """The parameters of one record's."""
    return {"parameters": [path("id"), _LIMIT, *TIMES, *AFTER]}


def of_none(said: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of one's that is not on file yet."""
    return {"parameters": [*(query(name, doc) for name, doc in said.items()), _LIMIT, *TIMES, *AFTER]}


def of_all() -> dict[str, Any]:
    """The parameters of all pairs."""
    return {"parameters": [_LIMIT, query("cursor", "The next_cursor of the page before."), *TIMES, *AFTER]}


def alike(model: ReadModel, noun: str, reasons: Sequence[str]) -> Responses:
    """The answers of those that are like one record."""
    return describe.answers(items(_suggestion(reasons, {noun: describe.row(model)})), 404)


def pairs(model: ReadModel, plural: str, reasons: Sequence[str]) -> Responses:
    """The answers of all pairs."""
    both = {"type": "array", "items": describe.row(model), "minItems": 2, "maxItems": 2}
    return describe.answers(page(_suggestion(reasons, {plural: both})))


def _suggestion(reasons: Sequence[str], which: Mapping[str, Any]) -> dict[str, Any]:
    score = {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "How likely they are one; suggested from 0.5.",
    }
    because = {
        "type": "array",
        "items": {"type": "string", "enum": list(reasons)},
        "description": "What speaks for it, the strongest first.",
    }
    properties = {"score": score, "because": because, **which}
    return {"type": "object", "required": sorted(properties), "properties": properties}
