"""Fields that tenants define: what may be defined and changed, and what records hold in them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domains.crm.custom_values import merged, typed
from domains.kernel import Rejected
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.deal import DealFieldsSet, DealOpened, DealRemoved, OpenDeal, SetDealFields
from schemas.generated.crm.field_set import (
    ChangeField,
    DefineField,
    Field,
    FieldChanged,
    FieldDefined,
    FieldRestored,
    FieldRetired,
    RestoreField,
    RetireField,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)


def define(key: str, kind: FieldKind, **said: Any) -> DefineField:
    return DefineField(field_set_id="s", record="deal", key=key, label=key.title(), kind=kind, at=AT, **said)


def defined(key: str, kind: FieldKind, **said: Any) -> FieldDefined:
    return FieldDefined(field_set_id="s", record="deal", key=key, label=key.title(), kind=kind, at=AT, **said)


BUDGET = defined("budget", FieldKind.MONEY)
SHARE = defined("share", FieldKind.NUMBER)
COLOUR = defined("colour", FieldKind.CHOICE, choices=("red", "green"))
PART = defined("part", FieldKind.FORMULA, formula="custom.budget * custom.share / 100")
TWICE = defined("twice", FieldKind.FORMULA, formula="custom.part * 2")


def change(key: str, **said: Any) -> ChangeField:
    return ChangeField(field_set_id="s", key=key, label=key.title(), at=AT, **said)


def test_a_field_is_defined_once_and_what_it_holds_never_changes() -> None:
    given().when(define("budget", FieldKind.MONEY)).then(BUDGET)
    given(BUDGET).when(define("budget", FieldKind.MONEY)).nothing()
    given(BUDGET).when(define("budget", FieldKind.TEXT)).rejected("field_kind_fixed", "kind")
    given(BUDGET).when(replace(define("budget", FieldKind.MONEY), label="Other")).rejected("field_exists", "key")
    given(BUDGET).when(replace(change("budget"), label=" Our budget ")).then(
        FieldChanged(field_set_id="s", record="deal", key="budget", label="Our budget", at=AT)
    )
    given(BUDGET).when(change("budget")).nothing()
    given(BUDGET).when(change("other")).rejected("field_unknown", "key")


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (define("Budget", FieldKind.TEXT), "key_malformed", "key"),
        (define("x" * 41, FieldKind.TEXT), "key_malformed", "key"),
        (replace(define("a", FieldKind.TEXT), record="user"), "record_unknown", "record"),
        (replace(define("a", FieldKind.TEXT), label=" "), "label_missing", "label"),
        (define("a", FieldKind.UNKNOWN), "kind_unknown", "kind"),
        (define("a", FieldKind.CHOICE), "choices_wrong", "choices"),
        (define("a", FieldKind.TEXT, choices=("b",)), "choices_wrong", "choices"),
        (define("a", FieldKind.CHOICES, choices=("b", " b")), "choice_repeated", "choices"),
        (define("a", FieldKind.REFERENCE), "refers_to_wrong", "refers_to"),
        (define("a", FieldKind.REFERENCE, refers_to="invoice"), "refers_to_wrong", "refers_to"),
        (define("a", FieldKind.TEXT, refers_to="deal"), "refers_to_wrong", "refers_to"),
        (define("a", FieldKind.FORMULA), "formula_wrong", "formula"),
        (define("a", FieldKind.NUMBER, formula="amount"), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula="amount +"), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula="name + 1"), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula="custom.colour * 2"), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula="owner_id"), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula='custom.colour < "red"'), "formula_wrong", "formula"),
        (define("a", FieldKind.FORMULA, formula="custom.a + 1"), "formula_loops", "formula"),
    ],
)
def test_what_cannot_be_is_not_defined(command: DefineField, code: str, field: str) -> None:
    given(COLOUR).when(command).rejected(code, field)


def test_formulas_compute_of_one_another_and_never_in_a_circle() -> None:
    given(BUDGET, SHARE).when(define("part", FieldKind.FORMULA, formula=PART.formula)).then(PART)
    given(BUDGET, SHARE, PART).when(define("twice", FieldKind.FORMULA, formula=TWICE.formula)).then(TWICE)
    whole = (BUDGET, SHARE, PART, TWICE)
    given(*whole).when(change("part", formula="custom.twice / 2")).rejected("formula_loops", "formula")
    given(*whole).when(change("part", formula="closed_at")).rejected("formula_wrong", "formula")
    given(defined("amount", FieldKind.NUMBER)).when(
        define("custom", FieldKind.FORMULA, formula="amount + custom.amount")
    ).then(defined("custom", FieldKind.FORMULA, formula="amount + custom.amount"))


def test_formulas_that_grow_when_written_out_are_refused() -> None:
    steps = [defined("f0", FieldKind.FORMULA, formula="amount + amount")]
    steps += [defined(f"f{n}", FieldKind.FORMULA, formula=f"custom.f{n - 1} + custom.f{n - 1}") for n in range(1, 8)]
    given(*steps).when(define("f8", FieldKind.FORMULA, formula="custom.f7 + custom.f7")).rejected(
        "formula_wrong", "formula"
    )


def test_a_field_is_retired_unless_a_formula_needs_it_and_comes_back() -> None:
    retire = RetireField(field_set_id="s", key="share", at=AT)
    retired = FieldRetired(field_set_id="s", record="deal", key="share", at=AT)
    given(BUDGET, SHARE, PART).when(retire).rejected("field_in_use", "key")
    given(BUDGET, SHARE).when(retire).then(retired)
    given(SHARE, retired).when(retire).nothing()
    given(SHARE, retired).when(define("a", FieldKind.FORMULA, formula="custom.share")).rejected(
        "formula_wrong", "formula"
    )
    restore = RestoreField(field_set_id="s", key="share", at=AT)
    given(SHARE, retired).when(restore).then(FieldRestored(field_set_id="s", record="deal", key="share", at=AT))
    given(SHARE).when(restore).nothing()


FIELDS = {
    each.key: each
    for each in (
        Field(key="note", label="Note", kind=FieldKind.TEXT),
        Field(key="size", label="Size", kind=FieldKind.NUMBER),
        Field(key="budget", label="Budget", kind=FieldKind.MONEY),
        Field(key="due", label="Due", kind=FieldKind.DATE),
        Field(key="vip", label="Vip", kind=FieldKind.BOOLEAN),
        Field(key="colour", label="Colour", kind=FieldKind.CHOICE, choices=("red", "green")),
        Field(key="colours", label="Colours", kind=FieldKind.CHOICES, choices=("red", "green", "blue")),
        Field(key="friend", label="Friend", kind=FieldKind.REFERENCE, refers_to="contact"),
        Field(key="sum", label="Sum", kind=FieldKind.FORMULA, formula="1"),
        Field(key="old", label="Old", kind=FieldKind.TEXT, retired=True),
    )
}


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("note", " Hello ", ("Hello",)),
        ("size", 12, ("12",)),
        ("size", "12.500", ("12.5",)),
        ("size", Decimal("-0.0"), ("0",)),
        ("size", Decimal("1E+3"), ("1000",)),
        ("budget", {"amount": Decimal("12.50"), "currency": "USD"}, ("12.5", "USD")),
        ("due", "2026-02-28", ("2026-02-28",)),
        ("vip", False, ("false",)),
        ("colour", "red", ("red",)),
        ("colours", ["blue", "red", "blue"], ("red", "blue")),
        ("friend", "c0ffee00-0000-4000-8000-000000000000", ("c0ffee00-0000-4000-8000-000000000000",)),
        ("old", None, ()),
    ],
)
def test_a_value_is_written_in_one_form(key: str, value: Any, written: tuple[str, ...]) -> None:
    assert typed(FIELDS, {key: value}) == (CustomValue(key=key, kind=FIELDS[key].kind, values=written),)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("note", " ", "value_wrong"),
        ("note", 5, "value_wrong"),
        ("note", "x" * 10_001, "value_wrong"),
        ("note", "\0", "value_wrong"),
        ("size", True, "value_wrong"),
        ("size", "1e3", "value_wrong"),
        ("size", "NaN", "value_wrong"),
        ("size", Decimal("1E+999999"), "value_wrong"),
        ("size", Decimal("1E-999999"), "value_wrong"),
        ("size", "0.00001", "value_wrong"),
        ("budget", {"amount": 1}, "value_wrong"),
        ("budget", {"amount": 1, "currency": "usd"}, "value_wrong"),
        ("budget", {"amount": 1, "currency": "USD", "more": 1}, "value_wrong"),
        ("due", "2026-02-30", "value_wrong"),
        ("due", "20260228", "value_wrong"),
        ("vip", "true", "value_wrong"),
        ("colour", "blue", "value_wrong"),
        ("colour", ["red"], "value_wrong"),
        ("colours", [], "value_wrong"),
        ("colours", ["red", "pink"], "value_wrong"),
        ("colours", [["red"]], "value_wrong"),
        ("friend", "no id", "value_wrong"),
        ("sum", 1, "field_computed"),
        ("old", "x", "field_retired"),
        ("other", 1, "unknown_field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(key: str, value: Any, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        typed(FIELDS, {key: value})
    assert (refused.value.code, refused.value.field) == (code, f"custom.{key}")
    assert refused.value.message.endswith(".")


def number(key: str, *values: str) -> CustomValue:
    return CustomValue(key=key, kind=FieldKind.NUMBER, values=values)


def test_values_come_and_go_one_by_one() -> None:
    opened = DealOpened(deal_id="d", name="Deal", owner_id="anna", at=AT)
    set_both = DealFieldsSet(deal_id="d", custom=(number("a", "1"), number("b", "2")), at=AT)
    given().when(
        OpenDeal(deal_id="d", name="Deal", owner_id="anna", custom=(number("b", "2"), number("a", "1")), at=AT)
    ).then(opened, set_both)
    given(opened, set_both).when(SetDealFields(deal_id="d", custom=(number("a"), number("c", "3")), at=AT)).then(
        DealFieldsSet(deal_id="d", custom=(number("b", "2"), number("c", "3")), at=AT)
    )
    given(opened, set_both).when(SetDealFields(deal_id="d", custom=(number("a", "1"),), at=AT)).nothing()
    gone = DealRemoved(deal_id="d", owner_id="anna", at=AT)
    given(opened, gone).when(SetDealFields(deal_id="d", custom=(number("a", "1"),), at=AT)).rejected("deal_removed")


def test_a_record_has_so_many_values_and_no_more() -> None:
    many = tuple(number(f"k{n}", "1") for n in range(200))
    assert len(merged(many, (number("k1", "2"),))) == 200
    with pytest.raises(Rejected, match="200 values"):
        merged(many, (number("other", "1"),))
