"""Examples of events for the catalogue: made of their schemas, with values that look like what they are."""

from collections.abc import Mapping
from typing import Any

from schemas.contract import AggregateContract

_ID, _MOMENT = "4f2d7a3e-9a31-5c2f-8f6e-0d3c1b2a4e5f", "2026-03-31T12:00:00Z"
_COMMAND = "7b1d0c52-6f0e-5a77-9a53-2f1d7c9f0a11"
_AMOUNT = "1054.5"
_TEXTS: Mapping[str, str] = {
    "after": "Umbra Ltd",
    "alias": "GTXPro",
    "aliases": "GTXPro",
    "before": "Umbra",
    "body": "She asks for two prices.",
    "book_currency": "EUR",
    "choices": "red",
    "city": "London",
    "cloned_from": _ID,
    "competitors": "Penumbra",
    "contact.name": "Maude Lebowski",
    "country": "GB",
    "currency": "USD",
    "custom.values": "Prefers tea",
    "description": "Sells shade.",
    "discount_amount": "2.5",
    "discount_percent": "5",
    "domain": "umbra.example",
    "domains": "umbra.example",
    "dropped": "chairs",
    "editors": f"user:{_ID}",
    "email": "maude@umbra.example",
    "emails.value": "maude@umbra.example",
    "enter_from": "lead",
    "field": "name",
    "field_set.key": "note",
    "field_set.record": "deal",
    "formula": "custom.budget / 2",
    "from_stage_id": "lead",
    "help": "What the customer says they can spend.",
    "job_title": "Head of purchasing",
    "key": "note",
    "label": "Note",
    "lifecycle": "customer",
    "line_id": "chairs",
    "lines.name": "Ten chairs",
    "linkedin": "https://www.linkedin.com/company/umbra",
    "links": f"crm/deal/{_ID}",
    "location": "London",
    "lost_reasons": "Price",
    "lost_to": "Penumbra",
    "mentions": _ID,
    "name": "Umbra Ltd",
    "net": "427.5",
    "next_step": "Send the offer",
    "outcome": "They take ten",
    "percent": "100",
    "phone": "+442071838750",
    "phones.value": "+442071838750",
    "postal_code": "WC2N 5HR",
    "priced.record": f"crm/product/{_ID}",
    "quantity": "10",
    "rate": "0.9213",
    "readers": f"user:{_ID}",
    "reason": "Price",
    "reason.name": "Price",
    "record": f"crm/deal/{_ID}",
    "refers_to": "company",
    "region": "Greater London",
    "registration_number": "01234567",
    "required": "amount",
    "rule": "FREQ=WEEKLY;COUNT=4",
    "sector": "retail",
    "series": "GTX",
    "source": "Trade fair",
    "stage_id": "proposal",
    "stage_name": "Proposal",
    "stages.name": "Proposal",
    "street": "1 Strand",
    "tags": "vip",
    "take": "other",
    "title": "Call about the offer",
    "to_currency": "EUR",
    "total": "427.5",
    "unit_price": "45",
    "upper": "own",
    "vat_number": "GB123456789",
    "website": "https://umbra.example",
    "win_reasons": "Quality",
    "zone": "Europe/Berlin",
}
"""What stands in texts, by the field; by `<aggregate or field around it>.<field>` where that says more."""


def example_of(contract: AggregateContract, event: type[Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the stream tells it."""
    around = contract.aggregate
    data = {name: example(each, name, around) for name, each in schema["properties"].items()}
    return {
        "event_id": "0d9f0f5a-3f4d-5d0c-8c57-6b8e2d1a7c33",
        "type": event.NAME,
        "aggregate": contract.aggregate,
        "id": _ID,
        "version": 3,
        "occurred_at": _MOMENT,
        "recorded_at": "2026-03-31T12:00:01.25Z",
        "actor": f"user:{_ID}",
        "command_id": _COMMAND,
        "correlation_id": _COMMAND,
        "causation_id": _COMMAND,
        "data": data | {contract.id_field: _ID},
    }


def example(schema: Mapping[str, Any], name: str = "", around: str = "") -> Any:
    """A value that fits the schema of a field of this name, which stands within another one, or in an aggregate."""
    match schema:
        case {"anyOf": [first, *_]}:
            return example(first, name, around)
        case {"enum": [*symbols]}:
            return next(each for each in symbols if each != "UNKNOWN")
        case {"type": "array", "items": items}:
            return [example(items, name, around)]
        case {"type": "object", "properties": properties}:
            return {each: example(of, each, name) for each, of in properties.items()}
        case {"type": "object", "additionalProperties": held}:
            return {"name": example(held, name, around)}
        case {"type": "string", "format": "date-time"}:
            return _MOMENT
        case {"type": "string", "format": "date"}:
            return _MOMENT[:10]
        case {"type": "string", "pattern": _}:
            return _AMOUNT
        case {"type": "string"}:
            said = _TEXTS.get(f"{around}.{name}") or _TEXTS.get(name)
            return said or (_ID if name.endswith(("_id", "_ids")) else "Text")
        case {"type": "boolean"}:
            return True
        case _:
            return 1
