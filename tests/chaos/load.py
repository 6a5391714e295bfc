"""A load of commands by callers who never give up: each repeats a command under one key until it has a whole answer."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.platform import Platform

TENANT = "chaos"
CALLERS = 4
DEALS = 30
PATIENCE = 120.0
"""Seconds for which a caller repeats one command; past that the platform counts as fallen over."""

_AGAIN = frozenset({429, 503, 504})
_REFUSED = frozenset({404, 409, 412, 422})


@dataclass(frozen=True, slots=True)
class Answered:
    """A command's final answer. `asked` counts the tries; times are `time.monotonic()`."""

    status: int
    path: str
    body: Mapping[str, Any]
    asked: int
    sent: float
    at: float


@dataclass
class Load:
    """What was answered so far. `wrong` are answers that no caller should ever see."""

    answered: list[Answered] = field(default_factory=list[Answered])
    wrong: list[str] = field(default_factory=list[str])

    def accepted_since(self, moment: float) -> Answered | None:
        """The first command that was sent after a moment and was accepted."""
        return next((each for each in list(self.answered) if each.sent > moment and each.status < 300), None)

    def told(self) -> str:
        statuses = Counter(each.status for each in self.answered)
        return f"{dict(sorted(statuses.items()))}, {sum(each.asked > 1 for each in self.answered)} asked more than once"


@contextmanager
def load(here: Platform, random: Random) -> Generator[Load]:
    """Callers send commands until the block ends, and then finish what they have begun."""
    made, stop = Load(), threading.Event()
    deals: list[str] = []
    callers = [
        threading.Thread(target=_call, args=(here, made, deals, Random(random.random()), stop)) for _ in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    try:
        yield made
    finally:
        stop.set()
        for caller in callers:
            caller.join()


def _call(here: Platform, made: Load, deals: list[str], random: Random, stop: threading.Event) -> None:
    client = here.client(TENANT)
    while not stop.is_set():
        path, body = _command(deals, random)
        key = f"{random.getrandbits(128):032x}"
        sent, tries, answer = time.monotonic(), 0, None
        while answer is None:
            tries += 1
            client, answer = _ask(here, client, path, body, key, made)
            if answer is None and time.monotonic() - sent > PATIENCE:
                made.wrong.append(f"POST {path} had no answer for {PATIENCE:.0f} s, after {tries} tries")
                break
        if answer is None:
            continue
        if answer.status_code >= 300 and answer.status_code not in _REFUSED:
            made.wrong.append(f"POST {path} was answered {answer.status_code}: {answer.text[:300]}")
        said = answer.json()
        made.answered.append(Answered(answer.status_code, path, said, tries, sent, time.monotonic()))
        if answer.status_code == 201 and len(deals) < DEALS:
            deals.append(said["id"])
    client.close()


def _command(deals: list[str], random: Random) -> tuple[str, dict[str, Any]]:
    if len(deals) < DEALS or random.random() < 0.2:
        return "/crm/deals", {"name": f"Deal {random.randrange(1000)}", "owner_id": f"u{random.randrange(3)}"}
    deal = random.choice(deals)
    amount = {"amount": str(random.randrange(1, 1000)), "currency": "USD"}
    verbs: list[Callable[[], tuple[str, dict[str, Any]]]] = [
        lambda: ("change-amount", {"amount": amount}),
        lambda: ("change-amount", {"amount": amount}),
        lambda: ("engage", {}),
        lambda: ("win", {"amount": amount}),
        lambda: ("reopen", {}),
        lambda: ("assign", {"owner_id": f"u{random.randrange(3)}"}),
    ]
    verb, body = random.choice(verbs)()
    return f"/crm/deals/{deal}/{verb}", body


def _ask(
    here: Platform, client: httpx.Client, path: str, body: Mapping[str, Any], key: str, made: Load
) -> tuple[httpx.Client, httpx.Response | None]:
    """One try. No answer, or one that says to ask again, is None; a broken connection is replaced."""
    try:
        answer = client.post(path, json=dict(body), headers={"Idempotency-Key": key}, timeout=15)
    except httpx.TransportError:
        client.close()
        time.sleep(0.05)
        return here.client(TENANT), None
    if answer.status_code in _AGAIN:
        time.sleep(min(0.2, float(answer.headers.get("Retry-After", "0.2"))))
        return client, None
    return client, answer
