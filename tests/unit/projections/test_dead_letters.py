"""Ids of dead letters say where they lie, whatever is in the names; reasons have codes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.plain import dump
from projections.dead_letters.letter import WHATS, WORKFLOWS, UnknownLetter, What, code_of, content, name, parse, prefix
from schemas.generated.crm.contact import ContactCreated
from tests.integration.projector import CODEC, VAULT

WORDS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
ANYTHING = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(st.sampled_from(WHATS), WORDS, WORDS, ANYTHING)
def test_an_id_is_printable_and_says_where_it_lies(what: What, tenant: str, kind: str, id: str) -> None:
    where = WORKFLOWS if what.startswith("workflow") else "crm"
    parts = (tenant, id) if what == "commands" else (tenant, kind, id)
    written = name(where, what, *parts)
    assert written.isascii()
    assert written.isprintable()
    assert " " not in written
    assert written.startswith(prefix(where, what))
    place = parse(written)
    assert (place.where, place.what, place.parts) == (where, what, parts)


@pytest.mark.parametrize(
    "id",
    ["", "crm", "crm/read-models", "crm/read-models/acme", "crm/events/acme/w/k", "workflows/read-models/a/b/c", "a\0b",
     "crm/commands/3", "crm/read-models/acme/crm.deal/a%00b"],
)  # fmt: skip
def test_what_is_no_id(id: str) -> None:
    with pytest.raises(UnknownLetter):
        parse(id)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("KeyError: 'x'", "key_error"),
        ("Undecodable: The bytes do not fit.", "undecodable"),
        ("ZeroDivisionError while deciding", "zero_division_error"),
        ("409 deal_not_open: deal d1 is WON", "deal_not_open"),
        ("The message has no value.", "not_done"),
        ("", "not_done"),
    ],
)
def test_reasons_have_codes(reason: str, code: str) -> None:
    assert code_of(reason) == code


def test_what_is_shown_keeps_personal_values_sealed() -> None:
    event = ContactCreated(
        contact_id="c1", name="Jane Doe", email="jane@example.com", at=datetime(2026, 1, 31, tzinfo=UTC)
    )
    value, headers = (
        CODEC.encode(event, VAULT),
        [("ce_type", b"crm.ContactCreated"), ("trace", b"long"), ("reason", b"r")],
    )
    held = content(CODEC, ("crm.events", 1, 7), headers, value, "in step")
    assert dict(held.headers) == {"ce_type": "crm.ContactCreated"}
    assert (held.data.contact_id, held.data.name, held.data.email) == ("c1", "[sealed]", "[sealed]")
    assert "Jane" not in dump(held.data).decode()
