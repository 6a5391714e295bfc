# confluent_kafka types its admin futures loosely.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""A platform under test: real processes on the running stack, with topics, databases, indices and a folder of its own.

`with platform("gateway", "processor crm", "projector crm") as here:` starts what is asked and waits until it is ready.
Afterwards everything that it started is stopped and everything that it made is dropped, whatever happened between.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import elasticsearch
import httpx
import psycopg
import pytest
from confluent_kafka import KafkaException
from psycopg import sql
from pydantic import SecretStr

from gateway.status import ensure_table
from infra import search
from infra import settings as infra_settings
from infra.keys import development_key
from infra.log import kafka
from infra.log.position import merge, sign, verify
from infra.log.topics import ensure_topics
from infra.postgres import administrator, database_name, role_name
from infra.settings import PARTS, ROOT, Settings
from infra.stack.ports import free_port
from infra.supervise import address
from infra.tls import client_context
from infra.vault import ensure_vault
from projections import generations
from projections.catalog import databases
from schemas.contract import domains
from streams.workflows.prepare import prepare
from tests.forked import Forked, fork

EVERYTHING = (
    *(f"processor {domain}" for domain in domains()),
    *(f"projector {database}" for database in databases()),
    "workflows",
    "importer",
    "replayer",
    "eraser",
    "mailer",
    "webhooks",
    "gateway",
)
_PATIENCE = 180.0
_TLS = ("ca", "gateway_certificate", "gateway_key")


@dataclass
class Platform:
    """`processes` are by the words that `nexus360 serve` takes: "processor crm"."""

    settings: Settings
    environment: Mapping[str, str]
    processes: "dict[str, subprocess.Popen[bytes] | Forked]" = field(
        default_factory=dict[str, "subprocess.Popen[bytes] | Forked"]
    )

    @property
    def url(self) -> str:
        return address(self.settings)

    def key(self, tenant: str, user: str | None = None) -> str:
        """The development key of a tenant, or of one of its users."""
        return development_key(self.settings.key_secret.get_secret_value(), tenant, user)

    def client(self, tenant: str, user: str | None = None, **headers: str) -> httpx.Client:
        """A client that speaks for a tenant, or for one of its users. Close it, or use it in a `with`."""
        known = {"Authorization": f"Bearer {self.key(tenant, user)}", **headers}
        return httpx.Client(base_url=self.url, headers=known, verify=client_context(self.settings), timeout=90)

    def start(self, part: str) -> None:
        """Starts a part without waiting for it."""
        words, environment = ("serve", *part.split()), {**os.environ, **self.environment}
        if "PYTEST_XDIST_WORKER" in os.environ:  # several workers share the cores, and nothing is measured
            self.processes[part] = fork(words, environment, self.log(part))
            return
        with self.log(part).open("ab") as out:
            self.processes[part] = subprocess.Popen(
                [sys.executable, str(ROOT / "nexus360.py"), *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=ROOT,
            )

    def log(self, part: str) -> Path:
        return self.settings.data / f"{part.replace(' ', '-')}.log"

    def kill(self, part: str) -> None:
        """`kill -9`, and waits until the process is gone."""
        self.processes[part].kill()
        self.processes.pop(part).wait(10)

    def stop(self, part: str) -> int:
        """Asks a part to end, insists after 15 s, and gives its exit code."""
        process = self.processes.pop(part)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(10)

    def stop_all(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for part in list(self.processes):
            self.stop(part)

    def until(self, what: str, happens: Callable[[], Any], patience: float = _PATIENCE) -> Any:
        """What `happens` gives once that is true; fails with the logs' last lines when a process ends or time is up."""
        deadline = time.monotonic() + patience
        while True:
            try:
                if found := happens():
                    return found
            except (httpx.TransportError, psycopg.OperationalError):
                pass
            ended = [part for part, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                tails = "\n".join(f"--- {part}\n{self.tail(part)}" for part in ended or self.processes)
                pytest.fail(f"{'ended: ' + ', '.join(ended) if ended else 'too late'}: {what}\n{tails}")
            time.sleep(0.05)

    def tail(self, part: str, lines: int = 12) -> str:
        return "\n".join(self.lines(part)[-lines:])

    def lines(self, part: str) -> list[str]:
        """All that a part has told so far."""
        return self.log(part).read_text(errors="replace").splitlines()

    def settled(self, answers: Iterable[Mapping[str, Any]]) -> str:
        """One position that has reached those of all these accepted commands."""
        secret = self.settings.key_secret.get_secret_value().encode()
        return sign(merge(*(verify(answer["position"], secret) for answer in answers)), secret)

    def wait_ready(self) -> None:
        """Returns when the gateway answers and every processor and projector that was started works."""
        if "gateway" in self.processes:
            self.until("the gateway is ready", self._gateway_ready)
        for part in self.processes:
            kind, _, name = part.partition(" ")
            if kind == "processor":
                self.until(f"{part} is ready", lambda name=name: self._members(f"nexus.{name}"))
            if kind == "projector":
                self.until(f"{part} is ready", lambda name=name: self._members(f"nexus.{name}.projector"))

    def _gateway_ready(self) -> bool:
        answer = httpx.get(f"{self.url}/health/ready", verify=client_context(self.settings), timeout=10)
        return answer.status_code == 200

    def _members(self, group: str) -> bool:
        name = f"{self.settings.topic_prefix}{group}"
        client = kafka.admin(self.settings)
        described: Any = client.describe_consumer_groups([name])[name].result(10)
        return any(member.assignment.topic_partitions for member in described.members)


@contextmanager
def platform(*parts: str, partitions: int = 2, within: Path | None = None, **changes: Any) -> Generator[Platform]:
    """A platform with these parts, or with all of them when none is named. `changes` are settings, such as
    `rate_limit=5`. An audit is kept where "processor audit" is among the parts. Its folder is made in `within`, or
    where temporary files are."""
    if parts and "processor audit" not in parts:
        changes = {"audit": "off", **changes}  # nobody would take its entries
    with ExitStack() as afterwards:
        here = _new(partitions, within, changes, afterwards)
        ensure_topics(here.settings, domains())
        ensure_vault(here.settings)
        ensure_table(here.settings)
        generations.ensure(here.settings)
        prepare(here.settings)
        for part in parts or EVERYTHING:
            here.start(part)
        here.wait_ready()
        yield here


@contextmanager
def kept(here: Platform) -> Generator[list[str]]:
    """Starts every process again that ends, as a supervisor does; gives what it said about that."""
    stop, told = threading.Event(), list[str]()

    def keep() -> None:
        while not stop.wait(0.1):
            for part, running in list(here.processes.items()):
                if running.poll() is not None and here.processes.get(part) is running:
                    told.append(f"{part} ended with {running.returncode}")
                    here.start(part)

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


def _new(partitions: int, within: Path | None, changes: Mapping[str, Any], afterwards: ExitStack) -> Platform:
    stack = infra_settings.load()
    if not (stack.kafka or changes.get("kafka")):
        pytest.fail("There is no stack: run `nexus360.py up` first.")
    data = Path(tempfile.mkdtemp(prefix="nexus-test-", dir=within))
    afterwards.callback(shutil.rmtree, data, ignore_errors=True)
    prefix = f"t{uuid4().hex[:10]}"
    own: dict[str, Any] = {
        **reaching(stack),
        "data": data,
        "topic_prefix": f"{prefix}.",
        "database_prefix": prefix,
        "index_prefix": prefix,
        "partitions": partitions,
        "gateway_port": free_port(),
        **changes,
    }
    settings = infra_settings.read(**own)
    environment = {f"NEXUS_{name.upper()}": str(value) for name, value in own.items()}
    _give_schema_ids(data)
    here = Platform(settings, environment)
    for drop in (_drop_topics, drop_databases, drop_indices):
        afterwards.callback(_try, drop, settings)
    afterwards.callback(here.stop_all)
    return here


def reaching(settings: Settings) -> dict[str, str]:
    """The settings with which servers are reached, as texts for an environment. The users of kinds of processes may
    do what they do with the stack's own topics, and not with a test's."""
    mine = [name for name in Settings.model_fields if name.partition("_")[0] in PARTS or name in _TLS]
    mine.remove("kafka_users")
    values = {name: getattr(settings, name) for name in mine if name in settings.model_fields_set}
    return {
        name: each.get_secret_value() if isinstance(each, SecretStr) else str(each) for name, each in values.items()
    }


def _give_schema_ids(data: Path) -> None:
    """Schema ids from a file, so that a test leaves nothing in the registry that everybody shares."""
    from schemas import avro
    from schemas.contract import record_types

    texts = {str(number): avro.published(name) for number, name in enumerate(sorted(record_types()), 1)}
    (data / "schemas.json").write_text(json.dumps(texts))


def _try(drop: Callable[[Settings], None], settings: Settings) -> None:
    """Servers that are down keep what was made there; why they are down matters more."""
    try:
        drop(settings)
    except (KafkaException, psycopg.OperationalError, elasticsearch.TransportError) as error:
        print(f"{drop.__name__.strip('_')}: {error}")


def _drop_topics(settings: Settings) -> None:
    client = kafka.admin(settings)
    mine = [name for name in client.list_topics(timeout=10).topics if name.startswith(settings.topic_prefix)]
    if mine:
        for future in client.delete_topics(mine).values():
            future.result(20)


def drop_databases(settings: Settings) -> None:
    """Removes every database and role of the settings' prefix."""
    with administrator(settings) as admin:
        for name in (*databases(), "platform"):
            database = sql.Identifier(database_name(settings, name))
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(database))
        for role in ("owner", "writer", "reader"):
            admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role_name(settings, role))))


def drop_indices(settings: Settings) -> None:
    """Removes every search index of the settings' prefix."""
    with closing(search.blocking_client(settings)) as client:
        for name in client.indices.get(index=f"{settings.index_prefix}-*"):
            client.indices.delete(index=name)
