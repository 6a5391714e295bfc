"""More comes in than is answered: what would wait too long is refused at once, has no effect, and may come again."""

import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
from psycopg import sql

from gateway.admission import LEAST
from infra.postgres import database_name
from projections import generations
from tests.platform import Platform, platform

MANY = LEAST + 80
SOON = 5.0
"""Seconds. An answer that is late takes ten."""


def at_once(here: Platform, ask: Callable[[httpx.Client, int], httpx.Response]) -> list[tuple[float, httpx.Response]]:
    """The answers to so many requests that wait at the same time, each with the seconds that it took."""
    limits = httpx.Limits(max_connections=MANY, max_keepalive_connections=MANY)
    headers = {"Authorization": f"Bearer {here.key('acme')}"}

    def timed(number: int) -> tuple[float, httpx.Response]:
        began = time.monotonic()
        answer = ask(client, number)
        return time.monotonic() - began, answer

    with (
        httpx.Client(base_url=here.url, headers=headers, limits=limits, timeout=60) as client,
        ThreadPoolExecutor(MANY) as pool,
    ):
        return list(pool.map(timed, range(MANY)))


def refused(answers: list[tuple[float, httpx.Response]]) -> list[httpx.Response]:
    """Those that were refused, each of them soon."""
    found = [(seconds, answer) for seconds, answer in answers if answer.status_code == 503]
    for seconds, answer in found:
        assert answer.json()["code"] == "overloaded"
        assert int(answer.headers["Retry-After"]) >= 1
        assert seconds < SOON
    return [answer for _, answer in found]


def refusals(client: httpx.Client, line: str) -> float:
    """How many the gateway has refused; it can be asked while it refuses."""
    told = re.search(rf'^nexus_refused_total{{line="{line}"}} (.*)$', client.get("/metrics").text, re.M)
    assert told is not None
    return float(told[1])


def create(client: httpx.Client, number: int) -> httpx.Response:
    return client.post("/crm/companies", json={"name": f"Company {number}"}, headers={"Idempotency-Key": f"c{number}"})


def test_commands_that_would_wait_too_long_have_no_effect_and_may_come_again() -> None:
    """No processor answers at first."""
    with platform("gateway", "projector crm", rate_limit=100_000) as here, here.client("acme") as client:
        with ThreadPoolExecutor(1) as aside:
            sending = aside.submit(at_once, here, create)
            here.until("some are refused", lambda: refusals(client, "commands"))
            assert client.get("/health/live").status_code == 200
            here.start("processor crm")
            answers = sending.result()
        assert len(refused(answers)) >= MANY - LEAST - 1
        told: Counter[int] = Counter(answer.status_code for _, answer in answers)
        assert set(told) <= {201, 503, 504}
        here.wait_ready()
        accepted = {number for number, (_, answer) in enumerate(answers) if answer.status_code != 503}
        again: list[dict[str, Any]] = []
        for number in accepted:  # an answer that was late: the command counts once
            answer = create(client, number)
            assert answer.status_code == 201
            again.append(answer.json())
        there = client.get("/crm/companies", params={"limit": 200}, headers={"Nexus-After": here.settled(again)})
        assert len(there.json()["items"]) == len(accepted)
        for number in set(range(MANY)) - accepted:
            answer = create(client, number)
            assert answer.status_code == 201
            assert "Idempotent-Replayed" not in answer.headers


def test_queries_that_would_wait_too_long_are_refused() -> None:
    """Rows cannot be read while their table is locked."""
    with platform("gateway", "projector crm", rate_limit=100_000) as here, here.client("acme") as client:
        assert client.get("/crm/companies").status_code == 200
        settings = here.settings
        with (
            psycopg.connect(settings.postgres, dbname=database_name(settings, "crm")) as admin,
            ThreadPoolExecutor(1) as aside,
        ):
            schema = generations.live(settings, "crm").schema
            admin.execute(sql.SQL("lock table {}.companies").format(sql.Identifier(schema)))
            sending = aside.submit(at_once, here, lambda client, _: client.get("/crm/companies"))
            here.until("some are refused", lambda: refusals(client, "queries"))
            assert client.get("/health/live").status_code == 200
            admin.rollback()
            answers = sending.result()
        assert len(refused(answers)) >= 1
        assert {answer.status_code for _, answer in answers} == {200, 503}
        assert client.get("/crm/companies").status_code == 200
