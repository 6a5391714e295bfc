# schemathesis is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Schemathesis sends what the OpenAPI document allows as somebody of each role: no 5xx, and nothing beyond the role.

Each operation says in `x-permission` what it takes, and `GET /access/me` what the caller has.
"""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from domains.admin.builtin_roles import OWNER, ROLES
from tests.e2e.test_fuzz import STREAMS, fitting
from tests.e2e.test_http import after
from tests.platform import Platform

ASKED = sorted({role for role in ROLES if role.startswith(("crm.", "admin.", "integration"))} | {"auditor", "none"})
OPEN = ("/access/me", "/access/check", "/commands/{id}", "/search", *STREAMS)
"""Of somebody's own, or decided by each record."""


@pytest.fixture(scope="module")
def clients(here: Platform) -> Generator[dict[str, httpx.Client]]:
    """Somebody of each role, in one tenant."""
    tenant, made = f"roles-{uuid4().hex[:8]}", dict[str, httpx.Client]()
    with here.client(tenant) as key:
        position = key.post("/admin/tenants", json={"name": "Roles"}).json()["position"]
        for role in ASKED:
            user = key.post("/admin/users", json={"name": role}).json()
            granted = user
            if role != "none":
                granted = key.post(f"/admin/users/{user['id']}/grant-role", json={"role_id": role}).json()
            made[role], position = here.client(tenant, user["id"]), granted["position"]
        assert all(each.get("/access/me", headers=after(position)).is_success for each in made.values())
        yield made
    for client in made.values():
        client.close()


def test_every_operation_says_what_it_takes() -> None:
    silent = [each.path for each in fitting() if each.path not in OPEN and "x-permission" not in each.definition.raw]
    assert [path for path in silent if not path.startswith(("/health", "/metrics", "/sign"))] == []
    assert OWNER not in ASKED


@pytest.mark.parametrize("role", ASKED)
def test_a_role_does_what_it_permits_and_nothing_else(clients: dict[str, httpx.Client], role: str) -> None:
    client = clients[role]
    mine = client.get("/access/me").json()["permissions"]
    for operation in fitting():
        permission = operation.definition.raw.get("x-permission")
        if permission is not None:
            _tried(client, operation, permission in mine)


def _tried(client: httpx.Client, operation: Any, permitted: bool) -> None:
    @settings(
        max_examples=2,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy())
    def send(case: Any) -> None:
        answer = case.call(base_url=str(client.base_url), headers={"Authorization": client.headers["Authorization"]})
        assert answer.status_code < 500 or answer.status_code in (503, 504), (case, answer.text)
        if not permitted:
            assert answer.status_code in (400, 403, 404, 413, 414, 415, 422), (case, answer.status_code, answer.text)

    send()
