"""`nexus360 verify`: folds the log again and compares it with everything that was made of it."""

from collections.abc import Callable, Iterator, Sequence

from elasticsearch import TransportError

from domains.kernel import deciders
from infra.settings import Settings
from projections.catalog import databases
from schemas.contract import domains
from streams.verify import documents, rows, states
from streams.verify.difference import Difference

Say = Callable[[str], None]

SHOWN = 50


class Unknown(LookupError):
    """There is no such database or domain."""


def run(settings: Settings, names: Sequence[str], say: Say) -> int:
    """Compares tables, documents and snapshots of these databases and domains, or of all; says each difference, the
    first `SHOWN` of each kind, and gives their number. Raises Unknown."""
    known = {*databases(), *domains()}
    if unknown := sorted(set(names) - known):
        raise Unknown(f"There is no {unknown[0]}; there are {', '.join(sorted(known))}.")
    total = 0
    for name in names or sorted(known):
        if name in databases():
            total += _told(rows.compare(settings, name, say), say)
            total += _told(_documents(settings, name, say), say)
        if name in domains() and deciders(name):
            total += _told(states.compare(settings, name, say), say)
    return total


def _documents(settings: Settings, name: str, say: Say) -> Iterator[Difference]:
    try:
        yield from documents.compare(settings, name, say)
    except TransportError as error:
        yield Difference(name, "documents", f"cannot be compared: Elasticsearch does not answer ({error})")


def _told(differences: Iterator[Difference], say: Say) -> int:
    count = 0
    for count, difference in enumerate(differences, 1):
        if count <= SHOWN:
            say(f"  {difference}")
    if count > SHOWN:
        say(f"  … and {count - SHOWN:,} more")
    return count
