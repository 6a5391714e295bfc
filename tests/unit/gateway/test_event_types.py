"""The catalogue of events says what the stream tells, of every event there is."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, meta

from gateway.access.masking import classes_of, masked
from gateway.event_types import catalogue
from infra.plain import dump
from schemas.contract import contracts, fields, record_type
from schemas.generated.crm.contact import ContactChanged
from schemas.history import versions
from tests.records import records

EVENTS = sorted((event for contract in contracts().values() for event in contract.events), key=lambda each: each.NAME)


def valid(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(schema, validate_formats=True).is_valid(value)


def test_every_event_of_every_domain_is_told_once() -> None:
    assert list(catalogue()) == [event.NAME for event in EVENTS]


@pytest.mark.parametrize("name", [event.NAME for event in EVENTS])
def test_a_schema_is_one_and_its_example_fits(name: str) -> None:
    entry = catalogue()[name]
    meta.validate(entry["schema"])
    assert valid(entry["schema"], entry["example"]["data"])
    assert entry["description"].endswith(".")
    assert (entry["example"]["type"], entry["schema_version"]) == (name, len(versions(name)))
    assert all(each["description"] for each in entry["schema"]["properties"].values())


def texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for each in value.values() for text in texts(each)]  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [text for each in value for text in texts(each)]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return []


@pytest.mark.parametrize("name", [event.NAME for event in EVENTS if event.NAME.startswith("crm.")])
def test_an_example_looks_like_what_it_is(name: str) -> None:
    assert "Text" not in texts(catalogue()[name]["example"]["data"])


def test_examples_know_where_a_field_stands() -> None:
    contact, deal = (catalogue()[name]["example"]["data"] for name in ("crm.ContactCreated", "crm.DealLinesChanged"))
    assert (contact["name"], contact["phones"][0]["value"]) == ("Maude Lebowski", "+442071838750")
    [line] = deal["lines"]
    assert (line["name"], line["line_id"], line["net"]) == ("Ten chairs", "chairs", "427.5")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.sampled_from(EVENTS).flatmap(records), st.booleans())
def test_whatever_the_stream_tells_fits_the_schema(event: Any, hides: bool) -> None:
    entry, classes = catalogue()[event.NAME], classes_of(record_type(event.NAME))
    told = json.loads(dump(masked(event, set(classes.values()) if hides else ())))
    assert valid(entry["schema"], told["data"]), (event, told)
    assert set(told.get("hidden", ())) == (
        {name for names in entry["hidden_without"].values() for name in names} if hides else set()
    )


def test_what_does_not_fit_is_found_out() -> None:
    schema, data = catalogue()["crm.DealWon"]["schema"], catalogue()["crm.DealWon"]["example"]["data"]
    assert not valid(schema, {name: value for name, value in data.items() if name != "at"})
    assert not valid(schema, data | {"amount": {"amount": 10.5, "currency": "USD"}})
    assert not valid(schema, data | {"at": "yesterday"})
    assert valid(schema, data | {"amount": None, "something_new": 1})


def test_personal_fields_and_those_that_are_hidden_are_named() -> None:
    entry = catalogue()[ContactChanged.NAME]
    assert entry["permission"] == "crm.contact.read"
    assert entry["personal"] == [each.name for each in fields(ContactChanged) if each.subject]
    assert entry["hidden_without"] == {"crm.personal.see": entry["personal"]}
    assert entry["schema"]["properties"]["emails"]["anyOf"][0]["items"]["properties"]["value"]["type"] == "string"
    assert catalogue()["admin.ProviderConnected"]["secret"] == ["client_secret"]


def test_fields_are_told_with_the_version_that_brought_them() -> None:
    late = {
        (name, field): of["x-since"]
        for name, entry in catalogue().items()
        for field, of in entry["schema"]["properties"].items()
        if of["x-since"] > 1
    }
    for (name, field), since in late.items():
        texts = versions(record_type(name).NAME)
        before, brought = ({each["name"] for each in json.loads(text)["fields"]} for text in texts[since - 2 : since])
        assert field not in before
        assert field in brought
    assert late["crm.ContactChanged", "emails"] == 2
