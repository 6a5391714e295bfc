"""From the start of a processor's process until it has answered its first command, with the sample's events in the log.

With its local store kept, it reads what is new in the snapshots, which is nothing; without one, it reads them all.
The command opens a deal; the client waits for it from before the process is started.
"""

from collections.abc import Sequence

from tests.bench.competitors import asking
from tests.bench.ours import Desk
from tests.bench.peers.peer import Store
from tests.bench.result import Result
from tests.bench.turns import Entrant, Numbers, in_turns, result

KEPT_BOUND = "not profiled: imports, the group's join and the first transaction are in it, and hardly the store."
ANEW_BOUND = "the same; reading the sample's 8,800 states adds less than starts differ from one another."


def measure(here: Desk, stores: Sequence[Store], turns: int) -> Sequence[Result]:
    """Every turn of ours ends with a store that is new and whole."""
    how = "its program, on a store filled before"
    peers = asking(stores, how, lambda store: _both(store.run("start")["seconds"]))
    sides = in_turns([Entrant("Nexus360", "ours", "one processor", lambda: started(here)), *peers], turns)
    return [
        result("start to first answer, store kept", "s", "less", "kept", sides, [], KEPT_BOUND),
        result("start to first answer, store deleted", "s", "less", "anew", sides, [], ANEW_BOUND),
    ]


def started(here: Desk) -> Numbers:
    """Seconds with the store kept, and with it deleted."""
    kept = here.start()
    here.stop()
    here.forget()
    anew = here.start()
    here.stop()
    return {"kept": kept, "anew": anew}


def _both(seconds: float) -> Numbers:
    return {"kept": seconds, "anew": seconds}
