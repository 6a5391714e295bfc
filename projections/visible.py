"""Which records somebody may see: a condition on what a read model declares as a record's owner and territory.

The same condition is asked of rows in Postgres, of documents in Elasticsearch, and of one record at hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

import sqlalchemy as sa

from projections.lists import holding_one
from projections.named import Named, texts


@dataclass(frozen=True, slots=True)
class Always:
    """Every record, or none."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Among:
    """Records whose attribute, such as `owner`, is one of these, or, being a list, holds one of them. `MISSING` among
    them stands for records without a value."""

    attribute: str
    values: frozenset[str]


MISSING = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The same, where the values stand in a question under a name: two that differ by them alone are alike, as the
    questions are. `missing` says whether `MISSING` is among them."""

    attribute: str
    name: str
    missing: bool
    values: frozenset[str] = field(compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: frozenset["Visible"]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: frozenset["Visible"]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Visible"


Visible = Always | Among | Given | AnyOf | AllOf | Not
Attribute = str | Sequence[str] | None
EVERYTHING, NOTHING = Always(True), Always(False)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of a read model: these records, and of a class of fields, such as amounts, those of these
    records. A class that is not named is seen on every record. Those that are `hidden` are among them only where they
    are asked for."""

    records: Visible = EVERYTHING
    fields: Mapping[str, Visible] = field(default_factory=dict[str, Visible])
    hidden: bool = False

    def __hash__(self) -> int:
        return hash((self.records, frozenset(self.fields.items()), self.hidden))

    def of(self, kind: str | None) -> Visible:
        """The records on which a class of fields is seen; every one for fields of no class."""
        return EVERYTHING if kind is None else self.fields.get(kind, EVERYTHING)


ALL = Sight()


def any_of(*parts: Visible) -> Visible:
    """Simplified, so that equal questions are equal values."""
    flat = {each for part in parts for each in (part.parts if isinstance(part, AnyOf) else (part,))} - {NOTHING}
    if EVERYTHING in flat:
        return EVERYTHING
    merged: dict[str, frozenset[str]] = {}
    for each in flat:
        if isinstance(each, Among):
            merged[each.attribute] = merged.get(each.attribute, frozenset()) | each.values
    rest = {each for each in flat if not isinstance(each, Among)}
    simple = frozenset(rest | {Among(name, values) for name, values in merged.items()})
    return AnyOf(simple) if len(simple) > 1 else next(iter(simple), NOTHING)


def all_of(*parts: Visible) -> Visible:
    """Simplified, so that equal questions are equal values."""
    flat = {each for part in parts for each in (part.parts if isinstance(part, AllOf) else (part,))} - {EVERYTHING}
    if NOTHING in flat:
        return NOTHING
    return AllOf(frozenset(flat)) if len(flat) > 1 else next(iter(flat), EVERYTHING)


def negated(part: Visible) -> Visible:
    match part:
        case Always():
            return Always(not part.holds)
        case Not():
            return part.part
        case _:
            return Not(part)


def holds(visible: Visible, attributes: Mapping[str, Attribute]) -> bool:
    """Whether it holds of a record with these attributes."""
    match visible:
        case Always():
            return visible.holds
        case Among() | Given():
            value = MISSING if (given := attributes[visible.attribute]) is None else given
            return not visible.values.isdisjoint((value,) if isinstance(value, str) else value)
        case AnyOf():
            return any(holds(each, attributes) for each in visible.parts)
        case AllOf():
            return all(holds(each, attributes) for each in visible.parts)
        case Not():
            return not holds(visible.part, attributes)
        case _:
            assert_never(visible)


def as_sql(visible: Visible, expression: Callable[[str], "sa.ColumnElement[Any]"]) -> "sa.ColumnElement[bool]":
    """As a condition of a query; `expression` gives that of an attribute. Never null."""
    match visible:
        case Always():
            return sa.true() if visible.holds else sa.false()
        case Among():
            return _among(expression(visible.attribute), sorted(visible.values), missing=MISSING in visible.values)
        case Given():
            return _among(expression(visible.attribute), Named(visible.name), missing=visible.missing)
        case AnyOf():
            return sa.or_(*(as_sql(each, expression) for each in visible.parts))
        case AllOf():
            return sa.and_(*(as_sql(each, expression) for each in visible.parts))
        case Not():
            return sa.not_(as_sql(visible.part, expression))
        case _:
            assert_never(visible)


def _among(
    column: "sa.ColumnElement[Any]", values: Sequence[str] | Named, *, missing: bool
) -> "sa.ColumnElement[bool]":
    held = holding_one(column, texts(values)) if isinstance(column.type, sa.ARRAY) else column == sa.any_(texts(values))
    return sa.or_(column.is_(None), held) if missing else sa.and_(column.is_not(None), held)


def as_search(visible: Visible, field: Callable[[str], str]) -> dict[str, Any]:
    """As a filter of Elasticsearch; `field` gives the name that an attribute has in documents."""
    match visible:
        case Always():
            return {"match_all": {}} if visible.holds else {"match_none": {}}
        case Among() | Given():
            name = field(visible.attribute)
            among: dict[str, Any] = {"terms": {name: sorted(visible.values)}}
            if MISSING not in visible.values:
                return among
            missing = {"bool": {"must_not": [{"exists": {"field": name}}]}}
            return {"bool": {"should": [among, missing], "minimum_should_match": 1}}
        case AnyOf():
            shoulds = [as_search(each, field) for each in visible.parts]
            return {"bool": {"should": shoulds, "minimum_should_match": 1}}
        case AllOf():
            return {"bool": {"filter": [as_search(each, field) for each in visible.parts]}}
        case Not():
            return {"bool": {"must_not": [as_search(visible.part, field)]}}
        case _:
            assert_never(visible)


def under_names(sight: Sight, mark: str = "seen") -> tuple[Sight, Mapping[str, Sequence[str]]]:
    """The same sight with its values under names, which begin with a mark, and these: what is asked for in it is put
    together once, whoever sees by other values of the same attributes."""
    values: dict[str, Sequence[str]] = {}
    records = _named(sight.records, mark, values)
    fields = {kind: _named(visible, mark, values) for kind, visible in sorted(sight.fields.items())}
    return Sight(records, fields, sight.hidden), values


def _named(visible: Visible, mark: str, values: dict[str, Sequence[str]]) -> Visible:
    match visible:
        case Among():
            name = f"{mark}_{len(values)}"
            values[name] = sorted(visible.values)
            return Given(visible.attribute, name, MISSING in visible.values, visible.values)
        case Always() | Given():
            return visible
        case AnyOf():
            return AnyOf(frozenset(_named(each, mark, values) for each in _in_order(visible.parts)))
        case AllOf():
            return AllOf(frozenset(_named(each, mark, values) for each in _in_order(visible.parts)))
        case Not():
            return Not(_named(visible.part, mark, values))
        case _:
            assert_never(visible)


def _in_order(parts: frozenset[Visible]) -> Sequence[Visible]:
    """In an order that does not depend on the values, of which questions are to be alike."""
    return sorted(parts, key=_place)


def _place(visible: Visible) -> str:
    match visible:
        case Always():
            return str(visible.holds)
        case Among() | Given():
            return f"{visible.attribute} {MISSING in visible.values}"
        case AnyOf():
            return f"any {sorted(map(_place, visible.parts))}"
        case AllOf():
            return f"all {sorted(map(_place, visible.parts))}"
        case Not():
            return f"not {_place(visible.part)}"
        case _:
            assert_never(visible)
