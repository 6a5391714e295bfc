"""What it costs a question to decide who may see the answer: asked by a member of a team, and by the tenant's own key,
which may see everything.

The member is one of fifty in a team, and half of the deals are theirs. What is counted is for how long the gateway
computes, by the clock that the kernel keeps of it: how many requests are done in a second says more of what else the
machine does. Both sides take turns of a fraction of a second, so that what slows the machine slows both.
"""

import time
from collections.abc import Mapping, Sequence
from random import Random

import httpx

from gateway.access.directory import Directory, Member, Team
from gateway.access.gate import sight_of
from gateway.access.standing import Standing
from gateway.auth import Caller
from projections.catalog import models_by_name
from projections.visible import Attribute, holds
from tests.bench.cpu import computed
from tests.bench.load import rate, request
from tests.bench.result import Benchmark, Result, Side, against_limit, alternating
from tests.platform import Platform, platform

CONNECTIONS = 8
SHORT = 12
"""Short turns of each side that are one turn of the result."""
ASKED: Mapping[str, tuple[str, int]] = {
    "a record by id": ("/crm/deals/{deal}", 240),
    "a list of 20": ("/crm/deals?sort=-name&limit=20", 80),
}
"""Path, and requests in a short turn."""
TENANT = "bench"
TEAM = 50
DECISIONS = 20_000
DEALS = 400
BOUND = (
    "the directory's position, asked four times a second, and for a list the condition on fifty owners in its SQL; the "
    "decision itself is kept for as long as nothing changes in the tenant. What Postgres computes is not in it: of a "
    "member's list it sorts half of the rows."
)


def measure(turns: int) -> Sequence[Result]:
    """The decision alone, and then with the question, which both ask of the same gateway in turns."""
    parts = ("gateway", "processor crm", "processor admin", "projector crm", "projector admin")
    with platform(*parts, rate_limit=1_000_000, log_level="WARNING") as here, here.client(TENANT) as client:
        member, deal = _filled(here, client)
        keys = here.key(TENANT, member), here.key(TENANT)
        asked = [
            _compared(here, what, path.format(deal=deal), each, keys, turns * 3) for what, (path, each) in ASKED.items()
        ]
        return [_alone(turns * 3), *asked]


def _alone(turns: int) -> Result:
    """What a member sees of deals, and whether one of them is among that: from memory, as every question finds it."""
    members = {f"u{n}": Member(f"u{n}", "west", None, True, False, ("crm.member",)) for n in range(TEAM)}
    who = Directory(members, {"west": Team("west", None, "West")}).principal("u0")
    caller = Caller(TENANT, "u0", "user:u0", Standing(who))
    model = models_by_name("crm")["deals"]
    record: Mapping[str, Attribute] = {"owner": "u7", "territory": "West", "readers": (), "editors": ()}
    assert holds(sight_of(caller, model.permission, model).records, record)
    taken: list[float] = []
    for _ in range(turns):
        began = time.perf_counter()
        for _ in range(DECISIONS):
            holds(sight_of(caller, model.permission, model).records, record)
        taken.append(1e6 * (time.perf_counter() - began) / DECISIONS)
    how = f"what a member of a team of {TEAM} sees of deals, and whether one is among them"
    bound = "not profiled. What is decided is kept for as long as nothing changes in the tenant."
    return Result("a decision, from memory", "µs", "less", Side("Nexus360", "ours", how, taken), [], (), bound)


def _compared(here: Platform, what: str, path: str, each: int, keys: tuple[str, str], turns: int) -> Result:
    asked = tuple(request("GET", path, key) for key in keys)
    for one in asked:
        _cost(here, one, each * 4)  # the first find cold caches
    pairs: list[tuple[float, float]] = []
    for _ in range(turns):
        spent = dict.fromkeys(asked, 0.0)
        for members_first in alternating(SHORT):
            for one in asked if members_first else asked[::-1]:
                spent[one] += _cost(here, one, each)
        pairs.append((spent[asked[0]] / SHORT, spent[asked[1]] / SHORT))
    print(f"  {what}: {pairs}", flush=True)
    of_member, of_tenant = zip(*pairs, strict=True)
    return against_limit(
        f"{what}, decided about",
        "ms of the gateway for a request",
        (f"GET {path.split('?')[0]} as a member of a team of {TEAM}, {CONNECTIONS} connections", of_member),
        ("the tenant's own key", "the same, and nothing to decide", of_tenant),
        ("at most", 1.03),
        BOUND,
    )


def _cost(here: Platform, asked: bytes, times: int) -> float:
    """Milliseconds for which the gateway computes for one request."""
    gateway = here.processes["gateway"].pid
    before = computed(gateway)
    rate(here.settings.gateway_port, asked, times, CONNECTIONS)
    return 1000 * (computed(gateway) - before) / times


def _filled(here: Platform, client: httpx.Client) -> tuple[str, str]:
    """(a member, a deal of theirs or of a colleague)."""
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


BENCHMARK = Benchmark("access", measure, "bench-apps", minutes=4)
