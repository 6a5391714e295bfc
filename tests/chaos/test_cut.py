"""Connections to Postgres, Redis and Elasticsearch break and hang in the middle of a load: the workers go on by
themselves, and what they folded is the log. Kafka's break too in `python -m tests.chaos`, whose broker is its own."""

import time
from random import Random
from typing import Any
from urllib.parse import urlsplit

from infra import settings as infra_settings
from infra.stack import ports
from tests.chaos.counted import check
from tests.chaos.load import load
from tests.chaos.plan import WORKERS
from tests.chaos.wires import wires
from tests.platform import kept, platform

PARTS = ("postgres", "redis", "elasticsearch")
LASTS = 2.0


def test_workers_go_on_when_connections_break_and_hang() -> None:
    stack = infra_settings.load()
    far = {part: _port(getattr(stack, part)) for part in PARTS}
    with wires(far) as between:
        near = ports.addresses({**ports.DEFAULTS, **{part: wire.port for part, wire in between.items()}})
        changed: dict[str, Any] = {part: near[part] for part in PARTS}
        with platform(*WORKERS, rate_limit=100_000, **changed) as here, kept(here) as told:
            with load(here, Random(5)) as made:
                here.until("commands are accepted", lambda: made.accepted_since(0.0))
                for wire in between.values():
                    for harm in (wire.cut, wire.stall):
                        harm()
                        time.sleep(LASTS)
                        wire.heal()
                        ended = time.monotonic()
                        here.until("commands are accepted again", lambda at=ended: made.accepted_since(at))
            assert check(here, made) > 0
            assert told == []


def _port(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port
