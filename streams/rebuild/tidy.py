"""Looking at generations, and removing those that are not live."""

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import structlog
from elasticsearch import ApiError, TransportError

from infra.postgres import connect
from infra.search import blocking_client
from infra.settings import Settings
from projections import generations
from projections.generations import Generation
from projections.outdated import left, outdated
from streams.projector import indexer

log = structlog.get_logger()


def told(settings: Settings, database: str) -> Iterator[str]:
    """A line for each generation: its state, size on disk, parked keys and how far it is behind."""
    generations.ensure(settings, database)
    declared = generations.declared(database)
    with closing(connect(settings, database)) as connection:
        connection.autocommit = True
        there = generations.every(settings, database)
        live = generations.live(settings, database)
        for each in there:
            old, group = (generations.group_of(settings, database, g.number) for g in (live, each))
            behind = generations.lag_of(connection, old, group).rows
            row = connection.execute(
                "select coalesce(pg_size_pretty(sum(pg_total_relation_size(c.oid))), '0') "
                "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where n.nspname = %s and c.relkind = 'r'",
                [each.schema],
            ).fetchone()
            same = "as declared" if each.declared == declared else "of another declaration"
            yield f"{each.schema:5} {each.state:9} {row[0] if row else '':>9} {behind:10,} behind  {same}"


def drop(settings: Settings, database: str, say: Callable[[str], None]) -> None:
    """Removes every generation that is not live, with its documents."""
    others = [each for each in generations.every(settings, database) if each.state != "live"]
    for each in others:
        _remove(settings, database, each)
        say(f"{database}: generation {each.number} is removed.")
    if not others:
        say(f"{database} has no generation but the live one.")


def drop_unfinished(settings: Settings, database: str) -> None:
    """Removes what rebuilds of other declarations than this program's left unfinished; the next one does while
    Elasticsearch is silent. For the database's one rebuild."""
    for each in generations.every(settings, database):
        if each.state == "building" and each.declared != generations.declared(database):
            _remove_or_later(settings, database, each)


def drop_outdated(settings: Settings, database: str, connection: psycopg.Connection) -> None:
    """Removes generations that show somebody who was erased since and on which nobody works; again later while
    Elasticsearch is silent."""
    for each in outdated(connection):
        with left(settings, database, each) as is_left:
            if is_left:
                _remove_or_later(settings, database, each)


def _remove_or_later(settings: Settings, database: str, generation: Generation) -> None:
    try:
        _remove(settings, database, generation)
        log.info("generation_removed", database=database, generation=generation.number, state=generation.state)
    except (ApiError, TransportError) as error:
        log.warning("generation_not_removed", database=database, reason=str(error))


def _remove(settings: Settings, database: str, generation: Generation) -> None:
    """Documents first: without its row nobody would know of them."""
    with closing(blocking_client(settings)) as es:
        indexer.drop_indices(es, indexer.target(settings, database, generation))
    generations.drop(settings, database, generation)
