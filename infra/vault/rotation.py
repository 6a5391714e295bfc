"""Another master key takes the place of the one there is: subjects' keys are wrapped anew, and the log stays as it is.

The new key is made beside the old one, takes its place in one step, and then wraps every row of the key table, some at
a time. Processes that run know both, from the files or from the table that holds what a key vault wrapped, whichever
wrapped a row. Whatever ends a rotation, the next one goes on with it.
"""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from infra import postgres
from infra.settings import Settings
from infra.vault.cipher import about
from infra.vault.held import HeldMasterKeys, Known, new_in
from infra.vault.keys import DATABASE, MasterKeyRow, add_master_key, known_master_keys
from infra.vault.master import LocalMasterKey, MasterKey, MasterKeyFiles, make_master_key, master_key
from infra.vault.start import check_master_key

AT_ONCE = 500
_LOCK = 0x726F7461
_NEXT = """
select tenant, subject, wrapped, master_key_id from subject_keys
where (tenant, subject) > (%s, %s) and wrapped is not null and master_key_id <> %s
order by tenant, subject limit %s for update
"""
_COUNTS = "select master_key_id, count(*) from subject_keys where wrapped is not null group by 1"

_GOING_ON = "Going on with the rotation that was begun."

Say = Callable[[str], None]


class Busy(Exception):
    """Another rotation is under way."""


class NotPrepared(Exception):
    """There is no master key to switch to; the message says what to do."""


def counts(settings: Settings) -> Mapping[str, int]:
    """How many keys each master key wraps."""
    with closing(postgres.connect(settings, DATABASE)) as connection:
        return _counts(connection)


def known(settings: Settings) -> Sequence[MasterKeyRow]:
    """The platform's master keys, the newest last."""
    with closing(postgres.connect(settings, DATABASE)) as connection, connection.transaction():
        return known_master_keys(connection)


def prepare(settings: Settings, say: Say) -> None:
    """Makes the master key that is to come, beside the one there is. Raises Busy, WrongMasterKey, NotPrepared.

    Where the platform runs on several machines it must be everywhere before keys are wrapped by it: a machine without
    the file could read none of these.
    """
    _refuse_steps(settings)
    check_master_key(settings)
    with _turn(settings):
        new, file = _prepared(settings), _next(settings.master_key)
        say(f"{file} holds {new.id}. Put it beside the master key of every other machine, under the same name; then")
        say("run `nexus360 vault rotate --switch` on each of those, and `nexus360 vault rotate` here.")


def switch(settings: Settings, say: Say) -> None:
    """Puts the master key that was prepared in the place of this machine's, and wraps nothing. Raises NotPrepared."""
    _refuse_steps(settings)
    file = _next(settings.master_key)
    if not file.exists():
        raise NotPrepared(f"There is no {file}: `vault rotate --prepare` makes it on one machine; put it here as well.")
    check_master_key(settings, file)
    _take_its_place(settings, say)


def rotate(settings: Settings, say: Say) -> None:
    """Ends with every key wrapped by the newest master key: that in the file, or one that the key vault's newest
    version wraps. Raises Busy, WrongMasterKey, and VaultUnavailable when a row needs a master key that is not at
    hand."""
    check_master_key(settings)
    with _turn(settings) as connection:
        current, keys = _in_vault(settings, say) if settings.key_vault else _in_file(settings, connection, say)
        _wrap_others(connection, keys, current, say)
        while not _alone(settings, current):
            _wrap_others(connection, keys, current, say)
        say(f"{_counts(connection).get(current, 0):,} keys are wrapped by {current}, none by another.")


def _in_file(settings: Settings, connection: psycopg.Connection, say: Say) -> tuple[str, MasterKey]:
    """The id of the master key that wraps from now on, and all that are at hand."""
    before, current = _counts(connection), master_key(settings.master_key)
    if _next(settings.master_key).exists() or not set(before) - {current.id}:
        _prepared(settings)
        current = _take_its_place(settings, say)
    else:
        say(_GOING_ON)
    return current.id, MasterKeyFiles(settings.master_key)


def _in_vault(settings: Settings, say: Say) -> tuple[str, MasterKey]:
    """The same. What there was before is in the table for as long as it may wrap a key: a rotation that was stopped is
    told by that."""
    from infra.vault.key_vault import KeyVault

    vault = KeyVault(settings)
    with closing(postgres.connect(settings, DATABASE, "owner")) as owner:
        with owner.transaction():
            known = known_master_keys(owner)
        if len(known) > 1 and known[-1].wrapped is not None:
            say(_GOING_ON)
        else:
            new = new_in(vault)
            with owner.transaction():
                add_master_key(owner, new)
            say(f"{new.id} is the master key now, wrapped by {new.wrapped_by}.")
            known = [*known, new]
    return known[-1].id, HeldMasterKeys(Known(known), vault, settings.master_key)


def _refuse_steps(settings: Settings) -> None:
    if settings.key_vault:
        raise NotPrepared("Every machine finds what the key vault holds: run `nexus360 vault rotate` alone, on one.")


@contextmanager
def _turn(settings: Settings) -> Generator[psycopg.Connection]:
    """A connection that is the one rotation's until the block ends."""
    with closing(postgres.connect(settings, DATABASE)) as connection:
        with connection.transaction():
            if connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone() != (True,):
                raise Busy("Another rotation is under way; let it finish.")
        yield connection


def _prepared(settings: Settings) -> LocalMasterKey:
    """The master key that is to come, one of the platform's from now on."""
    new = make_master_key(_next(settings.master_key))
    with closing(postgres.connect(settings, DATABASE, "owner")) as owner, owner.transaction():
        owner.execute("insert into master_keys (id) values (%s) on conflict do nothing", [new.id])
    return new


def _take_its_place(settings: Settings, say: Say) -> LocalMasterKey:
    """Puts the master key that is to come where the old one is, which stays beside it."""
    path = settings.master_key
    kept = path.with_name(f"{path.name}.{master_key(path).id}")
    with suppress(FileExistsError):
        os.link(path, kept)
    os.replace(_next(path), path)
    new = master_key(path)
    say(
        f"{path} holds {new.id} now. {kept.name} beside it is the one before: keep it for as long as backups of the key"
    )
    say("table that are older than this.")
    return new


def _alone(settings: Settings, current: str) -> bool:
    """Whether this is the platform's only master key from now on. False while another wraps a key: a process that read
    which it was before the switch may write one until here."""
    try:
        with closing(postgres.connect(settings, DATABASE, "owner")) as owner, owner.transaction():
            owner.execute("delete from master_keys where id <> %s", [current])
    except psycopg.errors.ForeignKeyViolation:
        return False
    return True


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _counts(connection: psycopg.Connection) -> Mapping[str, int]:
    with connection.transaction():
        return {str(id): int(count) for id, count in connection.execute(_COUNTS)}


def _wrap_others(connection: psycopg.Connection, keys: MasterKey, current: str, say: Say) -> None:
    while left := sum(count for id, count in _counts(connection).items() if id != current):
        say(f"{left:,} keys are to be wrapped by {current}")
        _wrap_all(connection, keys, current)


def _wrap_all(connection: psycopg.Connection, keys: MasterKey, current: str) -> None:
    """Wraps each key that another master key wraps, in order, so that every row is looked at once."""
    place = ("", "")
    while True:
        with connection.transaction(), connection.cursor() as cursor:
            rows = cursor.execute(_NEXT, [*place, current, AT_ONCE]).fetchall()
            cursor.executemany(
                "update subject_keys set wrapped = %s, master_key_id = %s where tenant = %s and subject = %s",
                [_anew(keys, *row) for row in rows],
            )
        if len(rows) < AT_ONCE:
            return
        place = rows[-1][0], rows[-1][1]


def _anew(keys: MasterKey, tenant: str, subject: str, wrapped: bytes, id: str) -> tuple[bytes | None, str, str, str]:
    raw = keys.unwrap(wrapped, id, about(tenant, subject))
    anew = keys.wrap(raw, about(tenant, subject))
    return anew.key, anew.master_key_id, tenant, subject
