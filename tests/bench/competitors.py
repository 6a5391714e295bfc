"""The peers as entrants: each does a work on the same PostgreSQL, with the same commands."""

import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from infra.settings import load
from tests.bench.peers import Peer, peers
from tests.bench.peers.peer import Store
from tests.bench.turns import Entrant, Numbers
from tests.bench.work import write

How = Callable[[Peer, Path], Numbers]
"""What a peer does in a turn, with a file of commands."""


@contextmanager
def competitors(how: str, run: How, copies: int = 1) -> Generator[list[Entrant]]:
    """Every peer as an entrant, while the file of the commands of so many copies is there."""
    with tempfile.TemporaryDirectory(prefix="nexus-bench-") as folder:
        file = Path(folder) / "work.jsonl"
        write(file, copies)
        yield [Entrant(each.name, "peer", how, partial(run, each, file)) for each in peers()]


@contextmanager
def filled(copies: int = 1) -> Generator[list[Store]]:
    """A store of each peer's, which it has filled with all of the commands through its own API."""
    with tempfile.TemporaryDirectory(prefix="nexus-bench-") as folder, ExitStack() as afterwards:
        file = Path(folder) / "work.jsonl"
        write(file, copies)
        stores = [afterwards.enter_context(each.store(load().postgres, file)) for each in peers()]
        for store in stores:
            store.run("bulk")
        yield stores


def asking(stores: Sequence[Store], how: str, run: Callable[[Store], Numbers]) -> list[Entrant]:
    """The peers of stores as entrants."""
    return [Entrant(store.peer.name, "peer", how, partial(run, store)) for store in stores]


def asked(peer: Peer, file: Path, work: str, **options: float) -> Mapping[str, float]:
    """A work of a peer's on the running PostgreSQL."""
    return peer.run(work, load().postgres, file, **options)


def beginning(file: Path, count: int) -> Path:
    """A file with the first of another's commands."""
    shorter = file.with_name(f"{count}.jsonl")
    with file.open() as lines:
        shorter.write_text("".join(islice(lines, count)))
    return shorter
