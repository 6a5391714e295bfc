"""Python's search for cycles, told what our processes are like: thousands of small objects at a time and no cycle."""

import gc


def spare_the_collector() -> None:
    """Has it search rarely, and never in what was made before: to be called once all is imported. What it costs
    otherwise grows with what a process holds (a quarter of a processor's time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
