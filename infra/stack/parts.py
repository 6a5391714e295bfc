"""The five parts: how each is prepared, started, and asked whether it answers. Small heaps; two cores are enough."""

import hashlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from infra.stack import programs
from infra.stack.process import Program
from infra.stack.programs import Say

CLUSTER = "bmV4dXMzNjAtbG9jYWwtMQ"
JVM = ("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.net.preferIPv4Stack=true")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stack lives."""

    data: Path
    ports: Mapping[str, int]

    def folder(self, part: str) -> Path:
        return self.data / part

    def log(self, part: str) -> Path:
        return self.data / "logs" / f"{part}.log"

    def pid_file(self, part: str) -> Path:
        return self.data / f"{part}.pid"


def kafka(place: Place, say: Say) -> Program:
    """Apache Kafka 4.3 in KRaft mode, broker and controller in one."""
    home, java, folder = programs.jar_home(say) / "kafka", programs.java(say), place.folder("kafka")
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "server.properties"
    settings.write_text("".join(f"{key}={value}\n" for key, value in _kafka_settings(place).items()))
    machine = [java, "-Xmx512m", *JVM, "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    if not (folder / "log/meta.properties").exists():
        formatting = [
            *machine,
            "-cp",
            f"{home}/lib/*",
            "kafka.tools.StorageTool",
            "format",
            "-t",
            CLUSTER,
            "-c",
            settings,
        ]
        subprocess.run([str(part) for part in formatting], check=True, capture_output=True)
    command = [*machine, *_shared_classes(folder), "-cp", f"{home}/lib/*", "kafka.Kafka", settings]
    return Program("kafka", command, place.log("kafka"), lambda: _kafka_answers(place.ports["kafka"]), {})


def _kafka_settings(place: Place) -> dict[str, object]:
    broker, controller = f"127.0.0.1:{place.ports['kafka']}", f"127.0.0.1:{place.ports['kafka_controller']}"
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{broker}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": place.folder("kafka") / "log",
        "auto.create.topics.enable": "false",
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "offsets.retention.minutes": 525600,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        # A transaction that hangs holds back every reader of its partitions; look for them every second, not every ten.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "log.cleaner.dedupe.buffer.size": 16777216,
    }


def _kafka_answers(port: int) -> bool:
    from confluent_kafka import KafkaException

    from infra.log.kafka import admin_at

    try:
        return bool(admin_at(f"127.0.0.1:{port}").list_topics(timeout=1).brokers)
    except KafkaException:
        return False


def _shared_classes(folder: Path) -> list[str]:
    """Class data sharing halves the start of a JVM; the first graceful stop writes the archive."""
    archive = folder / "classes.jsa"
    return [
        f"-XX:SharedArchiveFile={archive}" if archive.exists() else f"-XX:ArchiveClassesAtExit={archive}",
        "-Xshare:auto",
    ]


def registry(place: Place, say: Say) -> Program:
    """Apicurio with Confluent's API, keeping its schemas in an H2 file."""
    home, java, folder = programs.jar_home(say) / "registry", programs.java(say), place.folder("registry")
    folder.mkdir(parents=True, exist_ok=True)
    runner = next(home.glob("*-runner.jar"))
    environment = {
        "QUARKUS_HTTP_HOST": "127.0.0.1",
        "QUARKUS_HTTP_PORT": str(place.ports["registry"]),
        "QUARKUS_MANAGEMENT_HOST": "127.0.0.1",
        "QUARKUS_MANAGEMENT_PORT": str(place.ports["registry_management"]),
        "QUARKUS_OTEL_SDK_DISABLED": "true",
        "APICURIO_STORAGE_KIND": "sql",
        "APICURIO_STORAGE_SQL_KIND": "h2",
        "APICURIO_DATASOURCE_URL": f"jdbc:h2:file:{folder}/registry",
    }
    command = [java, "-Xmx256m", *JVM, "-XX:TieredStopAtLevel=1", *_shared_classes(folder), "-jar", runner]
    url = f"http://127.0.0.1:{place.ports['registry']}/apis/ccompat/v7/subjects"
    return Program("registry", command, place.log("registry"), lambda: _http(url) is not None, environment)


def elasticsearch(place: Place, say: Say) -> Program:
    """Elasticsearch 8.19, one node, from its own jars. It waits for its shards before it answers."""
    home, java, folder = programs.jar_home(say) / "elasticsearch", programs.java(say), place.folder("elasticsearch")
    folder.mkdir(parents=True, exist_ok=True)
    copy = place.folder("elasticsearch-home")  # the node writes descriptors and looks for config/ beside its jars
    if not copy.exists():
        shutil.copytree(home, copy, copy_function=os.link if _same_device(home, place.data) else shutil.copy)
    port = place.ports["elasticsearch"]
    node = ["-cp", f"{copy}/lib/*", "local.EsNode", copy, folder, port]
    command = [java, "-Xms512m", "-Xmx512m", *JVM, *_shared_classes(folder), *node]
    url = f"http://127.0.0.1:{port}/_cluster/health"
    log = place.log("elasticsearch")
    return Program("elasticsearch", [str(part) for part in command], log, lambda: _has_shards(url), {})


def _has_shards(url: str) -> bool:
    return (_http(url) or {}).get("status") in ("yellow", "green")


def _same_device(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _http(url: str) -> dict[str, object] | None:
    """What a URL answers, as an object; None while it does not."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback, our own scheme
            told: object = json.load(answer)
            return cast(dict[str, object], told) if isinstance(told, dict) else {}
    except (OSError, ValueError):
        return None


def redis(place: Place, say: Say) -> Program:
    folder = place.folder("redis")
    folder.mkdir(parents=True, exist_ok=True)
    port = place.ports["redis"]
    where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
    keep = ["--appendonly", "yes", "--save", "", "--daemonize", "no"]
    command = [programs.redis_server(say), *where, *keep]
    return Program("redis", command, place.log("redis"), lambda: _ask(port, b"PING\r\n").startswith(b"+PONG"), {})


def _ask(port: int, question: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            return connection.recv(64)
    except OSError:
        return b""


def postgres(place: Place, say: Say) -> Program:
    """PostgreSQL. It refuses to run as root, so as root it runs as another user, in a folder that user can reach."""
    binaries, port = programs.postgres_bin(say), place.ports["postgres"]
    user, folder = _postgres_user(), postgres_folder(place)
    folder.mkdir(parents=True, exist_ok=True)
    if user is not None:
        os.chown(folder, *user)
    folder.chmod(0o700)
    if not (folder / "PG_VERSION").exists():
        say("making the database cluster")
        making = [binaries / "initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        uid, gid = user or (None, None)
        done = subprocess.run(
            [str(part) for part in making],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )
        if done.returncode != 0:
            raise programs.Unavailable(f"initdb failed: {done.stderr.strip()}")
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "shared_buffers": "128MB"}
    options |= {"max_connections": "200", "max_wal_size": "512MB"}
    flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    command = [binaries / "postgres", "-D", folder, "-p", str(port), *flags]
    log = place.log("postgres")
    return Program("postgres", command, log, lambda: _postgres_answers(port), {}, user, signal.SIGINT)


def _postgres_user() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return account.pw_uid, account.pw_gid


def postgres_folder(place: Place) -> Path:
    """The data folder; below /var/tmp when another user could not reach it where the rest lies."""
    reachable = all(parent.stat().st_mode & 0o001 for parent in place.data.resolve().parents)
    if os.geteuid() != 0 or reachable:
        place.data.chmod(0o755)
        return place.folder("postgres")
    return Path("/var/tmp") / f"nexus360-{hashlib.sha256(str(place.data.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108 - made by root, 0700


def _postgres_answers(port: int) -> bool:
    import psycopg

    try:
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=1) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.Error:
        return False


PARTS: Mapping[str, Callable[[Place, Say], Program]] = {
    "kafka": kafka,
    "registry": registry,
    "postgres": postgres,
    "redis": redis,
    "elasticsearch": elasticsearch,
}
