"""Generations that show somebody of whom the live one knows by now that they were erased.

One that is kept is folded no more, and neither is one whose rebuild or verification was killed: none of them will ever
learn of an erasure. One that is worked on is left to whoever does, and looked at again.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager

import psycopg

from infra.postgres import connect
from infra.settings import Settings
from projections.generations import Generation, State, alone, verifies_alone

# Of some partition they have folded fewer erasures than the live one.
_OUTDATED = """
select g.number, g.state, g.declared, g.taken from generations g
where g.state = 'spent' or g.state in ('kept', 'building', 'scratch') and exists (
    select 1 from generations now join erased_positions e on e.grp = now.grp
    left join erased_positions mine on mine.grp = g.grp and mine.topic = e.topic and mine.partition = e.partition
    where now.state = 'live' and e.next_offset > coalesce(mine.next_offset, 0))
order by g.number
"""
_WORKING: Mapping[State, Callable[[psycopg.Connection], bool]] = {"building": alone, "scratch": verifies_alone}


def outdated(connection: psycopg.Connection) -> list[Generation]:
    """Those that know less than the live one, oldest first, whether or not somebody works on them."""
    with connection.transaction():
        return [Generation(*row) for row in connection.execute(_OUTDATED).fetchall()]


@contextmanager
def left(settings: Settings, database: str, generation: Generation) -> Generator[bool]:
    """Whether nobody works on an outdated generation any more; nobody begins to before the block ends."""
    with closing(connect(settings, database)) as connection:
        is_alone = _WORKING.get(generation.state)
        if is_alone is None:
            yield _spent(connection, generation)
        else:
            yield is_alone(connection) and generation in outdated(connection)


def _spent(connection: psycopg.Connection, generation: Generation) -> bool:
    """Ends the way back to a generation; False when somebody is on it."""
    with connection.transaction():
        ended = connection.execute(
            "update generations set state = 'spent' where number = %s and state in ('kept', 'spent')",
            [generation.number],
        )
        return bool(ended.rowcount)
