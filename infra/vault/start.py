"""What a start asks of the master key: that there is one, that it is the platform's, and who holds it."""

from collections.abc import Sequence
from pathlib import Path

import psycopg

from infra import postgres
from infra.settings import Settings
from infra.vault.errors import WrongMasterKey
from infra.vault.held import HeldMasterKeys, new_in
from infra.vault.keys import (
    DATABASE,
    MasterKeyRow,
    MasterKeyTable,
    add_master_key,
    known_master_keys,
    make_tables,
)
from infra.vault.master import MasterKey, MasterKeyFiles, make_master_key, master_key


def master_keys(settings: Settings, table: MasterKeyTable) -> MasterKey:
    """The adapter that the settings choose. Raises WrongMasterKey where it is the file and there is none."""
    if not settings.key_vault:
        return MasterKeyFiles(settings.master_key)
    from infra.vault.key_vault import KeyVault  # half a second, for those alone who have one

    return HeldMasterKeys(table, KeyVault(settings), settings.master_key)


def ensure_vault(settings: Settings) -> None:
    """Makes the platform database and the tables, and the master key where there never was one; safe to call at every
    start. Raises WrongMasterKey, and VaultUnavailable when a first master key cannot be wrapped."""
    postgres.ensure_database(settings, DATABASE)
    with postgres.connect(settings, DATABASE, "owner") as connection:
        postgres.lock_setup(connection)
        make_tables(connection, postgres.role_name(settings, "writer"))
        if not known_master_keys(connection):
            add_master_key(connection, _first(settings))
        known = known_master_keys(connection)
    _refuse_others(settings, settings.master_key, known)


def check_master_key(settings: Settings, file: Path | None = None) -> None:
    """Returns when a key vault is asked that holds a master key of the platform, or the file, that of the settings
    unless another is named, is one. Raises WrongMasterKey.

    While the table cannot be asked it returns as well: nothing can be written under a wrong one then either.
    """
    try:
        with postgres.connect(settings, DATABASE) as connection:
            known = known_master_keys(connection)
    except psycopg.Error:
        return
    _refuse_others(settings, file or settings.master_key, known)


def _first(settings: Settings) -> MasterKeyRow:
    if not settings.key_vault:
        return MasterKeyRow(make_master_key(settings.master_key).id, None, None)
    from infra.vault.key_vault import KeyVault

    return new_in(KeyVault(settings))


def _refuse_others(settings: Settings, path: Path, known: Sequence[MasterKeyRow]) -> None:
    here = master_key(path).id if path.exists() else "none"
    held = [row.id for row in known if row.wrapped is not None]
    if here in [row.id for row in known] or (settings.key_vault and held):
        return
    if held:
        raise WrongMasterKey(
            f"Personal data here was sealed under the master key {', '.join(held)}, which a key vault holds. Set "
            "NEXUS_KEY_VAULT to its key; `nexus360 vault status` names it."
        )
    raise WrongMasterKey(
        f"Personal data here was sealed under the master key {', '.join(row.id for row in known)}, and {path} holds "
        f"{here}. Put the file of that master key there, or set NEXUS_MASTER_KEY to where it is."
    )
