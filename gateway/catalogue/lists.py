"""Every list that can be asked, as a console shows it: its columns, and what can be done with its records."""

from collections.abc import Iterator
from dataclasses import dataclass

from domains.integration.importable import IMPORTABLE
from domains.integration.importable import Kind as Cells
from domains.integration.in_bulk import OFFERED
from gateway.access.beyond import imported
from gateway.catalogue.bodies import Field, fields_of
from gateway.catalogue.leads import Leads, leads_of, title_of
from gateway.commands import routes
from gateway.describe import operators
from gateway.duplicates import OFFERS
from gateway.relations import backs
from gateway.views import list_name
from projections.catalog import read_models
from projections.columns import Column as Declared
from projections.columns import Kind
from projections.hidden import TRASHED
from projections.model import ReadModel
from projections.select import answer_columns, class_of
from schemas.contract import contracts, fields


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. What may be missing, or not be seen by whoever asks, is `nullable`. `leads` and `called`
    are those of `gateway.catalogue.leads`; `within` are the names of what value records hold."""

    name: str
    kind: Kind
    nullable: bool
    money: bool
    choices: tuple[str, ...]
    filter: bool
    sort: bool
    operators: tuple[str, ...]
    leads: str | None
    called: str | None
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that may be sent: `path` has `{id}` in it, unless it creates a record. One that is `bulk` can be
    sent to many records as one operation."""

    verb: str
    path: str
    creates: bool
    bulk: bool
    permission: str
    doc: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another list whose records lead to one of these: those that have its id, with `before` before it, in `column`."""

    name: str
    list: str
    column: str
    before: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a column of a file can fill; `cells` is what stands in that column."""

    name: str
    cells: Cells
    required: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """How rows of a file become records of a list, as `domains.integration.importable` has it. `permission` is what
    it takes, on all of them."""

    permission: str
    any_of: tuple[str, ...]
    match: tuple[str, ...]
    within: str | None
    fields: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How records of a list may be one: all pairs are at `pairs`, a suggestion has the other record under `noun`, and
    a merge can take the other's value of the fields in `taken`. By what is `said` of one that is not on file yet those
    are found that may be it."""

    pairs: str
    noun: str
    taken: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list and its records. `own` is the kind of record that a tenant defines fields for, where it can, `imported`
    how files become records, and `duplicates` how several become one, where they do."""

    key: str
    domain: str
    name: str
    record: str | None
    doc: str
    title: str | None
    permission: str
    columns: tuple[Column, ...]
    times: bool
    trash: bool
    search: bool
    timeline: bool
    history: bool
    own: str | None
    imported: Imported | None
    duplicates: Duplicates | None
    related: tuple[Related, ...]
    commands: tuple[Command, ...]


def lists() -> Iterator[List]:
    """All of them, in the order of their keys."""
    return (_list(model) for model in sorted(read_models(), key=list_name) if model.public)


def _list(model: ReadModel) -> List:
    leads = leads_of(model)
    record = ".".join(model.aggregate) if model.aggregate else None
    return List(
        key=list_name(model),
        domain=model.database,
        name=model.name,
        record=record,
        doc=model.doc,
        title=title_of(model),
        permission=model.permission,
        columns=tuple(_column(model, leads, column) for column in answer_columns(model)),
        times=model.times,
        trash=TRASHED in model.hidden,
        search=bool(model.search),
        timeline=model.timeline,
        history=model.aggregate is not None,
        own=model.aggregate[1] if model.own and model.aggregate else None,
        imported=None if record is None else _imported(record),
        duplicates=_duplicates(model),
        related=tuple(Related(back.name, list_name(back.of), back.column, back.before) for back in backs(model)),
        commands=tuple(_commands(model, leads)),
    )


def _column(model: ReadModel, leads: Leads, column: Declared) -> Column:
    lead = leads.columns.get(column.name)
    asked = column.name in model.filters
    return Column(
        name=column.name,
        kind=column.kind,
        nullable=column.nullable or class_of(model, column.name) is not None,
        money=column.money,
        choices=tuple(each for each in column.choices if each != "UNKNOWN"),
        filter=asked,
        sort=column.name in model.sorts,
        operators=operators(column.kind) if asked else (),
        leads=lead.to if lead else None,
        called=lead.called if lead else None,
        within=tuple(each.name for each in fields(column.record)) if column.record else (),
    )


def _imported(target: str) -> Imported | None:
    said = IMPORTABLE.get(target)
    if said is None:
        return None
    permission, *_ = imported(target, "record")
    filled = tuple(Filled(name, field.kind, field.required) for name, field in said.fields.items())
    return Imported(permission, said.any_of, said.match, said.within, filled)


def _duplicates(model: ReadModel) -> Duplicates | None:
    found = (each for each in OFFERS if each.kind.model is model)
    return next((Duplicates(each.pairs, each.noun, each.taken, tuple(each.said)) for each in found), None)


def _commands(model: ReadModel, leads: Leads) -> Iterator[Command]:
    if model.aggregate is None:
        return
    contract = contracts()[model.aggregate]
    for route in routes(contract):
        yield Command(
            verb=route.command.verb,
            path=route.path,
            creates=route.command.creates,
            bulk=route.command.verb in OFFERED.get(f"{contract.domain}.{contract.aggregate}", ()),
            permission=route.command.permission,
            doc=route.command.cls.__doc__ or "",
            # Who creates a record in a console lets the platform give it its id.
            fields=tuple(each for each in fields_of(route, leads) if each.name != contract.id_field),
        )
