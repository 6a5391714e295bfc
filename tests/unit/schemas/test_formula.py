"""Formulas: how they are read, what they give, and that none that means nothing is taken."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.formula import (
    Binary,
    Call,
    FormulaError,
    Kind,
    Name,
    Negative,
    Number,
    Text,
    kind_of,
    names,
    parse,
    size,
    texts,
)

FIELDS: dict[str, Kind] = {
    "amount": "number", "closed_at": "date", "engaged_at": "date", "custom.big": "boolean", "stage": "text",
}  # fmt: skip
TWO = Number(Decimal(2))


def test_products_are_computed_before_sums_and_from_the_left() -> None:
    amount = Name("amount")
    assert parse("amount - 2 - 2") == Binary("-", Binary("-", amount, TWO), TWO)
    assert parse("amount + 2*-amount") == Binary("+", amount, Binary("*", TWO, Negative(amount)))
    assert parse(" ( amount+2 ) /2 > 2 ") == Binary(">", Binary("/", Binary("+", amount, TWO), TWO), TWO)
    assert parse("round(custom.share, 2)") == Call("round", (Name("custom.share"), TWO))
    assert parse("1.50") == Number(Decimal("1.50"))


def test_a_text_stands_in_quotes_and_may_hold_them_twice() -> None:
    assert parse('"WON"') == Text("WON")
    assert parse(' " a  ""b"" " ') == Text(' a  "b" ')
    assert parse('concat("", stage)') == Call("concat", (Text(""), Name("stage")))
    assert texts(parse('if(stage = "WON" , "a", concat("b", "a"))')) == {"WON", "a", "b"}
    assert size(parse('concat("a", stage)'), {}) == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("amount * 0.19", "number"),
        ("if(amount > 100, closed_at, engaged_at)", "date"),
        ("days(engaged_at, closed_at) / 7", "number"),
        ("coalesce(closed_at, engaged_at) <= closed_at", "boolean"),
        ("if(custom.big, 1, 0)", "number"),
        ("max(1, amount, 3)", "number"),
        ('if(amount > 100, "Large", coalesce(stage, "Small"))', "text"),
        ('concat(stage, " of ", stage)', "text"),
        ('stage != "WON"', "boolean"),
        ('if(contains(stage, "won"), 1, 0)', "number"),
    ],
)
def test_a_formula_gives_what_it_is_computed_of(text: str, kind: str) -> None:
    assert kind_of(parse(text), FIELDS) == kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends where something should follow"),
        ("amount +", "ends where something should follow"),
        ("(amount", "not closed"),
        ("amount amount", "should end"),
        ("amount ; drop", "means nothing"),
        ("* 2", "should stand"),
        ("max()", "should stand"),
        ("1 < 2 < 3", "should end"),
        ("x" * 1001, "longer than"),
        ("+".join(["1"] * 102), "more than 200 parts"),
        ("(" * 60 + "1" + ")" * 60, "deep"),
        ("-" * 60 + "1", "deep"),
        ('stage = "WON', "not closed"),
        ('"""', "not closed"),
        ('"a" "b"', "should end"),
        ('"a\nb"', "cannot be printed"),
        ('"a\x00"', "cannot be printed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why):
        parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("budget", "no field 'budget'"),
        ("amount + closed_at", "takes numbers only"),
        ("amount = closed_at", "of one kind"),
        ("if(amount, 1, 2)", "must be a comparison"),
        ("if(custom.big, 1, closed_at)", "of one kind"),
        ("days(amount, closed_at)", "two dates"),
        ("round(amount, 7)", "does not take"),
        ("round(amount, amount)", "does not take"),
        ("days(closed_at)", "does not take"),
        ("eval(amount)", "no function eval"),
        ("-closed_at", "takes numbers only"),
        ('stage + "x"', "takes numbers only"),
        ('stage < "WON"', "no order"),
        ("stage = 1", "of one kind"),
        ('if(custom.big, "yes", 0)', "of one kind"),
        ("concat(stage, amount)", "takes texts only"),
        ('contains(stage, "a", "b")', "does not take"),
        ("contains(amount, stage)", "takes texts only"),
        ('if("WON", 1, 2)', "must be a comparison"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why):
        kind_of(parse(text), FIELDS)


def test_a_formula_tells_its_fields_and_its_size() -> None:
    formula = parse("if(custom.a > 2, -amount, round(custom.b, 1))")
    assert names(formula) == {"custom.a", "custom.b", "amount"}
    assert size(formula, {}) == 9
    assert size(formula, {"custom.a": 100}) == 108


@given(st.text(alphabet='amount custom.big()<>=!+-*/,.0123456789if"', max_size=300))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    refusals = list[str]()
    try:
        kind_of(parse(text), FIELDS)
    except FormulaError as error:
        refusals.append(str(error))
    assert all(each.endswith(".") for each in refusals)
