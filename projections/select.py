"""A read model as something to select from: its rows with their joined names, now or at both times."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain
from operator import itemgetter
from typing import Any, assert_never, cast

import sqlalchemy as sa

from infra.plain import decimal_text
from projections.catalog import models_by_name
from projections.columns import Column, columns_of, currency_of, joined_columns, visible_columns
from projections.hidden import not_hidden
from projections.model import ReadModel, whole
from projections.moved import NAMING, ids_in, leading_to, refers_of
from projections.own import HELD_IN, NONE, Own, column_of, columns_of_own, expression_of, is_own, said
from projections.own_formulas import computed
from projections.question import NOW, Either, Every, Filter, Not, QueryError, Times, Where
from projections.tables import tables_of
from projections.tree import WITHIN, below, held, trunk_of
from projections.values import complement, condition, many, offered, one, parse_value, told_where
from projections.visible import ALL, EVERYTHING, NOTHING, Sight, Visible, as_sql, holds

Leading = Callable[[Sequence[str]], "sa.Select[tuple[str]]"]


@dataclass(frozen=True, slots=True)
class Source:
    """`rows` to select from, under `where`; `columns` are the visible ones with the expressions they stand for.

    `parked` says whether an event of the row's record waits. `within` gives the condition that a row belongs to these
    records or to those below them, where it may belong to any. `own` are the fields of the tenant's own, `computed`
    what formulas among them give, by key. `leading` gives the ids that lead to records, by the columns of the tenant's
    own that refer to records which may be merged.
    """

    rows: sa.FromClause
    where: Sequence["sa.ColumnElement[bool]"]
    columns: Mapping[str, tuple[Column, "sa.ColumnElement[Any]"]]
    parked: "sa.ColumnElement[bool]"
    within: "Callable[[Sequence[str]], sa.ColumnElement[bool]] | None" = None
    own: Own = NONE
    computed: Mapping[str, "sa.ColumnElement[Any]"] = field(default_factory=dict[str, "sa.ColumnElement[Any]"])
    leading: Mapping[str, Leading] = field(default_factory=dict[str, Leading])

    def expression(self, name: str) -> "sa.ColumnElement[Any]":
        """The expression of a visible column, or of one of the tenant's own."""
        if not is_own(name):
            return self.columns[name][1]
        key = name.removeprefix(f"{HELD_IN}.")
        return self.computed[key] if key in self.computed else expression_of(self.own, name, self.expression(HELD_IN))

    def column(self, name: str) -> Column:
        """The column itself."""
        return column_of(self.own, name) if is_own(name) else self.columns[name][0]


def source(model: ReadModel, tenant: str, times: Times, sight: Sight = ALL, own: Own = NONE) -> Source:
    """The rows of a tenant that are in sight; what is not seen of a row stands as null, to filters and sorts too. `own`
    are the fields that it defined for them.

    Raises QueryError(no_times) when times are asked of a model that does not keep them.
    """
    others = models_by_name(model.database)
    if times and not model.times:
        raise QueryError("no_times", f"{model.name} keeps no past; ask without as_of and known_at", "as_of")
    main, rows, where, expressions = _joined(model, tenant, times, hidden=sight.hidden)
    if names_above(model, sight):
        expressions |= _above_seen(model, tenant, times, sight, main, expressions)
    where.append(_records(model, sight.records, expressions))
    visible = {c.name: (c, _seen(model, sight, expressions, c.name)) for c in visible_columns(model, others)}
    refers = refers_of(model.database, own)
    leading = {f"{HELD_IN}.{key}": partial(leading_to, to, tenant, times) for key, to in refers.items()}
    within = _within(model, tenant, times, expressions)
    of = Source(rows, where, visible, _parked(model, tenant, main.c.id), within, own, leading=leading)
    if not own.computed:
        return of
    columns = {name: column for name, (column, _) in visible.items()} | dict(columns_of_own(own))
    rows, formulas = computed(rows, own.fields, own.computed, columns, of.expression)
    return replace(of, rows=rows, computed=formulas)


def names_above(model: ReadModel, sight: Sight) -> frozenset[str]:
    """The columns in which a row shows what another of the same kind is called, such as a company its parent, where not
    all of these are in sight: of one that is not, nothing is told."""
    if sight.records == EVERYTHING:
        return frozenset()
    return frozenset(shown for join in model.joins if join.to == model.name for shown in join.take)


def _above_seen(
    model: ReadModel,
    tenant: str,
    times: Times,
    sight: Sight,
    main: sa.FromClause,
    expressions: Mapping[str, "sa.ColumnElement[Any]"],
) -> Mapping[str, "sa.ColumnElement[Any]"]:
    """These columns, null where the other row is not in sight."""
    found: dict[str, sa.ColumnElement[Any]] = {}
    for number, join in enumerate(model.joins):
        if join.to == model.name:
            _, rows, where, its = _joined(model, tenant, times, f"a{number}")
            such = (*where, its["id"] == expressions[join.column], _records(model, sight.records, its))
            seen = sa.select(sa.literal(1)).select_from(rows).where(*such).correlate(main).exists()
            found |= {shown: sa.case((seen, expressions[shown])) for shown in join.take}
    return found


def _joined(
    model: ReadModel, tenant: str, times: Times, mark: str = "", *, hidden: bool = False
) -> "tuple[sa.FromClause, sa.FromClause, list[sa.ColumnElement[bool]], dict[str, sa.ColumnElement[Any]]]":
    """The model's own table; that with those that it joins, under names that begin with `mark`; which rows are meant;
    and what stands in their columns."""
    tables, others = tables_of(model.database), models_by_name(model.database)

    def table(of: str, alias: str) -> sa.FromClause:
        return (tables.versions if times else tables.rows)[of].alias(f"{mark}{alias}")

    main = table(model.name, "r")
    where: list[sa.ColumnElement[bool]] = [main.c.tenant == tenant]
    if model.hidden and not hidden:
        where.append(not_hidden(model, main))
    if times:
        where.append(held(main, times))
    rows: sa.FromClause = main
    expressions: dict[str, sa.ColumnElement[Any]] = {c.name: c for c in main.c}
    for number, join in enumerate(model.joins):
        other = table(join.to, f"j{number}")
        on = sa.and_(other.c.tenant == tenant, other.c.id == expressions[join.column])
        if others[join.to].hidden:
            on = sa.and_(on, not_hidden(others[join.to], other))
        rows = rows.outerjoin(other, sa.and_(on, held(other, times)) if times else on)
        for shown, origin in join.take.items():
            instead = [expressions[each] for each in join.otherwise.get(shown, ())]
            expressions[shown] = sa.func.coalesce(other.c[origin], *instead) if instead else other.c[origin]
    return main, rows, where, expressions


TENANT = "the_tenant"
"""Under this name a source that is kept has the tenant, whoever it is."""


def in_sight(
    model: ReadModel, tenant: str, times: Times, sight: Sight = ALL, own: Own = NONE
) -> tuple[Source, Mapping[str, str]]:
    """The same as `source`, and the parameters of whatever is asked of it. Rows as they are now are put together once
    for all: that takes longer than most questions about them. Raises as `source` does."""
    if times or own.fields or sight.fields or names_above(model, sight):
        return source(model, tenant, times, sight, own), {}
    of = now(model.database, model.name, hidden=sight.hidden)
    if sight.records != EVERYTHING:
        visible = as_sql(sight.records, lambda attribute: of.expression(model.access[attribute]))
        of = replace(of, where=[*of.where, visible])
    return of, {TENANT: tenant}


@cache
def now(database: str, name: str, *, hidden: bool) -> Source:
    """All rows of a read model as they are now, of the tenant that stands under `TENANT`."""
    return source(models_by_name(database)[name], the_tenant(), NOW, Sight(hidden=hidden))


def the_tenant() -> str:
    """The tenant under `TENANT`, which stands for a text wherever a statement is made."""
    return cast(str, sa.bindparam(TENANT, type_=sa.Text()))


def _within(
    model: ReadModel, tenant: str, times: Times, expressions: Mapping[str, "sa.ColumnElement[Any]"]
) -> "Callable[[Sequence[str]], sa.ColumnElement[bool]] | None":
    trunk = trunk_of(model)
    if trunk is None:
        return None
    return lambda roots: expressions[trunk.column].in_(below(trunk, tenant, times, roots))


def _records(
    model: ReadModel, visible: Visible, expressions: Mapping[str, "sa.ColumnElement[Any]"]
) -> "sa.ColumnElement[bool]":
    return as_sql(visible, lambda attribute: expressions[model.access[attribute]])


def _seen(
    model: ReadModel, sight: Sight, expressions: Mapping[str, "sa.ColumnElement[Any]"], name: str
) -> "sa.ColumnElement[Any]":
    """A column where it is seen, null elsewhere."""
    visible, expression = sight.of(class_of(model, name)), expressions[name]
    if visible == EVERYTHING:
        return expression
    if visible == NOTHING:
        return sa.cast(sa.null(), expression.type)
    return sa.case((_records(model, visible, expressions), expression))


def _parked(model: ReadModel, tenant: str, id: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
    if model.aggregate is None:
        return sa.false()
    parked = tables_of(model.database).parked
    domain, aggregate = model.aggregate
    return sa.exists().where(
        parked.c.tenant == tenant, parked.c.domain == domain, parked.c.aggregate == aggregate, parked.c.id == id
    )


def conditions(
    of: Source, allowed: Sequence[str], filters: Sequence[Where], what: str
) -> list["sa.ColumnElement[bool]"]:
    """The filters as SQL; raises QueryError, for a name that `what` does not offer with unknown_filter."""
    return [_held(of, allowed, said(of.own, each), what) for each in filters]


def _held(of: Source, allowed: Sequence[str], where: Where, what: str) -> "sa.ColumnElement[bool]":
    match where:
        case Filter(name="within") if of.within is not None:
            with told_where(where):
                return _belongs(of.within, where)
        case Filter() if where.name in of.leading and where.op in NAMING:
            with told_where(where):
                return _leads(of, where)
        case Filter():
            with told_where(where):
                if not is_own(where.name):
                    offered(allowed, where, what)
                return condition(of.column(where.name), of.expression(where.name), where)
        case Every():
            return sa.and_(sa.true(), *(_held(of, allowed, each, what) for each in where.parts))
        case Either():
            return sa.or_(sa.false(), *(_held(of, allowed, each, what) for each in where.options))
        case Not():
            return complement(_held(of, allowed, where.part, what))
        case _:
            assert_never(where)


def _belongs(within: "Callable[[Sequence[str]], sa.ColumnElement[bool]]", filter: Filter) -> "sa.ColumnElement[bool]":
    if filter.op not in ("eq", "ne", "in"):
        raise QueryError("unknown_operator", f"{WITHIN} takes eq, ne and in, not {filter.op}", WITHIN)
    column = Column(WITHIN, "text", False)
    roots = many(filter) if filter.op == "in" else [one(filter)]
    held = within([parse_value(column, each) for each in roots])
    return complement(held) if filter.op == "ne" else held


def _leads(of: Source, filter: Filter) -> "sa.ColumnElement[bool]":
    """Whether a reference leads to one of these records."""
    there = of.expression(filter.name).in_(of.leading[filter.name](ids_in(filter)))
    return complement(there) if filter.op == "ne" else there


Shows = Callable[[Mapping[Any, Any]], dict[str, Any]]
"""Gives a row as an answer shows it."""


def shown(
    model: ReadModel, columns: Sequence[Column], values: Mapping[Any, Any], sight: Sight = ALL, own: Own = NONE
) -> dict[str, Any]:
    """One row as an answer shows it."""
    return showing(model, columns, sight, own)(values)


def showing(model: ReadModel, columns: Sequence[Column], sight: Sight = ALL, own: Own = NONE) -> Shows:
    """Shows rows as answers do: money as one value, what formulas give among the tenant's own; None for what is not
    seen, which `hidden` names. What is the same of all rows is found out once."""
    names = [column.name for column in columns]
    money = [(column.name, currency_of(column.name)) for column in columns if column.money]
    classes = [(name, kind) for name in names if (kind := class_of(model, name)) is not None] if sight.fields else []
    computes, picked = bool(own.computed) and HELD_IN in names, itemgetter(*names, names[0])  # of one it gives no tuple

    def show(values: Mapping[Any, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = dict(zip(names, picked(values), strict=False))
        hidden = _unseen(model, classes, values, sight) if classes else []
        for name in hidden:
            answer[name] = None
        for name, currency in money:
            if answer[name] is not None:
                answer[name] = {"amount": answer[name], "currency": values[currency]}
        if computes and answer[HELD_IN] is not None:
            answer[HELD_IN] = {**answer[HELD_IN], **given(own, values)}
        return answer | {"hidden": hidden} if hidden else answer

    return show


def _unseen(model: ReadModel, classes: Sequence[tuple[str, str]], values: Mapping[Any, Any], sight: Sight) -> list[str]:
    """The columns of a row that are not seen."""
    attributes = {attribute: values[name] for attribute, name in model.access.items()}
    kinds = {kind for kind, visible in sight.fields.items() if not holds(visible, attributes)}
    return [name for name, kind in classes if kind in kinds]


def labelled(of: Source, names: Collection[str] | None = None) -> list["sa.ColumnElement[Any]"]:
    """All that `shown` takes of a row: its visible columns, or those of these names, and what formulas give."""
    wanted = of.columns if names is None else [name for name in of.columns if name in names]
    return [*(of.columns[name][1].label(name) for name in wanted), *computed_of(of)]


def computed_of(of: Source) -> list["sa.ColumnElement[Any]"]:
    """What formulas give."""
    return [expression.label(f"{HELD_IN}.{key}") for key, expression in of.computed.items()]


def given(own: Own, values: Mapping[Any, Any]) -> dict[str, Any]:
    """What formulas give, by key, in the form in which rows hold values of a tenant's own."""
    found = {key: values[f"{HELD_IN}.{key}"] for key, _ in own.computed}
    return {key: _as_held(value) for key, value in found.items() if value is not None}


def _as_held(value: Any) -> Any:
    match value:
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case _:
            return value


def class_of(model: ReadModel, name: str) -> str | None:
    """The class of fields that a column is of; a currency is of its money's, and all of the tenant's own are of one."""
    if is_own(name):
        return model.classes.get(HELD_IN)
    return model.classes.get(name) or model.classes.get(name.removesuffix("_currency"))


def answer_columns(model: ReadModel) -> list[Column]:
    """The visible columns without the currencies, which stand inside their money."""
    others = models_by_name(model.database)
    columns = visible_columns(model, others)
    currencies = {currency_of(c.name) for c in columns if c.money}
    return [c for c in columns if c.name not in currencies]


def check_declaration(model: ReadModel) -> None:
    """Raises ValueError for a declaration that names what is not there."""
    others = models_by_name(model.database)
    visible = {c.name for c in visible_columns(model, others)}
    for name in (*model.filters, *model.sorts, *model.search, *model.access.values(), *model.classes, *model.hidden):
        if name not in visible:
            raise ValueError(f"{model.database}/{model.name} names {name}, which it does not show.")
    if both := set(model.classes) & set(model.access.values()):
        raise ValueError(f"{model.database}/{model.name} decides by {', '.join(both)}, which cannot be hidden then.")
    if model.own and (HELD_IN not in visible or model.aggregate is None):
        raise ValueError(
            f"{model.database}/{model.name} shows no {HELD_IN}, which would hold fields of a tenant's own."
        )
    if model.about and model.about not in visible:
        raise ValueError(f"{model.database}/{model.name} is about {model.about}, which it does not show.")
    if unknown := model.lists.keys() - visible | set(model.lists.values()) - others.keys():
        raise ValueError(f"{model.database}/{model.name} lists {', '.join(sorted(unknown))}, which is not there.")
    if model.timeline and model.aggregate is None:
        raise ValueError(f"{model.database}/{model.name} stands for no records that could have a timeline.")
    if model.search and (missing := set(model.access.values()) - set(model.filters)):
        raise ValueError(f"{model.database}/{model.name} is searched, so that {', '.join(missing)} must be filters.")
    own = columns_of(model.row)
    if model.tree and model.tree not in {c.name for c in own}:
        raise ValueError(f"{model.database}/{model.name} is a tree by {model.tree}, which is no column of its own.")
    joined_columns(model, others)
    for join in model.joins:
        if join.otherwise.keys() - join.take.keys() or {*chain(*join.otherwise.values())} - {c.name for c in own}:
            raise ValueError(f"{model.database}/{model.name} shows in place of a name what it does not have.")
    if found := {*model.filters, *model.sorts, *model.search} & set(model.sealed):
        raise ValueError(f"{model.database}/{model.name} cannot look for {', '.join(found)}, which is sealed.")
    if model.times and model.parts is not whole:
        raise ValueError(f"{model.database}/{model.name} folds parts of events and can keep no times.")
    if model.times and not all(others[j.to].times for j in model.joins):
        raise ValueError(f"{model.database}/{model.name} keeps times and joins a read model that does not.")
