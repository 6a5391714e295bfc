"""Sealing, opening and erasing, with the key table in memory."""

import os
import stat
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.log.codec import Codec
from infra.settings import Settings
from infra.vault import KeyMissing, SealBroken, Vaults, VaultUnavailable, WrongMasterKey
from infra.vault.keys import Destroyed
from infra.vault.master import MasterKeyFiles, Wrapped, make_master_key, master_key
from infra.vault.vault import CAPACITY, KEY_AGE, TENANT_SECRET
from schemas import avro
from schemas.contract import ERASED, fields
from schemas.generated.crm.contact import Contact
from tests.records import Numbered, example


@dataclass
class Table:
    """The key table, in memory; `down` makes it silent."""

    rows: dict[tuple[str, str], Wrapped] = field(default_factory=dict[tuple[str, str], Wrapped])
    destroyed: dict[tuple[str, str], Destroyed] = field(default_factory=dict[tuple[str, str], Destroyed])
    reads: int = 0
    down: bool = False

    def read(self, tenant: str, subjects: Sequence[str]) -> Mapping[str, Wrapped]:
        self.reads += 1
        self.ask()
        return {s: self.rows[tenant, s] for s in subjects if (tenant, s) in self.rows}

    def add(self, tenant: str, keys: Mapping[str, Wrapped]) -> None:
        self.ask()
        for subject, key in keys.items():
            self.rows.setdefault((tenant, subject), key)

    def destroy(self, tenant: str, subject: str, fingerprint: str | None) -> Destroyed:
        self.ask()
        self.rows[tenant, subject] = Wrapped(None, "")
        return self.destroyed.setdefault((tenant, subject), Destroyed(datetime(2026, 1, 1, tzinfo=UTC), fingerprint))

    def ask(self) -> None:
        if self.down:
            raise VaultUnavailable("The key table cannot be asked: it is down.")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    make_master_key(tmp_path / "master.key")
    return Settings(data=tmp_path, master_key=tmp_path / "master.key")


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def vaults(settings: Settings, table: Table) -> Vaults:
    return Vaults(settings, table)


def test_what_is_sealed_opens_again_and_shows_nothing(vaults: Vaults) -> None:
    @given(st.text())
    def round_trip(text: str) -> None:
        assert vaults("acme").open("p1", vaults("acme").seal("p1", text)) == text

    round_trip()
    assert b"Maud" not in vaults("acme").seal("p1", "Maud Hall")


def test_the_same_text_is_never_sealed_alike(vaults: Vaults) -> None:
    assert vaults("acme").seal("p1", "Maud Hall") != vaults("acme").seal("p1", "Maud Hall")


def test_a_value_does_not_open_for_another_person_or_tenant(vaults: Vaults) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")
    vaults("acme").seal("p2", "")
    vaults("other").seal("p1", "")
    for tenant, subject in (("acme", "p2"), ("other", "p1")):
        with pytest.raises(SealBroken):
            vaults(tenant).open(subject, sealed)


def test_a_key_moved_to_another_row_does_not_unwrap(vaults: Vaults, settings: Settings, table: Table) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")
    table.rows["acme", "p2"] = table.rows["acme", "p1"]
    with pytest.raises(SealBroken, match="key table was changed"):
        Vaults(settings, table)("acme").open("p2", sealed)


def test_bytes_that_were_changed_or_cut_short_are_broken(vaults: Vaults) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")

    @given(st.data())
    def broken(data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(sealed) - 1))
        changed = sealed[:at] + bytes([sealed[at] ^ data.draw(st.integers(1, 255))]) + sealed[at + 1 :]
        for wrong in (changed, sealed[:at]):
            with pytest.raises(SealBroken):
                vaults("acme").open("p1", wrong)

    broken()


def test_a_destroyed_key_reads_as_erased_and_never_comes_back(vaults: Vaults, settings: Settings, table: Table) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")
    vaults.destroy("acme", "p1")
    assert vaults("acme").open("p1", sealed) is ERASED
    assert vaults("acme").seal("p1", "Maud Hall") == b""
    vaults.prefetch("acme", ["p1"])
    assert Vaults(settings, table)("acme").open("p1", sealed) is ERASED
    assert table.rows["acme", "p1"].key is None


def test_a_person_can_be_erased_before_any_key_was_made(vaults: Vaults) -> None:
    vaults.destroy("acme", "p1")
    assert vaults("acme").seal("p1", "Maud Hall") == b""


def test_a_key_destroyed_elsewhere_is_dead_here_after_its_age(settings: Settings, table: Table) -> None:
    clock = Clock()
    here, elsewhere = Vaults(settings, table, clock=clock), Vaults(settings, table)
    sealed = here("acme").seal("p1", "Maud Hall")
    elsewhere.destroy("acme", "p1")
    clock.now = KEY_AGE
    assert here("acme").open("p1", sealed) is ERASED


def test_a_record_with_an_erased_person_is_read_as_such(vaults: Vaults) -> None:
    codec = Codec(Numbered([avro.published("crm.Contact")]))
    personal = next(f.name for f in fields(Contact) if f.subject)
    contact = example(Contact, contact_id="c1", **{personal: "Maud Hall"})
    value = codec.encode(contact, vaults("acme"))
    assert codec.decode(value, vaults("acme")) == contact
    vaults.destroy("acme", "c1")
    erased = codec.decode(value, vaults("acme"))
    assert getattr(erased, personal) is ERASED
    assert codec.decode(codec.encode(erased, vaults("acme")), vaults("acme")) == erased


def test_a_missing_key_is_said_to_be_missing(vaults: Vaults) -> None:
    with pytest.raises(KeyMissing, match=r"p1, tenant acme"):
        vaults("acme").open("p1", b"\1" + bytes(40))


def test_an_outage_stops_nobody_who_has_the_key_and_is_over_when_it_is_over(
    vaults: Vaults, settings: Settings, table: Table
) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")
    other = Vaults(settings, table)
    table.down = True
    assert vaults("acme").open("p1", sealed) == "Maud Hall"
    for ask in (lambda: other("acme").open("p1", sealed), lambda: other("acme").seal("p9", "x")):
        with pytest.raises(VaultUnavailable):
            ask()
    table.down = False
    assert other("acme").open("p1", sealed) == "Maud Hall"


def test_many_keys_come_with_one_read(vaults: Vaults, settings: Settings, table: Table) -> None:
    people = [f"p{n}" for n in range(100)]
    sealed = {p: vaults("acme").seal(p, p) for p in people}
    other = Vaults(settings, table)
    table.reads = 0
    other.prefetch("acme", people)
    assert [other("acme").open(p, sealed[p]) for p in people] == people
    assert table.reads == 1


def test_memory_holds_no_more_keys_than_its_capacity_and_reads_the_rest_again(vaults: Vaults, table: Table) -> None:
    sealed = vaults("acme").seal("first", "Maud Hall")
    vaults.prefetch("acme", map(str, range(CAPACITY)))
    table.reads = 0
    assert vaults("acme").open("first", sealed) == "Maud Hall"
    assert table.reads == 1


def test_two_processes_that_meet_a_person_at_once_use_one_key(settings: Settings, table: Table) -> None:
    processes = [Vaults(settings, table) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sealed = [done.result() for done in [pool.submit(v("acme").seal, "p1", "Maud Hall") for v in processes]]
    assert {v("acme").open("p1", s) for v in processes for s in sealed} == {"Maud Hall"}


def test_a_tenant_keeps_its_secret_and_shares_it_with_nobody(vaults: Vaults, settings: Settings, table: Table) -> None:
    secret = vaults.secret("acme")
    assert len(secret) == 32
    assert Vaults(settings, table).secret("acme") == secret
    assert vaults.secret("other") != secret
    assert vaults.id_from("acme", "contact", "Maud") == Vaults(settings, table).id_from("acme", "contact", "Maud")
    assert vaults.id_from("other", "contact", "Maud") != vaults.id_from("acme", "contact", "Maud")


def test_nobody_can_be_called_as_the_secret_is(vaults: Vaults) -> None:
    with pytest.raises(ValueError, match="cannot be a person's id"):
        vaults("acme").seal(TENANT_SECRET, "Maud Hall")


def test_the_master_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    with ThreadPoolExecutor(8) as pool:
        assert len({made.id for made in pool.map(make_master_key, [path] * 32)}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["master.key"]


def test_a_master_key_of_another_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_bytes(b"short")
    with pytest.raises(ValueError, match="restore it from a backup"):
        master_key(tmp_path / "master.key")


def test_another_master_key_is_a_fault_of_the_settings_and_not_of_the_record(
    vaults: Vaults, settings: Settings, table: Table
) -> None:
    sealed = vaults("acme").seal("p1", "Maud Hall")
    settings.master_key.unlink()
    make_master_key(settings.master_key)
    with pytest.raises(VaultUnavailable, match="NEXUS_MASTER_KEY"):
        Vaults(settings, table)("acme").open("p1", sealed)


def test_a_secret_is_at_hand_while_it_is_in_memory(settings: Settings, table: Table) -> None:
    clock = Clock()
    vaults = Vaults(settings, table, clock=clock)
    assert vaults.secret_at_hand("acme") is None
    secret, reads = vaults.secret("acme"), table.reads
    assert vaults.secret_at_hand("acme") == secret
    assert table.reads == reads
    clock.now += KEY_AGE
    assert vaults.secret_at_hand("acme") is None


def test_a_destroyed_key_leaves_its_fingerprint_once(vaults: Vaults, settings: Settings, table: Table) -> None:
    vaults("acme").seal("p1", "Maud Hall")
    vaults("acme").seal("p2", "Ann Hall")
    first = vaults.destroy("acme", "p1")
    assert first.fingerprint is not None
    assert Vaults(settings, table).destroy("acme", "p1") == first
    assert vaults.destroy("acme", "p2").fingerprint != first.fingerprint
    assert vaults.destroy("acme", "p3").fingerprint is None


def test_who_ever_had_a_key_is_known(vaults: Vaults) -> None:
    vaults("acme").seal("p1", "Maud Hall")
    vaults.secret("acme")
    assert vaults.knows("acme", "p1")
    vaults.destroy("acme", "p1")
    assert vaults.knows("acme", "p1")
    assert not vaults.knows("other", "p1")
    assert not vaults.knows("acme", TENANT_SECRET)
    with pytest.raises(ValueError, match="cannot be a person's id"):
        vaults.destroy("acme", TENANT_SECRET)


def test_who_never_had_a_key_lacks_one_and_is_made_none(vaults: Vaults, table: Table) -> None:
    assert vaults.lacks("acme", "p1")
    assert table.rows == {}
    vaults("acme").seal("p1", "Maud Hall")
    assert not vaults.lacks("acme", "p1")
    assert vaults.lacks("other", "p1")
    vaults.destroy("acme", "p1")
    assert not vaults.lacks("acme", "p1")
    vaults.secret("acme")
    assert vaults.lacks("acme", TENANT_SECRET)


def test_a_key_that_is_forgotten_is_asked_for_again(settings: Settings, table: Table) -> None:
    here, elsewhere = Vaults(settings, table), Vaults(settings, table)
    sealed = here("acme").seal("p1", "Maud Hall")
    elsewhere.destroy("acme", "p1")
    assert here("acme").open("p1", sealed) == "Maud Hall"
    here.forget("acme", "p1")
    assert here("acme").open("p1", sealed) is ERASED


def test_a_master_key_that_takes_anothers_place_is_used_at_once_and_the_other_still_known(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    make_master_key(path)
    running = MasterKeyFiles(path)
    old = running.wrap(b"k" * 32, b"acme/p1")
    new = make_master_key(tmp_path / "master.key.next")
    early = new.wrap(b"n" * 32, b"acme/p2")
    assert early.key is not None
    assert running.unwrap(early.key, new.id, b"acme/p2") == b"n" * 32
    os.link(path, tmp_path / f"master.key.{old.master_key_id}")
    os.replace(tmp_path / "master.key.next", path)
    assert running.wrap(b"k" * 32, b"acme/p1").master_key_id == new.id
    assert old.key is not None
    for keys in (running, MasterKeyFiles(path)):
        assert keys.unwrap(old.key, old.master_key_id, b"acme/p1") == b"k" * 32


def test_a_process_without_the_master_key_ends_and_makes_none(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "elsewhere" / "master.key"
    with pytest.raises(WrongMasterKey, match=r"Put the file of the platform's there"):
        Vaults(Settings(data=tmp_path, master_key=path), table)
    assert not path.exists()


def test_a_master_key_that_takes_anothers_place_while_that_is_read_is_met_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "master.key"
    make_master_key(path)
    new = make_master_key(tmp_path / "master.key.next")
    read = Path.read_bytes

    def read_then_replaced(file: Path) -> bytes:
        found = read(file)
        os.replace(tmp_path / "master.key.next", path)
        monkeypatch.setattr(Path, "read_bytes", read)
        return found

    monkeypatch.setattr(Path, "read_bytes", read_then_replaced)
    running = MasterKeyFiles(path)
    assert running.current.id == new.id


def test_a_key_that_no_master_key_at_hand_opens_is_destroyed_like_any_other(settings: Settings, table: Table) -> None:
    elsewhere = make_master_key(settings.data / "elsewhere")
    table.rows["acme", "p1"] = elsewhere.wrap(b"k" * 32, b"acme/p1")
    vaults = Vaults(settings, table)
    assert vaults.destroy("acme", "p1").fingerprint is None
    assert vaults("acme").seal("p1", "Maud Hall") == b""
