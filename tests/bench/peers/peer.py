"""One peer: a program in an environment of its own, which does one work on a database of its own and tells numbers."""

import contextlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

WORKS = ("append", "bulk", "load", "live", "rebuild", "size", "start")
LOADS = 10_000
PATIENCE = 3600.0
"""Seconds that a work may take; filling a store with a million events takes some minutes."""
PROJECTED: LiteralString = """
    select count(*)::float as rows, coalesce(sum(version), 0)::float as folded,
        coalesce(sum(amount) filter (where stage = 'WON'), 0)::float as won,
        extract(epoch from max(projected_at))::float as ended_at,
        1000 * percentile_cont(0.5) within group (order by extract(epoch from projected_at - recorded_at)) as lag_p50,
        1000 * percentile_cont(0.99) within group (order by extract(epoch from projected_at - recorded_at)) as lag_p99
    from deals"""


@dataclass(frozen=True, slots=True)
class Peer:
    """`command` starts its program, `events` is its table of events, `tables` how the names of all tables that its
    store consists of begin, `forget` the SQL after which no row was ever projected."""

    name: str
    command: Sequence[str]
    events: LiteralString
    tables: Sequence[LiteralString]
    forget: LiteralString

    def run(self, work: str, database_url: str, file: Path, **options: float) -> Mapping[str, float]:
        """One of WORKS with the commands of a file, on a fresh database of the server, which is dropped again.

        `append`: rate, in commands a second; `events` that the store holds then. With clients=N several at once, with
        rate=N not faster than that in a second.
        `live`: rate, in events a second from the first command to the last row; `lag_p50` and `lag_p99` in ms from
        the event's time to its row's, over every deal's last event; `append_rate`; `rows`, `won`. Takes the same.
        `rebuild`: rate, in events a second, on a filled store; `rows`, `won`: the sum of won deals' amounts.
        `load`: rate, in deals a second; `memory`, the resident bytes of the process then. With loads=N so many.
        `size`: `bytes` of all tables of the store, `bytes_per_event`, `memory`, `memory_per_event`.
        `start`: seconds from the start of the process to the first answer, on a filled store.
        `bulk`: seconds in which the store is filled through the peer's own API.

        RuntimeError with a sentence when the program fails, or when an event or a row is missing afterwards.
        """
        with self.store(database_url, file) as store:
            if work in ("load", "rebuild", "size", "start"):
                store.run("bulk")
            return store.run(work, **options)

    @contextlib.contextmanager
    def store(self, database_url: str, file: Path) -> Generator["Store"]:
        """A fresh database, for several works: `bulk` first, then any of load, rebuild, size and start."""
        server, name = urlsplit(database_url), f"peer_{uuid4().hex[:12]}"
        with psycopg.connect(urlunsplit(server._replace(path="/postgres")), autocommit=True) as connection:
            _must_be_durable(connection)
            connection.execute(SQL("create database {}").format(Identifier(name)))
            try:
                yield Store(self, urlunsplit(server._replace(path=f"/{name}")), file)
            finally:
                connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@dataclass(frozen=True, slots=True)
class Store:
    """A peer's database. `file` has all commands that the store holds or will hold."""

    peer: Peer
    url: str
    file: Path

    def run(self, work: str, **options: float) -> Mapping[str, float]:
        """One work, as `Peer.run` describes them."""
        match work:
            case "append" | "bulk":
                return {**self._program(work, self.file, options), "events": self._must_hold_all()}
            case "load":
                return self._load(int(options.get("loads", LOADS)))
            case "live":
                told = self._program(work, self.file, options)
                self._must_hold_all()
                return {**self._projected(told["began_at"]), "append_rate": told["rate"]}
            case "rebuild":
                self._ask(self.peer.forget)
                found = self._projected(self._program(work, self.file, options)["began_at"])
                return {name: value for name, value in found.items() if not name.startswith("lag")}
            case "size":
                return self._size(int(options.get("loads", LOADS)))
            case "start":
                return self._start()
            case _:
                raise RuntimeError(f"There is no work {work}; there are {', '.join(WORKS)}.")

    def _load(self, loads: int) -> Mapping[str, float]:
        """The program is told which deals, so that its memory does not hold the names of all."""
        with self.file.open() as file:
            openings = [line for line in file if json.loads(line)["kind"] == "open"]
        with _file(random.Random(360).choices(openings, k=loads)) as chosen:
            return self._program("load", chosen, {})

    def _start(self) -> Mapping[str, float]:
        with self.file.open() as file:
            first = json.loads(next(file))
        with _file([json.dumps({**first, "deal": str(uuid4())}) + "\n"]) as one:
            return {"seconds": self._program("start", one, {})["answered"]}

    def _size(self, loads: int) -> Mapping[str, float]:
        self._ask("checkpoint")
        named = " or ".join(f"relname like '{name}%'" for name in self.peer.tables)
        asked = (
            f"select sum(pg_total_relation_size(oid))::float as bytes from pg_class where relkind = 'r' and ({named})"
        )
        size, events, memory = self._ask(asked)["bytes"], self._events(), self._load(loads)["memory"]
        told = {"bytes": size, "bytes_per_event": size / events, "memory": memory, "memory_per_event": memory / events}
        return {**told, "events": events}

    def _projected(self, began_at: float) -> Mapping[str, float]:
        told, events = self._ask(PROJECTED), self._events()
        if told["folded"] != events:
            raise RuntimeError(f"{self.peer.name} folded {told['folded']:.0f} of {events:.0f} events into rows.")
        seconds = told.pop("ended_at") - began_at
        return {**told, "events": events, "seconds": seconds, "rate": events / seconds}

    def _must_hold_all(self) -> float:
        with self.file.open() as file:
            commands = sum(1 for _ in file)
        if (events := self._events()) != commands:
            raise RuntimeError(f"{self.peer.name} holds {events:.0f} events after {commands} commands.")
        return events

    def _events(self) -> float:
        return self._ask(f"select count(*)::float as events from {self.peer.events}")["events"]

    def _ask(self, asked: LiteralString) -> dict[str, float]:
        """The one row of a query, by its columns' names; nothing for other statements."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.cursor(row_factory=dict_row).execute(asked)
            row = cursor.fetchone() if cursor.description else None
        return row or {}

    def _program(self, work: str, file: Path, options: Mapping[str, float]) -> dict[str, float]:
        """What the peer's program prints, with `answered`: seconds from its start until it did."""
        command = [*self.peer.command, work, self.url, str(file), json.dumps(options)]
        with tempfile.TemporaryFile("w+") as errors:
            began = time.perf_counter()
            with _process(command, errors.fileno()) as process:
                line = process.stdout.readline() if process.stdout else ""
                answered = time.perf_counter() - began
                code = process.wait(PATIENCE)
            if code != 0 or not line:
                errors.seek(0)
                raise RuntimeError(f"{self.peer.name} could not {work}: {errors.read().strip()[-800:]}")
        return {**json.loads(line), "answered": answered}


@contextlib.contextmanager
def _process(command: Sequence[str], errors: int) -> Generator["subprocess.Popen[str]"]:
    """A process with all that it starts: none of them is left behind, however the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def _file(lines: Sequence[str]) -> Generator[Path]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(lines)
        file.flush()
        yield Path(file.name)


def _must_be_durable(connection: "psycopg.Connection[Any]") -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        row = connection.execute("select current_setting(%s)", (setting,)).fetchone()
        if row != ("on",):
            raise RuntimeError(f"PostgreSQL's {setting} is not on: what peers say is stored would not be durable.")
