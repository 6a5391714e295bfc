"""Formulas of a tenant's fields, said in SQL: what they give is computed by Postgres alone, whether it is shown, asked
for or sorted by.

A formula becomes one expression over the values and texts that it names, in which each of its parts stands once. What
is missing is null, and whatever is computed of it is null too. Quotients have twelve places or more, and what is shown
of a number four, rounded half away from zero; one of more than fifteen digits before the point is missing. Times count
as their day, UTC. A formula whose amounts are of several currencies is missing. A text ends after a thousand
characters.

Nothing that somebody wrote stands in the SQL: names are those of columns made here, texts are parameters, and numbers
are numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, assert_never

import sqlalchemy as sa

from projections.columns import Column, columns_of, currency_of
from projections.model import ReadModel
from schemas import formula
from schemas.formula import Binary, Call, Formula, FormulaError, Kind, Name, Negative, Number, Text
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

_TYPES: Mapping[Kind, "sa.types.TypeEngine[Any]"] = {
    "number": sa.Numeric(), "date": sa.Date(), "boolean": sa.Boolean(), "text": sa.Text(),
}  # fmt: skip
_GIVEN: Mapping[FieldKind, Kind] = {
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.TEXT: "text",
    FieldKind.CHOICE: "text",
}
_LARGEST = Decimal(10) ** 15
_LONGEST = 1000
"""Characters of a text that a formula gives."""
_PLACES = "0.000000000000"
"""What is added to what is divided, so that the quotient has as many places."""

Expression = Callable[[str], "sa.ColumnElement[Any]"]


def kinds_of(model: ReadModel, fields: Sequence[Field]) -> tuple[tuple[str, Kind], ...]:
    """What the formulas among these fields give, by their keys, each after those that it is computed of. One that
    cannot be computed of what rows show is left out."""
    known = _built_in(model)
    known |= {f"custom.{each.key}": _GIVEN[each.kind] for each in fields if each.kind in _GIVEN and not each.retired}
    waiting = {each.key: parsed for each in fields if not each.retired and (parsed := _parsed(each)) is not None}
    found: list[tuple[str, Kind]] = []
    while ready := [key for key, parsed in waiting.items() if formula.names(parsed) <= known.keys()]:
        for key in ready:
            try:
                known[f"custom.{key}"] = formula.kind_of(waiting.pop(key), known)
                found.append((key, known[f"custom.{key}"]))
            except FormulaError:
                continue
    return tuple(found)


def _built_in(model: ReadModel) -> dict[str, Kind]:
    """What formulas may name of a row besides custom fields."""
    kinds: Mapping[str, Kind] = {
        "integer": "number", "number": "number", "time": "date", "date": "date", "text": "text", "enum": "text",
    }  # fmt: skip
    return {each.name: kinds[each.kind] for each in columns_of(model.row) if each.kind in kinds}


def _parsed(field: Field) -> Formula | None:
    try:
        return None if field.formula is None else formula.parse(field.formula)
    except FormulaError:  # it was checked when it was defined, by the rules of then
        return None


def computed(
    rows: sa.FromClause,
    fields: Sequence[Field],
    kinds: Sequence[tuple[str, Kind]],
    columns: Mapping[str, Column],
    expression: Expression,
) -> tuple[sa.FromClause, Mapping[str, "sa.ColumnElement[Any]"]]:
    """The rows with what their formulas give, and where it stands, by key. `columns` and `expression` tell what
    formulas may name."""
    formulas = {each.key: parsed for each in fields if (parsed := _parsed(each)) is not None}
    own = {f"custom.{key}": f"f{place}.v" for place, (key, _) in enumerate(kinds)}
    given = sorted({name for key, _ in kinds for name in formula.names(formulas[key])} - own.keys())
    money = {name: currency_of(name) for name in given if columns[name].money}
    said = {name: f"n{place}" for place, name in enumerate((*given, *money.values()))}
    texts = sorted({text for key, _ in kinds for text in formula.texts(formulas[key])})
    written = {text: f"t{place}" for place, text in enumerate(texts)}
    leaves = [_leaf(name, columns, expression).label(at) for name, at in said.items()]
    leaves += [sa.literal(text, sa.Text()).label(at) for text, at in written.items()]
    if leaves:
        rows = rows.join(sa.select(*leaves).correlate(*_tables(rows)).lateral("given"), sa.true())
    refer: dict[str | Text, str] = {name: f"given.{at}" for name, at in said.items()}
    refer |= {Text(text): f"given.{at}" for text, at in written.items()} | own
    froms: list[str] = []
    shown: list[str] = []
    currencies: dict[str, frozenset[str]] = {}
    for place, (key, kind) in enumerate(kinds):
        parsed = formulas[key]
        names = formula.names(parsed)
        mixed = [currencies.get(name, frozenset()) for name in names]
        currencies[f"custom.{key}"] = frozenset(refer[money[name]] for name in names if name in money).union(*mixed)
        its = f"left({_sql(parsed, refer)}, {_LONGEST})" if kind == "text" else _sql(parsed, refer)
        froms.append(f"lateral (select {its} as v) as f{place}")
        shown.append(f"{_shown(f'f{place}.v', kind, currencies[f'custom.{key}'])} as c{place}")
    made = sa.text(f"select {', '.join(shown)} from {', '.join(froms)}").columns(  # noqa: S608
        *(sa.column(f"c{place}", _TYPES[kind]) for place, (_, kind) in enumerate(kinds))
    )
    lateral = made.lateral("computed")
    where = {key: lateral.c[f"c{place}"] for place, (key, _) in enumerate(kinds)}
    return rows.join(lateral, sa.true()), where


def _tables(rows: sa.FromClause) -> list[sa.FromClause]:
    """What is joined, apart."""
    return [*_tables(rows.left), *_tables(rows.right)] if isinstance(rows, sa.Join) else [rows]


def _leaf(name: str, columns: Mapping[str, Column], expression: Expression) -> "sa.ColumnElement[Any]":
    its = expression(name)
    match columns[name].kind if name in columns else "text":
        case "time":
            return sa.cast(sa.func.timezone("UTC", its), sa.Date())
        case "integer" | "number":
            return sa.cast(its, sa.Numeric())
        case _:
            return its


def _shown(value: str, kind: Kind, currencies: Iterable[str]) -> str:
    """What is shown of a value."""
    held = [f"abs({value}) < {_LARGEST:f}"] if kind == "number" else []
    if len(of := sorted(currencies)) > 1:
        held.append(f"(select count(distinct m) from unnest(array[{', '.join(of)}]) as m) < 2")  # noqa: S608
    its = f"round({value}, 4)" if kind == "number" else value
    return f"case when {' and '.join(held)} then {its} end" if held else its


def _sql(of: Formula, refer: Mapping[str | Text, str]) -> str:
    match of:
        case Number():
            return f"{of.value:f}::numeric"
        case Text():
            return refer[of]
        case Name():
            return refer[of.name]
        case Negative():
            return f"(- {_sql(of.of, refer)})"
        case Binary(operator="/"):
            return f"(({_sql(of.left, refer)} + {_PLACES}) / nullif({_sql(of.right, refer)}, 0))"
        case Binary():
            return f"({_sql(of.left, refer)} {of.operator} {_sql(of.right, refer)})"
        case Call():
            return _called(of.function, [_sql(each, refer) for each in of.arguments])
        case _:
            assert_never(of)


def _called(function: str, given: Sequence[str]) -> str:
    match function, given:
        case "coalesce", _:
            return f"coalesce({', '.join(given)})"
        case "round", (number, places):
            return f"round({number}, ({places})::integer)"
        case "days", (since, until):
            return f"({until} - {since})::numeric"
        case "concat", _:
            return f"({' || '.join(given)})"
        case "contains", (text, part):
            return f"(strpos(lower({text}), lower({part})) > 0)"
        case "if", (condition, then, otherwise):
            return f"(case {condition} when true then {then} when false then {otherwise} end)"
        case _:  # min and max, of which nothing is missing
            listed = f"unnest(array[{', '.join(given)}]) as v"
            return f"(select {function}(v) from {listed} having count(*) = count(v))"  # noqa: S608
