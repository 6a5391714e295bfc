"""Many runs of chaos, one seed after the other: python -m tests.chaos [--runs 50] [--seed 1] [--faults 9]

Ends at the first run that contradicts a guarantee; its seed is printed and repeats it.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict

from tests.chaos.anything_may_die import FAULTS, run
from tests.chaos.faults import Suffered


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--faults", type=int, default=FAULTS)
    asked = parser.parse_args()
    suffered: list[Suffered] = []
    for number in range(asked.runs):
        print(f"run {number + 1} of {asked.runs}", flush=True)
        suffered += run(asked.seed + number, asked.faults)
    by_fault: dict[str, list[float]] = defaultdict(list)
    for each in suffered:
        by_fault[str(each.fault)].append(each.seconds)
    print(f"\n{'seconds from the fault until a command is accepted':60} {'runs':>5} {'median':>7} {'most':>6}")
    for fault, seconds in sorted(by_fault.items()):
        print(f"{fault:60} {len(seconds):5} {statistics.median(seconds):7.1f} {max(seconds):6.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
