"""Constant rates of requests over HTTP, up to and far past what the platform can do, in an open loop: waiting counts.

In each turn, first for commands alone and then for four queries to each command:
the highest rate at which 99 of 100 are answered within 100 ms, found on a ladder of constant rates;
half of that rate, at which the lag of the projection is looked at (mixed only);
the knee, which is how many are done each second while half as many again are offered as could be done before;
half of the knee, one and a half times the knee, half again, three times the knee, and half again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench import memory
from tests.bench.lag import lags, looked_at
from tests.bench.load_results import Overload, Turn, results
from tests.bench.offered import (
    COMMANDS,
    MIXED,
    Offer,
    commands,
    done_a_second,
    fill,
    highest,
    mixed,
    offer,
    percentile,
    rate_of,
)
from tests.bench.result import Benchmark, Result
from tests.bench.vegeta import Answer, Ask
from tests.platform import Platform, platform

TURNS = 1
"""At most: one takes three minutes."""
PROBE = 4.0
"""Seconds at one rate of the ladder."""
OVERLOAD = 8.0
"""Seconds past the knee."""
RECOVERING = 2.0
"""Seconds after an overload that do not count."""
START = 11
PARTS = ("gateway", "processor crm", "projector crm")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is offered, and what it is called."""

    name: str
    how: str
    asks: Callable[[int], Iterator[Ask]]


KINDS = (Kind("commands", COMMANDS, commands), Kind("queries and commands", MIXED, mixed))


def measure(turns: int) -> Sequence[Result]:
    """One gateway, one processor, one projector, on two partitions."""
    found: dict[str, list[Turn]] = {kind.name: [] for kind in KINDS}
    with platform(*PARTS, rate_limit=1_000_000, log_level="WARNING") as here:
        fill(here)
        offers = {kind.name: offer(here, kind.asks) for kind in KINDS}
        for each in offers.values():
            each(100, 4.0)  # the first requests find cold caches
        steps = dict.fromkeys(offers, START)
        for _ in range(min(turns, TURNS)):
            for name, each in offers.items():
                steps[name], turn = one_turn(here, each, steps[name])
                found[name].append(turn)
                print(f"  {name}: {turn}", flush=True)
    return [result for kind in KINDS for result in results(kind.name, kind.how, found[kind.name])]


def one_turn(here: Platform, offer: Offer, start: int) -> tuple[int, Turn]:
    """The step of the ladder that was found, and all the numbers."""
    step = highest(lambda step: _quick(offer, rate_of(step)), start)
    with looked_at(here, "crm") as looks:
        offer(max(1, rate_of(step) // 2), PROBE)
    late = sorted(lags(here, "crm", looks))
    knee = find_knee(offer, rate_of(step))
    half, before = max(1, round(knee / 2)), _settled(offer, max(1, round(knee / 2)))
    return step, Turn(
        quick=rate_of(step),
        lag=late[len(late) * 99 // 100],
        knee=knee,
        overloads=tuple(_overload(here, offer, knee, times, half, before) for times in (1.5, 3.0)),
    )


def _quick(offer: Offer, rate: int) -> bool:
    """Whether the rate is answered within 100 ms. One that is not gets a second chance: others use the machine."""
    for _ in range(2):
        answers = offer(rate, PROBE)
        if all(each.done for each in answers) and percentile(answers, 99) < 100:
            return True
    return False


def find_knee(offer: Offer, rate: int) -> float:
    """How many are done each second however many are offered, found from a rate at which all are."""
    done, offered = float(rate), float(rate)
    while done > 0.9 * offered:
        offered = 1.5 * done
        done = done_a_second(offer(round(offered), PROBE), PROBE)
    return done


def _settled(offer: Offer, rate: int) -> float:
    """The 99th percentile at a rate, a few seconds after whatever was before."""
    answers = offer(rate, RECOVERING + PROBE)
    return percentile([each for each in answers if each.due > RECOVERING], 99)


def _overload(here: Platform, offer: Offer, knee: float, times: float, half: int, before: float) -> Overload:
    small = {part: memory.resident(process.pid) for part, process in here.processes.items()}
    with memory.watched(here) as samples:
        answers = offer(round(knee * times), OVERLOAD)
    after = _settled(offer, half)
    return Overload(
        times=times,
        done=done_a_second(answers, OVERLOAD),
        p99=percentile(answers, 99),
        kept=100 * sum(map(_as_promised, answers)) / len(answers),
        grown=max(max(value for _, value in samples[part]) / small[part] for part in small),
        before=before,
        after=after,
    )


def _as_promised(answer: Answer) -> bool:
    """Done, or refused with a word on when to come again."""
    return answer.done or (answer.code in (429, 503) and answer.rest)


BENCHMARK = Benchmark("http", measure)
