"""Many runs of chaos, one seed after the other:

python -m tests.chaos [--runs 50] [--seed 1] [--faults 9] [--kinds kill,freeze,add,remove,cut,stall,fill]

Ends at the first run that contradicts a guarantee; its seed, with the same kinds, repeats it.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Sequence

from tests.chaos.anything_may_die import FAULTS, run
from tests.chaos.disks import enter_namespace
from tests.chaos.faults import Suffered
from tests.chaos.plan import KINDS, Kind
from tests.chaos.servers import own_stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--faults", type=int, default=FAULTS)
    parser.add_argument("--kinds", type=_kinds, default=KINDS)
    asked = parser.parse_args()
    kinds: Collection[Kind] = asked.kinds
    if "fill" in kinds and not enter_namespace(["-m", "tests.chaos", *sys.argv[1:]]):
        print("No disk is filled: this user may not mount one here, neither as root nor in a namespace of its own.")
        kinds = [kind for kind in kinds if kind != "fill"]
    suffered: list[Suffered] = []
    with own_stack(small_disks="fill" in kinds) as servers:
        for number in range(asked.runs if kinds else 0):
            print(f"run {number + 1} of {asked.runs}", flush=True)
            suffered += run(servers, asked.seed + number, asked.faults, kinds)
    by_fault: dict[str, list[Suffered]] = defaultdict(list)
    for each in suffered:
        by_fault[str(each.fault)].append(each)
    print(f"\n{'seconds until a command is accepted':44} {'times':>5} {'from the fault':>20} {'from ready':>20}")
    for fault, found in sorted(by_fault.items()):
        since_fault, since_ready = [each.seconds for each in found], [each.after_ready for each in found]
        print(f"{fault:44} {len(found):5} {_told(since_fault):>20} {_told(since_ready):>20}")
    return 0


def _told(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f}, most {max(seconds):.1f}"


def _kinds(text: str) -> list[Kind]:
    """A comma-separated list; all faults of a plan are of these kinds."""
    named = text.split(",")
    if unknown := set(named) - set(KINDS):
        raise argparse.ArgumentTypeError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    return [kind for kind in KINDS if kind in named]


if __name__ == "__main__":
    sys.exit(main())
