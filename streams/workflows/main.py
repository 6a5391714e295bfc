# Faust has no types worth the name.
# pyright: reportMissingTypeStubs=false
"""`nexus360 serve workflows`: turns events into the commands that follow from them.

One Faust app folds states and fills the outbox; a thread beside it sends what is in the outbox.
"""

import threading
import uuid

import psycopg
import structlog

from domains.kernel import workflows
from infra.collector import spare_the_collector
from infra.log import registry
from infra.log.sender import CommandSender
from infra.postgres import connect
from infra.settings import Settings
from infra.vault import Vaults
from streams.projector.app import Work, Worker, make_app
from streams.projector.main import leave_when_asked, run_app
from streams.workflows import redrive, store, tables
from streams.workflows.dispatch import dispatch
from streams.workflows.prepare import prepare, topics
from streams.workflows.store import Runner

log = structlog.get_logger()


def run(settings: Settings, slot: int = 0) -> None:
    """Works until it is stopped. Ends the process when going on would not be safe; starting again is right then."""
    prepare(settings)
    coder, vaults = registry.codec(settings), Vaults(settings)
    runner = Runner(workflows(), settings.topic_prefix, coder, vaults)
    sender = CommandSender(settings, coder, vaults, f"workflows-{uuid.uuid4().hex[:12]}")
    sender.start()
    wake, stop = threading.Event(), threading.Event()

    def connected() -> psycopg.Connection:
        return connect(settings, tables.DATABASE)

    arguments = (connected, coder, vaults, sender.send, wake, stop)
    threading.Thread(target=dispatch, args=arguments, name="outbox", daemon=True).start()
    worker = Worker(work(settings, runner), connected, wake.set)
    data = settings.data / "faust" / f"{worker.work.group}-{slot}"
    data.mkdir(parents=True, exist_ok=True)
    app = make_app(settings, slot, worker, data)
    leave_when_asked(app)
    spare_the_collector()
    log.info("workflows_start", names=[workflow.name for workflow in runner.workflows])
    run_app(app)


def work(settings: Settings, runner: Runner) -> Work:
    """Folding all workflows."""
    return Work(
        name="workflows",
        group=f"{settings.topic_prefix}nexus.workflows",
        topics=topics(settings),
        assign=lambda connection, partitions: store.assign(connection, runner, partitions),
        apply=lambda connection, expected, messages: store.apply(connection, runner, expected, messages),
        settle=lambda connection, owned: redrive.settle(connection, runner, owned),
    )
