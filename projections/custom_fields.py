"""The fields that a tenant defined, as columns to filter, sort and show by: `custom.<key>`, and of money
`custom.<key>_currency` as well. Formulas are computed in SQL, of what the caller sees.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import sqlalchemy as sa

from projections.columns import Column, Kind
from schemas.formula import Binary, Call, Formula, Name, Negative, Number, parse
from schemas.generated.common import FieldKind
from schemas.generated.crm.field_set import Field

PREFIX = "custom."
Columns = Mapping[str, "tuple[Column, sa.ColumnElement[Any]]"]
_KINDS: Mapping[FieldKind, Kind] = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.CHOICE: "text",
    FieldKind.CHOICES: "texts",
    FieldKind.REFERENCE: "text",
}


def columns(fields: Sequence[Field], shown: Columns) -> Columns:
    """The fields as columns, over those of a record that are `shown`, `custom` among them; formulas after what they are
    computed of."""
    custom = shown["custom"][1]
    found: dict[str, tuple[Column, sa.ColumnElement[Any]]] = {}
    for field in fields:
        if field.formula is None:
            found |= _stored(field, custom)
    left = {field.key: parse(field.formula) for field in fields if field.formula is not None and not field.retired}
    computed = _Computed(left, shown, found)
    for key in left:
        computed.settle(key)
    return found


def _stored(field: Field, custom: "sa.ColumnElement[Any]") -> Columns:
    name, value = f"{PREFIX}{field.key}", custom[field.key]
    column = Column(name, _KINDS.get(field.kind, "text"), True)
    match field.kind:
        case FieldKind.MONEY:
            currency = Column(f"{name}_currency", "text", True)
            amount = sa.cast(value["amount"].astext, sa.Numeric())
            return {name: (column, amount), currency.name: (currency, value["currency"].astext)}
        case FieldKind.CHOICES:
            return {name: (column, value)}
        case FieldKind.NUMBER:
            return {name: (column, sa.cast(value.astext, sa.Numeric()))}
        case FieldKind.DATE:
            return {name: (column, sa.cast(value.astext, sa.Date()))}
        case FieldKind.BOOLEAN:
            return {name: (column, sa.cast(value.astext, sa.Boolean()))}
        case _:
            return {name: (column, value.astext)}


@dataclass(frozen=True, slots=True)
class _Computed:
    """Formulas on their way to columns, each after what it is computed of. Domains see to it that none loops."""

    formulas: Mapping[str, Formula]
    shown: Columns
    found: "dict[str, tuple[Column, sa.ColumnElement[Any]]]"

    def settle(self, key: str) -> None:
        name = f"{PREFIX}{key}"
        if name not in self.found:
            expression = _same_currency(self.formulas[key], self, self.expression(self.formulas[key]))
            self.found[name] = (Column(name, _kind(expression), True), expression)

    def column(self, name: str) -> "sa.ColumnElement[Any]":
        """A field's expression; null for one that is not there any more."""
        key = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and key in self.formulas:
            self.settle(key)
        known = self.found if name.startswith(PREFIX) else self.shown
        return known[name][1] if name in known else sa.cast(sa.null(), sa.Numeric())

    def expression(self, formula: Formula) -> "sa.ColumnElement[Any]":
        match formula:
            case Number():
                return sa.literal(formula.value, sa.Numeric())
            case Name():
                return _plain(self.column(formula.name))
            case Negative():
                return -self.expression(formula.of)
            case Binary():
                return _OPERATORS[formula.operator](self.expression(formula.left), self.expression(formula.right))
            case Call():
                return _call(formula.function, [self.expression(each) for each in formula.arguments])
            case _:
                assert_never(formula)


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / sa.func.nullif(right, 0, type_=sa.Numeric()),
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}


def _call(function: str, given: "Sequence[sa.ColumnElement[Any]]") -> "sa.ColumnElement[Any]":
    kind = given[-1].type
    match function:
        case "min" | "max":
            least = sa.func.least(*given, type_=kind) if function == "min" else sa.func.greatest(*given, type_=kind)
            return sa.case((sa.or_(*(each.is_(None) for each in given)), sa.null()), else_=least)
        case "coalesce":
            return sa.func.coalesce(*given, type_=kind)
        case "round":
            return sa.func.round(given[0], sa.cast(given[1], sa.Integer()), type_=sa.Numeric())
        case "days":
            return sa.cast(given[1] - given[0], sa.Numeric())
        case _:
            condition, then, otherwise = given
            return sa.case((condition.is_(None), sa.null()), (condition, then), else_=otherwise)


def _plain(expression: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
    """A column as formulas compute with it: every number exact, every time its day in UTC."""
    if isinstance(expression.type, sa.DateTime):
        return sa.cast(sa.func.timezone("UTC", expression), sa.Date())
    return sa.cast(expression, sa.Numeric()) if isinstance(expression.type, sa.Integer) else expression


def _same_currency(
    formula: Formula, computed: _Computed, expression: "sa.ColumnElement[Any]"
) -> "sa.ColumnElement[Any]":
    """Nothing where amounts of several currencies would be computed with: there is no rate here."""
    currencies = [
        known[f"{name}_currency"][1]
        for name in sorted(_names(formula, computed))
        for known in (computed.found, computed.shown)
        if f"{name}_currency" in known
    ]
    if len(currencies) < 2:
        return expression
    first, *others = currencies
    return sa.case((sa.or_(*(first != each for each in others)), sa.null()), else_=expression)


def _names(formula: Formula, computed: _Computed) -> frozenset[str]:
    """The fields that it is computed of, also by way of others that are computed."""
    match formula:
        case Name():
            key = formula.name.removeprefix(PREFIX)
            of = computed.formulas.get(key) if formula.name.startswith(PREFIX) else None
            return frozenset({formula.name}) if of is None else _names(of, computed)
        case Number():
            return frozenset()
        case Negative():
            return _names(formula.of, computed)
        case Binary():
            return _names(formula.left, computed) | _names(formula.right, computed)
        case Call():
            return frozenset(name for each in formula.arguments for name in _names(each, computed))
        case _:
            assert_never(formula)


def _kind(expression: "sa.ColumnElement[Any]") -> Kind:
    match expression.type:
        case sa.Date():
            return "date"
        case sa.Boolean():
            return "boolean"
        case _:
            return "number"
