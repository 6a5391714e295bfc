"""Many runs of chaos, one seed after the other: python -m tests.chaos [--runs 50] [--seed 1] [--faults 9]

Ends at the first run that contradicts a guarantee; its seed is printed and repeats it.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence

from tests.chaos.anything_may_die import FAULTS, run
from tests.chaos.faults import Suffered, own_stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--faults", type=int, default=FAULTS)
    asked = parser.parse_args()
    suffered: list[Suffered] = []
    with own_stack() as servers:
        for number in range(asked.runs):
            print(f"run {number + 1} of {asked.runs}", flush=True)
            suffered += run(servers, asked.seed + number, asked.faults)
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


if __name__ == "__main__":
    sys.exit(main())
