"""How long a process has computed, as the kernel counts it: what others do beside it is not in it."""

import time


def computed(pid: int) -> float:
    """Seconds of processor time, of all the threads that a process of ours has had. Linux alone has a clock for it."""
    return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of a process, see clock_getcpuclockid(3)
