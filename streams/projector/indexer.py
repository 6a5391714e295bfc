"""Writes search documents from rows, after the rows.

Folding marks what it changed, in the same transaction; the indexer reads the marks, then the rows as they are now, and
writes their documents. One indexer works on a generation at a time, under an advisory lock; a document's version is
drawn from a sequence under that lock and before its row is read, so a document with a higher version was read later,
and Elasticsearch refuses the lower one. A renamed company marks itself; which rows show its name is asked when the mark
is worked off, so that rows committed meanwhile are found too.

Rows never wait for this: while Elasticsearch is silent, marks gather.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from elasticsearch import ApiError, BadRequestError, ConnectionTimeout, Elasticsearch, NotFoundError, TransportError
from psycopg.rows import dict_row

from infra.search import blocking_client
from infra.settings import Settings
from projections.documents import alias_name, document, document_id, index_body, index_name, searchable
from projections.generations import Generation, connected, group_of
from projections.model import ReadModel
from projections.past import RowKey
from projections.positions import Partition
from streams.projector import asked

log = structlog.get_logger()

MARKS = 2000
DOCUMENTS = 500
PAUSE = 0.1
IDLE = 0.5
"""Seconds between looks for marks that nobody tells of, such as another process's that folds into the same database."""
LOOK_EVERY = 60.0
"""Seconds between looks whether the live generation's documents are the ones that are searched."""
_LOCK = 0x6E657873


class NotWritten(Exception):
    """Elasticsearch could not take a document now."""


SILENT = (NotWritten, TransportError, ApiError, psycopg.OperationalError, psycopg.InterfaceError)


class Busy(Exception):
    """Another process indexes this database."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the documents of one generation go. `group` is the name of its positions."""

    database: str
    generation: int
    group: str
    index_prefix: str

    def index(self, model: ReadModel) -> str:
        return index_name(self.index_prefix, model, self.generation)


def target(settings: Settings, database: str, generation: Generation) -> Target:
    """The documents of a generation."""
    group = group_of(settings, database, generation.number)
    return Target(database, generation.number, group, settings.index_prefix)


def index_forever(
    settings: Settings,
    database: str,
    generation: Generation,
    wake: threading.Event,
    ended: Callable[[], bool] = lambda: False,
) -> None:
    """Works a generation's marks off as they come, until `ended`; `wake` is set when there may be some. When it is the
    live one, it is searched from its first whole pass on, whatever sets its aliases meanwhile. Runs in a
    thread of its own, and never raises: what fails is tried again."""
    if not searchable(database):
        return
    to = target(settings, database, generation)
    while not ended():
        try:
            with (
                closing(connected(settings, database, generation=generation)) as connection,
                closing(blocking_client(settings)) as es,
            ):
                take_turn(connection, to)
                ensure_indices(connection, es, to)
                while cycle(connection, es, to, ended):
                    pass
                due = 0.0
                while not ended():
                    if generation.state == "live" and time.monotonic() >= due:
                        ensure_pointed(connection, es, to)
                        retry_shards(es)
                        due = time.monotonic() + LOOK_EVERY
                    wake.clear()
                    if cycle(connection, es, to, ended):
                        time.sleep(PAUSE)  # marks gather: a cycle costs as much for one as for a hundred
                    else:
                        wake.wait(IDLE)
        except Busy:
            time.sleep(1)
        except SILENT as error:
            log.warning("indexer_waits", database=database, reason=str(error))
            if isinstance(error, NotWritten | ApiError | ConnectionTimeout):
                with closing(blocking_client(settings)) as es:
                    retry_shards(es)
            time.sleep(1)
        except Exception:
            log.exception("indexer_failed", database=database)
            time.sleep(5)


def retry_shards(es: Elasticsearch) -> None:
    """Has Elasticsearch try once more to bring shards back that it has given up, as it does after five times in a row:
    on a full disk these pass in a moment, and no room that comes later has it try again. Where we may not say so, it is
    the operator's."""
    with suppress(ApiError, TransportError):
        if es.cluster.health()["status"] == "red":
            es.cluster.reroute(retry_failed=True)


def take_turn(connection: psycopg.Connection, to: Target) -> None:
    """Makes this connection the generation's indexer for as long as it lives; raises Busy."""
    with connection.transaction():
        row = connection.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK, to.generation]).fetchone()
    if row != (True,):
        raise Busy


def ensure_indices(connection: psycopg.Connection, es: Elasticsearch, to: Target) -> None:
    """Makes the indices that are missing, and marks all rows of theirs."""
    for model in searchable(to.database):
        try:
            es.indices.create(index=to.index(model), **index_body(model), wait_for_active_shards="1")
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            continue
        mark_all(connection, model)


def point(es: Elasticsearch, to: Target) -> None:
    """From now on the generation's documents are the ones that are searched, all read models' at once."""
    actions: list[dict[str, Any]] = []
    for model in searchable(to.database):
        alias = alias_name(to.index_prefix, model)
        actions.append({"remove": {"index": f"{alias}-g*", "alias": alias, "must_exist": False}})
        actions.append({"add": {"index": to.index(model), "alias": alias}})
    es.indices.update_aliases(actions=actions)


def ensure_pointed(connection: psycopg.Connection, es: Elasticsearch, to: Target) -> None:
    """Points where that is not so, as after a rebuild that died at its swap; not where another generation is live,
    whose swap waits for this."""
    if _pointed(es, to):
        return
    with connection.transaction():
        live = "select 1 from generations where number = %s and state = 'live' for share"
        if connection.execute(live, [to.generation]).fetchone() is not None:
            point(es, to)


def _pointed(es: Elasticsearch, to: Target) -> bool:
    """Whether the generation's documents are the ones that are searched, all read models' and no others."""
    try:
        searched = [es.indices.get_alias(name=alias_name(to.index_prefix, model)) for model in searchable(to.database)]
    except NotFoundError:
        return False
    return all(list(found) == [to.index(model)] for model, found in zip(searchable(to.database), searched, strict=True))


def drop_indices(es: Elasticsearch, to: Target) -> None:
    """Removes the generation's documents."""
    for model in searchable(to.database):
        es.indices.delete(index=to.index(model), ignore_unavailable=True)


def mark_all(connection: psycopg.Connection, model: ReadModel) -> None:
    """Marks every row of a read model, in place of the marks there are."""
    with connection.transaction():
        connection.execute("delete from dirty where model = %s", [model.name])
        copy = f"insert into dirty (tenant, model, id, names) select tenant, %s, id, false from {model.name}"  # noqa: S608
        connection.execute(copy.encode(), [model.name])


def cycle(
    connection: psycopg.Connection, es: Elasticsearch, to: Target, ended: Callable[[], bool] = lambda: False
) -> bool:
    """Works off the marks there are, then says that the index stands where the rows stood. False: nothing to do, or
    `ended` before all was done."""
    positions, newest = _standing(connection, to.group)
    if newest is None and positions == _search_positions(connection, to.group):
        return False
    while newest is not None and (marks := _marks(connection, newest)):
        for model, keys in _targets(connection, to.database, marks):
            for tenant, ids in _by_tenant(keys).items():
                for start in range(0, len(ids), DOCUMENTS):
                    if ended():
                        return False
                    _write(connection, es, to, model, tenant, ids[start : start + DOCUMENTS])
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "delete from dirty where tenant = %s and seq = %s", [(m["tenant"], m["seq"]) for m in marks]
            )
    es.indices.refresh(index=[to.index(model) for model in searchable(to.database)])
    _save_positions(connection, to.group, positions)
    return True


def _standing(connection: psycopg.Connection, group: str) -> tuple[Mapping[Partition, int], int | None]:
    """Where rows stand and the newest mark, both of one moment: marks of later positions may be among them, never
    fewer."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        found = _all(connection, "positions", group)
        newest = connection.execute("select max(seq) from dirty").fetchone()
    return found, newest[0] if newest else None


def _search_positions(connection: psycopg.Connection, group: str) -> Mapping[Partition, int]:
    with connection.transaction():
        return _all(connection, "search_positions", group)


def _all(connection: psycopg.Connection, table: str, group: str) -> dict[Partition, int]:
    asked = f"select topic, partition, next_offset from {table} where grp = %s"  # noqa: S608
    return {(topic, number): offset for topic, number, offset in connection.execute(asked.encode(), [group])}


def _save_positions(connection: psycopg.Connection, group: str, positions: Mapping[Partition, int]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into search_positions (grp, topic, partition, next_offset) values (%s, %s, %s, %s) "
            "on conflict (grp, topic, partition) do update set next_offset = excluded.next_offset",
            [(group, *partition, offset) for partition, offset in positions.items()],
        )


def _marks(connection: psycopg.Connection, newest: int) -> list[dict[str, Any]]:
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "select tenant, seq, model, id, names from dirty where seq <= %s order by seq limit %s", [newest, MARKS]
        )
        return cursor.fetchall()


def _targets(
    connection: psycopg.Connection, database: str, marks: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[ReadModel, set[RowKey]]]:
    """The documents that marks ask for: the marked rows' own, and those of rows that show a marked name."""
    targets = {model.name: (model, set[RowKey]()) for model in searchable(database)}
    for mark in marks:
        if mark["model"] in targets:
            targets[mark["model"]][1].add((mark["tenant"], mark["id"]))
    named = [m for m in marks if m["names"]]
    for name in {m["model"] for m in named}:
        for tenant, ids in _by_tenant({(m["tenant"], m["id"]) for m in named if m["model"] == name}).items():
            for model, keys in targets.values():
                keys |= {(tenant, id) for id in asked.showing(connection, model, name, tenant, ids)}
    return targets.values()


def _by_tenant(keys: Iterable[RowKey]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for tenant, id in sorted(keys):
        grouped.setdefault(tenant, []).append(id)
    return grouped


def _write(
    connection: psycopg.Connection, es: Elasticsearch, to: Target, model: ReadModel, tenant: str, ids: list[str]
) -> None:
    with connection.transaction():
        drawn = connection.execute("select nextval('search_revision')").fetchone()
    revision = drawn[0] if drawn else 0
    found = {row["id"]: row for row in asked.rows(connection, model, tenant, ids)}
    operations: list[Mapping[str, Any]] = []
    for id in ids:
        target = {
            "_id": document_id(tenant, id), "routing": tenant, "version": revision, "version_type": "external",
        }  # fmt: skip
        if id in found:
            operations += ({"index": target}, document(model, tenant, found[id]))
        else:
            operations.append({"delete": target})
    answer = es.bulk(index=to.index(model), operations=operations)
    for item in answer["items"]:
        (outcome,) = item.values()
        _judge(model, outcome)


def _judge(model: ReadModel, outcome: Mapping[str, Any]) -> None:
    """A newer document there (409) and a document not there to delete (404) are as they should be."""
    status = outcome["status"]
    if status < 300 or status in (404, 409):
        return
    if status == 400:
        log.error("document_refused", model=model.name, id=outcome["_id"], reason=outcome["error"].get("type"))
        return
    raise NotWritten(f"{model.name}: Elasticsearch answered {status}")
