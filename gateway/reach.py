"""How far each read model has come, for the header Nexus-Position of answers, and which are live, without asking at
every question.

What is remembered of positions may be a moment old: it then says less than the answer holds, and never more.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.problems import Problem
from infra.log.position import BadPosition, Position, merge, reached, sign, verify, verify_all
from projections.catalog import read_models
from projections.generations import not_live
from projections.query import concerning, position_of, wait_for

FRESH = 0.25
"""Seconds after which whoever comes waits until a position was asked for again."""
EARLY = FRESH / 2
"""Seconds after which it is asked for while they go on with the one that is known: where many ask, none waits."""
WAIT = 5.0
"""Seconds that a question waits for a position."""


@dataclass(frozen=True, slots=True)
class Known:
    """A position, its signed form, when it was last asked for, and when it was asked for itself."""

    position: Position
    token: str
    asked_at: float
    begun_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Live:
    """The read models of a database of which another version than this program's is live, by name, and when that was
    last asked for."""

    others: Collection[str]
    asked_at: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The positions of the read models' databases, by (database, whether of the search index), and what is live."""

    engines: Mapping[str, AsyncEngine]
    secret: bytes
    known: dict[tuple[str, bool], Known] = field(default_factory=dict[tuple[str, bool], Known])
    live: dict[str, Live] = field(default_factory=dict[str, Live])
    asking: set[asyncio.Task[Known]] = field(default_factory=set[asyncio.Task[Known]])

    async def token(self, database: str, *, search: bool = False) -> str:
        """A position that whatever is read from now on has reached."""
        known, now = self.known.get((database, search)), time.monotonic()
        if known is None:
            known = await self._read(database, search)
        elif now - known.asked_at > FRESH:
            # One asks; whoever comes meanwhile is told what is known.
            self.known[database, search] = replace(known, asked_at=now)
            known = await self._read(database, search)
        elif now - known.asked_at > EARLY:
            self.known[database, search] = replace(known, asked_at=now)
            self._read_meanwhile(database, search)
        return known.token

    def _read_meanwhile(self, database: str, search: bool) -> None:
        """Where nothing answers the old one stays; whoever waits for a new one is told so."""
        task = asyncio.create_task(self._read(database, search))
        self.asking.add(task)  # the loop itself holds no task
        task.add_done_callback(lambda done: (self.asking.discard(done), done.cancelled() or done.exception()))

    async def shared(self, databases: Collection[str], *, search: bool = False) -> str:
        """The same of several databases at once: of events that more than one folds, those that each has folded."""
        if len(databases) == 1:
            return await self.token(*databases, search=search)
        held = {each: verify(await self.token(each, search=search), self.secret) for each in databases}
        least = merge(*held.values())
        for database, position in held.items():
            for topic, partitions in concerning(database, least).items():
                mine = position.get(topic, {})
                least[topic] = {number: min(offset, mine.get(number, 0)) for number, offset in partitions.items()}
        return sign(least, self.secret)

    async def building(self, database: str) -> Collection[str]:
        """The read models that cannot be asked now, by name, as it was a moment ago: whoever reads them finds out."""
        live, now = self.live.get(database), time.monotonic()
        if live is None or now - live.asked_at > FRESH:
            found = await not_live(self.engines[database], read_models(database))
            live = self.live[database] = Live(frozenset(model.name for model in found), now)
        return live.others

    async def now(self, database: str) -> str:
        """The position that is asked for now; whatever is held as of an earlier one is read again from here on."""
        return (await self._read(database, search=False)).token

    async def wait(self, database: str, token: str, *, search: bool = False) -> None:
        """Returns when the database has reached the positions of a caller's token, or tokens with commas between.

        Raises Problem(400) for one that we did not give out, PositionLate after five seconds.
        """
        try:
            wanted = verify_all(token, self.secret)
        except BadPosition as error:
            raise Problem(400, "bad_position", str(error), "Nexus-After") from None
        await self.come(database, wanted, search=search)

    async def come(self, database: str, position: Position, *, search: bool = False) -> None:
        """Returns when the database has reached a position; what is held as of an earlier one is read again from here
        on. Raises PositionLate after five seconds."""
        wanted, known = concerning(database, position), self.known.get((database, search))
        if not wanted or (known is not None and reached(known.position, wanted)):
            return
        await wait_for(self.engines[database], database, wanted, seconds=WAIT, search=search)
        await self._read(database, search)

    async def _read(self, database: str, search: bool) -> Known:
        began = time.monotonic()
        position = await position_of(self.engines[database], database, search=search)
        known = self.known.get((database, search))
        if known is None or known.begun_at <= began:  # else somebody asked later and was told sooner
            known = self.known[database, search] = Known(position, sign(position, self.secret), time.monotonic(), began)
        return known
