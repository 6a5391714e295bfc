"""What GraphQL lets nobody ask: documents that are large, deep, wide, costly, or that ask about the schema in ways
whose cost cannot be told."""

from typing import Any

import pytest
from graphql import parse, validate

from gateway.graphql.cost import DEEPEST, MOST_COST, MOST_FIELDS, Measure, measured
from gateway.graphql.documents import (
    LONGEST,
    LONGEST_KEPT,
    MOST_KEPT,
    Documents,
    Refused,
    asks_about_schema,
    operation_of,
)
from gateway.graphql.schema import schema
from gateway.problems import Problem


def measure(text: str, **variables: Any) -> Measure:
    document = parse(text)
    assert validate(schema(), document) == []
    return measured(schema(), document, operation_of(document, None), variables)


def refusal(text: str, **variables: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        measure(text, **variables)
    assert refused.value.status == 400
    return refused.value


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ('{ deal(id: "d") { id name } }', 10 + 1 + 2),
        ("{ deals(first: 3) { edges { cursor node { id name } } pageInfo { endCursor } } }", 10 + 1 + 3 * 3 + 1),
        ("{ deals(first: 3) { nodes { id } } }", 10 + 1 + 3),
        ("{ deals { nodes { id } } }", 10 + 1 + 50),
        ("{ deals(first: null) { nodes { id } } }", 10 + 1 + 50),
        ("{ deals(first: 2000000000) { nodes { id } } }", 10 + 1 + 200),
        ("{ deals(first: -1) { nodes { id } } }", 10 + 1 + 1),
        ("{ deals(last: 3) { nodes { id } } }", 10 + 1 + 3),
        ("{ deals(first: 2, last: 7) { nodes { id } } }", 10 + 1 + 7),
        ("{ deals(last: 3) { nodes { history(first: 4) { nodes { type data } } } } }", 20 + 1 + 3 * (1 + 4 * 2)),
        ("{ deals(first: 3) { nodes { company { name } owner { name } } } }", 20 + 1 + 3 * 4),
        (
            "{ companies(first: 4) { nodes { name deals(first: 5) { nodes { id amount { amount } } } } } }",
            20 + 1 + 4 * (1 + 1 + 5 * 3),
        ),
        ("{ pipeline { stage count } }", 10 + 1 + 100 * 2),
        ('mutation { winDeal(id: "d") { version deal { stage } } }', 20 + 1 + 1 + 2),
        ("{ a: deals(first: 1) { nodes { id } } b: deals(first: 2) { nodes { id } } }", 20 + 2 + 3),
        (
            "{ deals(first: 3) { ...page } } fragment page on DealConnection { nodes { ...one } } "
            "fragment one on Deal { id }",
            14,
        ),
        ("{ deals(first: 3) { ... on DealConnection { nodes { ... on Deal { id } } } } }", 14),
    ],
)  # fmt: skip
def test_each_field_counts_for_each_record_and_each_question_ten_more(text: str, cost: int) -> None:
    assert measure(text).cost == cost


def test_how_many_is_told_by_variables_and_their_defaults() -> None:
    text = "query ($n: Int = 7) { deals(first: $n) { nodes { id } } }"
    assert measure(text).cost == 11 + 7
    assert measure(text, n=3).cost == 11 + 3
    assert measure(text, n=None).cost == 11 + 50
    assert measure(text, n="many").cost == 11 + 50
    assert measure("query ($n: Int) { deals(first: $n) { nodes { id } } }").cost == 11 + 50


def test_what_is_too_deep_is_refused_and_pages_are_no_deeper_than_their_list() -> None:
    nested = "id"
    for _ in range(DEEPEST // 2):
        nested = f"company {{ deals(first: 1) {{ edges {{ node {{ {nested} }} }} }} }}"
    refused = refusal(f'{{ deal(id: "d") {{ {nested} }} }}')
    assert (refused.code, refused.more) == ("query_too_deep", {"depth": DEEPEST + 2, "limit": DEEPEST})
    parents = "id"
    for _ in range(DEEPEST - 2):
        parents = f"parent {{ {parents} }}"
    assert measure(f'{{ company(id: "c") {{ {parents} }} }}').depth == DEEPEST


def test_many_fields_of_an_operation_are_refused() -> None:
    fields = " ".join(f'd{number}: deal(id: "d") {{ id }}' for number in range(MOST_FIELDS + 1))
    assert refusal(f"{{ {fields} }}").code == "query_too_wide"
    wins = " ".join(f'w{number}: winDeal(id: "d") {{ id }}' for number in range(MOST_FIELDS + 1))
    assert refusal(f"mutation {{ {wins} }}").code == "query_too_wide"


def test_what_is_too_costly_is_refused_with_its_cost() -> None:
    refused = refusal("{ companies(first: 200) { nodes { deals(first: 200) { nodes { id } } } } }")
    assert (refused.code, refused.more["limit"]) == ("query_too_costly", MOST_COST)
    assert refused.more["cost"] == 20 + 1 + 200 * (1 + 200)
    names = " ".join(f"n{number}: name" for number in range(150))
    assert refusal(f"{{ deals(first: 200) {{ nodes {{ {names} }} }} }}").code == "query_too_costly"


def test_fragments_that_spread_without_end_take_no_time() -> None:
    spread = [f"fragment f{n} on Deal {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60)]
    text = " ".join(['{ deal(id: "d") { ...f0 } }', *spread, "fragment f60 on Deal { id }"])
    assert refusal(text).code == "query_too_costly"
    roots = [f"fragment r{n} on Query {{ ...r{n + 1} ...r{n + 1} }}" for n in range(60)]
    text = " ".join(["{ ...r0 }", *roots, 'fragment r60 on Query { deal(id: "d") { id } }'])
    assert refusal(text).code == "query_too_wide"


async def wrong(text: str) -> str:
    """What is said of a document that is refused."""
    with pytest.raises(Refused) as refused:
        await Documents().checked(text)
    return refused.value.errors[0].message


async def test_a_long_document_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        await Documents().checked("{ " + "a" * LONGEST + " }")
    assert refused.value.code == "query_too_large"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{ " + "a " * 2000 + "}", "tokens"),
        ("#\n" * 2001 + "{ __typename }", "comments"),
        ("{ deals { nodes { ...a } } } fragment a on Deal { ...b } fragment b on Deal { ...a }", "itself"),
        ('{ deal(id: "d") ' + "{ company " * 300 + "}" * 300 + " }", "nested"),
        ("{ deals { nodes { secret } } }", "secret"),
        ("{ deals { nodes { company { name }", "Syntax"),
        ("subscription { deals { nodes { id } } }", "subscription"),
        ("{ deals(filter: {colour: {eq: 1}}) { nodes { id } } }", "colour"),
        ("{ deals(filter: {stage: {eq: WONDERFUL}}) { nodes { id } } }", "WONDERFUL"),
        ("", "Syntax"),
    ],
)
async def test_what_is_no_document_of_this_schema_is_refused(text: str, says: str) -> None:
    assert says.lower() in (await wrong(text)).lower()


async def test_documents_are_kept_while_they_are_few_and_short() -> None:
    documents = Documents()
    first = await documents.checked("{ __typename }")
    assert await documents.checked("{ __typename }") is first
    long = "{ __typename }" + " " * LONGEST_KEPT
    await documents.checked(long)
    assert long not in documents.kept
    for number in range(MOST_KEPT):
        await documents.checked(f"{{ a{number}: __typename }}")
    assert len(documents.kept) == MOST_KEPT
    assert "{ __typename }" not in documents.kept


def about_schema(text: str) -> bool:
    document = parse(text)
    assert validate(schema(), document) == []
    return asks_about_schema(document, operation_of(document, None))


def test_the_schema_is_asked_about_in_a_document_of_its_own() -> None:
    assert about_schema("{ __schema { types { name } } }")
    assert about_schema('{ __typename ...t } fragment t on Query { __type(name: "Deal") { name } }')
    assert not about_schema("{ __typename }")
    assert not about_schema("{ __typename deals { nodes { __typename } } }")
    for mixed in (
        '{ __schema { types { name } } deal(id: "d") { id } }',
        "{ a: __schema { types { name } } }",
        "{ __schema { types { a: name } } }",
        "{ ... { ...s } deals { nodes { id } } } fragment s on Query { __schema { types { name } } }",
    ):
        with pytest.raises(Problem) as refused:
            about_schema(mixed)
        assert refused.value.code == "introspection_mixed"


def test_the_operation_that_is_meant_is_named() -> None:
    document = parse("query A { __typename } query B { __typename }")
    assert operation_of(document, "B").name is not None
    for name in (None, "C"):
        with pytest.raises(Refused):
            operation_of(document, name)
