"""Every report that can be asked, as a console shows it: what it adds up, by what, and the list it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.views import list_name
from projections.catalog import models_by_name, reports
from projections.columns import currency_of, visible_columns
from projections.model import Report as Declared
from projections.question import Filter


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something that groups are made by: columns of the source shown together, or the month of one."""

    name: str
    columns: tuple[str, ...]
    month: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each group; `money` is one for each group and currency."""

    name: str
    money: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What holds of all that is added up, as a list is asked for it."""

    column: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `source` is the key of the list whose records it adds up, `currency` what that list is asked by for
    those of one currency, where it can be."""

    key: str
    domain: str
    name: str
    doc: str
    permission: str
    source: str
    times: bool
    by: tuple[str, ...]
    filters: tuple[str, ...]
    currency: str | None
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    where: tuple[Condition, ...]


def all_reports() -> Iterator[Report]:
    """All of them, in the order of their keys."""
    return iter(sorted((_report(report) for report in reports()), key=lambda each: each.key))


def _report(report: Declared) -> Report:
    others = models_by_name(report.database)
    source, name = others[report.source], report.name.replace("_", "-")
    money = {column.name for column in visible_columns(source, others) if column.money}
    # The sums of a group are all in one currency, which the list may know by the amount that any of them is of.
    currencies = [currency_of(each.column) for each in report.measures if each.column in money]
    return Report(
        key=f"{report.database}/{name}",
        domain=report.database,
        name=report.name,
        doc=report.doc,
        permission=report.permission,
        source=list_name(source),
        times=report.times,
        by=report.by,
        filters=report.filters,
        currency=next((each for each in currencies if each in source.filters), None),
        dimensions=tuple(Dimension(each.name, each.columns, each.month) for each in report.dimensions),
        measures=tuple(Measure(each.name, each.column in money) for each in report.measures),
        where=tuple(map(_condition, report.where)),
    )


def _condition(filter: Filter) -> Condition:
    value = filter.value
    return Condition(filter.name, filter.op, value if isinstance(value, str) else ",".join(value))
