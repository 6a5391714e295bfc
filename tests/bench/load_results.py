"""The results of constant rates: what a turn found, and what was promised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.result import Goal, Result, Side, against_limit

GATEWAY_BOUND = (
    "samples of the gateway's event loop under an overload of commands, with the machine busy: half is uvicorn, "
    "Starlette and FastAPI (routes, handlers of exceptions, sending the answer), a fifth makes the command out of the "
    "request, a twelfth hands it to the log. Half of that fifth was a thread for a secret that was in memory; it is "
    "gone. The processor was not sampled. What would lift it: a second gateway process on a core of its own."
)
LAG_BOUND = (
    "the projector's turn to read, fold and commit, and Postgres, share the cores with all others; `lag of read models`"
    " says where it passes. What would lift it: cores for both."
)


@dataclass(frozen=True, slots=True)
class Overload:
    """So many times the knee was offered. `done` a second; milliseconds of those done (`p99`), and of all at half the
    knee `before` and `after`; per cent of answers as promised (`kept`); the most that a process grew, as a factor."""

    times: float
    done: float
    p99: float
    kept: float
    grown: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Requests a second within 100 ms (`quick`) and at all (`knee`), and the projection's lag in milliseconds."""

    quick: float
    lag: float
    knee: float
    overloads: tuple[Overload, ...]


def results(kind: str, how: str, turns: Sequence[Turn]) -> list[Result]:
    """All results of one kind of load."""
    quick = against_limit(
        f"{kind} over HTTP, 99 of 100 within 100 ms",
        "requests/s",
        (f"the highest constant rate; {how}", [turn.quick for turn in turns]),
        ("the knee", "what is done of half as many again as can be done", [turn.knee for turn in turns]),
        ("at least", 0.5),
        GATEWAY_BOUND,
    )
    lag = _absolute(
        f"{kind} over HTTP, lag of the projection, p99",
        "ms",
        ("from an event's recorded time until its row can be read, at half of the rate above", [t.lag for t in turns]),
        250,
        LAG_BOUND,
    )
    past = [result for at in range(len(turns[0].overloads)) for result in _past(kind, turns, at)]
    return [quick, lag, *past]


def _past(kind: str, turns: Sequence[Turn], at: int) -> list[Result]:
    overloads = [turn.overloads[at] for turn in turns]
    name = f"{kind} at {overloads[0].times:g} times the knee"

    def of(number: Callable[[Overload], float]) -> list[float]:
        return [number(each) for each in overloads]

    return [
        against_limit(
            f"{name}, done",
            "requests/s",
            ("answered with 2xx while so many were offered", of(lambda each: each.done)),
            ("the knee", "the most that was done", [turn.knee for turn in turns]),
            ("at least", 0.7),
            GATEWAY_BOUND,
        ),
        _absolute(
            f"{name}, p99 of what was taken",
            "ms",
            ("from when a request was due until its 2xx", of(lambda each: each.p99)),
            2000,
            "queries wait for one of twenty connections to Postgres, for longer than was foretold when they were taken "
            "(1 s at most, by the rate of the last second): refusing what comes meanwhile takes time from them. What "
            "would lift it: a second gateway process on a core of its own.",
        ),
        Result(
            name=f"{name}, answers as promised",
            unit="%",
            better="more",
            ours=Side("Nexus360", "ours", "2xx, or 429 or 503 with Retry-After", of(lambda each: each.kept)),
            others=[Side("all", "limit", "no other code, no lost connection", [100.0] * len(turns))],
            goals=[Goal("at least", 1.0, "all")],
            bound="nothing: it is a promise.",
        ),
        against_limit(
            f"{name}, memory",
            "times",
            ("the most that a process of the platform grew meanwhile", of(lambda each: each.grown)),
            ("before", "resident memory before the overload", [1.0] * len(turns)),
            ("at most", 1.5),
            "who waits is bounded, and each holds a connection and a task.",
        ),
        against_limit(
            f"{name}, half the knee afterwards, p99",
            "ms",
            ("from two seconds after the overload on", of(lambda each: each.after)),
            ("before", "the same rate before the overload", of(lambda each: each.before)),
            ("at most", 1.5),
            "nothing is left of an overload once its last request is answered.",
        ),
    ]


def _absolute(name: str, unit: str, ours: tuple[str, Sequence[float]], most: float, bound: str) -> Result:
    limit = (f"{most:g} {unit}", "the goal", [most] * len(ours[1]))
    return against_limit(name, unit, ours, limit, ("at most", 1.0), bound)
