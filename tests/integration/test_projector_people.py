"""Folding personal data: keys are looked up once a batch, an outage parks nothing, who is erased is shown so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.settings import Settings
from infra.vault import Vaults, VaultUnavailable
from infra.vault.keys import Destroyed
from infra.vault.master import Wrapped, make_master_key
from projections import generations, positions
from projections.store import apply, projection
from schemas.generated.admin.user import UserAssigned
from tests.integration.projector import CODEC, Folder, message, own_databases
from tests.integration.test_queries import user
from tests.unit.projections.log import day, log_of


@dataclass(slots=True)
class CountedKeys:
    """Keys in memory that can fall silent."""

    rows: dict[str, Wrapped] = field(default_factory=dict[str, Wrapped])
    asked: int = 0
    silent: bool = False

    def read(self, tenant: str, subjects: Sequence[str]) -> Mapping[str, Wrapped]:
        if self.silent:
            raise VaultUnavailable("the key table is silent")
        self.asked += 1
        return {s: self.rows[s] for s in subjects if s in self.rows}

    def add(self, tenant: str, keys: Mapping[str, Wrapped]) -> None:
        self.rows = {**keys, **self.rows}

    def destroy(self, tenant: str, subject: str, fingerprint: str | None) -> Destroyed:
        self.rows[subject] = Wrapped(None, "")
        return Destroyed(day(1), fingerprint)


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with own_databases("crm") as made:
        yield made


@pytest.fixture
def keys() -> CountedKeys:
    return CountedKeys()


@pytest.fixture
def crm(settings: Settings, keys: CountedKeys, tmp_path: Path) -> Iterator[Folder]:
    master = make_master_key(tmp_path / "master.key")
    sealing, reading = Vaults(settings, keys, master), Vaults(settings, keys, master)
    live = generations.live(settings, "crm")
    with generations.connected(settings, "crm", generation=live) as connection:
        folder = Folder(settings, "crm", projection(settings, "crm", live.number, CODEC, reading), connection)
        folder.clear()
        log = log_of(user(f"u{n}", f"Person {n}", "t1") for n in range(40))
        folder.later = [message(settings, r, CODEC, sealing(r.tenant)) for r in log]
        yield folder


def test_keys_are_looked_up_once_for_a_batch(crm: Folder, keys: CountedKeys) -> None:
    keys.asked = 0
    crm.fold_messages(crm.later)
    assert keys.asked == 1
    assert crm.ask("select name from people where id = 'u7'") == [("Person 7",)]


def test_a_silent_vault_parks_nothing_and_moves_nothing(crm: Folder, keys: CountedKeys) -> None:
    keys.silent = True
    at = positions.ensure(crm.connection, crm.projection.group, [(m.topic, m.partition) for m in crm.later])
    with pytest.raises(VaultUnavailable):
        apply(crm.connection, crm.projection, at, crm.later)
    assert crm.ask("select count(*) from parked") == [(0,)]
    assert crm.ask("select next_offset from positions") == [(0,)]
    keys.silent = False
    crm.fold_messages(crm.later)
    assert crm.ask("select count(*) from people") == [(40,)]


def test_a_person_erased_before_the_fold_is_shown_as_erased_and_one_without_a_key_is_parked(
    crm: Folder, keys: CountedKeys
) -> None:
    keys.destroy("acme", "u1", None)
    del keys.rows["u2"]
    crm.fold_messages(crm.later[:4])
    named = crm.ask("select id, name from people order by id")
    assert named == [("u0", "Person 0"), ("u1", "[erased]"), ("u3", "Person 3")]
    assert crm.ask("select id, split_part(reason, ':', 1) from parked") == [("u2", "KeyMissing")]


def test_history_holds_sealed_bytes_and_a_late_event_opens_them_again(crm: Folder) -> None:
    crm.fold_messages(crm.later[:1])
    assert b"Person 0" not in crm.ask("select value from history")[0][0]
    moved = [
        UserAssigned(user_id="u0", team_id="t2", manager_id=None, at=day(9)),
        UserAssigned(user_id="u0", team_id="t3", manager_id=None, at=day(5)),
    ]
    crm.fold(log_of([user("u0", None, "t1"), *moved])[1:])
    stood = crm.ask(
        "select name, team_id from people_versions where known_to > '9999-01-01' and valid_to > valid_from "
        "order by valid_from"
    )
    assert stood == [("Person 0", "t1"), ("Person 0", "t3"), ("Person 0", "t2")]
