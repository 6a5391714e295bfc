"""Which faults happen in a run, drawn from a seed: the same seed, number and kinds give the same faults."""

from collections.abc import Collection, Generator
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

from tests.chaos.servers import PLATFORM, SERVERS, STORING

WORKERS = ("gateway", "processor crm", "projector crm")
SCALABLE = ("processor crm", "projector crm")
LASTING = (1.0, 8.0)
"""Seconds for which connections are cut or stalled and disks are full."""

Kind = Literal["kill", "freeze", "add", "remove", "cut", "stall", "fill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OFTEN: dict[Kind, float] = {"kill": 9, "freeze": 1.5, "add": 1, "remove": 1, "cut": 5, "stall": 3, "fill": 3}
_PAIRS = 0.3


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to which parts at once, and for how long. A frozen process gets a second one beside it, which takes
    its work."""

    kind: Kind
    parts: tuple[str, ...]
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {' and '.join(self.parts)}"

    @property
    def told(self) -> str:
        """With the time that it lasts."""
        return f"{self} for {self.seconds:.1f} s" if self.seconds else str(self)


def plan(random: Random, count: int, kinds: Collection[Kind] = KINDS) -> list[Fault]:
    """So many faults of these kinds, one part or two at once; no part is harmed in a way again before every other was.

    A part is added before one is removed: where nothing is there to be removed, something is added, and the other way.
    """
    wanted: list[Kind] = [kind for kind in KINDS if kind in kinds]
    turns = {kind: _turns(random, kind) for kind in wanted}
    faults: list[Fault] = []
    added: list[str] = []
    for _ in range(count):
        kind = random.choices(wanted, [_OFTEN[each] for each in wanted])[0]
        match kind:
            case "add" | "remove":
                faults.append(_more_or_fewer(random, kind, added))
            case "freeze":
                faults.append(Fault(kind, (next(turns[kind]),)))
            case "kill" | "cut" | "stall" | "fill":
                parts = {next(turns[kind]) for _ in range(2 if random.random() < _PAIRS else 1)}
                seconds = 0.0 if kind == "kill" else round(random.uniform(*LASTING), 1)
                faults.append(Fault(kind, tuple(sorted(parts)), seconds))
    return faults


def _turns(random: Random, kind: Kind) -> Generator[str]:
    """Every part that such a fault can meet, in one order after another."""
    parts = {
        "kill": (*WORKERS, *SERVERS),
        "cut": SERVERS,
        "stall": SERVERS,
        "fill": (*STORING, PLATFORM),
    }.get(kind, SCALABLE)
    while True:
        yield from random.sample(parts, len(parts))


def _more_or_fewer(random: Random, kind: Kind, added: list[str]) -> Fault:
    missing = [part for part in SCALABLE if part not in added]
    if missing and (kind == "add" or not added):
        added.append(random.choice(missing))
        return Fault("add", (added[-1],))
    return Fault("remove", (added.pop(random.randrange(len(added))),))
