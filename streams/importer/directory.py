"""What a tenant has on file by name, from its read models, once they have folded all that the log holds now."""

import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
import structlog
from dateutil.relativedelta import relativedelta
from psycopg import sql

from domains.integration.cell_forms import same_name
from infra.log.end import log_end
from infra.log.position import reached
from infra.log.topics import topic
from infra.settings import Settings
from projections.catalog import domains_of, models_by_name
from projections.generations import connected
from projections.tables import tables_of
from schemas.contract import ERASED
from schemas.generated.common import BookTerms, DealOutcome, ListedReason, PipelineRules, PipelineStage
from schemas.generated.crm.field_set import Field
from schemas.wire import read_value
from streams.importer.deliver import Pause
from streams.importer.naming import Directory, Ids
from streams.importer.own import Fields
from streams.importer.parents import Standing
from streams.importer.pipelines import Pipelines
from streams.importer.pipelines import pipelines as named_pipelines
from streams.importer.rates import Rates, rates
from streams.importer.reasons import Reasons, reasons

_log = structlog.get_logger("importer")

# kind → (database, read model, columns that hold names)
_NAMED = {
    "admin.user": ("admin", "users", ("name", "email")),
    "crm.company": ("crm", "companies", ("name",)),
    "crm.product": ("crm", "products", ("name", "aliases")),
}
# kind → (database, read model, by field the column that is matched on)
_MATCHED = {
    "admin.user": ("admin", "users", {"name": "name", "email": "email"}),
    "crm.company": ("crm", "companies", {"name": "name", "location": "location"}),
    "crm.product": ("crm", "products", {"name": "name"}),
    "crm.contact": ("crm", "contacts", {"email": "email", "phone": "phone", "name": "name", "company": "company_id"}),
    "crm.deal": ("crm", "deals", {"name": "name", "company": "company_id", "owner": "owner_id"}),
}
_AT_ONCE = 2000
"""Rows that are fetched together."""


_DATABASES = ("admin", "crm")


def load(settings: Settings, tenant: str, pause: Pause) -> Directory:
    """Waits until the read models have come to where the log ends now, then reads the names."""
    for database in _DATABASES:
        wait_until_folded(settings, database, pause)
    names = {kind: _names(settings, tenant, *named) for kind, named in _NAMED.items()}
    return Directory(names, dict(_rows(settings, tenant, "admin", "teams", "id", "name")))


def last_erasure(settings: Settings, tenant: str) -> datetime | None:
    """When somebody of a tenant was erased last, as far as the read models know."""
    moments = [at for (at,) in _rows(settings, tenant, "admin", "data_subjects", "erased_at") if at is not None]
    return max(moments, default=None)


def report_rule(settings: Settings, tenant: str) -> relativedelta | None:
    """How long the tenant says that reports of imports are kept, as far as the read models know; None: nothing."""
    rows = _rows(settings, tenant, "admin", "tenants", "id", "retention")
    rules = [rule for id, there in rows if id == tenant for rule in there or () if rule["what"] == "import_reports"]
    return relativedelta(months=rules[0]["months"] or 0, days=rules[0]["days"] or 0) if rules else None


def wait_a_while(settings: Settings, pause: Pause, longest: float = 30.0) -> None:
    """Returns when the read models show what the log holds now, or have not moved for `longest` seconds."""
    for database in _DATABASES:
        wait_until_folded(settings, database, pause, longest)


def wait_until_folded(settings: Settings, database: str, pause: Pause, longest: float = math.inf) -> bool:
    """Returns when the rows of a database have come to the end that the log has at the call, with True.

    Gives up when they have not moved for `longest` seconds; slow ones are waited for.
    """
    topics = [topic(settings.topic_prefix, domain, "events") for domain in domains_of(database)]
    with connected(settings, database, "reader") as connection:
        connection.autocommit = True
        have = _positions(connection, topics)
        want = log_end(settings, topics, have)
        began = told = moved = time.monotonic()
        while not reached(have, want) and time.monotonic() - moved < longest:
            pause(0.02)
            now, before = time.monotonic(), have
            have = _positions(connection, topics)
            moved = now if have != before else moved
            if now - told > 10:
                told = now
                _log.warning("waiting for a read model", database=database, seconds=round(now - began))
        return reached(have, want)


def _positions(connection: psycopg.Connection, topics: list[str]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    rows = connection.execute(
        "select topic, partition, next_offset from positions "
        "where topic = any(%s) and grp = (select grp from generations where state = 'live')",
        [topics],
    )
    for name, number, offset in rows:
        found.setdefault(name, {})[number] = offset
    return found


def _names(settings: Settings, tenant: str, database: str, model: str, columns: Sequence[str]) -> Ids:
    found: dict[str, set[str]] = {}
    for id, *values in _rows(settings, tenant, database, model, "id", *columns):
        for value in values:
            for each in _texts(value):
                if each is not None and each != str(ERASED):
                    found.setdefault(same_name(each), set()).add(id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


def _texts(value: Any) -> list[str | None]:
    """What a column holds, as a list."""
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def on_file(settings: Settings, tenant: str, kind: str, fields: Sequence[str]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Every record of a kind, by its id with these of its fields, references as ids; a few at a time are in memory."""
    database, model, columns = _MATCHED[kind]
    statement = _select(database, model, "id", *(columns[field] for field in fields))
    with connected(settings, database, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        with connection.cursor("on_file") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement, [tenant])
            for id, *values in cursor:
                yield id, values


def above(settings: Settings, tenant: str, ids: Collection[str]) -> Mapping[str, Standing]:
    """Those of these companies that are on file, each with what stands above it."""
    statement = sql.SQL("{} and id = any(%s)").format(_select("crm", "companies", "id", "name", "parent_id"))
    with connected(settings, "crm", "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        found = connection.execute(statement, [tenant, list(ids)]).fetchall()
    return {id: Standing(name, parent) for id, name, parent in found}


def own_fields(settings: Settings, tenant: str, target: str, pause: Pause) -> Fields:
    """The fields that the tenant defined for a kind of record, by key, as the log holds them now."""
    wait_until_folded(settings, "crm", pause)
    defined = _rows(settings, tenant, "crm", "field_sets", "record", "fields")
    of = [fields for record, fields in defined if f"crm.{record}" == target]
    listed = [read_value(Field, each) for fields in of for each in fields]
    return {field.key: field for field in listed}


def rates_home(settings: Settings, tenant: str) -> Rates:
    """The tenant's own currency, and what others are worth in it, as the read models know it."""
    own = dict(_rows(settings, tenant, "admin", "tenants", "id", "currency"))
    columns = ("id", "version", "currency", "to_currency", "from_day", "rate")
    return rates(own.get(tenant), _rows(settings, tenant, "crm", "exchange_rates", *columns))


def reasons_listed(settings: Settings, tenant: str) -> Reasons:
    """Why the tenant's deals are won and lost, as the read models know it."""
    columns = ("id", "version", "outcome", "name", "retired")
    return reasons(
        ListedReason(reason_id=id, version=version, outcome=DealOutcome(outcome), name=name, retired=retired)
        for id, version, outcome, name, retired in _rows(settings, tenant, "crm", "reasons", *columns)
    )


def pipelines(settings: Settings, tenant: str) -> Mapping[str, PipelineRules]:
    """The rules of a tenant's own pipelines, by id, as the read models have them."""
    columns = ("id", "version", "stages", "win_reasons", "lost_reasons", "retired")
    return {
        id: PipelineRules(
            pipeline_id=id,
            version=version,
            stages=tuple(read_value(PipelineStage, each) for each in stages or ()),
            win_reasons=tuple(win_reasons),
            lost_reasons=tuple(lost_reasons),
            retired=retired,
        )
        for id, version, stages, win_reasons, lost_reasons, retired in _rows(
            settings, tenant, "crm", "pipelines", *columns
        )
    }


def price_books(settings: Settings, tenant: str) -> Mapping[str, BookTerms]:
    """What a tenant's price books say of themselves, by id, as the read models have it."""
    columns = ("id", "version", "currency", "retired")
    return {
        id: BookTerms(price_book_id=id, version=version, currency=currency, retired=retired)
        for id, version, currency, retired in _rows(settings, tenant, "crm", "price_books", *columns)
    }


def pipelines_named(settings: Settings, tenant: str) -> Pipelines:
    """The same, by what they are called too."""
    rules = pipelines(settings, tenant)
    named = _rows(settings, tenant, "crm", "pipelines", "id", "name")
    return named_pipelines((name, rules[id]) for id, name in named if id in rules)


def _rows(settings: Settings, tenant: str, database: str, model: str, *columns: str) -> list[tuple[Any, ...]]:
    statement = _select(database, model, *columns)
    with connected(settings, database, "reader") as connection:
        connection.execute("select set_config('nexus.tenant', %s, true)", [tenant])
        return connection.execute(statement, [tenant]).fetchall()


def _select(database: str, model: str, *columns: str) -> sql.Composed:
    shown = [sql.SQL(" and {} is null").format(sql.Identifier(name)) for name in models_by_name(database)[model].hidden]
    return sql.SQL("select {} from {} where tenant = %s{}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(tables_of(database).rows[model].name),
        sql.SQL("").join(shown),
    )
