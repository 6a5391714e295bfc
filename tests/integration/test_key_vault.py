"""The master key in a key vault, with the key table in Postgres: several machines, rotating, outages, and coming from a
file."""

import uuid
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest

from infra.postgres import connect
from infra.settings import Settings, load
from infra.vault import Vaults, VaultUnavailable, WrongMasterKey, ensure_vault, rotation
from infra.vault.held import new_in
from infra.vault.key_vault import KeyVault
from infra.vault.keys import add_master_key
from infra.vault.master import master_key
from schemas.contract import ERASED
from tests import key_vault
from tests.integration.test_rotation import patiently

PEOPLE = [f"p{n}" for n in range(600)]


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[key_vault.KeyVault]:
    with key_vault.key_vault(tmp_path / "azure") as vault:
        for name, value in vault.environment().items():
            monkeypatch.setenv(name, value)
        yield vault


@pytest.fixture
def own(azure: key_vault.KeyVault, tmp_path: Path) -> Generator[Settings]:
    prefix = f"test{uuid.uuid4().hex[:8]}"
    known = {"key_vault": f"{azure.url}/keys/nexus360", "key_vault_ca": azure.ca}
    yield load().model_copy(update={"database_prefix": prefix, "master_key": tmp_path / "master.key", **known})
    with psycopg.connect(load().postgres, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"drop database if exists {prefix}_platform with (force)".encode())
        for role in ("owner", "writer", "reader"):
            admin.execute(f"drop role if exists {prefix}_{role}".encode())


def of_a_file(settings: Settings) -> Settings:
    return settings.model_copy(update={"key_vault": ""})


def test_the_first_start_makes_one_in_the_vault_for_every_machine(own: Settings, tmp_path: Path) -> None:
    ensure_vault(own)
    ensure_vault(own)
    assert not own.master_key.exists()
    here, there = Vaults(own), Vaults(own.model_copy(update={"master_key": tmp_path / "there" / "master.key"}))
    sealed = here("acme").seal("p1", "Maud Hall")
    assert there("acme").open("p1", sealed) == "Maud Hall"
    here.destroy("acme", "p1")
    there.forget("acme", "p1")
    assert there("acme").open("p1", sealed) is ERASED
    with connect(own, "platform", "owner") as owner:
        [(wrapped,)] = owner.execute("select wrapped from master_keys").fetchall()
    assert len(wrapped) == 256, "the master key lies there as RSA of 2,048 bits wraps it"
    for each in (here, there):
        each.close()


def test_every_key_is_wrapped_anew_by_a_new_version_while_processes_seal_and_open(
    own: Settings, azure: key_vault.KeyVault
) -> None:
    ensure_vault(own)
    before = Vaults(own)
    sealed = {p: before("turn").seal(p, p) for p in PEOPLE}
    [old] = rotation.counts(own)
    azure.rotate("nexus360")
    ended = Event()

    def live(number: int) -> int:
        vaults, count = Vaults(own), 0
        while not ended.is_set() or count < 50:
            person = PEOPLE[count % len(PEOPLE)]
            assert vaults("turn").open(person, sealed[person]) == person
            vaults.forget("turn", person)
            patiently(vaults, f"new-{number}-{count}")
            count += 1
        vaults.close()
        return count

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(live, number) for number in range(2)]
        try:
            rotation.rotate(own, print)
        finally:
            ended.set()
        assert all(each.result() >= 50 for each in working)
    [current] = rotation.known(own)
    assert list(rotation.counts(own)) == [current.id] != [old]
    assert current.wrapped_by == f"{own.key_vault}/{azure.keys['nexus360'][-1].name}"
    azure.keys["nexus360"][0].enabled = False
    after = Vaults(own)
    assert all(after("turn").open(p, sealed[p]) == p for p in PEOPLE)
    for step in (rotation.prepare, rotation.switch):
        with pytest.raises(rotation.NotPrepared, match="alone, on one"):
            step(own, print)
    for each in (before, after):
        each.close()


def test_a_rotation_that_was_killed_goes_on_with_the_master_key_it_had_made(own: Settings) -> None:
    ensure_vault(own)
    vaults = Vaults(own)
    sealed = {p: vaults("stop").seal(p, p) for p in PEOPLE}
    new = new_in(KeyVault(own))
    with connect(own, "platform", "owner") as owner:
        add_master_key(owner, new)
    said = list[str]()
    rotation.rotate(own, said.append)
    assert said[0] == "Going on with the rotation that was begun."
    assert [row.id for row in rotation.known(own)] == list(rotation.counts(own)) == [new.id]
    again = Vaults(own)
    assert all(again("stop").open(p, sealed[p]) == p for p in PEOPLE)
    for each in (vaults, again):
        each.close()


def test_in_an_outage_nothing_is_lost_and_who_has_the_key_goes_on(own: Settings, azure: key_vault.KeyVault) -> None:
    ensure_vault(own)
    running = Vaults(own)
    sealed = running("acme").seal("p1", "Maud Hall")
    azure.stop()
    running.forget("acme", "p1")
    assert running("acme").open("p1", sealed) == "Maud Hall"
    started = Vaults(own)
    for _ in range(2):
        with pytest.raises(VaultUnavailable, match="key vault"):
            started("acme").open("p1", sealed)
        with pytest.raises(VaultUnavailable, match="key vault"):
            started("acme").seal("p2", "Zoe")
    assert not started.knows("acme", "p2")
    azure.start()
    later = Vaults(own)
    assert later("acme").open("p1", sealed) == "Maud Hall"
    assert running("acme").open("p2", later("acme").seal("p2", "Zoe")) == "Zoe"
    for each in (running, started, later):
        each.close()


def test_a_platform_with_a_file_moves_into_the_vault_and_needs_the_file_no_more(own: Settings) -> None:
    ensure_vault(of_a_file(own))
    before = Vaults(of_a_file(own))
    sealed = {p: before("move").seal(p, p) for p in PEOPLE[:50]}
    old = master_key(own.master_key).id
    before.close()
    ensure_vault(own)
    moving = Vaults(own)
    sealed["late"] = moving("move").seal("late", "late")
    assert list(rotation.counts(own)) == [old], "nothing changes hands until it is told to"
    rotation.rotate(own, print)
    own.master_key.unlink()
    after = Vaults(own)
    assert all(after("move").open(p, each) == p for p, each in sealed.items())
    for start in (ensure_vault, Vaults):
        with pytest.raises(WrongMasterKey, match="NEXUS_KEY_VAULT"):
            start(of_a_file(own))
    assert not own.master_key.exists()
    for each in (moving, after):
        each.close()


def test_without_the_file_that_wrapped_keys_nothing_is_begun(own: Settings) -> None:
    ensure_vault(of_a_file(own))
    own.master_key.unlink()
    for start in (ensure_vault, Vaults):
        with pytest.raises(WrongMasterKey, match="Put the file of that master key there"):
            start(own)
