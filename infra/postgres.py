"""Databases, roles and connections. The only place that constructs psycopg connections and SQLAlchemy engines.

Each short name (admin, crm, …) is the database `<prefix>_<name>`. Three roles share them: `<prefix>_owner` owns
databases and tables and is used by migrations alone; `<prefix>_writer` folds; `<prefix>_reader` answers questions, and
sees one tenant's rows. None may bypass row-level security. The administrator makes roles and databases, no more.
"""

import asyncio
import contextlib
import hashlib
import hmac
import math
import time
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Any, Literal, LiteralString, cast
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from psycopg import conninfo, sql
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool
from sqlalchemy import URL, QueuePool, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from infra import addresses
from infra.settings import Settings

Role = Literal["owner", "writer", "reader"]
_ROLES: tuple[Role, ...] = ("owner", "writer", "reader")

# What filters compare lists, JSON, numbers and beginnings with. Under row-level security Postgres looks into an index
# only by what is known to tell nothing of a value but by its answer. These tell nothing else, and are not marked so
# (ADR 41).
_DISCREET = (
    "arraycontains", "arrayoverlap", "jsonb_contains", "lower", "textlike",
    "numeric_eq", "numeric_ge", "numeric_gt", "numeric_le", "numeric_lt",
)  # fmt: skip

# Any constant will do: it keeps two starting processes from making the same database or tables at once.
_SETUP_LOCK = 0x6E657875


def database_name(settings: Settings, name: str) -> str:
    """The database with this short name."""
    return f"{settings.database_prefix}_{name}"


def role_name(settings: Settings, role: Role) -> str:
    """The Postgres role that plays this part."""
    return f"{settings.database_prefix}_{role}"


def _password(settings: Settings, role: str) -> str:
    secret = settings.key_secret.get_secret_value().encode()
    return hmac.new(secret, f"postgres {role}".encode(), hashlib.sha256).hexdigest()


def server(settings: Settings) -> dict[str, Any]:
    """libpq's parameters of the server as its administrator uses them, without a database.

    Beyond loopback certificate and name are checked where the address says nothing else.
    """
    known: dict[str, Any] = dict(conninfo.conninfo_to_dict(settings.postgres))
    if settings.plaintext == "refused" and addresses.beyond("postgres", settings.postgres):
        known.setdefault("sslmode", "verify-full")
    files = {"sslrootcert": settings.ca, "sslcert": settings.client_certificate, "sslkey": settings.client_key}
    given = {name: str(path) for name, path in files.items() if path}
    if known.get("sslmode") == "verify-full":
        given.setdefault("sslrootcert", "system")
    if settings.postgres_password:
        given["password"] = settings.postgres_password.get_secret_value()
    return given | known


def administrator(settings: Settings, database: str = "postgres") -> psycopg.Connection:
    """A connection in autocommit, for what needs more than a role may."""
    wanted: dict[str, Any] = {"options": _KEEP_ALIVE, **server(settings), "dbname": database}
    return psycopg.connect(**_PATIENT | wanted, autocommit=True)


def _parameters(settings: Settings, name: str, role: Role) -> dict[str, Any]:
    user = role_name(settings, role)
    mine = {"dbname": database_name(settings, name), "user": user, "password": _password(settings, user)}
    return _PATIENT | server(settings) | mine


def ensure_database(settings: Settings, name: str) -> None:
    """Makes the roles and the database that are missing. Safe to call at every start, by many processes at once."""
    with administrator(settings) as admin:
        admin.execute("select pg_advisory_lock(%s)", [_SETUP_LOCK])
        for role in _ROLES:
            _ensure_role(admin, role_name(settings, role), _password(settings, role_name(settings, role)))
        database, owner = database_name(settings, name), role_name(settings, "owner")
        if not admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            _run(admin, "create database {} owner {}", database, owner)
            _run(admin, "revoke all on database {} from public", database)
            for role in _ROLES:
                _run(admin, "grant connect, temporary on database {} to {}", database, role_name(settings, role))
        _let_indexes_be_used(settings, database)


def ensure_tables(settings: Settings, name: str, tables: LiteralString, names: Collection[LiteralString]) -> None:
    """Makes the database and the tables that are missing, by statements that make none twice. They are the writer's
    alone. Safe to call at every start."""
    ensure_database(settings, name)
    with connect(settings, name, "owner") as connection:
        lock_setup(connection)
        connection.execute(tables)
        for table in names:
            _run(connection, "alter table {} enable row level security", table)
            _run(connection, "alter table {} force row level security", table)
            _run(connection, "drop policy if exists writer on {}", table)
            _run(connection, "grant select, insert, update, delete on {} to {}", table, role_name(settings, "writer"))
            _run(connection, "create policy writer on {} to {} using (true)", table, role_name(settings, "writer"))


def _ensure_role(admin: psycopg.Connection, role: str, password: str) -> None:
    if admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
        return
    admin.execute(
        sql.SQL("create role {} login nosuperuser nobypassrls nocreaterole nocreatedb password {}").format(
            sql.Identifier(role), sql.Literal(password)
        )
    )


def _let_indexes_be_used(settings: Settings, database: str) -> None:
    """Where the administrator may not say so, as on most managed servers, these filters read all rows of a tenant."""
    with administrator(settings, database) as admin:
        found = admin.execute(
            "select oid::regprocedure::text from pg_proc "
            "where pronamespace = 'pg_catalog'::regnamespace and proname = any(%s) and not proleakproof",
            [list(_DISCREET)],
        ).fetchall()
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            for (function,) in found:
                admin.execute(f"alter function {function} leakproof".encode())
        _let_texts_be_looked_into(admin)


def _let_texts_be_looked_into(admin: psycopg.Connection) -> None:
    """Where the server has no such extension, or does not let it be used, what texts contain is looked for in all."""
    known = "select exists (select from pg_available_extensions where name = 'pg_trgm' and installed_version is null)"
    if admin.execute(known).fetchone() == (True,):
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            admin.execute("create extension pg_trgm schema public")


def _run(connection: psycopg.Connection, statement: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*(sql.Identifier(n) for n in names)))


# Seconds, unless the address says how long.
_PATIENT: dict[str, Any] = {"connect_timeout": 5}
# So that what a machine held that vanished, locks too, is free after half a minute and not after two hours.
_KEEP_ALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
# Compiling a statement takes longer than any of ours runs.
_OPTIONS = f"-c timezone=UTC -c jit=off {_KEEP_ALIVE}"
# Said once for each connection, not once for each question.
_SNAPSHOT = r" -c default_transaction_isolation=repeatable\ read -c default_transaction_read_only=on"
# A writer finds rows by key alone. A plan made while a table was empty must not read all of it when it is full.
_BY_KEY = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"


def connect(settings: Settings, name: str, role: Role = "writer") -> psycopg.Connection:
    """A connection in UTC, not in autocommit. Raises psycopg.OperationalError while Postgres does not answer."""
    options = _OPTIONS + (_BY_KEY if role == "writer" else "")
    wanted: dict[str, Any] = {**_parameters(settings, name, role), "options": options}
    return psycopg.connect(**wanted)


def pool(settings: Settings, name: str, role: Role = "writer") -> ConnectionPool[psycopg.Connection]:
    """A few connections for synchronous use, in autocommit, made when first needed. Whether one still lives is not
    asked before it is used, which would be a trip each time: `check` replaces those that were lost. Close it when done.
    """
    return ConnectionPool(
        kwargs=_parameters(settings, name, role) | {"options": _OPTIONS, "autocommit": True},
        min_size=0,
        max_size=4,
        timeout=10,
        open=True,
    )


def lock_setup(connection: psycopg.Connection) -> None:
    """Waits until no other process sets up this database; held to the end of the transaction."""
    connection.execute("select pg_advisory_xact_lock(%s)", [_SETUP_LOCK])


def engine(settings: Settings, name: str, role: Role = "reader", *, pool_size: int = 20) -> AsyncEngine:
    """A pool of connections in UTC. Those of the reader are in autocommit, and each transaction that is begun on one is
    a snapshot that writes nothing. Dispose of it.

    Connections are made when they are needed first, and stay: those of an overflow are closed after each use, so that
    an overload would spend its time on making them.
    """
    p = _parameters(settings, name, role)
    url = URL.create(
        "postgresql+psycopg", p["user"], p["password"], p.get("host"), int(p.get("port", 5432)), p["dbname"]
    )
    also = {name: value for name, value in p.items() if name.startswith("ssl") or name == "connect_timeout"}
    reads = role == "reader"
    made = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,  # whoever asks next finds what the last one had Postgres prepare
        connect_args={"options": _OPTIONS + (_SNAPSHOT if reads else ""), **also},
        **({"isolation_level": "AUTOCOMMIT"} if reads else {}),
    )
    event.listen(made.sync_engine, "connect", _read_json_fast)
    _look_after_a_rest(made)
    return made


def _read_json_fast(connection: Any, _: object) -> None:
    """Rows have several columns of JSON each, which takes a third of reading them otherwise."""
    set_json_loads(msgspec.json.decode, connection.driver_connection)


_REST = 1.0
"""Seconds after which it is looked at whether a connection still lives, before it is used again: to do so every time is
a trip to Postgres for each question."""
_LET_GO = "let go at"


def _look_after_a_rest(made: AsyncEngine) -> None:
    """Has a connection that rested be replaced where it is dead, and with it all others that rest."""
    dialect = made.sync_engine.dialect

    def note(_: Any, record: Any) -> None:
        record.info[_LET_GO] = time.monotonic()

    def look(connection: Any, record: Any, _: Any) -> None:
        if time.monotonic() - record.info.get(_LET_GO, math.inf) < _REST:  # a new one never rested
            return
        try:
            dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError(f"The connection was lost while it rested: {type(error).__name__}") from error

    event.listen(made.sync_engine, "checkin", note)
    event.listen(made.sync_engine, "checkout", look)


_LINES: WeakKeyDictionary[AsyncEngine, asyncio.Semaphore] = WeakKeyDictionary()
_LONGEST = 30.0
"""Seconds after which somebody who waits for a connection gives up, as the pool itself would."""


@asynccontextmanager
async def in_turn(source: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A connection of the engine's, for whoever has waited longest. Raises SQLAlchemy's TimeoutError after 30 s.

    The pool gives one that comes back to whoever asks next, and those who waited begin anew behind all others: where
    more ask than there are connections, a few would wait for seconds while most do not.
    """
    line = _LINES.setdefault(source, asyncio.Semaphore(cast(QueuePool, source.pool).size()))
    try:
        async with asyncio.timeout(_LONGEST):
            await line.acquire()
    except TimeoutError as error:
        raise PoolTimeout("No connection to Postgres came free in time.") from error
    try:
        async with source.connect() as connection:
            yield connection
    finally:
        line.release()


def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection:
    """What SQLAlchemy's connection stands on. SQLAlchemy's own way there goes through a greenlet, as often as it is
    asked for."""
    held = connection.sync_connection
    assert held is not None, "the connection was not begun"
    driver = held.connection.driver_connection
    assert driver is not None
    return cast(psycopg.AsyncConnection, driver)
