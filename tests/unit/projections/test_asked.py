# Letters that look like others are what this is about.
# ruff: noqa: RUF001
"""What is typed into a search box: words, phrases, what is left out, numbers; and that nothing else is a language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.asked import LONGEST, MOST, Asked, taken_apart
from projections.folding import folded, plain
from projections.question import QueryError


def asked(text: str, words: str = "", phrases: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> Asked:
    return Asked(text, tuple(words.split()), phrases, without, "")


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("acme", asked("acme", "acme")),
        ("  jo   do ", asked("jo do", "jo do")),
        ('"john doe" sales', asked("john doe sales", "sales", ("john doe",))),
        ("„john doe“ sales", asked("john doe sales", "sales", ("john doe",))),
        ('say "unclosed text', asked("say unclosed text", "say", ("unclosed text",))),
        ("acme -beta", asked("acme", "acme", (), ("beta",))),
        ('acme -"beta gamma"', asked("acme", "acme", (), ("beta gamma",))),
        ("acme −beta", asked("acme", "acme", (), ("beta",))),
        ("well-known", asked("well-known", "well-known")),
        ("doe,john; acme|beta", asked("doe john acme beta", "doe john acme beta")),
        ("jane.doe@acme.com", asked("jane.doe@acme.com", "jane.doe@acme.com")),
        ("tenant:rival OR (b", asked("tenant:rival OR (b", "tenant:rival OR (b")),
        ("* + ? && ~", asked("")),
        ('""', asked("")),
        ("a\u200bc\u202eme\tx", asked("acme x", "acme x")),
        ("cafe\u0301", asked("café", "café")),
    ],
)
def test_a_text_is_taken_apart(q: str, expected: Asked) -> None:
    assert taken_apart(q) == expected
    assert bool(taken_apart(q)) == bool(expected.text)


@pytest.mark.parametrize(
    ("q", "digits"),
    [
        ("+254 700 123-456", "254700123456"),
        ("00254700123456", "254700123456"),
        ("0700 123 456", "700123456"),
        ("+49 (0)30 1234567", "49301234567"),
        ("12345", "12345"),
        ("1234", ""),
        ("000000", ""),
        ("deal 12345", ""),
    ],
)
def test_a_number_is_known_by_its_digits_however_it_is_written(q: str, digits: str) -> None:
    assert taken_apart(q).digits == digits


@pytest.mark.parametrize("q", ["", "   ", "x" * (LONGEST + 1), "a " * (MOST + 1), "-acme", '-"acme ltd" -x'])
def test_what_cannot_be_looked_for_is_refused(q: str) -> None:
    with pytest.raises(QueryError) as refused:
        taken_apart(q)
    assert (refused.value.code, refused.value.field) == ("bad_value", "q")


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(QueryError) as refused:
        taken_apart("-ann@example.com")
    assert "ann" not in refused.value.message


@given(st.text(max_size=LONGEST))
def test_any_text_is_taken_apart_or_refused(q: str) -> None:
    try:
        found = taken_apart(q)
    except QueryError:
        return
    for said in (*found.words, *found.phrases, *found.without):
        assert any(map(str.isalnum, said))
        said.encode()
    assert len(found.words) + len(found.phrases) + len(found.without) <= MOST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "muller"),
        ("STRASSE", "straße"),
        ("İstanbul", "istanbul"),
        ("ısparta", "isparta"),
        ("Ελλάς", "ελλασ"),
        ("Королёв", "королев"),
        ("Łódź", "lodz"),
        ("ＡＣＭＥ", "acme"),
        ("ﬁsh", "fish"),
        ("e\u0301te\u0301", "été"),
        ("so\u00adft", "soft"),
    ],
)
def test_texts_that_are_read_alike_are_folded_alike(one: str, other: str) -> None:
    assert folded(one)[0] == folded(other)[0]


@given(st.text(max_size=60))
def test_each_folded_character_comes_from_where_it_is_said_to(text: str) -> None:
    whole, places = folded(text)
    assert len(whole) == len(places)
    assert list(places) == sorted(places)
    assert "".join(folded(text[place])[0] for place in dict.fromkeys(places)) == whole
    assert plain(plain(text)) == plain(text)
