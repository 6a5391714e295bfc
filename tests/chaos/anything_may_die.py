"""Any process may die, freeze or be joined by another, any connection break, any disk be full while commands come: then
everything is counted."""

from collections.abc import Collection, Iterator
from random import Random

import pytest

from tests.chaos.counted import complaints, differences, events_of
from tests.chaos.faults import Suffered, kept, remove_second_ones, suffer
from tests.chaos.load import TENANT, load
from tests.chaos.plan import KINDS, WORKERS, Kind, plan
from tests.chaos.servers import Servers
from tests.platform import Platform, platform

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
        here.wait_ready()
        last = [each.body for each in made.answered if each.status < 300]
        with here.client(TENANT) as client:
            reached = {"Nexus-After": here.settled(last)}
            here.until("rows are there", lambda: client.get("/crm/deals?limit=1", headers=reached).is_success)
            here.until("documents too", lambda: client.get("/crm/deals?q=Deal", headers=reached).is_success)
        events = events_of(here.settings, "crm")
        if found := [*made.wrong, *complaints(made.answered, events), *differences(here.settings)]:
            pytest.fail("\n".join([*found[:20], *_errors(here)]))
    print(f"  {len(events)} events, each once; tables, documents and snapshots are as the log says", flush=True)
    return suffered


def _errors(here: Platform) -> Iterator[str]:
    """What the workers logged as errors, which may say why."""
    for part in here.processes:
        yield from (f"{part}: {line}" for line in here.lines(part) if '"level": "error"' in line)
