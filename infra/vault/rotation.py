"""Another master key takes the place of the one there is: subjects' keys are wrapped anew, and the log stays as it is.

The new key is made beside the old one, takes its place in one step, and then wraps every row of the key table, some at
a time. Processes that run know both from the files, whichever wrapped a row. Whatever ends a rotation, the next one
goes on with it.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from infra import postgres
from infra.settings import Settings
from infra.vault.cipher import about
from infra.vault.keys import DATABASE
from infra.vault.master import LocalMasterKey, MasterKeyFiles, master_key

AT_ONCE = 500
_LOCK = 0x726F7461
_NEXT = """
select tenant, subject, wrapped, master_key_id from subject_keys
where (tenant, subject) > (%s, %s) and wrapped is not null and master_key_id <> %s
order by tenant, subject limit %s for update
"""
_COUNTS = "select master_key_id, count(*) from subject_keys where wrapped is not null group by 1"

Say = Callable[[str], None]


class Busy(Exception):
    """Another rotation is under way."""


def counts(settings: Settings) -> Mapping[str, int]:
    """How many keys each master key wraps."""
    with closing(postgres.connect(settings, DATABASE)) as connection:
        return _counts(connection)


def rotate(settings: Settings, say: Say) -> None:
    """Ends with every key wrapped by the master key that is in the file. Raises Busy, and VaultUnavailable when a row
    needs a master key that is in no file beside it."""
    with closing(postgres.connect(settings, DATABASE)) as connection:
        with connection.transaction():
            if connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone() != (True,):
                raise Busy("Another rotation is under way; let it finish.")
        before, current = _counts(connection), master_key(settings.master_key)
        if _next(settings.master_key).exists() or not set(before) - {current.id}:
            current = _take_its_place(settings, current, say)
        else:
            say("Going on with the rotation that was begun.")
        keys = MasterKeyFiles(settings.master_key)
        while left := sum(count for id, count in _counts(connection).items() if id != current.id):
            say(f"{left:,} keys are to be wrapped by {current.id}")
            _wrap_all(connection, keys, current)
        with closing(postgres.connect(settings, DATABASE, "owner")) as owner, owner.transaction():
            owner.execute("delete from master_keys where id <> %s", [current.id])
        say(f"{_counts(connection).get(current.id, 0):,} keys are wrapped by {current.id}, none by another.")


def _take_its_place(settings: Settings, old: LocalMasterKey, say: Say) -> LocalMasterKey:
    """Puts a new master key where the old one is, which stays beside it."""
    path = settings.master_key
    new, kept = master_key(_next(path)), path.with_name(f"{path.name}.{old.id}")
    with closing(postgres.connect(settings, DATABASE, "owner")) as owner, owner.transaction():
        owner.execute("insert into master_keys (id) values (%s) on conflict do nothing", [new.id])
    with suppress(FileExistsError):
        os.link(path, kept)
    os.replace(_next(path), path)
    say(
        f"{path} holds {new.id} now. {kept.name} beside it is the one before: keep it for as long as backups of the key"
    )
    say("table that are older than this, and where the platform runs on other machines, put both files there first.")
    return new


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _counts(connection: psycopg.Connection) -> Mapping[str, int]:
    with connection.transaction():
        return {str(id): int(count) for id, count in connection.execute(_COUNTS)}


def _wrap_all(connection: psycopg.Connection, keys: MasterKeyFiles, current: LocalMasterKey) -> None:
    """Wraps each key that another master key wraps, in order, so that every row is looked at once."""
    place = ("", "")
    while True:
        with connection.transaction(), connection.cursor() as cursor:
            rows = cursor.execute(_NEXT, [*place, current.id, AT_ONCE]).fetchall()
            cursor.executemany(
                "update subject_keys set wrapped = %s, master_key_id = %s where tenant = %s and subject = %s",
                [_anew(keys, current, *row) for row in rows],
            )
        if len(rows) < AT_ONCE:
            return
        place = rows[-1][0], rows[-1][1]


def _anew(
    keys: MasterKeyFiles, current: LocalMasterKey, tenant: str, subject: str, wrapped: bytes, id: str
) -> tuple[bytes | None, str, str, str]:
    raw = keys.unwrap(wrapped, id, about(tenant, subject))
    anew = current.wrap(raw, about(tenant, subject))
    return anew.key, anew.master_key_id, tenant, subject
