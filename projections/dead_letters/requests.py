"""What people ask to be done with dead letters, and what came of it.

A request lies in the database of what it is about. Whoever owns that works it off and writes down the outcome in the
same transaction, so that a request counts once. It stays as the record of who did what, and why.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import psycopg

from projections.dead_letters.letter import Action, AlreadySettled, UnknownLetter, printable
from projections.positions import Partition

Outcome = Literal["redriven", "failed_again", "refused", "discarded", "gone", "late", "broken"]
"""redriven: done, nothing waits any more. failed_again: still there, with a new reason. refused: a command was answered
with a refusal, and is still there. discarded: taken out. gone: it was not there any more, nothing was done. late: no
answer came in time; ask again. broken: it could not be worked off at all."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

PATIENCE = 20.0
_LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about: a dead letter and the message that stops it, as the asker saw it."""

    tenant: str
    letter: str
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits."""

    target: Target
    seq: int
    action: Action
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request: a stable outcome, and a sentence."""

    outcome: Outcome
    told: str


class Pending(Exception):
    """Somebody asked for something else to be done with this dead letter, and it is not done yet."""


def told(count: int, still: Sequence[str]) -> Result:
    """What came of folding so many parked events again; `still` are the reasons of those that stay parked."""
    folded = count - len(still)
    if not still:
        return Result("redriven", f"{_events(folded)} folded; nothing waits any more.")
    return Result("failed_again", f"{_events(folded)} folded, {_events(len(still))} parked: {still[0]}")


def discarded(count: int, still: Sequence[str]) -> Result:
    """The same after the event before these was discarded."""
    rest = told(count, still).told if count else "None waited behind it."
    return Result("discarded", f"One event was discarded. {rest}")


def _events(count: int) -> str:
    return "1 event is" if count == 1 else f"{count:,} events are"


_COLUMNS = 'tenant, letter, topic, partition, "offset", seq, action, who, why'


def ask(connection: psycopg.Connection, target: Target, action: Action, who: str, why: str) -> int:
    """Asks, and gives the request's number. A redrive that is asked for twice is one. Raises Pending."""
    t = target
    with connection.transaction():
        made = connection.execute(
            'insert into dead_letter_requests (tenant, letter, topic, partition, "offset", action, who, why) '
            "values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (tenant, letter) where outcome is null do nothing "
            "returning seq",
            [t.tenant, t.letter, t.topic, t.partition, t.offset, action, who, why],
        ).fetchone()
        if made is not None:
            return made[0]
        open_one = connection.execute(
            "select seq, action, who from dead_letter_requests where tenant = %s and letter = %s and outcome is null",
            [t.tenant, t.letter],
        ).fetchone()
    if open_one is None:  # it was settled between the two statements
        return ask(connection, target, action, who, why)
    if action == "redrive" and open_one[1] == "redrive":
        return open_one[0]
    raise Pending(f"{open_one[2]} asked for a {open_one[1]} of {t.letter} that is not done yet; wait for its outcome.")


def oldest(cursor: psycopg.Cursor[Any], owned: Iterable[Partition]) -> Request | None:
    """The oldest request that waits about one of these partitions."""
    topics, numbers = [list(each) for each in zip(*owned, strict=True)] or [[], []]
    row = cursor.execute(
        f"select {_COLUMNS} from dead_letter_requests where outcome is null and (topic, partition) in "  # noqa: S608
        "(select * from unnest(%s::text[], %s::int[])) order by seq limit 1".encode(),
        [topics, numbers],
    ).fetchone()
    return None if row is None else _request(row)


def _request(row: Sequence[Any]) -> Request:
    return Request(Target(*row[:5]), *row[5:])


def waits(cursor: psycopg.Cursor[Any], request: Request) -> bool:
    """Whether the request still waits. Locks it to the end of the transaction."""
    row = cursor.execute(
        "select 1 from dead_letter_requests where tenant = %s and seq = %s and outcome is null for update",
        [request.target.tenant, request.seq],
    ).fetchone()
    return row is not None


def settle(cursor: psycopg.Cursor[Any], request: Request, result: Result) -> None:
    """Writes down what came of a request."""
    cursor.execute(
        "update dead_letter_requests set outcome = %s, told = %s, settled_at = now() where tenant = %s and seq = %s",
        [result.outcome, result.told, request.target.tenant, request.seq],
    )


def settle_letter(cursor: psycopg.Cursor[Any], tenant: str, letter: str, result: Result) -> None:
    """The same by the dead letter."""
    cursor.execute(
        "update dead_letter_requests set outcome = %s, told = %s, settled_at = now() "
        "where tenant = %s and letter = %s and outcome is null",
        [result.outcome, result.told, tenant, letter],
    )


def requested(connection: psycopg.Connection, letters: Sequence[str]) -> Mapping[str, Action]:
    """What is asked to be done with these dead letters and not yet done, by id."""
    rows = connection.execute(
        "select letter, action from dead_letter_requests where outcome is null and letter = any(%s)", [list(letters)]
    )
    return dict(rows.fetchall())


def missing(connection: psycopg.Connection, tenant: str, letter: str) -> AlreadySettled | UnknownLetter:
    """What to say of a dead letter that is not there: that it was settled, or that there is none."""
    row = connection.execute(
        "select who, settled_at, outcome from dead_letter_requests where tenant = %s and letter = %s "
        "and outcome in ('redriven', 'discarded') order by seq desc limit 1",
        [tenant, letter],
    ).fetchone()
    if row is None:
        return UnknownLetter(f"There is no dead letter {printable(letter)}; `nexus360 dlq list` shows all.")
    who, at, outcome = row
    return AlreadySettled(
        f"{printable(letter)} was {outcome} by {who} at {at:%Y-%m-%d %H:%M:%S}; nothing is left to do."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was made, and how to open the database in which it lies."""

    connect: Callable[[], psycopg.Connection]
    tenant: str
    seq: int


def wait(asked: Asked, patience: float) -> Result | None:
    """What came of a request, or None when nothing has after so many seconds. The request stays."""
    deadline = time.monotonic() + patience
    with closing(asked.connect()) as connection:
        connection.autocommit = True
        while True:
            row = connection.execute(
                "select outcome, told from dead_letter_requests where tenant = %s and seq = %s",
                [asked.tenant, asked.seq],
            ).fetchone()
            if row is not None and row[0] is not None:
                return Result(cast(Outcome, row[0]), row[1])
            if time.monotonic() > deadline:
                return None
            time.sleep(_LOOK_EVERY)
