"""What it costs a question to decide who may see the answer: asked by a member of a team, and by the tenant's own key,
which may see everything.

The member is one of fifty in a team, and half of the deals are theirs.
"""

from collections.abc import Sequence
from random import Random

import httpx

from tests.bench.load import rate, request
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.platform import Platform, platform

CONNECTIONS = 8
REQUESTS = 1500
TENANT = "bench"
TEAM = 50
DEALS = 400
BOUND = (
    "the directory's position, asked four times a second, and for a list the condition on fifty owners in its SQL; the "
    "decision itself is kept for as long as nothing changes in the tenant."
)


def measure(turns: int) -> Sequence[Result]:
    """Both are asked of the same gateway, in turns."""
    parts = ("gateway", "processor crm", "processor admin", "projector crm", "projector admin")
    with platform(*parts, rate_limit=1_000_000, log_level="WARNING") as here, here.client(TENANT) as client:
        member, deal = _filled(here, client)
        keys = here.key(TENANT, member), here.key(TENANT)
        found: list[Result] = []
        for what, path in (
            ("a record by id", f"/crm/deals/{deal}"),
            ("a list of 20", "/crm/deals?sort=-name&limit=20"),
        ):
            pairs: list[tuple[float, float]] = []
            for key in keys:
                rate(here.settings.gateway_port, request("GET", path, key), REQUESTS // 4, CONNECTIONS)
            for members_first in alternating(turns * 3):
                order = keys if members_first else keys[::-1]
                rates = {key: _rate(here, path, key) for key in order}
                pairs.append((rates[keys[0]], rates[keys[1]]))
            print(f"  {what}: {pairs}", flush=True)
            of_member, of_tenant = zip(*pairs, strict=True)
            found.append(
                against_limit(
                    f"{what}, decided about",
                    "requests/s",
                    (f"GET {path.split('?')[0]} as a member of a team of {TEAM}, {CONNECTIONS} connections", of_member),
                    ("the tenant's own key", "the same, and nothing to decide", of_tenant),
                    ("at least", 0.97),
                    BOUND,
                )
            )
        return found


def _rate(here: Platform, path: str, key: str) -> float:
    return rate(here.settings.gateway_port, request("GET", path, key), REQUESTS, CONNECTIONS)


def _filled(here: Platform, client: httpx.Client) -> tuple[str, str]:
    """(a member, a deal of a colleague)."""
    team = _sent(client, "/admin/teams", {"name": "West", "region": "West"})["id"]
    users = [_sent(client, "/admin/users", {"name": f"User {n}", "team_id": team})["id"] for n in range(TEAM)]
    granted = _sent(client, f"/admin/users/{users[0]}/grant-role", {"role_id": "crm.member"})
    random, made = Random(360), dict[str, str]()
    for number in range(DEALS):
        owner = random.choice(users) if number % 2 else "somebody else"
        made = _sent(client, "/crm/deals", {"name": f"Deal {random.random()}", "owner_id": owner})
    with here.client(TENANT, users[0]) as member:
        member.get("/access/me", headers={"Nexus-After": granted["position"]}).raise_for_status()
        listed = member.get("/crm/deals", headers={"Nexus-After": made["position"]})
        return users[0], listed.raise_for_status().json()["items"][0]["id"]


def _sent(client: httpx.Client, path: str, body: dict[str, str]) -> dict[str, str]:
    answer = client.post(path, json=body)
    answer.raise_for_status()
    return answer.json()


BENCHMARK = Benchmark("access", measure)
