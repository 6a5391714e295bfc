"""`nexus360 rebuild DATABASE`: builds a database's read models beside the live ones, and puts them in their place.

The log is folded again from its beginning into a new generation, in parallel by partition, while the live one is folded
and asked as ever. When the new one has come to where the live one is, rows and documents, they change places in one
transaction. Builders go on folding the new one until the workers have taken it over, so that it never falls behind.
"""

import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import psycopg
from elasticsearch import Elasticsearch
from psycopg import sql

from infra.log.end import broker_ends, broker_starts, log_end
from infra.log.position import Position, reached
from infra.postgres import connect
from infra.search import blocking_client
from infra.settings import Settings
from projections import generations, tables
from projections.catalog import models_by_name
from projections.documents import searchable
from projections.generations import Behind, Generation, Lag
from projections.outdated import outdated
from projections.positions import OutOfLog, Partition
from projections.tables import tables_of
from streams.projector import indexer
from streams.projector.app import topics_of
from streams.rebuild import fold, tidy

Say = Callable[[str], None]

_LOOK_EVERY = 0.1
_SAY_EVERY = 2.0
_SOON = 1.0
"""Seconds in which a generation that is nearly there comes to the end of the log."""
_HOLD = 2.0
"""Seconds for which the live generation may be held at a swap."""
INDEXED_LATER = 100_000
"""Offsets of a log from which on indexes are made behind all rows: of fewer that takes longer than row by row."""
_A_SHARE = 50_000
"""Offsets of a log for which one more builder is worth its start."""
_TRIES = 100
_TAKEN_WITHIN = 60.0
_LOCKED = 0.5


class NotSwapped(RuntimeError):
    """The new generation is not put in place; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One rebuild at work. `old` and `new` are the live generation and the one that is to be."""

    settings: Settings
    database: str
    old: Generation
    new: Generation
    connection: psycopg.Connection
    say: Say

    @property
    def groups(self) -> tuple[str, str]:
        """Names of the positions of both generations."""
        old, new = (generations.group_of(self.settings, self.database, g.number) for g in (self.old, self.new))
        return old, new

    def tell(self, what: str) -> None:
        self.say(f"{self.database} g{self.new.number}: {what}")


def run(
    database: str,
    settings: Settings,
    say: Say,
    *,
    processes: int | None = None,
    back: bool = False,
    parked: bool = False,
    needed: Callable[[Generation], bool] = lambda live: True,
) -> None:
    """Builds a generation and makes it live; with `back` brings the kept one up to date instead. `say` gets a line now
    and then. So many `processes` fold, or as many as `at_once` says. One rebuild of a database runs at a time, others
    wait; then `needed(live)` is asked whether to go on.

    Raises NotSwapped when the new generation parks keys that the live one does not, unless `parked`, or when the log
    does not hold what it is to be built of; NoGeneration when there is none to go back to. Killed, it goes on from
    where it was when it is started again.
    """
    generations.ensure(settings, database)
    with closing(connect(settings, database)) as connection:
        _wait_for_others(connection, database, say)
        old = generations.live(settings, database)
        if not needed(old):
            return
        if not back:
            tidy.drop_unfinished(settings, database)
        new = generations.reopen(settings, database) if back else _begun(settings, database)
        job = Rebuild(settings, database, old, new, connection, say)
        _check_log(job)
        with _builders(job, processes or at_once(settings, database)) as builders:
            _follow(job, builders)
            if not parked:
                _check_parked(job)
            _complete(job)
            _follow(job, builders)
            _look_through(job)
            worked = generations.has_workers(connection, old)
            with _indexed(job) as searched:
                _swap(job, searched)
                say(f"{database}: generation {new.number} is live; {old.number} {_becomes(connection, old)}.")
                if worked:
                    _hand_over(job)
        tidy.drop_outdated(settings, database, connection)


def _begun(settings: Settings, database: str) -> Generation:
    return generations.begin(settings, database, asked=_offsets(settings, database) < INDEXED_LATER)


def _offsets(settings: Settings, database: str) -> int:
    return sum(broker_ends(settings, topics_of(settings, database)).values())


def at_once(settings: Settings, database: str) -> int:
    """How many fold the log: as many as cores, and fewer of a short log, since to start one takes seconds of a core."""
    return max(1, min(os.cpu_count() or 1, _offsets(settings, database) // _A_SHARE))


def _becomes(connection: psycopg.Connection, old: Generation) -> str:
    if any(each.number == old.number for each in outdated(connection)):
        return "shows somebody who was erased, and is removed"
    return "is kept, `--back` goes back to it"


def _wait_for_others(connection: psycopg.Connection, database: str, say: Say) -> None:
    said = False
    while not generations.alone(connection):
        if not said:
            say(f"{database}: another rebuild runs; waiting for it.")
        said = True
        time.sleep(_LOCKED)


def _check_log(job: Rebuild) -> None:
    """What was taken out of the log cannot be folded again."""
    at = generations.positions_of(job.connection, job.groups[1])
    for (topic, number), start in broker_starts(job.settings, topics_of(job.settings, job.database)).items():
        if (offset := at.get((topic, number), 0)) < start:
            raise NotSwapped(str(OutOfLog(topic, number, offset)))


@contextmanager
def _builders(job: Rebuild, processes: int) -> Generator[list[BaseProcess]]:
    """Processes that fold the new generation, each some partitions, to the end of the block."""
    context = get_context("spawn")
    ended = context.Event()
    made = [
        context.Process(target=fold.run, args=(job.settings, job.database, job.new, share, ended), daemon=True)
        for share in shares(partitions_of(job.settings, job.database), processes)
    ]
    for process in made:
        process.start()
    try:
        yield list(made)
    finally:
        ended.set()
        for process in made:
            process.join(30)


def partitions_of(settings: Settings, database: str) -> list[Partition]:
    """The partitions that a database folds."""
    return [(topic, number) for topic in topics_of(settings, database) for number in range(settings.partitions)]


def shares(partitions: Sequence[Partition], processes: int) -> list[list[Partition]]:
    """The partitions dealt out, each topic's in turn: topics differ in their traffic, partitions of one hardly do."""
    dealt = sorted(partitions)
    return [share for n in range(processes) if (share := dealt[n::processes])]


def _follow(job: Rebuild, builders: Sequence[BaseProcess]) -> None:
    """Returns when the new generation comes to the end of the log within a second, with progress told until then."""
    _, group = job.groups
    began = said = time.monotonic()
    first = sum(generations.positions_of(job.connection, group).values())
    ends = broker_ends(job.settings, topics_of(job.settings, job.database))
    while True:
        have = generations.positions_of(job.connection, group)
        left = sum(max(0, end - have.get(partition, 0)) for partition, end in ends.items())
        if time.monotonic() - said > _SAY_EVERY:
            said = time.monotonic()
            done = sum(have.values())
            rate = (done - first) / (said - began)
            seconds = f", {left / rate:,.0f} s left" if rate else ""
            job.tell(f"{done:,} of {done + left:,} offsets, {rate:,.0f} a second{seconds}")
        if left <= len(ends) * 20 and _comes_to_the_end(job, group):
            break
        if left == 0 or time.monotonic() - said < _LOOK_EVERY:
            ends = broker_ends(job.settings, topics_of(job.settings, job.database))
        _still_there(builders)
        time.sleep(_LOOK_EVERY)
    count = sum(generations.positions_of(job.connection, group).values()) - first
    seconds = time.monotonic() - began
    if count:
        job.tell(
            f"the end of the log is reached: {count:,} offsets in {seconds:,.1f} s, {count / seconds:,.0f} a second"
        )


def _comes_to_the_end(job: Rebuild, group: str) -> bool:
    want = log_end(job.settings, topics_of(job.settings, job.database), _position(job, group))
    deadline = time.monotonic() + _SOON
    while not reached(_position(job, group), want):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _position(job: Rebuild, group: str) -> Position:
    found: dict[str, dict[int, int]] = {}
    for (topic, number), offset in generations.positions_of(job.connection, group).items():
        found.setdefault(topic, {})[number] = offset
    return found


def _still_there(builders: Sequence[BaseProcess]) -> None:
    if ended := [each for each in builders if each.exitcode is not None]:
        raise NotSwapped(
            f"A builder ended with {ended[0].exitcode} before the generation was built; its error is above. "
            "Mend what it says and run the rebuild again; it goes on from where it was."
        )


def _check_parked(job: Rebuild) -> None:
    """A view that fails where it did not fail before must not go live unseen."""
    with job.connection.transaction():
        new, old = (
            set(job.connection.execute(f"select tenant, domain, aggregate, id from {g.schema}.parked".encode()))  # noqa: S608
            for g in (job.new, job.old)
        )
    if more := new - old:
        tenant, domain, aggregate, id = min(more)
        raise NotSwapped(
            f"Generation {job.new.number} parks {len(more)} keys that the live one does not, {tenant}/{domain}/"
            f"{aggregate}/{id} among them. Mend the view and rebuild, or accept them with --accept-parked."
        )


def _complete(job: Rebuild) -> None:
    """Makes the indexes by which the new generation is asked, where builders did without: of all rows at once they take
    a fraction of what they take row by row. Builders wait for it, nobody else works in these tables."""
    began = time.monotonic()
    with closing(connect(job.settings, job.database, "owner")) as connection:
        made = tables.complete(connection, tables_of(job.database), job.new.schema)
    if made:
        job.tell(f"its indexes are made, in {time.monotonic() - began:,.1f} s")


def _look_through(job: Rebuild) -> None:
    """Has Postgres know what the new tables hold, and of those with an index that is asked in place of rows that
    everybody may see them: until it does, it plans as if they were nearly empty, and looks rows up all the same. Its
    own look at them comes up to some minutes after they are live."""
    covered = {name for name, model in models_by_name(job.database).items() if model.covered}
    with closing(connect(job.settings, job.database, "owner")) as connection:
        connection.autocommit = True
        for table in tables_of(job.database).metadata.sorted_tables:
            look = sql.SQL("vacuum (analyze) {}" if table.name in covered else "analyze {}")
            connection.execute(look.format(sql.Identifier(job.new.schema, table.name)))


@contextmanager
def _indexed(job: Rebuild) -> Generator[bool]:
    """The new generation's documents are written, and kept up to date to the end of the block. False when there are
    none, or when Elasticsearch does not answer: then the projector writes them when it does."""
    if not searchable(job.database) or not _search_answers(job.settings):
        yield False
        return
    with closing(generations.connected(job.settings, job.database, generation=job.new)) as connection:
        for model in searchable(job.database):
            indexer.mark_all(connection, model)
    ended = threading.Event()
    arguments = (job.settings, job.database, job.new, threading.Event(), ended.is_set)
    thread = threading.Thread(target=indexer.index_forever, args=arguments, name="indexer", daemon=True)
    thread.start()
    try:
        yield True
    finally:
        ended.set()
        thread.join()


def _search_answers(settings: Settings) -> bool:
    with closing(blocking_client(settings)) as es:
        return es.ping()


def _swap(job: Rebuild, searched: bool) -> None:
    old, new = job.groups
    to = indexer.target(job.settings, job.database, job.new)
    _come_near(job, searched)
    with closing(blocking_client(job.settings)) as es:
        for _ in range(_TRIES):
            try:
                generations.swap(job.connection, old, new, job.new.number, searched, _HOLD)
            except Behind as error:
                job.tell(f"nearly there: {error}")
                time.sleep(_LOOK_EVERY)
            else:
                if searched:
                    _point(job, es, to)
                return
    raise NotSwapped(
        f"Generation {job.new.number} of {job.database} does not come up with the live one. It is kept as it is; run "
        "the rebuild again when there is less to do, or with more --processes."
    )


def _point(job: Rebuild, es: Elasticsearch, to: indexer.Target) -> None:
    """Has the new documents be searched: once they are live, or nobody would write those that are searched if this
    process died in between. Indexers of a live generation do it where this does not come to it."""
    try:
        indexer.point(es, to)
    except indexer.SILENT as error:
        job.tell(f"its documents are searched when Elasticsearch answers: {error}")


def _come_near(job: Rebuild, searched: bool) -> None:
    """Until the documents are nearly as far as the rows."""
    said = time.monotonic()
    while searched:
        with job.connection.transaction():
            row = job.connection.execute(f"select count(*) from {job.new.schema}.dirty".encode()).fetchone()  # noqa: S608
        waiting = row[0] if row else 0
        if waiting < indexer.MARKS and _indexed_once(job):
            return
        if time.monotonic() - said > _SAY_EVERY:
            said = time.monotonic()
            job.tell(f"search documents: {waiting:,} to write")
        time.sleep(_LOOK_EVERY)


def _indexed_once(job: Rebuild) -> bool:
    """Whether the indexer has been through the whole generation."""
    with job.connection.transaction():
        return bool(
            job.connection.execute("select 1 from search_positions where grp = %s limit 1", [job.groups[1]]).fetchone()
        )


def _hand_over(job: Rebuild) -> None:
    """Returns when the workers have taken the generation; they end when theirs is live no more, and start again."""
    deadline = time.monotonic() + _TAKEN_WITHIN
    while time.monotonic() < deadline:
        if generations.has_workers(job.connection, job.new):
            return
        time.sleep(_LOOK_EVERY)
    job.tell("the workers did not come over within a minute; it is folded when they do.")


def lag(settings: Settings, database: str, generation: Generation) -> Lag:
    """How far a generation is behind the live one."""
    live = generations.live(settings, database)
    with closing(connect(settings, database)) as connection, connection.transaction():
        groups = (generations.group_of(settings, database, g.number) for g in (live, generation))
        return generations.lag_of(connection, *groups)
