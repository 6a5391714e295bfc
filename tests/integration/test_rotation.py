"""Rotating the master key: beside processes that work, and after a kill at any place."""

import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest

from infra.postgres import administrator, connect, database_name
from infra.settings import Settings, load
from infra.vault import Vaults, VaultUnavailable, WrongMasterKey, ensure_vault, rotation
from infra.vault.cipher import about, new_key
from infra.vault.master import make_master_key, master_key
from schemas.contract import ERASED
from tests.integration.projector_log import until

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
            patiently(vaults, fresh)
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
    after = Vaults(own)
    assert list(rotation.counts(own)) == [current]
    assert all(after("turn").open(p, sealed[p]) == p for p in PEOPLE[1:])
    assert after("turn").open(PEOPLE[0], sealed[PEOPLE[0]]) is ERASED
    before.close()
    after.close()


def patiently(vaults: Vaults, person: str) -> bytes:
    """Seals as processes do, again when a key cannot be written: its master key may have been retired just then."""
    while True:
        try:
            return vaults("turn").seal(person, person)
        except VaultUnavailable:
            continue


def test_a_key_that_is_written_late_under_the_master_key_before_is_wrapped_anew_as_well(own: Settings) -> None:
    """By a process that had read the file before the new one took its place."""
    vaults = Vaults(own)
    vaults("turn").seal("p1", "x")
    old = master_key(own.master_key)
    key = old.wrap(new_key(), about("turn", "late")).key
    with ThreadPoolExecutor(1) as pool, connect(own, "platform") as late, administrator(own) as watching:
        late.execute(
            "insert into subject_keys (tenant, subject, wrapped, master_key_id) values ('turn', 'late', %s, %s)",
            [key, old.id],
        )
        rotating = pool.submit(rotation.rotate, own, print)
        until(lambda: rotating.done() or is_waiting(watching, own))
        assert not rotating.done(), "the rotation ended while a key was being written under the master key before"
        late.commit()
        rotating.result(60)
    assert list(rotation.counts(own)) == [master_key(own.master_key).id] != [old.id]
    sealed = vaults("turn").seal("late", "x")
    again = Vaults(own)
    assert again("turn").open("late", sealed) == "x"
    for each in (vaults, again):
        each.close()


def is_waiting(connection: psycopg.Connection, settings: Settings) -> bool:
    """Whether somebody waits for a lock in the platform database."""
    waiting = connection.execute(
        "select 1 from pg_stat_activity where datname = %s and wait_event_type = 'Lock'",
        [database_name(settings, "platform")],
    )
    return waiting.fetchone() is not None


def test_on_several_machines_the_new_master_key_is_everywhere_before_keys_are_wrapped_by_it(
    own: Settings, tmp_path: Path
) -> None:
    there = own.model_copy(update={"master_key": tmp_path / "there" / "master.key"})
    there.master_key.parent.mkdir()
    shutil.copy(own.master_key, there.master_key)
    here, elsewhere, old = Vaults(own), Vaults(there), master_key(own.master_key)
    with pytest.raises(rotation.NotPrepared, match="--prepare"):
        rotation.switch(there, print)
    rotation.prepare(own, print)
    assert master_key(own.master_key).id == old.id
    shutil.copy(own.master_key.with_name("master.key.next"), there.master_key.with_name("master.key.next"))
    rotation.switch(there, print)
    sealed = {"p1": here("turn").seal("p1", "p1"), "p2": elsewhere("turn").seal("p2", "p2")}
    assert len(rotation.counts(own)) == 2
    assert (here("turn").open("p2", sealed["p2"]), elsewhere("turn").open("p1", sealed["p1"])) == ("p2", "p1")
    rotation.rotate(own, print)
    assert list(rotation.counts(own)) == [master_key(there.master_key).id]
    for vaults, person in ((here, "p3"), (elsewhere, "p4")):
        assert vaults("turn").open(person, vaults("turn").seal(person, "x")) == "x"
        vaults.close()


@pytest.mark.parametrize("at", ["the new key is there", "it is known", "it is in place", "some keys are wrapped"])
def test_a_rotation_that_was_killed_goes_on(own: Settings, at: str) -> None:
    """What a kill at each of these places leaves behind is made here, and the rotation is begun again."""
    vaults = Vaults(own)
    sealed = {p: vaults("stop").seal(p, p) for p in PEOPLE}
    old, following = master_key(own.master_key), own.master_key.with_name("master.key.next")
    new = make_master_key(following)
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
    with pytest.raises(WrongMasterKey, match=r"Put the file of that master key there"):
        ensure_vault(own.model_copy(update={"master_key": own.master_key.with_name(f"master.key.{old.id}")}))
    vaults.close()
    again.close()


def test_a_rotation_without_the_file_that_wrapped_a_key_says_which_is_missing(own: Settings) -> None:
    vaults = Vaults(own)
    vaults("lost").seal("p1", "x")
    vaults.close()
    old = master_key(own.master_key).id
    own.master_key.unlink()
    with pytest.raises(WrongMasterKey, match=old):
        rotation.rotate(own, print)
    make_master_key(own.master_key)
    with pytest.raises(WrongMasterKey, match=old):
        rotation.rotate(own, print)
