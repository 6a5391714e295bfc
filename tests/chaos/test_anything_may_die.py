"""One run of the chaos of all processes; its seed is printed and repeats it. `python -m tests.chaos` makes many."""

import time

from tests.chaos.anything_may_die import run
from tests.chaos.servers import own_stack


def test_any_process_may_die_under_load() -> None:
    """Connections that break have a test of their own; disks are filled by hand alone, in a namespace that a test
    runner cannot enter."""
    with own_stack(small_disks=False) as servers:
        run(servers, int(time.time()), faults=4, kinds=["kill", "freeze", "add", "remove"])
