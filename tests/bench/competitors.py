"""The peers as entrants: each does a work on the same PostgreSQL, with the same commands."""

import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from infra.settings import load
from tests.bench.peers import Peer, peers
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


def asked(peer: Peer, file: Path, work: str, **options: float) -> Mapping[str, float]:
    """A work of a peer's on the running PostgreSQL."""
    return peer.run(work, load().postgres, file, **options)


def beginning(file: Path, count: int) -> Path:
    """A file with the first of another's commands."""
    shorter = file.with_name(f"{count}.jsonl")
    with file.open() as lines:
        shorter.write_text("".join(islice(lines, count)))
    return shorter
