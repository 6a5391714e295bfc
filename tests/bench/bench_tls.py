"""What TLS and passwords on every hop cost: commands and queries on a secure stack, beside those on a plain one.

Two platforms, each on servers of its own, the same programs with the same settings, take turns. The load generator
speaks TLS to the secure one, as its callers would, over connections that stay open.
"""

import os
import shutil
import ssl
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra import settings as infra_settings
from infra.settings import Settings
from infra.stack import stack
from infra.stack.part import Place
from infra.tls import client_context
from tests.bench.load import rate, request
from tests.bench.result import Benchmark, Result, Side, alternating
from tests.platform import Platform, platform, reaching

CONNECTIONS = 8
TENANT = "bench"
PARTS = ("gateway", "processor crm", "projector crm")
REQUESTS = {"commands": 600, "a record by id": 1200}
BOUND = (
    "not profiled. Each hop encrypts and decrypts what it sends and takes; connections stay open, so that nobody waits "
    "for a handshake. The load generator encrypts on the same cores."
)


def measure(turns: int) -> Sequence[Result]:
    """Commands by several clients, and a record by its id."""
    with ExitStack() as afterwards:
        secured, plain = (afterwards.enter_context(_platform(secure=secure)) for secure in (True, False))
        found: list[Result] = []
        for what, requests in REQUESTS.items():
            asked = {here.url: _asked(here, what) for here in (secured, plain)}
            pairs: list[tuple[float, float]] = []
            for here in (secured, plain):
                _rate(here, asked[here.url], requests)  # the first find cold caches
            for secured_first in alternating(turns * 3):
                order = (secured, plain) if secured_first else (plain, secured)
                rates = {here.url: _rate(here, asked[here.url], requests) for here in order}
                pairs.append((rates[secured.url], rates[plain.url]))
            print(f"  {what}: {pairs}", flush=True)
            with_tls, without = zip(*pairs, strict=True)
            sides = (
                Side("Nexus360", "ours", f"{CONNECTIONS} connections, TLS and passwords on every hop", with_tls),
                Side("no TLS", "limit", "the same on plain servers", without),
            )
            found.append(Result(f"{what}, by TLS", "requests/s", "more", sides[0], [sides[1]], (), BOUND))
        return found


def _asked(here: Platform, what: str) -> bytes:
    key = here.key(TENANT)
    if what == "commands":
        return request("POST", "/crm/companies", key, b'{"name": "Umbra Ltd", "sector": "retail"}')
    with here.client(TENANT) as client:
        made = client.post("/crm/deals", json={"name": "Ten chairs", "owner_id": "u1"}).raise_for_status().json()
        seen = client.get(f"/crm/deals/{made['id']}", headers={"Nexus-After": made["position"]}).raise_for_status()
        return request("GET", f"/crm/deals/{seen.json()['id']}", key)


def _rate(here: Platform, asked: bytes, requests: int) -> float:
    return rate(here.settings.gateway_port, asked, requests, CONNECTIONS, _context(here.settings))


def _context(known: Settings) -> ssl.SSLContext | None:
    return None if known.gateway_certificate is None else client_context(known)


@contextmanager
def _platform(*, secure: bool) -> Generator[Platform]:
    """On a stack of its own, which is gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="nexus360-tls-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    base.chmod(0o755)  # Postgres runs as another user
    here = Settings(data=base / "stack", secure=secure)
    if elsewhere := Place(here, {}).elsewhere:
        pytest.fail(f"This wants servers of its own: unset {', '.join(sorted(elsewhere))} (NEXUS_…).")
    try:
        stack.up(here, print)
        reached: dict[str, Any] = reaching(infra_settings.read(data=here.data))
        with platform(*PARTS, rate_limit=1_000_000, log_level="WARNING", **reached) as started:
            yield started
    finally:
        stack.wipe(here, print)
        shutil.rmtree(base, ignore_errors=True)


BENCHMARK = Benchmark("tls", measure, "bench-apps", minutes=4)
