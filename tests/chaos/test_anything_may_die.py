"""One run of the chaos of all processes; its seed is printed and repeats it. `python -m tests.chaos` makes many."""

import time

from tests.chaos.anything_may_die import run
from tests.chaos.faults import own_stack


def test_any_process_may_die_under_load() -> None:
    with own_stack() as servers:
        run(servers, int(time.time()), faults=6)
