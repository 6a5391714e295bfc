"""What is asked of the index: of the columns that are seen, with bounds, and as it is typed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import generations
from projections.asked import LONGEST, MOST, taken_apart
from projections.crm.companies import READ_MODEL as COMPANIES
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.documents import document, index_body, search_body
from projections.generations import digest_of
from projections.matching import matching
from projections.model import ReadModel
from projections.question import Filter, Not, QueryError
from projections.visible import ALL, NOTHING, Among, Sight
from tests.unit.projections.log import day

MOST_CLAUSES = 1024
"""What Elasticsearch takes at the least."""
PERSONAL = {"name", "emails", "phones", "custom"}


def asked_of(query: Any) -> Iterator[tuple[str, str]]:
    """(field, the query's own name for how it asks) of every leaf."""
    match query:
        case {"multi_match": {"fields": [*fields], "type": str(kind)}}:
            yield from ((str(field), kind) for field in fields)
        case {"term": {**field}} | {"prefix": {**field}}:
            yield from ((str(name), "term") for name in field)
        case {"match": {**field}}:
            yield from ((str(name), "near" if "fuzziness" in how else "term") for name, how in field.items())
        case dict():
            for each in query.values():  # pyright: ignore[reportUnknownVariableType]
                yield from asked_of(each)
        case list():
            for each in query:  # pyright: ignore[reportUnknownVariableType]
                yield from asked_of(each)
        case _:
            pass


def columns(query: Any) -> set[str]:
    return {field.split(".")[1] for field, _ in asked_of(query) if field.startswith("text.")}


@pytest.mark.parametrize("q", ["zoe", '"zoe smith"', "0700 123 456", "zoe -smith", "zoe@example.org"])
def test_what_is_hidden_is_not_searched(q: str) -> None:
    asked = taken_apart(q)
    assert columns(matching(CONTACTS, asked, ALL)) >= PERSONAL
    either = matching(CONTACTS, asked, Sight(fields={"personal": NOTHING}), slips=True)["bool"]["should"]
    assert either[0]["bool"]["filter"] == [{"match_none": {}}]
    assert columns(either[1]) == set(CONTACTS.search) - PERSONAL


def test_of_records_that_are_seen_whole_all_is_searched_and_nothing_is_left_in_by_the_rest() -> None:
    own = {"terms": {"exact.owner_id": ["anna"]}}
    sight = Sight(fields={"personal": Among("owner", frozenset({"anna"}))})
    whole, rest = matching(CONTACTS, taken_apart("zoe -smith"), sight, slips=True)["bool"]["should"]
    assert whole["bool"]["filter"] == rest["bool"]["must_not"] == [own]
    assert columns(whole) == set(CONTACTS.search)
    assert columns(rest) == set(CONTACTS.search) - PERSONAL


def test_what_a_parent_is_called_finds_nothing_where_not_all_are_seen() -> None:
    sight, asked = Sight(Among("owner", frozenset({"anna"}))), taken_apart("zoe")
    assert columns(matching(COMPANIES, asked, ALL)) == set(COMPANIES.search)
    assert columns(matching(COMPANIES, asked, sight)) == set(COMPANIES.search) - {"parent_name"}
    assert columns(matching(DEALS, asked, sight)) == set(DEALS.search)
    by_name = Filter("parent_name", "eq", "Umbra")
    body = search_body(COMPANIES, "acme", asked, [by_name, Not(by_name)], 10, sight)
    left_open: list[Any] = [{"match_all": {}}, {"bool": {"must_not": [{"match_none": {}}]}}]
    assert body["query"]["bool"]["filter"][1:3] == left_open


def test_a_number_is_not_searched_with_slips() -> None:
    def kinds(q: str, slips: bool) -> set[str]:
        return {kind for _, kind in asked_of(matching(DEALS, taken_apart(q), ALL, slips=slips))}

    assert kinds("12345 a1b2c3", True) == kinds("gamma", False) == {"phrase", "term"}
    assert kinds("gamma", True) == {"phrase", "term", "near"}
    assert taken_apart("gamma 1").may_hold_slips
    assert not taken_apart('a1b2c3 abc "gamma"').may_hold_slips


def test_a_record_is_found_by_its_id_alone() -> None:
    assert "id" in dict(asked_of(matching(DEALS, taken_apart("1C1I7A6R"), ALL)))
    for q in ("1C1I7A6R x", "1C1I7A6R -x", '"1C1I7A6R"'):
        assert "id" not in dict(asked_of(matching(DEALS, taken_apart(q), ALL)))


@given(st.text(max_size=LONGEST))
def test_whatever_is_typed_the_question_has_bounds_and_is_json(q: str) -> None:
    try:
        asked = taken_apart(q)
    except QueryError:
        return
    body = search_body(CONTACTS, "acme", asked, (), 10, slips=True)
    assert sum(1 for _ in asked_of(body)) < MOST_CLAUSES
    json.dumps(body).encode()


def test_as_many_words_as_may_be_are_no_more_than_the_index_takes() -> None:
    asked = taken_apart(" ".join(f"word{'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(MOST)))
    sight = Sight(fields={"personal": Among("owner", frozenset({"anna"}))})
    assert sum(1 for _ in asked_of(search_body(CONTACTS, "acme", asked, (), 10, sight, slips=True))) < MOST_CLAUSES


def test_a_document_holds_what_its_mapping_has() -> None:
    row: dict[str, Any] = dict.fromkeys((*DEALS.search, *DEALS.filters))
    made = document(DEALS, "acme", row | {"id": "d1", "name": "Cafe\u0301\u202e", "updated_at": day(1)})
    properties = index_body(DEALS)["mappings"]["properties"]
    assert made.keys() == properties.keys()
    assert made["text"] == {"name": "Café"}
    assert made["updated_at"] == day(1).timestamp() * 1_000_000


def test_another_mapping_is_another_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(model: ReadModel) -> dict[str, Any]:
        return {"other": True}

    before = digest_of(DEALS)
    monkeypatch.setattr(generations, "index_body", other)
    generations._digests.cache_clear()  # pyright: ignore[reportPrivateUsage]
    try:
        assert digest_of(DEALS) != before
    finally:
        generations._digests.cache_clear()  # pyright: ignore[reportPrivateUsage]
