"""How far each read model has come, for the header Nexus-Position of answers, without asking at every question.

What is remembered may be a moment old: it then says less than the answer holds, and never more.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.problems import Problem
from infra.log.position import BadPosition, Position, merge, reached, sign, verify, verify_all
from projections.query import concerning, position_of, wait_for

FRESH = 0.25
"""Seconds for which a position is not asked for again."""
WAIT = 5.0
"""Seconds that a question waits for a position."""


@dataclass(frozen=True, slots=True)
class Known:
    """A position, its signed form, and when it was last asked for."""

    position: Position
    token: str
    asked_at: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The positions of the read models' databases, by (database, whether of the search index)."""

    engines: Mapping[str, AsyncEngine]
    secret: bytes
    known: dict[tuple[str, bool], Known] = field(default_factory=dict[tuple[str, bool], Known])

    async def token(self, database: str, *, search: bool = False) -> str:
        """A position that whatever is read from now on has reached."""
        known, now = self.known.get((database, search)), time.monotonic()
        if known is None:
            known = await self._read(database, search)
        elif now - known.asked_at > FRESH:
            # One asks; whoever comes meanwhile is told what is known.
            self.known[database, search] = replace(known, asked_at=now)
            known = await self._read(database, search)
        return known.token

    async def shared(self, databases: Collection[str], *, search: bool = False) -> str:
        """The same of several databases at once: of events that more than one folds, those that each has folded."""
        held = {each: verify(await self.token(each, search=search), self.secret) for each in databases}
        least = merge(*held.values())
        for database, position in held.items():
            for topic, partitions in concerning(database, least).items():
                mine = position.get(topic, {})
                least[topic] = {number: min(offset, mine.get(number, 0)) for number, offset in partitions.items()}
        return sign(least, self.secret)

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
        position = await position_of(self.engines[database], database, search=search)
        known = Known(position, sign(position, self.secret), time.monotonic())
        self.known[database, search] = known
        return known
