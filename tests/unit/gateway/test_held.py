"""What is kept in memory is what there is: names that anybody makes up fill nothing, and push nobody out."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.access import live
from gateway.access.directory import Directory, Member
from gateway.access.live import Access
from gateway.identity import directory
from gateway.identity.directory import Identities, Provider


class Still:
    """A database that does not go on."""

    async def token(self, database: str) -> str:
        return "token"


async def test_who_is_nobody_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any) -> Directory:
        return Directory({"ann": Member("ann", None, None, active=True, owner=False, roles=())})

    monkeypatch.setattr(live, "read", read)
    reach: Any = Still()
    access = Access({"admin": SimpleNamespace()}, reach)  # pyright: ignore[reportArgumentType]
    ann = await access.standing("acme", "ann")
    assert ann is not None
    for number in range(20):
        assert await access.standing("acme", f"nobody-{number}") is None
    assert await access.standing("acme", "ann") is ann
    held = access._held["acme"]  # pyright: ignore[reportPrivateUsage]
    assert [*held.standings] == [("ann", ())]


async def test_where_no_provider_is_nothing_is_kept_and_nobody_pushed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    async def read(_: Identities, tenant: str) -> tuple[Provider, ...]:
        asked.append(tenant)
        return (Provider("p", "Login", "https://login.example.com", "nexus"),) if tenant.startswith("known") else ()

    monkeypatch.setattr(Identities, "_read_providers", read)
    monkeypatch.setattr(directory, "MOST", 2)
    reach: Any = Still()
    identities = Identities({}, reach)
    for tenant in ("known-1", "known-2", *(f"made-up-{number}" for number in range(20)), "known-1", "known-2"):
        await identities.providers(tenant)
    assert asked.count("known-1") == asked.count("known-2") == 1
    await identities.providers("known-3")
    assert [*identities._held] == [*identities._turns] == ["known-2", "known-3"]  # pyright: ignore[reportPrivateUsage]
