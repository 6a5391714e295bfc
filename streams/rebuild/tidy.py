"""Looking at generations, and removing those that are not live."""

from collections.abc import Callable, Iterator
from contextlib import closing

from infra.postgres import connect
from infra.search import blocking_client
from infra.settings import Settings
from projections import generations
from streams.projector import indexer


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
        generations.drop(settings, database, each)
        with closing(blocking_client(settings)) as es:
            indexer.drop_indices(es, indexer.target(settings, database, each))
        say(f"{database}: generation {each.number} is removed.")
    if not others:
        say(f"{database} has no generation but the live one.")
