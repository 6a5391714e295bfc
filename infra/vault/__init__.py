"""Personal values, sealed under a key of the person they are about. Destroying the key erases the person everywhere.

Keys lie in one Postgres table, wrapped by a master key, and never on Kafka. `start` says who holds that, `cipher` tells
the form of a sealed value.
"""

from infra.vault.errors import KeyMissing, SealBroken, VaultUnavailable, WrongMasterKey
from infra.vault.start import check_master_key, ensure_vault
from infra.vault.vault import TenantVault, Vaults, tenants_known

__all__ = [
    "KeyMissing",
    "SealBroken",
    "TenantVault",
    "VaultUnavailable",
    "Vaults",
    "WrongMasterKey",
    "check_master_key",
    "ensure_vault",
    "tenants_known",
]
