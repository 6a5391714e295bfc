"""A tenant that sells, put straight into the tables and documents that a rebuild would make of its log.

The views fold what happened, as everywhere, and their rows are copied by the server's administrator into tables without
indexes, which are built at the end; documents are made of the rows, as the indexer makes them. There is no log then, no
past and nothing that looks for duplicates: enough for what somebody asks of records as they are now, in a tenth of the
time.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, islice
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from elasticsearch import ApiError, Elasticsearch
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlalchemy.schema import CreateIndex

from infra.log.codec import Codec
from infra.log.envelope import Recorded, key_of
from infra.log.partitioner import partition_of
from infra.log.registry import ids
from infra.postgres import administrator, database_name
from infra.search import blocking_client
from infra.settings import Settings
from infra.vault import TenantVault, Vaults
from projections import bulk, generations
from projections.catalog import models_by_name
from projections.changes import models_folding
from projections.columns import SYSTEM, columns_of
from projections.documents import document, document_id, index_body
from projections.fold import fold
from projections.generations import Generation
from projections.model import ReadModel
from projections.past import values_of
from projections.question import NOW
from projections.select import source
from projections.store import HISTORY
from projections.tables import tables_of
from streams.projector import indexer
from tests.bench.preload import FIRST, Happening
from tests.bench.sales import happenings, keyed

DATABASE = "crm"
_MODELS = frozenset(("teams", "people", "pipelines", "companies", "contacts", "deals", "activities"))
_SEARCHED = ("companies", "contacts", "deals", "activities")
_ROWS, _DOCUMENTS = 4000, 1000
_NO_ROOM = 429
_RESTS = (1, 2, 4, 8, 15, 30, 30, 30)
"""Seconds that Elasticsearch is let rest, one time after the other, while its circuit breaker takes no more."""
_DIALECT = dialect.dialect()
_RECORDED = FIRST + timedelta(days=3000)


def load(settings: Settings, tenant: str, contacts: int, say: Callable[[str], None]) -> None:
    """Puts in the tenant, by as many processes as there are processors. `say` gets a line after each part of it."""
    live = generations.live(settings, DATABASE)
    tables = [*(tables_of(DATABASE).rows[name] for name in sorted(_MODELS)), tables_of(DATABASE).history]
    with administrator(settings, database_name(settings, DATABASE)) as connection:
        _bare(connection, live, tables)
    _at_once(_rows_of, settings, live, tenant, contacts)
    say("rows are there")
    _at_once(_prepared, settings, live, tenant, contacts)
    say("indexes are built")
    to = indexer.target(settings, DATABASE, live)
    with closing(blocking_client(settings)) as es:
        for name in _SEARCHED:
            body = index_body(models_by_name(DATABASE)[name])
            body["settings"] |= {"refresh_interval": "-1", "translog.durability": "async"}
            es.indices.create(index=to.index(models_by_name(DATABASE)[name]), **body)
        _at_once(_documents_of, settings, live, tenant, contacts)
        patient = es.options(request_timeout=300)
        for name in _SEARCHED:
            index = to.index(models_by_name(DATABASE)[name])
            patient.indices.put_settings(
                index=index, settings={"refresh_interval": None, "translog.durability": "request"}
            )
            patient.indices.refresh(index=index)
        for model in models_by_name(DATABASE).values():
            if model.search and model.name not in _SEARCHED:
                es.indices.create(index=to.index(model), **index_body(model))
        indexer.point(es, to)
    say("documents are there")


def _at_once(work: Callable[..., None], settings: Settings, live: Generation, tenant: str, contacts: int) -> None:
    """The same by several processes, each of which does its share."""
    context, processes = get_context("spawn"), os.cpu_count() or 1
    made = [
        context.Process(target=work, args=(settings, live, tenant, contacts, first, processes), daemon=True)
        for first in range(processes)
    ]
    for each in made:
        each.start()
    for each in made:
        each.join()
    if ended := [each.exitcode for each in made if each.exitcode]:
        raise RuntimeError(f"{work.__name__} ended with {ended[0]}; its error is above.")


def _bare(connection: psycopg.Connection, live: Generation, tables: Sequence[sa.Table]) -> None:
    """Takes the indexes off, but those by primary key, and has the tables need no log of Postgres' own."""
    for table in tables:
        for index in table.indexes:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(live.schema, str(index.name))))
        connection.execute(sql.SQL("alter table {} set unlogged").format(sql.Identifier(live.schema, table.name)))


def _prepared(settings: Settings, live: Generation, _: str, __: int, first: int, step: int) -> None:
    """Builds a share of the indexes, then does what autovacuum would have done in a while. Those of the history by
    event and command are left out: nothing that is asked looks there."""
    tables = tables_of(DATABASE)
    indexes = sorted(
        (index for name in _MODELS for index in tables.rows[name].indexes), key=lambda index: str(index.name)
    )
    looked_through = sorted([*_MODELS, "history"])
    with administrator(settings, database_name(settings, DATABASE)) as connection:
        looked_in = f"{live.schema}, public"  # where pg_trgm is
        connection.execute("select set_config('search_path', %s, false)", [looked_in])
        connection.execute("set maintenance_work_mem = '512MB'")
        connection.execute("set max_parallel_maintenance_workers = 0")
        for index in indexes[first::step]:
            connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)).encode())
        for name in looked_through[first::step]:
            connection.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(name)))


# ---- rows

_Into = tuple[sa.Table, tuple[str, ...]]
"""A table, and columns of it."""


@dataclass(slots=True)
class _Copies:
    """Rows on their way into tables, many at a time."""

    connection: psycopg.Connection
    waiting: dict[str, list[Sequence[Any]]] = field(default_factory=dict[str, list[Sequence[Any]]])

    def add(self, table: sa.Table, columns: Sequence[str], row: Sequence[Any]) -> None:
        rows = self.waiting.setdefault(table.name, [])
        rows.append(row)
        if len(rows) == _ROWS:
            self.write(table, columns)

    def write(self, table: sa.Table, columns: Sequence[str]) -> None:
        """Those that wait for a table."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        copy = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table.name), names)
        with self.connection.cursor() as cursor, cursor.copy(copy) as into:
            into.set_types(bulk.types_of(table, tuple(columns)))
            for row in self.waiting.pop(table.name, ()):
                into.write_row(row)


def _rows_of(settings: Settings, live: Generation, tenant: str, contacts: int, first: int, step: int) -> None:
    vaults, codec, tables = Vaults(settings), Codec(ids(settings)), tables_of(DATABASE)
    history: _Into = tables.history, HISTORY
    with closing(vaults), administrator(settings, database_name(settings, DATABASE)) as connection:
        connection.execute("select set_config('search_path', %s, false)", [live.schema])
        copies, written = _Copies(connection), dict[str, _Into](history=history)
        told = keyed(vaults, tenant, happenings(contacts, first, step))
        numbers = iter(range(first, 10**9, step))
        for _, of_one in groupby(told, key=lambda each: (each.aggregate, each.id)):
            events = [_recorded(settings, tenant, each, next(numbers), codec, vaults(tenant)) for each in of_one]
            for recorded in events:
                copies.add(*history, _of_history(recorded))
            for model in models_folding(DATABASE)[type(events[0].event)]:
                if model.name in _MODELS and (current := fold(model, events)) is not None:
                    into = written.setdefault(model.name, (tables.rows[model.name], _columns(model)))
                    copies.add(*into, [tenant, events[0].id, *values_of(current)])
        for table, columns in written.values():
            copies.write(table, columns)


def _columns(model: ReadModel) -> tuple[str, ...]:
    return ("tenant", "id", *(column.name for column in (*columns_of(model.row), *SYSTEM)))


def _recorded(
    settings: Settings, tenant: str, each: Happening, number: int, codec: Codec, vault: TenantVault
) -> Recorded:
    """An event as the log would hold it, at an offset that no other has."""
    event, key, id = each.event, key_of(tenant, each.aggregate, each.id), str(UUID(int=number))
    domain = str(event.NAME).partition(".")[0]
    return Recorded(
        event=event,
        tenant=tenant,
        aggregate=each.aggregate,
        id=each.id,
        version=each.version,
        event_id=id,
        type=event.NAME,
        occurred_at=event.at,
        recorded_at=_RECORDED + timedelta(milliseconds=number),
        topic=f"{settings.topic_prefix}{domain}.events",
        partition=partition_of(key, settings.partitions),
        offset=number,
        command_id=id,
        correlation_id=id,
        causation_id=id,
        actor="key:preload",
        value=codec.encode(event, vault),
        key=key,
    )


def _of_history(recorded: Recorded) -> list[Any]:
    held = {"domain": recorded.type.partition(".")[0]}
    return [held[name] if name in held else getattr(recorded, name) for name in HISTORY]


# ---- documents


def _documents_of(settings: Settings, live: Generation, tenant: str, _: int, first: int, step: int) -> None:
    to = indexer.target(settings, DATABASE, live)
    with (
        administrator(settings, database_name(settings, DATABASE)) as connection,
        closing(blocking_client(settings)) as es,
    ):
        connection.execute("select set_config('search_path', %s, false)", [live.schema])
        patient = es.options(request_timeout=300)
        for name in _SEARCHED:
            model = models_by_name(DATABASE)[name]
            for rows in _visible(connection, model, tenant, first, step):
                operations: list[Mapping[str, Any]] = []
                for row in rows:
                    place = {"_id": document_id(tenant, row["id"]), "routing": tenant}
                    operations += ({"index": place}, document(model, tenant, row))
                _write(patient, to.index(model), operations)


def _write(es: Elasticsearch, index: str, operations: Sequence[Mapping[str, Any]]) -> None:
    """Has Elasticsearch take documents. While it has no room for them, which it says of the request or of some of them,
    it is let rest and asked once more for all: each has its id. Raises RuntimeError when they are not taken."""
    for rest in (*_RESTS, None):
        try:
            answer = es.bulk(index=index, operations=operations, filter_path="errors,items.*.status")
            statuses = {item["index"]["status"] for item in answer["items"]}
        except ApiError as error:
            statuses = {error.status_code}
        if not (refused := {status for status in statuses if status >= 300}):
            return
        if rest is None or refused != {_NO_ROOM}:
            raise RuntimeError(f"Elasticsearch did not take documents of {index}: it answered {sorted(refused)}.")
        time.sleep(rest)


def _visible(
    connection: psycopg.Connection, model: ReadModel, tenant: str, first: int, step: int
) -> Iterator[list[dict[str, Any]]]:
    """A share of the rows, with what documents hold of them, as they are read from the table."""
    of = source(model, tenant, NOW)
    names = ("id", "updated_at", *(["custom"] if model.own else []), *model.search, *model.filters)
    columns = [of.expression(name).label(name) for name in dict.fromkeys(names)]
    share = sa.func.abs(sa.func.hashtext(of.expression("id"))) % step == first
    asked = sa.select(*columns).select_from(of.rows).where(*of.where, share)
    compiled = asked.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    with connection.transaction(), connection.cursor("rows", row_factory=dict_row) as cursor:
        cursor.itersize = _DOCUMENTS
        cursor.execute(str(compiled).encode(), compiled.params)
        rows = iter(cursor)
        while batch := list(islice(rows, _DOCUMENTS)):
            yield batch
