"""Python's search for cycles, told what our processes are like."""

import gc

BATCHES = 100_000
ANSWERS = 5_000


def search_rarely() -> None:
    """Has it let be what is imported, which is no garbage and makes up a sixth of a start: to be called before."""
    gc.set_threshold(BATCHES, 20, 50)


def spare_the_collector(young: int = BATCHES) -> None:
    """Has it search rarely, and never in what was made before: to be called once all is imported. What it costs
    otherwise grows with what a process holds (a quarter of a processor's time).

    It searches when so many objects are `young`. A process that works through batches makes thousands at a time and no
    cycle, and is searched seldom: `BATCHES`. One that makes statements of SQLAlchemy, which are full of cycles, while
    somebody waits for answers is searched often and a little: `ANSWERS`. A hundred thousand objects in cycles take it
    150 ms, in which the whole process stands still.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, 20, 50)
