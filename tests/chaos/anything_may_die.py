"""Any process may die, freeze or be joined by another, any connection break, any disk be full while commands come: then
everything is counted."""

from collections.abc import Collection
from random import Random

from tests.chaos.counted import check
from tests.chaos.faults import Suffered, remove_second_ones, suffer
from tests.chaos.load import load
from tests.chaos.plan import KINDS, WORKERS, Kind, plan
from tests.chaos.servers import Servers
from tests.platform import kept, platform

FAULTS = 9


def run(servers: Servers, seed: int, faults: int = FAULTS, kinds: Collection[Kind] = KINDS) -> list[Suffered]:
    """One run on servers of our own; fails with what contradicts the guarantees."""
    random = Random(seed)
    print(f"--seed {seed}", flush=True)
    with (
        platform(*WORKERS, within=servers.folder, rate_limit=100_000, **servers.addresses()) as here,
        kept(here) as told,
    ):
        with load(here, random) as made:
            suffered = suffer(here, servers, made, plan(random, faults, kinds), random)
        print(f"  {made.told()}; {', '.join(told)}", flush=True)
        servers.keep_up()
        remove_second_ones(here)
        events = check(here, made)
    print(f"  {events} events, each once; tables, documents and snapshots are as the log says", flush=True)
    return suffered
