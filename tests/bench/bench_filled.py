"""What is asked of a log, and of the peers' stores, that hold the sample: their size, a rebuild, a start, a load.

They are filled once for all four.
"""

from collections.abc import Sequence

from tests.bench import loading, rebuilding, sizes, starting
from tests.bench.competitors import filled
from tests.bench.ours import desk
from tests.bench.result import Benchmark, Result


def measure(turns: int) -> Sequence[Result]:
    """Sizes first, since they are those of the sample and of nothing else."""
    with desk() as here, filled() as stores:
        commands = here.fill()
        return [
            *sizes.measure(here, stores),
            *rebuilding.measure(here, stores, turns),
            *starting.measure(here, stores, turns),
            *loading.measure(here, stores, commands, turns),
        ]


BENCHMARK = Benchmark("filled", measure)
