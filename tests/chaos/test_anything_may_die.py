"""One run of the chaos of all processes; its seed is printed and repeats it. `python -m tests.chaos` makes many."""

import time

from tests.chaos.anything_may_die import run
from tests.chaos.plan import KINDS
from tests.chaos.servers import own_stack


def test_any_process_may_die_under_load() -> None:
    """Disks are filled by hand alone: that takes a namespace, which a test runner cannot enter."""
    with own_stack(small_disks=False) as servers:
        run(servers, int(time.time()), faults=6, kinds=[kind for kind in KINDS if kind != "fill"])
