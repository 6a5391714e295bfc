"""The master key in a key vault, against a stand-in that speaks Key Vault's protocol over TLS."""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import Settings
from infra.stack import authority
from infra.vault import SealBroken, VaultUnavailable
from infra.vault.errors import KeyRefused
from infra.vault.held import AGAIN, FRESH, HELD, HeldMasterKeys, new_in
from infra.vault.key_vault import KeyVault
from infra.vault.keys import MasterKeyRow
from infra.vault.master import make_master_key
from tests import key_vault
from tests.unit.infra.test_vault import Clock

KEY = b"k" * 32


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[key_vault.KeyVault]:
    with key_vault.key_vault(tmp_path / "azure") as vault:
        for name, value in vault.environment().items():
            monkeypatch.setenv(name, value)
        yield vault


def asking(azure: key_vault.KeyVault, **changes: str | Path) -> KeyVault:
    return KeyVault(Settings(**{"key_vault": f"{azure.url}/keys/nexus360", "key_vault_ca": azure.ca, **changes}))  # pyright: ignore[reportArgumentType]


@dataclass
class Rows:
    rows: list[MasterKeyRow] = field(default_factory=list[MasterKeyRow])

    def master_keys(self) -> list[MasterKeyRow]:
        return self.rows


def test_what_the_newest_version_wraps_any_version_unwraps(azure: key_vault.KeyVault) -> None:
    vault, first = asking(azure), f"{azure.url}/keys/nexus360/{azure.keys['nexus360'][0].name}"
    wrapped, by = vault.wrap(KEY)
    assert by == first
    second = azure.rotate("nexus360")
    again, newer = vault.wrap(KEY)
    assert newer == second
    assert wrapped != again
    assert vault.unwrap(wrapped, first) == vault.unwrap(again, second) == KEY
    assert f"POST /keys/nexus360/{first.rpartition('/')[2]}/unwrapkey" in azure.asked


def test_a_vault_that_is_silent_or_busy_is_an_outage_and_no_refusal(azure: key_vault.KeyVault) -> None:
    vault = asking(azure)
    wrapped, by = vault.wrap(KEY)
    azure.busy = True
    with pytest.raises(VaultUnavailable, match="429") as told:
        vault.unwrap(wrapped, by)
    assert not isinstance(told.value, KeyRefused)
    azure.busy = False
    azure.stop()
    for each in (vault, asking(azure)):  # with a token from before, and without one
        with pytest.raises(VaultUnavailable, match="did not answer") as told:
            each.unwrap(wrapped, by)
        assert not isinstance(told.value, KeyRefused)
    azure.start()
    assert vault.unwrap(wrapped, by) == KEY


def test_whoever_may_not_is_refused_and_told_where_to_look(
    azure: key_vault.KeyVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped, by = asking(azure).wrap(KEY)
    azure.may = False
    with pytest.raises(KeyRefused, match="403"):
        asking(azure).unwrap(wrapped, by)
    azure.may = True
    azure.keys["nexus360"][0].enabled = False
    with pytest.raises(KeyRefused, match="403"):
        asking(azure).unwrap(wrapped, by)
    with pytest.raises(KeyRefused, match="404"):
        asking(azure, key_vault=f"{azure.url}/keys/none").wrap(KEY)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "guessed")
    with pytest.raises(KeyRefused, match="AZURE_CLIENT_ID") as told:
        asking(azure).unwrap(wrapped, by)
    assert "guessed" not in str(told.value)


def test_a_token_for_something_else_opens_nothing(azure: key_vault.KeyVault) -> None:
    vault = asking(azure)
    wrapped, by = vault.wrap(KEY)
    asked = list(azure.asked)
    for token in azure.tokens:
        azure.tokens[token] = "https://graph.microsoft.com/.default"
    with pytest.raises(KeyRefused, match="not let in"):
        vault.unwrap(wrapped, by)
    assert azure.asked == asked
    assert asking(azure).unwrap(wrapped, by) == KEY


def test_a_server_that_our_authority_did_not_sign_is_told_nothing(azure: key_vault.KeyVault, tmp_path: Path) -> None:
    authority.ensure(tmp_path / "other", [])
    with pytest.raises(VaultUnavailable, match="did not answer"):
        asking(azure, key_vault_ca=tmp_path / "other" / "ca.pem").wrap(KEY)
    assert azure.asked == []
    assert azure.tokens == {}


def test_a_key_in_another_cloud_is_not_asked_for(azure: key_vault.KeyVault) -> None:
    with pytest.raises(KeyRefused, match="another cloud"):
        asking(azure).unwrap(b"x", "https://vault.example.com/keys/nexus360/1")


@pytest.mark.parametrize(
    "wrong",
    ["http://a.vault.azure.net/keys/k", "https://a.vault.azure.net", "https://a.vault.azure.net/keys/k/1", "k"],
)
def test_a_key_vault_is_named_by_the_identifier_of_its_key_without_a_version(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"NAME\.vault\.azure\.net/keys/KEY"):
        Settings(key_vault=wrong)
    assert Settings(key_vault="https://a.vault.azure.net/keys/k/").key_vault == "https://a.vault.azure.net/keys/k"


def test_the_vault_is_asked_once_and_again_when_its_answer_is_old(azure: key_vault.KeyVault, tmp_path: Path) -> None:
    vault, clock = asking(azure), Clock()
    table = Rows([new_in(vault)])
    held = HeldMasterKeys(table, vault, tmp_path / "none", clock)
    before = len(azure.asked)
    for person in range(50):
        wrapped = held.wrap(KEY, b"%d" % person)
        assert held.unwrap(wrapped.key or b"", wrapped.master_key_id, b"%d" % person) == KEY
    once = len(azure.asked)
    assert once - before == 2, "the key with its public half, and what it unwraps"
    clock.now = FRESH
    held.wrap(KEY, b"p")
    assert len(azure.asked) > once


def test_while_the_vault_is_silent_what_is_in_memory_is_used_for_an_hour(
    azure: key_vault.KeyVault, tmp_path: Path
) -> None:
    vault, clock = asking(azure), Clock()
    table = Rows([new_in(vault)])
    held, fresh = (HeldMasterKeys(table, vault, tmp_path / "none", clock) for _ in range(2))
    wrapped = held.wrap(KEY, b"p")
    azure.stop()
    with pytest.raises(VaultUnavailable):
        fresh.unwrap(wrapped.key or b"", wrapped.master_key_id, b"p")
    clock.now = HELD - 1
    assert held.unwrap(wrapped.key or b"", wrapped.master_key_id, b"p") == KEY
    clock.now = HELD
    with pytest.raises(VaultUnavailable, match="Nothing is lost"):
        held.unwrap(wrapped.key or b"", wrapped.master_key_id, b"p")
    azure.start()
    clock.now += AGAIN
    for each in (held, fresh):
        assert each.unwrap(wrapped.key or b"", wrapped.master_key_id, b"p") == KEY


def test_a_vault_that_says_no_is_believed_at_once(azure: key_vault.KeyVault, tmp_path: Path) -> None:
    vault, clock = asking(azure), Clock()
    held = HeldMasterKeys(Rows([new_in(vault)]), vault, tmp_path / "none", clock)
    held.wrap(KEY, b"p")
    azure.may, clock.now = False, FRESH
    for _ in range(2):
        with pytest.raises(KeyRefused):
            held.wrap(KEY, b"p")


def test_a_master_key_that_was_put_in_anothers_place_is_broken(azure: key_vault.KeyVault, tmp_path: Path) -> None:
    vault = asking(azure)
    one, other = new_in(vault), new_in(vault)
    held = HeldMasterKeys(Rows([MasterKeyRow(one.id, other.wrapped, other.wrapped_by)]), vault, tmp_path / "none")
    with pytest.raises(SealBroken, match="table of master keys was changed"):
        held.wrap(KEY, b"p")


def test_what_a_file_wrapped_before_is_read_from_the_file(azure: key_vault.KeyVault, tmp_path: Path) -> None:
    before, vault = make_master_key(tmp_path / "master.key"), asking(azure)
    wrapped = before.wrap(KEY, b"p")
    table = Rows([MasterKeyRow(before.id, None, None)])
    held = HeldMasterKeys(table, vault, tmp_path / "master.key", Clock())
    assert held.wrap(KEY, b"p").master_key_id == before.id
    table.rows.append(new_in(vault))
    later = HeldMasterKeys(table, vault, tmp_path / "master.key")
    assert later.unwrap(wrapped.key or b"", before.id, b"p") == KEY
    assert later.wrap(KEY, b"p").master_key_id == table.rows[1].id
    with pytest.raises(VaultUnavailable, match=before.id):
        HeldMasterKeys(table, vault, tmp_path / "none").unwrap(wrapped.key or b"", before.id, b"p")
