"""The key table in Postgres: two processes at once, roles, an outage, and a master key that went missing."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from infra.postgres import connect
from infra.settings import Settings, load
from infra.vault import Vaults, VaultUnavailable, WrongMasterKey, ensure_vault
from infra.vault.master import make_master_key
from schemas.contract import ERASED

PEOPLE = [f"p{n}" for n in range(500)]
ORDERS = (PEOPLE, PEOPLE[::-1])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    prefix = f"test{uuid.uuid4().hex[:8]}"
    folder = tmp_path_factory.mktemp("vault")
    made = load().model_copy(update={"database_prefix": prefix, "master_key": folder / "master.key"})
    ensure_vault(made)
    yield made
    with psycopg.connect(made.postgres, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"drop database {prefix}_platform with (force)".encode())
        for role in ("owner", "writer", "reader"):
            admin.execute(f"drop role {prefix}_{role}".encode())


@pytest.fixture
def pair(settings: Settings) -> Iterator[tuple[Vaults, Vaults]]:
    """The vaults of two processes."""
    one, other = Vaults(settings), Vaults(settings)
    yield one, other
    one.close()
    other.close()


def test_processes_that_meet_the_same_people_at_once_use_the_same_keys(pair: tuple[Vaults, Vaults]) -> None:
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(v.prefetch, "acme", people) for v, people in zip(pair, ORDERS, strict=True)]:
            done.result()
    one, other = pair
    assert all(other("acme").open(p, one("acme").seal(p, p)) == p for p in PEOPLE)
    assert one.secret("acme") == other.secret("acme")


def test_an_erased_person_is_erased_for_every_process(pair: tuple[Vaults, Vaults], settings: Settings) -> None:
    one, other = pair
    sealed = one("acme").seal("maud", "Maud Hall")
    one.destroy("acme", "maud")
    assert one("acme").open("maud", sealed) is ERASED
    assert other("acme").open("maud", sealed) is ERASED
    assert other("acme").seal("maud", "Maud Hall") == b""
    with connect(settings, "platform", "writer") as connection:
        row = connection.execute("select wrapped, destroyed_at from subject_keys where subject = 'maud'").fetchone()
    assert row is not None
    assert row[0] is None
    assert row[1] is not None


def test_readers_and_owner_see_no_key(pair: tuple[Vaults, Vaults], settings: Settings) -> None:
    pair[0]("acme").seal("p1", "x")
    with connect(settings, "platform", "reader") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from subject_keys")
    with connect(settings, "platform", "owner") as connection:
        assert connection.execute("select * from subject_keys").fetchall() == []


def test_a_key_table_that_does_not_answer_is_an_outage(settings: Settings) -> None:
    nowhere = conninfo.make_conninfo(settings.postgres, port="9")
    vaults = Vaults(settings.model_copy(update={"postgres": nowhere}))
    with pytest.raises(VaultUnavailable):
        vaults("acme").seal("p1", "x")
    vaults.close()


def test_a_connection_that_was_lost_is_made_again(pair: tuple[Vaults, Vaults], settings: Settings) -> None:
    one, other = pair
    sealed = one("acme").seal("p1", "x")
    other.prefetch("acme", ["someone else"])
    with psycopg.connect(settings.postgres, dbname="postgres", autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            [f"{settings.database_prefix}_platform"],
        )
    assert other("acme").open("p1", sealed) == "x"


def test_a_start_beside_keys_of_another_master_key_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"master_key": tmp_path / "new.key"})
    for start in (ensure_vault, Vaults):
        with pytest.raises(WrongMasterKey, match=r"holds none. Put the file of that master key there"):
            start(other)
    assert not other.master_key.exists()
    make_master_key(other.master_key)
    for start in (ensure_vault, Vaults):
        with pytest.raises(WrongMasterKey, match=r"Put the file of that master key there"):
            start(other)


def test_no_key_is_written_under_a_master_key_that_is_not_the_platforms(
    pair: tuple[Vaults, Vaults], settings: Settings, tmp_path: Path
) -> None:
    """A process that could not ask when it started, or whose master key has been retired since."""
    stray = Vaults(settings, master=make_master_key(tmp_path / "other.key"))
    with pytest.raises(VaultUnavailable, match=r"none of the platform's"):
        stray("acme").seal("newcomer", "x")
    assert not stray.knows("acme", "newcomer")
    sealed = pair[0]("acme").seal("newcomer", "x")
    assert pair[1]("acme").open("newcomer", sealed) == "x"
    stray.close()


def test_a_key_table_of_an_earlier_version_is_taken_over_as_it_is(
    pair: tuple[Vaults, Vaults], settings: Settings, tmp_path: Path
) -> None:
    sealed = pair[0]("acme").seal("earlier", "x")
    stray = make_master_key(tmp_path / "other.key").wrap(b"k" * 32, b"acme/stray")
    with connect(settings, "platform", "owner") as owner:
        owner.execute(
            "alter table subject_keys "
            "drop constraint subject_keys_wrapped_by, drop constraint subject_keys_wrapped_by_one"
        )
    with connect(settings, "platform") as writer:
        writer.execute(
            "insert into subject_keys (tenant, subject, wrapped, master_key_id, destroyed_at) "
            "values ('acme', 'stray', %s, %s, null), ('acme', 'gone', null, '', now())",
            [stray.key, stray.master_key_id],
        )
    ensure_vault(settings)
    again = Vaults(settings)
    assert again("acme").open("earlier", sealed) == "x"
    assert again("acme").open("gone", b"") is ERASED
    with pytest.raises(VaultUnavailable, match=stray.master_key_id):
        again("acme").seal("stray", "x")
    again.destroy("acme", "stray")
    again.destroy("acme", "earlier")
    assert again("acme").seal("stray", "x") == b""
    again.close()
