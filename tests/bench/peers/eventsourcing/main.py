"""python main.py WORK URL FILE OPTIONS: one work of `eventsourcing`; prints its numbers as one line of JSON.

Runs in an environment of its own, without anything of Nexus360's. OPTIONS is JSON: `clients`, `rate`.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from multiprocessing.synchronize import Barrier, Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zlib import crc32

from deals import Deal, Deals, DealsProjection, DealsView, decide, opened
from eventsourcing.projection import ProjectionRunner

Step = dict[str, Any]
BATCH = 500
"""Deals that are saved at once when a store is filled."""
CORES = os.cpu_count() or 1
STARTED_WITHIN = 60.0


def environment(url: str, clients: int = 1, functions: bool = True) -> dict[str, str]:
    """As the library's own speed run has it: functions in the database, a connection for each client."""
    address = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": address.path[1:],
        "POSTGRES_HOST": address.hostname or "",
        "POSTGRES_PORT": str(address.port),
        "POSTGRES_USER": address.username or "",
        "POSTGRES_PASSWORD": address.password or "",
        "POSTGRES_POOL_SIZE": str(clients),
        "POSTGRES_MAX_OVERFLOW": "0",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if functions else "n",
    }


def lines(file: str) -> Iterator[Step]:
    with open(file) as opened_file:
        for line in opened_file:
            yield json.loads(line)


def shards(file: str, clients: int) -> list[list[Step]]:
    """The steps of each client: all steps of a deal are one client's, in their order."""
    found: list[list[Step]] = [[] for _ in range(clients)]
    for step in lines(file):
        found[crc32(step["deal"].encode()) % clients].append(step)
    return found


def handle(app: Deals, steps: Iterable[Step], pause: float) -> None:
    """Handles commands one after another, each not before it is due; `pause` are seconds between two."""
    began = time.perf_counter()
    for number, step in enumerate(steps):
        if pause and (early := began + number * pause - time.perf_counter()) > 0:
            time.sleep(early)
        app.handle(step)


def work_off(env: dict[str, str], mine: list[list[Step]], pause: float, alone: Lock, ready: Barrier) -> None:
    """One process: a thread for each of its clients. Each makes the functions anew, which two cannot at once."""
    with alone:
        app = Deals(env)
        app.recorder.max_notification_id()  # opens the pool
    threads = [threading.Thread(target=handle, args=(app, steps, pause)) for steps in mine]
    ready.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    app.close()


def append(
    url: str, file: str, clients: int = 1, rate: float = 0, functions: bool = True, **_: Any
) -> dict[str, float]:
    """Clients share as many processes as there are cores: threads of one alone would share one interpreter."""
    every, processes = shards(file, clients), min(clients, CORES)
    pause = clients / rate if rate else 0
    Deals(environment(url, functions=functions)).close()  # makes the tables
    alone, ready = multiprocessing.Lock(), multiprocessing.Barrier(processes + 1, timeout=STARTED_WITHIN)
    of_processes = [every[number::processes] for number in range(processes)]
    workers = [
        multiprocessing.Process(
            target=work_off, args=(environment(url, len(mine), functions), mine, pause, alone, ready)
        )
        for mine in of_processes
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    began, began_at = time.perf_counter(), time.time()
    for worker in workers:
        worker.join()
    seconds, count = time.perf_counter() - began, sum(map(len, every))
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A client failed.")
    return {"commands": count, "seconds": seconds, "rate": count / seconds, "began_at": began_at}


def bulk(url: str, file: str, **_: Any) -> dict[str, float]:
    """Fills the store: every deal with all its events, many deals in one transaction."""
    app, of_deals, began = Deals(environment(url)), dict[str, list[Step]](), time.perf_counter()
    for step in lines(file):
        of_deals.setdefault(step["deal"], []).append(step)
    every = list(of_deals.values())
    for first in range(0, len(every), BATCH):
        app.save(*(whole(steps) for steps in every[first : first + BATCH]))
    app.close()
    return {"commands": sum(map(len, every)), "seconds": time.perf_counter() - began}


def whole(steps: list[Step]) -> Deal:
    deal = opened(steps[0])
    for step in steps[1:]:
        decide(deal, step)
    return deal


def load(url: str, file: str, **_: Any) -> dict[str, float]:
    """Loads the deal of each line and asks whether it may be engaged; tells the memory that the process has then."""
    chosen, app = [UUID(step["deal"]) for step in lines(file)], Deals(environment(url))
    app.recorder.max_notification_id()  # opens the pool
    began = time.perf_counter()
    for each in chosen:
        deal: Deal = app.repository.get(each)
        with contextlib.suppress(ValueError):
            deal.must_be("PROSPECTING")
    seconds = time.perf_counter() - began
    app.close()
    return {"loads": len(chosen), "seconds": seconds, "rate": len(chosen) / seconds, "memory": memory()}


def memory() -> int:
    """Resident bytes of this process."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def project(env: dict[str, str], ready: Any) -> None:
    """The projection runner in a process of its own, until SIGTERM."""
    with ProjectionRunner(
        application_class=Deals, projection_class=DealsProjection, view_class=DealsView, env=env
    ) as runner:
        signal.signal(signal.SIGTERM, lambda *_: runner.stop())
        ready.set()
        runner.run_forever()


def caught_up(url: str, projector: multiprocessing.Process) -> None:
    """Waits until the projection has processed the last event."""
    app = Deals(environment(url))
    last = app.recorder.max_notification_id()
    view = DealsView(app.factory.datastore, tracking_table_name="deals_tracking")
    while (view.max_tracking_id(app.name) or 0) < (last or 0):
        if not projector.is_alive():
            raise RuntimeError("The projection ended.")
        time.sleep(0.05)
    app.close()


def projecting(url: str, functions: bool = True) -> multiprocessing.Process:
    Deals(environment(url, functions=functions)).close()
    ready = multiprocessing.Event()
    # One connection listens, one selects events, one writes rows.
    projector = multiprocessing.Process(target=project, args=(environment(url, 3, functions), ready))
    projector.start()
    ready.wait()
    return projector


def live(url: str, file: str, clients: int = 1, rate: float = 0, **_: Any) -> dict[str, float]:
    """Several clients need the lock that the library takes without functions: otherwise events would be passed over."""
    functions = clients == 1
    projector = projecting(url, functions)
    try:
        appended = append(url, file, clients, rate, functions)
        caught_up(url, projector)
    finally:
        projector.terminate()
        projector.join()
    return appended


def rebuild(url: str, file: str, **_: Any) -> dict[str, float]:
    """The same runner on a store that no row was made of; `began_at` is when it was constructed."""
    began_at = time.time()
    projector = projecting(url)
    try:
        caught_up(url, projector)
    finally:
        projector.terminate()
        projector.join()
    return {"began_at": began_at}


def start(url: str, file: str, **_: Any) -> None:
    """Answers the one command of the file."""
    with Deals(environment(url)) as app:
        app.handle(next(lines(file)))
        print(json.dumps({"commands": 1}), flush=True)


WORKS = {each.__name__: each for each in (append, bulk, load, live, rebuild, start)}

if __name__ == "__main__":
    name, address, path, options = sys.argv[1:]
    if numbers := WORKS[name](address, path, **json.loads(options)):
        print(json.dumps(numbers), flush=True)
