"""Generations: the read models of a database, folded whole, each time into a Postgres schema of its own.

One generation is live, and every question is answered from it. Another is built beside it from the start of the log and
takes its place by one row that changes; the one before is kept for a way back until it is dropped. What a reader sees
is of one generation, because which one is live is asked in the reader's own snapshot.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.postgres import Role, connect, driver_of, ensure_database, in_turn, lock_setup, role_name
from infra.settings import Settings
from projections import tables
from projections.catalog import databases, models_by_name
from projections.columns import columns_of
from projections.documents import index_body
from projections.model import ReadModel
from projections.positions import Partition, PositionMoved
from projections.tables import tables_of

State = Literal["building", "live", "kept", "spent", "scratch"]
"""`kept` is one to go back to, `spent` one that was kept and shows somebody who is erased by now."""

_LIVE = "select number, state, declared, taken from generations where state = 'live'"
_ALL = "select number, state, declared, taken from generations order by number"
_PAUSE = 0.01

# Held together by those who build a generation, and alone for a moment by the worker that takes it over.
_BUILDERS = 0x6E78_6275
# Held together by the workers of a generation.
_WORKERS = 0x6E78_776F
# Held by the one rebuild and by the one verification of a database there may be.
_REBUILD = 0x6E78_7265
_VERIFICATION = 0x6E78_7665


@dataclass(frozen=True, slots=True)
class Generation:
    """`declared` has a digest for each read model, by name: what its tables look like and mean. `taken` says that
    workers fold it, and builders no longer do."""

    number: int
    state: State
    declared: Mapping[str, str]
    taken: bool

    @property
    def schema(self) -> str:
        return f"g{self.number}"


class NoGeneration(LookupError):
    """The generation asked for is not there; the message says which are."""


class ModelBuilding(Exception):
    """The live generation holds another version of the read model than this program asks for."""


class Behind(Exception):
    """The new generation has not come as far as the live one; nothing was changed."""


_FOLD = 2
"""Raised when folding itself comes to mean something else, whatever a read model declares."""


def _own_digest(model: ReadModel) -> str:
    parts = (
        _FOLD,
        model.version,
        model.aggregate,
        [str(event.NAME) for event in model.events],
        [(c.name, c.kind, c.nullable) for c in columns_of(model.row)],
        [(j.column, j.to, sorted(j.take.items()), *sorted(j.otherwise.items())) for j in model.joins],
        model.filters,
        index_body(model) if model.search else None,
        model.indexed,
        model.times,
        *([model.tree] if model.tree else []),
        *([model.begun] if model.begun else []),
        *([sorted(model.covered.items())] if model.covered else []),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def _digests(database: str) -> Mapping[str, str]:
    models = models_by_name(database)
    own = {name: _own_digest(model) for name, model in models.items()}
    return {
        name: hashlib.sha256("".join([own[name], *(own[j.to] for j in model.joins)]).encode()).hexdigest()[:16]
        for name, model in models.items()
    }


def digest_of(model: ReadModel) -> str:
    """What the model's table and documents look like and mean; so do those of models it joins."""
    return _digests(model.database)[model.name]


def declared(database: str) -> dict[str, str]:
    """The digests of the read models that this program declares, and under `*` that of the tables beside them."""
    return {"*": tables.furniture(database)} | dict(_digests(database))


def group_of(settings: Settings, database: str, number: int) -> str:
    """The name under which a generation's positions are kept."""
    return f"{settings.topic_prefix}nexus.{database}.projector.g{number}"


def ensure(settings: Settings, *names: str) -> None:
    """Makes databases, roles and tables that are missing, of these databases or of all, and a first live generation
    where there is none."""
    for name in names or databases():
        ensure_database(settings, name)
        with connect(settings, name, "owner") as connection:
            lock_setup(connection)
            tables.create_shared(connection, role_name(settings, "writer"), role_name(settings, "reader"))
            if found(connection) is None:
                _make(settings, connection, name, "live", asked=True)


def _make(
    settings: Settings, connection: psycopg.Connection, database: str, state: State, *, asked: bool
) -> Generation:
    row = connection.execute(
        "insert into generations (grp, state, declared) values ('', %s, %s) returning number",
        [state, msgspec.json.encode(declared(database)).decode()],
    ).fetchone()
    assert row is not None
    made = Generation(row[0], state, declared(database), taken=False)
    connection.execute(
        "update generations set grp = %s where number = %s", [group_of(settings, database, made.number), made.number]
    )
    writer, reader = role_name(settings, "writer"), role_name(settings, "reader")
    tables.create(connection, tables_of(database), made.schema, writer, reader, asked=asked)
    return made


def found(connection: psycopg.Connection) -> Generation | None:
    """The live generation, in the transaction that is open."""
    row = connection.execute(_LIVE).fetchone()
    return None if row is None else Generation(*row)


def live(settings: Settings, database: str) -> Generation:
    """The live generation. Raises NoGeneration before the database was set up."""
    with connect(settings, database) as connection:
        generation = found(connection)
    if generation is None:
        raise NoGeneration(f"{database} has no live generation; `nexus360 serve` makes one.")
    return generation


def every(settings: Settings, database: str) -> list[Generation]:
    """All generations, oldest first."""
    with connect(settings, database) as connection:
        return [Generation(*row) for row in connection.execute(_ALL).fetchall()]


def begin(settings: Settings, database: str, *, asked: bool = True) -> Generation:
    """A generation to build: an unfinished one of the same declaration, or a new one, which can be `asked` or is to be
    completed first. Workers do not fold it yet."""
    for each in every(settings, database):
        if each.state == "building" and each.declared == declared(database):
            return _untaken(settings, database, each)
    with connect(settings, database, "owner") as connection:
        lock_setup(connection)
        return _make(settings, connection, database, "building", asked=asked)


def scratch(settings: Settings, database: str) -> Generation:
    """A generation to compare with, which never becomes live; its maker drops it."""
    with connect(settings, database, "owner") as connection:
        lock_setup(connection)
        return _make(settings, connection, database, "scratch", asked=False)


def reopen(settings: Settings, database: str) -> Generation:
    """The newest kept generation, to be brought up to date and swapped back. Raises NoGeneration when none is kept, or
    when this program does not know its read models."""
    kept = [each for each in every(settings, database) if each.state == "kept"]
    if not kept:
        raise NoGeneration(f"{database} keeps no generation to go back to; `nexus360 rebuild {database}` builds one.")
    if kept[-1].declared != declared(database):
        raise NoGeneration(
            f"Generation {kept[-1].number} of {database} holds other read models than this program declares; "
            "run this with the version of the program that built it."
        )
    return _untaken(settings, database, kept[-1])


def _untaken(settings: Settings, database: str, generation: Generation) -> Generation:
    with connect(settings, database) as connection:
        there = connection.execute(
            "update generations set state = 'building', taken = false where number = %s and state = %s",
            [generation.number, generation.state],
        ).rowcount
    if not there:
        raise NoGeneration(f"Generation {generation.number} of {database} was removed just now; start this again.")
    return Generation(generation.number, "building", generation.declared, taken=False)


def drop(settings: Settings, database: str, generation: Generation) -> None:
    """Removes a generation that is not live."""
    with connect(settings, database, "owner") as connection:
        lock_setup(connection)
        connection.execute(f"drop schema if exists {generation.schema} cascade".encode())
        group = group_of(settings, database, generation.number)
        for name in ("positions", "search_positions", "erased_positions"):
            connection.execute(f"delete from {name} where grp = %s".encode(), [group])  # noqa: S608
        connection.execute("delete from generations where number = %s and state <> 'live'", [generation.number])


def connected(
    settings: Settings, database: str, role: Role = "writer", generation: Generation | None = None
) -> psycopg.Connection:
    """A connection on which a generation's tables are found, those of the live one unless another is named."""
    connection = connect(settings, database, role)
    try:
        with connection.transaction():
            found_here = generation or found(connection)
            if found_here is None:
                raise NoGeneration(f"{database} has no live generation; `nexus360 serve` makes one.")
            connection.execute("select set_config('search_path', %s, false)", [f"{found_here.schema}, public"])
    except BaseException:
        connection.close()
        raise
    return connection


# A reader's transaction, its settings and which generation is live: in one trip to Postgres, and in one snapshot. In
# which order eight tables are joined, as for deals, takes Postgres longer to find than most lists take; of five at a
# time that takes a fifth, and rows are found as fast: those by whose names one asks stand first, or are small.
_BEGIN = sql.SQL(
    "begin; select set_config('nexus.tenant', {}, true), set_config('search_path', 'g' || number || ', public', true), "
    "set_config('join_collapse_limit', '5', true), set_config('plan_cache_mode', {}, true), declared "
    "from generations where state = 'live'"
)
Plans = Literal["auto", "force_generic_plan"]
"""When Postgres plans a question: each time where it hopes to gain by it, or once for all values. To plan what is found
by ids takes longer than to find it; a list with filters is planned for what it asks for."""


@lru_cache(10_000)
def _begin(tenant: str, plans: Plans) -> bytes:
    return _BEGIN.format(tenant, plans).as_bytes()


class _Lost(OperationalError):
    """A connection broke as a transaction was begun on it."""


_DECLARED = text("select declared from generations where state = 'live'")


_ENDING: WeakKeyDictionary[AsyncEngine, set[asyncio.Task[None]]] = WeakKeyDictionary()
"""Transactions whose end nobody waits for; the loop itself holds no task."""


async def ended(source: AsyncEngine) -> None:
    """Comes back when all of these have ended: before the engine is disposed of."""
    while ending := _ENDING.get(source):
        await asyncio.wait(ending)


@asynccontextmanager
async def reading(
    source: AsyncEngine, tenant: str, *models: ReadModel | None, plans: Plans = "auto", waits: bool = True
) -> AsyncGenerator[AsyncConnection]:
    """A read-only transaction on the live generation in which row-level security shows this tenant's rows alone.

    `source` is a reader's engine. Raises ModelBuilding when the live generation has another version of one of `models`.
    Where nobody `waits` for its end, it ends by itself once all was read, and `ended` comes back when it has.
    """
    try:
        held, connection, told = await _begun(source, tenant, plans)
    except _Lost:  # since it was used last, and so are others
        await source.dispose()
        held, connection, told = await _begun(source, tenant, plans)
    async with held:
        other = [model.name for model in models if model is not None and told.get(model.name) != digest_of(model)]
        if not told or other:
            name = other[0] if other else "The read models"
            raise ModelBuilding(f"{name} of this version are not live yet; `nexus360 rebuild` builds them.")
        yield connection
        if waits:
            await _commit(connection)
            return
        task, ending = asyncio.create_task(_end(held.pop_all(), connection)), _ENDING.setdefault(source, set())
        ending.add(task)
        task.add_done_callback(ending.discard)


async def _end(held: AsyncExitStack, connection: AsyncConnection) -> None:
    """Ends a transaction of which all was read: that its end was not told takes nothing from that."""
    with suppress(OperationalError):
        async with held:
            await _commit(connection)


async def _commit(connection: AsyncConnection) -> None:
    """Ends the transaction, whoever asked in it. SQLAlchemy commits what it began itself, and rolls all else back: then
    psycopg would let go of what is prepared."""
    driver = driver_of(connection)
    try:
        await driver.commit()
    except psycopg.OperationalError as error:
        raise OperationalError("commit", None, error) from error


async def _begun(
    source: AsyncEngine, tenant: str, plans: Plans
) -> tuple[AsyncExitStack, AsyncConnection, Mapping[str, str]]:
    """A connection in a tenant's transaction, which is held until the first of these is closed, and what the live
    generation declares: nothing where there is none. Raises OperationalError, _Lost where there was a connection."""
    async with AsyncExitStack() as held:
        connection = await held.enter_async_context(in_turn(source))
        try:
            driver = driver_of(connection)
            cursor = await driver.execute(_begin(tenant, plans), prepare=False)
            cursor.nextset()
            told = await cursor.fetchone()
        except BaseException as error:
            await connection.invalidate()
            if isinstance(error, psycopg.OperationalError):
                raise _Lost("begin", None, error) from error
            raise
        return held.pop_all(), connection, {} if told is None else told[-1]


async def not_live(source: AsyncEngine, models: Sequence[ReadModel]) -> list[ReadModel]:
    """Those of these read models, all of one database, of which another version than this program's is live."""
    async with in_turn(source) as connection:
        told: dict[str, str] | None = (await connection.execute(_DECLARED)).scalar()
    return [model for model in models if (told or {}).get(model.name) != digest_of(model)]


# ---- workers and builders


def take(connection: psycopg.Connection, generation: Generation) -> None:
    """Makes a generation the workers' own: comes back when no builder folds it any more."""
    with connection.transaction():
        connection.execute("update generations set taken = true where number = %s", [generation.number])
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s, %s)", [_BUILDERS, generation.number])


def build(connection: psycopg.Connection, generation: Generation) -> None:
    """Makes this connection a builder's for as long as it lives."""
    with connection.transaction():
        connection.execute("select pg_advisory_lock_shared(%s, %s)", [_BUILDERS, generation.number])


def join(connection: psycopg.Connection, generation: Generation) -> None:
    """Makes this connection a worker's for as long as it lives."""
    with connection.transaction():
        connection.execute("select pg_advisory_lock_shared(%s, %s)", [_WORKERS, generation.number])


def has_workers(connection: psycopg.Connection, generation: Generation) -> bool:
    """Whether some worker folds the generation."""
    with connection.transaction():
        held = connection.execute(
            "select 1 from pg_locks where locktype = 'advisory' and classid = %s and objid = %s "
            "and database = (select oid from pg_database where datname = current_database()) limit 1",
            [_WORKERS, generation.number],
        )
        return held.fetchone() is not None


def alone(connection: psycopg.Connection) -> bool:
    """Whether this connection is the database's one rebuild, for as long as it lives."""
    return _locked(connection, _REBUILD)


def verifies_alone(connection: psycopg.Connection) -> bool:
    """Whether this connection is the database's one verification, for as long as it lives."""
    return _locked(connection, _VERIFICATION)


def _locked(connection: psycopg.Connection, lock: int) -> bool:
    with connection.transaction():
        return connection.execute("select pg_try_advisory_lock(%s)", [lock]).fetchone() == (True,)


def taken(connection: psycopg.Connection, generation: Generation) -> bool:
    """Whether workers fold the generation, or wait to."""
    with connection.transaction():
        row = connection.execute("select taken from generations where number = %s", [generation.number]).fetchone()
    return row == (True,)


def check_folded(cursor: psycopg.Cursor[Any], number: int) -> None:
    """Raises PositionMoved when the generation is folded no more. The positions are locked by then, so that a swap
    comes before the fold or after it."""
    checking_folded(cursor.connection, number)()


def checking_folded(connection: psycopg.Connection, number: int) -> Callable[[], None]:
    """The same, asked for at once; what is given raises, and is to be called behind a pipeline."""
    state = connection.cursor().execute("select state from generations where number = %s", [number])

    def check() -> None:
        row = state.fetchone()
        if row is None or row[0] in ("kept", "spent"):
            raise PositionMoved(
                f"Generation {number} is live no more. This worker ends; start it again for the one that is."
            )

    return check


# ---- the swap


@dataclass(frozen=True, slots=True)
class Lag:
    """Offsets by which a generation is behind the live one: its rows, and its search documents."""

    rows: int
    documents: int


def swap(connection: psycopg.Connection, old: str, new: str, number: int, searched: bool, patience: float) -> None:
    """Makes generation `number` live. `old` and `new` are the groups of their positions; its documents are waited for
    where they are `searched`.

    Holds the live generation's positions while it waits, at most `patience` seconds, until the new one is at or past
    them in every partition. Raises Behind.
    """
    deadline = time.monotonic() + patience
    with connection.transaction():
        for table in ("positions", "search_positions"):
            connection.execute(f"select 1 from {table} where grp = %s for update".encode(), [old])  # noqa: S608
        while (lag := lag_of(connection, old, new)).rows or (searched and lag.documents):
            if time.monotonic() > deadline:
                raise Behind(f"{lag.rows} rows' offsets and {lag.documents} documents' offsets behind")
            time.sleep(_PAUSE)
        connection.execute("update generations set state = 'kept', taken = false where state = 'live'")
        connection.execute("update generations set state = 'live', live_since = now() where number = %s", [number])


def lag_of(connection: psycopg.Connection, old: str, new: str) -> Lag:
    """How far the generation with positions `new` is behind the one with positions `old`."""
    rows, documents = (_lag(connection, table, old, new) for table in ("positions", "search_positions"))
    return Lag(rows, documents)


def _lag(connection: psycopg.Connection, table: str, old: str, new: str) -> int:
    row = connection.execute(
        f"select coalesce(sum(greatest(0, o.next_offset - coalesce(n.next_offset, 0))), 0)::bigint from {table} o "  # noqa: S608
        f"left join {table} n on n.grp = %s and n.topic = o.topic and n.partition = o.partition "
        "where o.grp = %s".encode(),
        [new, old],
    ).fetchone()
    return row[0] if row else 0


def positions_of(connection: psycopg.Connection, group: str) -> dict[Partition, int]:
    """Where a generation stands."""
    with connection.transaction():
        rows = connection.execute("select topic, partition, next_offset from positions where grp = %s", [group])
        return {(topic, partition): offset for topic, partition, offset in rows.fetchall()}
