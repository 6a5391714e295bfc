"""What is marked in the texts of what was found, and what is suggested: no more than the texts themselves hold."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from projections.asked import taken_apart
from projections.highlights import LONGEST, Part, completed, highlights, text_of, within


def marked(q: str, shown: str) -> str:
    """The text with what is marked in square brackets; empty where nothing is."""
    found = highlights(taken_apart(q), {"name": shown}, 3)
    return "".join(f"[{part.text}]" if part.hit else part.text for _, parts in found for part in parts)


@pytest.mark.parametrize(
    ("q", "shown", "expected"),
    [
        ("acm", "Acme Corporation", "[Acm]e Corporation"),
        ("jo do", "John Doe", "[Jo]hn [Do]e"),
        ("doe", "jane.doe@acme.com", "jane.[doe]@acme.com"),
        ("jane.doe@acme.com", "jane.doe@acme.com", "[jane].[doe]@[acme].[com]"),
        ("acmee", "Acme Corporation", "[Acme] Corporation"),
        ("muller", "Herr Müller", "Herr [Müller]"),
        ("mull", "Mu\u0308ller", "[Mu\u0308ll]er"),
        ("cafe", "cafe\u0301 au lait", "[cafe\u0301] au lait"),
        ("strasse", "Lange Straße", "Lange [Straße]"),
        ('"gtx pro"', "A GTX Pro, not Pro GTX", "A [GTX Pro], not Pro GTX"),
        ("京都", "東京都庁", "東[京都]庁"),
        ("전자", "삼성전자", "삼성[전자]"),
        ("0700 123 456", "+254 700-123-456", "+254 [700-123-456]"),
        ("acme -beta", "Acme beta", "[Acme] beta"),
        ("gamma", "Acme", ""),
        ("acme", "", ""),
        ("<b>", "<b>bold</b>", "<[b]>[b]old</[b]>"),
        ("1235", "1234", ""),
    ],
)
def test_what_was_asked_is_marked(q: str, shown: str, expected: str) -> None:
    assert marked(q, shown) == expected


def test_a_long_text_is_cut_to_where_it_stands() -> None:
    ((_, parts),) = highlights(taken_apart("needle"), {"body": "hay " * 100 + "needle " + "hay " * 100}, 3)
    assert Part("needle", True) in parts
    assert (parts[0], parts[-1]) == (Part("…", False), Part("…", False))
    assert sum(len(part.text) for part in parts) == LONGEST + 2


def test_so_many_texts_are_marked_and_no_more() -> None:
    texts = dict.fromkeys("abcd", "Acme")
    assert [name for name, _ in highlights(taken_apart("acme"), texts, 2)] == ["a", "b"]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
@example("ca", "abc", 2)  # two, were letters changed that were changed round before
def test_slips_are_those_of_the_search(one: str, other: str, slips: int) -> None:
    assert within(one, other, slips) == (aligned(one, other) <= slips)


@cache
def aligned(one: str, other: str) -> int:
    """Optimal string alignment, as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    found = [
        aligned(one[:-1], other) + 1,
        aligned(one, other[:-1]) + 1,
        aligned(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if one[-2:] == other[-2:][::-1] and len(one) > 1:
        found.append(aligned(one[:-2], other[:-2]) + 1)
    return min(found)


@given(st.text(max_size=60), st.text(alphabet="abß é-.ı東", min_size=1, max_size=12))
def test_the_parts_are_the_text(shown: str, q: str) -> None:
    if not q.strip() or q.strip().startswith("-") or " -" in q:
        return
    for _, parts in highlights(taken_apart(q), {"name": shown}, 1):
        assert "".join(part.text for part in parts) == shown
        assert any(part.hit for part in parts)
        assert all(part.text for part in parts)


@pytest.mark.parametrize(
    ("q", "texts", "expected"),
    [
        ("acm gama", ["Gamma", "Acme Ltd"], "Acme Gamma"),
        ("microsfot", ["Microsoft"], "Microsoft"),
        ("micorso", ["Microsoft"], "Microsoft"),
        ("acme zoo", ["Acme"], None),
        ("doe@acme", ["doe@acme.com"], None),
    ],
)
def test_a_suggestion_is_made_of_the_texts_words(q: str, texts: list[str], expected: str | None) -> None:
    assert completed(taken_apart(q), texts) == expected


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("alpha", "alhpa", 1), ("alpha", "alpa", 1), ("alpha", "alphas", 1), ("alpha", "alpxa", 1), ("alpha", "lapah", 2)],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert within(one, other, slips)
    assert not within(one, other, slips - 1)


@given(st.text(max_size=60) | st.text(alphabet="abßİ_ é-.1東\u0301", max_size=30))
def test_words_that_begin_with_a_letter_are_those_of_all_that_do(shown: str) -> None:
    text = text_of(shown)
    for letter in {word.folded[0] for word in text.words()}:
        assert [*text.words(letter)] == [word for word in text.words() if word.folded[0] == letter]
