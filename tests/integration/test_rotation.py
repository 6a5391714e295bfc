"""Rotating the master key: beside processes that work, and after a kill at any place."""

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest

from infra.postgres import connect
from infra.settings import Settings, load
from infra.vault import Vaults, VaultUnavailable, ensure_vault, rotation
from infra.vault.cipher import about
from infra.vault.master import master_key
from schemas.contract import ERASED

PEOPLE = [f"p{n}" for n in range(1200)]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Settings]:
    prefix = f"test{uuid.uuid4().hex[:8]}"
    made = load().model_copy(update={"database_prefix": prefix, "master_key": tmp_path / "master.key"})
    ensure_vault(made)
    yield made
    with psycopg.connect(made.postgres, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"drop database {prefix}_platform with (force)".encode())
        for role in ("owner", "writer", "reader"):
            admin.execute(f"drop role {prefix}_{role}".encode())


def test_every_key_is_wrapped_anew_while_processes_seal_and_open(own: Settings) -> None:
    before = Vaults(own)
    sealed = {p: before("turn").seal(p, p) for p in PEOPLE}
    before.destroy("turn", PEOPLE[0])
    old = master_key(own.master_key).id
    ended = Event()

    def live(number: int) -> int:
        """Meets old and new people in turn, as a process that forgets its keys."""
        vaults, count = Vaults(own), 0
        while not ended.is_set() or count < 50:
            person, fresh = PEOPLE[1 + count % (len(PEOPLE) - 1)], f"new-{number}-{count}"
            assert vaults("turn").open(person, sealed[person]) == person
            vaults.forget("turn", person)
            vaults("turn").seal(fresh, fresh)
            count += 1
        vaults.close()
        return count

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(live, number) for number in range(3)]
        rotation.rotate(own, print)
        ended.set()
        assert all(each.result() >= 50 for each in working)
    current = master_key(own.master_key).id
    assert current != old
    rotation.rotate(own, print)
    after = Vaults(own)
    assert list(rotation.counts(own)) == [master_key(own.master_key).id]
    assert all(after("turn").open(p, sealed[p]) == p for p in PEOPLE[1:])
    assert after("turn").open(PEOPLE[0], sealed[PEOPLE[0]]) is ERASED
    before.close()
    after.close()


@pytest.mark.parametrize("at", ["the new key is there", "it is known", "it is in place", "some keys are wrapped"])
def test_a_rotation_that_was_killed_goes_on(own: Settings, at: str) -> None:
    """What a kill at each of these places leaves behind is made here, and the rotation is begun again."""
    vaults = Vaults(own)
    sealed = {p: vaults("stop").seal(p, p) for p in PEOPLE}
    old, following = master_key(own.master_key), own.master_key.with_name("master.key.next")
    new = master_key(following)
    if at != "the new key is there":
        with connect(own, "platform", "owner") as owner:
            owner.execute("insert into master_keys (id) values (%s)", [new.id])
    if at in ("it is in place", "some keys are wrapped"):
        os.link(own.master_key, own.master_key.with_name(f"master.key.{old.id}"))
        os.replace(following, own.master_key)
    if at == "some keys are wrapped":
        with connect(own, "platform") as connection, connection.cursor() as cursor:
            rows = cursor.execute(
                "select tenant, subject, wrapped from subject_keys where wrapped is not null limit 100"
            ).fetchall()
            for tenant, subject, wrapped in rows:
                anew = new.wrap(old.unwrap(wrapped, old.id, about(tenant, subject)), about(tenant, subject))
                cursor.execute(
                    "update subject_keys set wrapped = %s, master_key_id = %s where tenant = %s and subject = %s",
                    [anew.key, anew.master_key_id, tenant, subject],
                )
    ensure_vault(own)
    rotation.rotate(own, print)
    assert master_key(own.master_key).id == new.id
    assert list(rotation.counts(own)) == [new.id]
    again = Vaults(own)
    assert all(again("stop").open(p, sealed[p]) == p for p in PEOPLE)
    ensure_vault(own)
    with pytest.raises(RuntimeError, match="Put the earlier file back"):
        ensure_vault(own.model_copy(update={"master_key": own.master_key.with_name(f"master.key.{old.id}")}))
    vaults.close()
    again.close()


def test_a_rotation_without_the_file_that_wrapped_a_key_says_which_is_missing(own: Settings) -> None:
    vaults = Vaults(own)
    vaults("lost").seal("p1", "x")
    vaults.close()
    old = master_key(own.master_key).id
    own.master_key.unlink()
    with pytest.raises(VaultUnavailable, match=old):
        rotation.rotate(own, print)
