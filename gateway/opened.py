"""Columns that are sealed in their rows, opened for who may see the row."""

import asyncio
from collections.abc import Sequence
from typing import Any

from gateway.platform import Platform
from infra.vault import KeyMissing, SealBroken
from projections.model import ReadModel
from projections.person import parse_kept
from schemas.contract import Erased


async def opened_rows(here: Platform, model: ReadModel, tenant: str, rows: Sequence[dict[str, Any]]) -> None:
    """Puts the values in place of what is sealed, None for those of erased persons. Raises VaultUnavailable."""
    if model.sealed and rows:
        await asyncio.to_thread(_open, here, model, tenant, rows)


def _open(here: Platform, model: ReadModel, tenant: str, rows: Sequence[dict[str, Any]]) -> None:
    places = [(row, name) for row in rows for name in model.sealed if row.get(name) is not None]
    held = [parse_kept(row[name]) for row, name in places]
    here.vaults.prefetch(tenant, {subject for subject, _ in held}, make=False)
    vault = here.vaults(tenant)
    for (row, name), (subject, sealed) in zip(places, held, strict=True):
        try:
            value = vault.open(subject, sealed) if sealed else None
        except (KeyMissing, SealBroken):
            value = None
        row[name] = None if isinstance(value, Erased) else value
