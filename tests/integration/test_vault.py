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
from infra.vault import Vaults, VaultUnavailable, ensure_vault
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
    nowhere = conninfo.make_conninfo(settings.postgres, port="9", connect_timeout="1")
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
    ensure_vault(settings)
    with pytest.raises(RuntimeError, match="Put the earlier file back"):
        ensure_vault(settings.model_copy(update={"master_key": tmp_path / "new.key"}))
