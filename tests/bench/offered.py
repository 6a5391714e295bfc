"""What is offered to the platform: commands, or four queries to each command, about records that are there already."""

import math
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.bench.vegeta import Answer, Ask, attack
from tests.platform import Platform

TENANT = "bench"
DEALS = 500
_IDS = [str(uuid.uuid5(uuid.NAMESPACE_OID, f"deal {number}")) for number in range(DEALS)]
COMMANDS = "half POST /crm/companies, half a new amount for one of 500 deals"
MIXED = (
    f"four queries to each command; queries: six in ten a deal by its id, three a page of deals, one the pipeline "
    f"report; commands: {COMMANDS}"
)


def commands(seed: int) -> Iterator[Ask]:
    """New companies, and new amounts of deals."""
    chance = random.Random(seed)
    while True:
        if chance.random() < 0.5:
            yield Ask("POST", "/crm/companies", {"name": f"Company {chance.randrange(10**9)} Ltd"})
        else:
            amount = {"amount": f"{chance.randrange(1, 10**6)}.50", "currency": "USD"}
            yield Ask("POST", f"/crm/deals/{chance.choice(_IDS)}/change-amount", {"amount": amount})


def mixed(seed: int) -> Iterator[Ask]:
    """Four queries to each command."""
    chance, writing = random.Random(seed), commands(seed)
    while True:
        if chance.random() < 0.2:
            yield next(writing)
        elif (which := chance.random()) < 0.6:
            yield Ask("GET", f"/crm/deals/{chance.choice(_IDS)}")
        elif which < 0.9:
            yield Ask("GET", "/crm/deals?stage=PROSPECTING&sort=-amount&limit=20")
        else:
            yield Ask("GET", "/crm/pipeline")


Offer = Callable[[int, float], Sequence[Answer]]
"""Requests a second, and for how many seconds."""


def offer(here: Platform, asks: Callable[[int], Iterator[Ask]], seed: int = 1) -> Offer:
    """Offers these requests to a platform, one after the other in all calls."""
    return partial(attack, here.url, here.key(TENANT), asks(seed))


def fill(here: Platform) -> None:
    """Opens the deals that are asked for and changed; they can be read when it returns."""
    opening = (
        Ask("POST", "/crm/deals", {"deal_id": id, "name": f"Deal {number}", "owner_id": f"u{number % 20}"})
        for number, id in enumerate(_IDS)
    )
    answers = attack(here.url, here.key(TENANT), opening, 50, DEALS / 50)
    assert all(each.done for each in answers), "The deals could not be opened."
    with here.client(TENANT) as client:
        here.until("the deals can be read", lambda: client.get(f"/crm/deals/{_IDS[-1]}").is_success)


def percentile(answers: Sequence[Answer], percent: float) -> float:
    """Milliseconds within which so many of those that were done were answered; infinite when none was."""
    times = sorted(each.seconds for each in answers if each.done)
    return 1000 * times[min(len(times) - 1, int(len(times) * percent / 100))] if times else math.inf


def done_a_second(answers: Sequence[Answer], seconds: float) -> float:
    """How many were done each second while requests were sent for so long."""
    return sum(each.done and each.due + each.seconds <= seconds for each in answers) / seconds


def rate_of(step: int) -> int:
    """Requests a second on a ladder whose rates grow by a seventh."""
    return round(20 * (8 / 7) ** step)


def highest(passes: Callable[[int], bool], start: int) -> int:
    """The last step of the ladder that passes: from `start` in strides that double, then between the last two."""
    stride = 1
    if passes(start):
        good = start
        while passes(good + stride):
            good, stride = good + stride, 2 * stride
        bad = good + stride
    else:
        bad = start
        while bad - stride > 0 and not passes(bad - stride):
            bad, stride = bad - stride, 2 * stride
        good = max(0, bad - stride)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if passes(middle) else (good, middle)
    return good
