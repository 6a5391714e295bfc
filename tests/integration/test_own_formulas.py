"""Formulas of a tenant's fields: what they give in records and lists, which are asked and sorted by the same."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.postgres import engine
from infra.settings import Settings
from projections import generations
from projections.asked import taken_apart
from projections.crm.contacts import READ_MODEL as CONTACTS
from projections.crm.deals import READ_MODEL as DEALS
from projections.defined import own_of
from projections.documents import search_body
from projections.generations import reading
from projections.query import (
    NOW,
    Filter,
    Not,
    Picked,
    QueryError,
    Times,
    batches,
    defined,
    get,
    list_,
    picked,
    rows_picked,
    together,
)
from projections.select import source
from projections.visible import ALL, NOTHING, Among, Sight
from schemas.formula import Binary, Call, Formula, FormulaError, Name, Negative, Number, Text, kind_of, parse
from schemas.generated.common import CustomValue, FieldKind
from schemas.generated.crm.contact import ContactCreated, ContactFieldsSet
from schemas.generated.crm.deal import DealFieldsSet, DealWon
from schemas.generated.crm.field_set import FieldChanged, FieldDefined, FieldRetired
from tests.integration.projector import folder, own_databases
from tests.unit.projections.log import day, log_of, opened, usd

SECRET = b"secret"
GIVEN = {
    "budget": FieldKind.MONEY, "share": FieldKind.NUMBER, "due": FieldKind.DATE, "sure": FieldKind.BOOLEAN,
    "region": FieldKind.TEXT, "tier": FieldKind.CHOICE,
}  # fmt: skip
FORMULAS: Mapping[str, tuple[str, str | bool | None]] = {
    "whole": ("1 + 2 * 3 - 4 / 2", "5"),
    "third": ("1 / 3", "0.3333"),
    "two_thirds": ("-2 / 3", "-0.6667"),
    "thrice": ("custom.third * 3", "1"),
    "half": ("0.00005 + 0", "0.0001"),
    "precise": ("amount / 7", "14.2857"),
    "integers": ("7 / 2", "3.5"),
    "by_nothing": ("1 / 0", None),
    "by_missing": ("amount + custom.budget", None),
    "share_of": ("amount * custom.share / 100", "40.25"),
    "missing_in_max": ("max(amount, custom.budget)", None),
    "least": ("min(amount, 5, custom.share * 2)", "5"),
    "first_there": ("coalesce(custom.budget, amount)", "100"),
    "rounded": ("round(custom.share / 3, 1)", "13.4"),
    "away_from_zero": ("round(-0.5, 0)", "-1"),
    "chosen": ("if(amount > 50, 1, 1 / 0)", "1"),
    "unknown_choice": ("if(custom.budget > 50, 1, 2)", None),
    "took": ("days(engaged_at, closed_at)", None),
    "until": ("days(closed_at, custom.due)", "10"),
    "later": ("if(custom.sure, custom.due, closed_at)", "2017-02-15"),
    "large": ("amount >= 100", True),
    "unlike": ("custom.sure != (amount < 100)", True),
    "huge": ("999999999999999 + 1", None),
    "back": ("custom.huge - 1", "999999999999999"),
    "nested": ("custom.share_of + custom.thrice", "41.25"),
    "sized": ('if(amount > 50, "Large", "Small")', "Large"),
    "path": ('concat(custom.region, " > ", custom.tier, " > ", stage)', "Zürich > Gold > WON"),
    "quoted": ('concat("\'; drop table deals; -- %s :a ", """it""")', '\'; drop table deals; -- %s :a "it"'),
    "scored": ('if(custom.tier = "Gold", 10, 0) + if(contains(custom.region, "ZÜRICH"), 5, 0)', "15"),
    "other_case": ('custom.tier = "gold"', False),
    "of_missing": ('concat(custom.nowhere, "x")', None),
    "else_said": ('coalesce(custom.nowhere, "none")', "none"),
    "empty": ('""', ""),
    "long": ("concat(custom.tens, custom.tens, custom.tens, custom.tens, custom.tens)", "Zürich" * 166 + "Züri"),
    "tens": (f"concat({', '.join(['custom.region'] * 40)})", "Zürich" * 40),
}


def define(record: str, key: str, kind: FieldKind, formula: str | None = None) -> FieldDefined:
    return FieldDefined(field_set_id=record, record=record, key=key, label=key, kind=kind, formula=formula, at=day(0))


def values(**held: tuple[str, ...]) -> tuple[CustomValue, ...]:
    return tuple(CustomValue(key=key, kind=GIVEN[key], values=each) for key, each in sorted(held.items()))


def set_fields(deal: str, at: int, **held: tuple[str, ...]) -> DealFieldsSet:
    return DealFieldsSet(deal_id=deal, custom=values(**held), at=day(at))


def world() -> list[Any]:
    events: list[Any] = [define("deal", key, kind) for key, kind in GIVEN.items()]
    # Those that others name come last: what is computed first follows from the formulas.
    events += [define("deal", key, FieldKind.FORMULA, text) for key, (text, _) in reversed(list(FORMULAS.items()))]
    events.append(define("deal", "nowhere", FieldKind.TEXT))
    events += [define("deal", "old", FieldKind.FORMULA, "1"), define("contact", "size", FieldKind.NUMBER)]
    events += [define("contact", "double", FieldKind.FORMULA, "custom.size * 2")]
    events.append(FieldRetired(field_set_id="deal", record="deal", key="old", at=day(1)))
    events.append(opened("d1", day(1), company_id=None, amount=usd(100)))
    events.append(
        set_fields("d1", 2, share=("40.25",), due=("2017-02-15",), sure=("true",), region=("Zürich",), tier=("Gold",))
    )
    events.append(DealWon(deal_id="d1", owner_id="u1", amount=usd(100), at=day(35)))
    for number, (amount, budget) in enumerate([("5", ("7", "USD")), ("6", ("8", "EUR")), ("9", None), ("1", None)]):
        deal = f"e{number}"
        events.append(opened(deal, day(3), company_id=None, owner_id="u2", amount=usd(amount)))
        held = {"budget": budget} if budget is not None else {}
        events.append(set_fields(deal, 4, share=(f"{number}",), **held))
    events.append(opened("nothing", day(5), company_id=None))
    events.append(ContactCreated(contact_id="k1", name="Kate", email=None, phone=None, owner_id="u1", at=day(1)))
    size = CustomValue(key="size", kind=FieldKind.NUMBER, values=("19",))
    events.append(ContactFieldsSet(contact_id="k1", custom=(size,), at=day(2)))
    whole = "1 + 2 * 3 - 4 / 2 + 0"
    events.append(
        FieldChanged(field_set_id="deal", record="deal", key="whole", label="whole", formula=whole, at=day(80))
    )
    return events


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made, folder(made) as crm:
        crm.fold(log_of(world()))
        yield made


@pytest.fixture
async def conn(settings: Settings) -> AsyncIterator[AsyncConnection]:
    made = engine(settings, "crm")
    async with reading(made, "acme") as connection:
        yield connection
    await made.dispose()


async def test_a_record_shows_what_its_formulas_give(conn: AsyncConnection) -> None:
    found = await get(conn, DEALS, "acme", "d1")
    assert found is not None
    custom = found["row"]["custom"]
    assert {key: custom.get(key) for key in FORMULAS} == {key: given for key, (_, given) in FORMULAS.items()}
    assert "old" not in custom
    assert custom["share"] == "40.25"
    others = await get(conn, DEALS, "others", "d1")
    assert others is None


async def test_lists_and_files_show_the_same(conn: AsyncConnection) -> None:
    page = await list_(conn, DEALS, "acme", secret=SECRET)
    for row in page.items:
        found = await get(conn, DEALS, "acme", row["id"])
        assert found is not None
        assert found["row"]["custom"] == row["custom"]
    own = await defined(conn, DEALS, "acme")
    named = ("custom.share_of", "custom.later", "custom.large", "custom.by_nothing")
    rows = [row async for some in batches(conn, DEALS, "acme", fields=named, own=own) for row in some]
    first = {"id": "d1", "custom.share_of": Decimal("40.25"), "custom.later": date(2017, 2, 15), "custom.large": True}
    assert rows[0] == {**first, "custom.by_nothing": None, "parked": False}


async def test_rows_that_are_picked_show_the_same(conn: AsyncConnection) -> None:
    ids, fields = ["e1", "d1", "e0", "never"], ("name", "custom")
    of = Picked(DEALS, ids, fields, ALL)
    (found,) = await together(conn, [picked(of, "acme")])
    page = await list_(conn, DEALS, "acme", secret=SECRET, fields=fields, search_ids=ids)
    rows = {row["id"]: row for row in await rows_picked(conn, of, "acme", found, secret=SECRET)}
    assert rows == {row["id"]: row for row in page.items}
    assert rows["d1"]["custom"]["share_of"] == "40.25"


async def test_amounts_of_two_currencies_are_not_computed_with(conn: AsyncConnection) -> None:
    page = await list_(conn, DEALS, "acme", secret=SECRET, filters=[Filter("id", "prefix", "e")])
    sums = {row["id"]: row["custom"].get("by_missing") for row in page.items}
    assert sums == {"e0": "12", "e1": None, "e2": None, "e3": None}
    either = {row["id"]: row["custom"].get("first_there") for row in page.items}
    assert either == {"e0": "7", "e1": None, "e2": "9", "e3": "1"}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (Filter("custom.share_of", "gt", "0.1"), ["d1", "e2"]),
        (Filter("custom.share_of", "eq", "40.25"), ["d1"]),
        (Filter("custom.share_of", "null", "true"), ["nothing"]),
        (Filter("custom.later", "lte", "2017-02-15"), ["d1"]),
        (Filter("custom.large", "eq", "false"), ["e0", "e1", "e2", "e3"]),
        (Filter("custom.sized", "eq", "Large"), ["d1"]),
        (Filter("custom.sized", "in", ("Small", "Medium")), ["e0", "e1", "e2", "e3"]),
        (Filter("custom.path", "contains", "züRICH > g"), ["d1"]),
        (Not(Filter("custom.least", "eq", "5")), ["e0", "e1", "e2", "e3", "nothing"]),
    ],
)
async def test_lists_are_asked_by_them(conn: AsyncConnection, filter: Any, expected: list[str]) -> None:
    own = await defined(conn, DEALS, "acme")
    page = await list_(conn, DEALS, "acme", secret=SECRET, filters=[filter], own=own)
    assert [row["id"] for row in page.items] == expected
    assert search_body(DEALS, "acme", taken_apart("deal"), [filter], 10, ALL, own)


async def test_lists_are_sorted_by_them_page_by_page(conn: AsyncConnection) -> None:
    found: list[str] = []
    cursor = None
    while True:
        page = await list_(conn, DEALS, "acme", secret=SECRET, sort="-custom.share_of", limit=2, cursor=cursor)
        found += [row["id"] for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == ["d1", "e2", "e1", "e3", "e0", "nothing"]


async def test_what_is_not_seen_is_missing_to_formulas_too(conn: AsyncConnection) -> None:
    amounts = Sight(fields={"amounts": Among("owner", frozenset({"u2"}))})
    found = await get(conn, DEALS, "acme", "d1", sight=amounts)
    assert found is not None
    assert found["row"]["amount"] is None
    assert {"share_of", "least", "large", "precise"}.isdisjoint(found["row"]["custom"])
    assert found["row"]["custom"]["whole"] == "5"
    asked = [Filter("custom.large", "eq", "true")]
    assert (await list_(conn, DEALS, "acme", secret=SECRET, filters=asked, sight=amounts)).items == []
    seen, unseen = await get(conn, CONTACTS, "acme", "k1"), Sight(fields={"personal": NOTHING})
    hidden = await get(conn, CONTACTS, "acme", "k1", sight=unseen)
    assert seen is not None
    assert hidden is not None
    assert (seen["row"]["custom"], hidden["row"]["custom"]) == ({"size": "19", "double": "38"}, None)
    own = await defined(conn, CONTACTS, "acme")
    twice = [Filter("custom.double", "gt", "1")]
    assert len((await list_(conn, CONTACTS, "acme", secret=SECRET, filters=twice, own=own)).items) == 1
    assert (await list_(conn, CONTACTS, "acme", secret=SECRET, filters=twice, own=own, sight=unseen)).items == []


async def test_then_it_was_computed_of_what_was_then(conn: AsyncConnection) -> None:
    early = await get(conn, DEALS, "acme", "d1", Times(as_of=day(30)))
    assert early is not None
    assert (early["row"]["custom"]["share_of"], early["row"]["custom"].get("until")) == ("40.25", None)
    unknown = await list_(conn, DEALS, "acme", secret=SECRET, times=Times(known_at=day(1010)))
    assert unknown.items == []
    page = await list_(conn, DEALS, "acme", secret=SECRET, times=Times(as_of=day(3)), sort="custom.share_of")
    assert {row["id"]: row["custom"].get("share_of") for row in page.items}["d1"] == "40.25"


@pytest.mark.parametrize(
    ("filter", "code"),
    [
        (Filter("custom.share_of", "contains", "1"), "unknown_operator"),
        (Filter("custom.sized.currency", "eq", "USD"), "unknown_filter"),
        (Filter("custom.share_of", "gte", "much"), "bad_value"),
        (Filter("custom.large", "gt", "true"), "unknown_operator"),
        (Filter("custom.old", "eq", "1"), "field_retired"),
        (Filter("custom.share_of.currency", "eq", "USD"), "unknown_filter"),
    ],
)
async def test_they_are_asked_as_what_they_give(conn: AsyncConnection, filter: Filter, code: str) -> None:
    own = await defined(conn, DEALS, "acme")
    with pytest.raises(QueryError) as refused:
        await list_(conn, DEALS, "acme", secret=SECRET, filters=[filter], own=own)
    assert refused.value.code == code
    with pytest.raises(QueryError) as refused:
        search_body(DEALS, "acme", taken_apart("deal"), [filter], 10, ALL, own)
    assert refused.value.code == code


# ---- any formula


NUMBERS = ("amount", "custom.share", "custom.budget")
TEXTS = ("stage", "custom.region")
KINDS: Any = {**dict.fromkeys(NUMBERS, "number"), **dict.fromkeys(TEXTS, "text"), "custom.sure": "boolean"}


def literal(value: str) -> Number:
    return Number(Decimal(value))


def several(function: str, of: list[Formula]) -> Formula:
    return Call(function, tuple(of))


def holding(text: Formula, part: Formula) -> Formula:
    return Call("contains", (text, part))


def to_places(of: Formula, places: int) -> Formula:
    return Call("round", (of, literal(str(places))))


def chosen(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    return Call("if", (condition, then, otherwise))


NUMBER: st.SearchStrategy[Formula] = st.deferred(
    lambda: st.one_of(
        st.sampled_from([literal("0"), literal("0.5"), literal("7"), literal("12.25")]),
        st.sampled_from([Name(name) for name in NUMBERS]),
        st.builds(Negative, NUMBER),
        st.builds(Binary, st.sampled_from(["+", "-", "*"]), NUMBER, NUMBER),
        # What they give has few places, so that it is exact here and there.
        st.builds(Binary, st.just("/"), NUMBER, st.sampled_from([literal("2"), literal("5"), literal("0")])),
        st.builds(several, st.sampled_from(["min", "max", "coalesce"]), SOME),
        st.builds(to_places, NUMBER, st.integers(0, 6)),
        st.builds(chosen, TRUTH, NUMBER, NUMBER),
    )
)
SOME = st.lists(NUMBER, min_size=1, max_size=3)
TEXT: st.SearchStrategy[Formula] = st.deferred(
    lambda: st.one_of(
        st.sampled_from([Text(""), Text("won"), Text("%s :x '\""), Text("Zü")]),
        st.sampled_from([Name(name) for name in TEXTS]),
        st.builds(several, st.sampled_from(["concat", "coalesce"]), st.lists(TEXT, min_size=1, max_size=3)),
        st.builds(chosen, TRUTH, TEXT, TEXT),
    )
)
TRUTH: st.SearchStrategy[Formula] = st.one_of(
    st.builds(Binary, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), NUMBER, NUMBER),
    st.builds(Binary, st.sampled_from(["=", "!="]), TEXT, TEXT),
    st.builds(holding, TEXT, TEXT),
    st.just(Name("custom.sure")),
)


def written(of: Formula) -> str:
    match of:
        case Number():
            return f"{of.value:f}"
        case Text():
            return '"' + of.value.replace('"', '""') + '"'
        case Name():
            return of.name
        case Negative():
            return f"-({written(of.of)})"
        case Binary():
            return f"(({written(of.left)}) {of.operator} ({written(of.right)}))"
        case Call():
            return f"{of.function}({', '.join(written(each) for each in of.arguments)})"
        case _:
            assert_never(of)


def computed(of: Formula, row: Mapping[str, Any]) -> Any:
    """What a formula gives, in the plainest words there are."""
    match of:
        case Number():
            return Fraction(of.value)
        case Text():
            return of.value
        case Name():
            return row.get(of.name)
        case Negative():
            inner = computed(of.of, row)
            return None if inner is None else -inner
        case Call("coalesce", arguments):
            return next((value for each in arguments if (value := computed(each, row)) is not None), None)
        case Call("if", (condition, then, otherwise)):
            held = computed(condition, row)
            return None if held is None else computed(then if held else otherwise, row)
        case Call(function, arguments):
            found = [computed(each, row) for each in arguments]
            if None in found:
                return None
            return {
                "round": lambda: rounded(found[0], int(found[1])), "min": lambda: min(found), "max": lambda: max(found),
                "concat": lambda: "".join(found), "contains": lambda: found[1].lower() in found[0].lower(),
            }[function]()  # fmt: skip
        case Binary():
            left, right = computed(of.left, row), computed(of.right, row)
            if left is None or right is None or (of.operator == "/" and right == 0):
                return None
            return {
                "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
                "/": lambda: left / right, "<": lambda: left < right, "<=": lambda: left <= right,
                ">": lambda: left > right, ">=": lambda: left >= right, "=": lambda: left == right,
                "!=": lambda: left != right,
            }[of.operator]()  # fmt: skip
        case _:
            assert_never(of)


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero."""
    scaled = abs(value) * 10**places
    whole = (scaled + Fraction(1, 2)).__floor__()
    return Fraction(whole if value >= 0 else -whole, 10**places)


ROWS: Mapping[str, Mapping[str, Any]] = {
    "d1": {
        "amount": Fraction(100),
        "custom.share": Fraction("40.25"),
        "custom.sure": True,
        "stage": "WON",
        "custom.region": "Zürich",
    },
    "e0": {"amount": Fraction(5), "custom.share": Fraction(0), "custom.budget": Fraction(7), "stage": "PROSPECTING"},
    "nothing": {"stage": "PROSPECTING"},
}


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[sa.Engine]:
    live = generations.live(settings, "crm")
    made = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: generations.connected(settings, "crm", generation=live)
    )
    yield made
    made.dispose()


def _is_taken(text: str) -> bool:
    try:
        return bool(parse(text))
    except FormulaError:  # it is larger than formulas may be
        return False


@given(of=NUMBER | TRUTH | TEXT)
@drawing(max_examples=300, deadline=None)
def test_any_formula_gives_what_it_says(database: sa.Engine, of: Formula) -> None:
    text = written(of)
    assume(_is_taken(text))
    assert kind_of(of, KINDS) in ("number", "boolean", "text")
    fields = [
        {"key": key, "label": key, "kind": str(kind.value)} for key, kind in GIVEN.items()
    ] + [{"key": "it", "label": "It", "kind": "FORMULA", "formula": text}]  # fmt: skip
    own = own_of(DEALS, fields)
    assert [key for key, _ in own.computed] == ["it"]
    rows = source(DEALS, "acme", NOW, ALL, own)
    asked = sa.select(rows.expression("id"), rows.expression("custom.it")).select_from(rows.rows).where(*rows.where)
    with database.connect() as connection:
        found = {id: it for id, it in connection.execute(asked) if id in ROWS}
    for id, row in ROWS.items():
        expected = computed(of, row)
        if isinstance(expected, Fraction):
            shown = rounded(expected, 4)
            expected = None if abs(expected) >= 10**15 else Decimal(shown.numerator) / Decimal(shown.denominator)
        assert found[id] == expected, (id, text)


def test_a_formula_as_large_as_there_are_is_computed(database: sa.Engine) -> None:
    fields: list[dict[str, Any]] = [{"key": "share", "label": "S", "kind": "NUMBER"}]
    text = " + ".join(["custom.share"] * 60)
    for number in range(100):
        fields.append({"key": f"f{number}", "label": "F", "kind": "FORMULA", "formula": text})
        text = f"custom.f{number} + 1"
    own = own_of(DEALS, fields)
    assert len(own.computed) == 100
    rows = source(DEALS, "acme", NOW, ALL, own)
    asked = (
        sa.select(rows.expression("custom.f99"))
        .select_from(rows.rows)
        .where(*rows.where, rows.expression("id") == "d1")
    )
    with database.connect() as connection:
        assert connection.execute(asked).scalar_one() == Decimal("40.25") * 60 + 99
