"""Secrets of other systems: sealed for one record of one tenant, and opened there alone."""

import pytest

from infra import sealing
from infra.settings import Settings
from infra.vault import Vaults
from infra.vault.master import make_master_key
from tests.unit.infra.test_vault import Table


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def vaults(tmp_path_factory: pytest.TempPathFactory, table: Table) -> Vaults:
    settings = Settings(data=tmp_path_factory.mktemp("keys"))
    make_master_key(settings.master_key)
    return Vaults(settings, table)


def test_a_secret_is_opened_for_its_record_alone(vaults: Vaults) -> None:
    sealed = sealing.seal(vaults, "acme", "provider", "p", "word")
    assert "word" not in sealed
    assert sealing.unseal(vaults, "acme", "provider", "p", sealed) == "word"
    sealing.seal(vaults, "acme", "provider", "q", "other")
    sealing.seal(vaults, "rival", "provider", "p", "other")
    assert sealing.unseal(vaults, "acme", "provider", "q", sealed) is None
    assert sealing.unseal(vaults, "rival", "provider", "p", sealed) is None


@pytest.mark.parametrize("sealed", ["", "word", "d29yZA==", "ä"])
def test_what_was_never_sealed_opens_nothing(vaults: Vaults, sealed: str) -> None:
    sealing.seal(vaults, "acme", "provider", "p", "word")
    assert sealing.unseal(vaults, "acme", "provider", "p", sealed) is None


def test_a_secret_whose_key_was_destroyed_is_gone(vaults: Vaults) -> None:
    sealed = sealing.seal(vaults, "acme", "provider", "p", "word")
    vaults.destroy("acme", "provider/p")
    assert sealing.unseal(vaults, "acme", "provider", "p", sealed) is None


def test_a_persons_secret_is_opened_for_them_alone_and_goes_with_their_key(vaults: Vaults) -> None:
    sealed = sealing.seal_of(vaults, "acme", "anna", "word")
    assert "word" not in sealed
    assert sealing.unseal_of(vaults, "acme", "anna", sealed) == "word"
    sealing.seal_of(vaults, "acme", "bert", "other")
    assert sealing.unseal_of(vaults, "acme", "bert", sealed) is None
    vaults.destroy("acme", "anna")
    assert sealing.unseal_of(vaults, "acme", "anna", sealed) is None
    assert sealing.seal_of(vaults, "acme", "anna", "word") == ""
