"""What the audit costs: questions to a platform that keeps one, beside those of one that keeps none.

Both are whole, on the same servers, and take turns. The audited one also writes and folds what it keeps meanwhile.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from random import Random

from tests.bench.load import rate, request
from tests.bench.result import Benchmark, Result, against_limit, alternating
from tests.platform import Platform, platform

CONNECTIONS = 8
REQUESTS = 1500
TENANT = "bench"
DEALS = 200
PARTS = (
    *(f"{kind} {name}" for kind in ("processor", "projector") for name in ("admin", "audit", "crm")),
    "workflows",
    "gateway",
)
BOUND = (
    "one machine does it all here: beside the gateway, which notes a request in microseconds and sends batches four "
    "times a second, a processor and a projector write and fold the entries. What would lift it: a core for these."
)


def measure(turns: int) -> Sequence[Result]:
    """A record and a list, each asked of both."""
    with ExitStack() as afterwards:
        audited, plain = (
            afterwards.enter_context(platform(*PARTS, rate_limit=1_000_000, log_level="WARNING", audit=mode))
            for mode in ("lenient", "off")
        )
        deals = {here.url: _filled(here) for here in (audited, plain)}
        asked: dict[str, Callable[[Platform], bytes]] = {
            "a record by id": lambda here: _get(here, f"/crm/deals/{deals[here.url]}"),
            "a list of 20": lambda here: _get(here, "/crm/deals?sort=-name&limit=20"),
        }
        found: list[Result] = []
        for what, make in asked.items():
            pairs: list[tuple[float, float]] = []
            for here in (audited, plain):
                _rate(here, make(here), REQUESTS // 4)
            for audited_first in alternating(turns * 3):
                order = (audited, plain) if audited_first else (plain, audited)
                rates = {here.url: _rate(here, make(here), REQUESTS) for here in order}
                pairs.append((rates[audited.url], rates[plain.url]))
            print(f"  {what}: {pairs}", flush=True)
            kept, none = zip(*pairs, strict=True)
            found.append(
                against_limit(
                    f"{what}, audited",
                    "requests/s",
                    (f"GET, {CONNECTIONS} connections, each request in the audit", kept),
                    ("no audit", "the same with NEXUS_AUDIT=off", none),
                    ("at least", 0.9),
                    BOUND,
                )
            )
        return found


def _get(here: Platform, path: str) -> bytes:
    return request("GET", path, here.key(TENANT))


def _rate(here: Platform, asked: bytes, requests: int) -> float:
    return rate(here.settings.gateway_port, asked, requests, CONNECTIONS)


def _filled(here: Platform) -> str:
    """A deal among others."""
    random, made = Random(360), {"position": ""}
    with here.client(TENANT) as client:
        for _ in range(DEALS):
            answer = client.post("/crm/deals", json={"name": f"Deal {random.random()}", "owner_id": "u1"})
            made = answer.raise_for_status().json()
        found = client.get("/crm/deals", headers={"Nexus-After": made["position"]}).raise_for_status()
        return found.json()["items"][0]["id"]


BENCHMARK = Benchmark("audit", measure, "bench-apps")
