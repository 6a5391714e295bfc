"""Apache Kafka 4.2 in KRaft mode, broker and controller in one process.

What stands in `kafka.properties` in the stack's folder goes before our settings, such as other listeners.
"""

import subprocess
from pathlib import Path

from infra.stack import jars, jvm, programs
from infra.stack.part import Part, Place, Say
from infra.stack.process import DidNotStart, Program

CLUSTER = "bmV4dXMzNjAtbG9jYWwtMQ"


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("kafka", java, say), place.folder("kafka")
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "server.properties"
    given = {**broker_settings(place), **own_settings(place.data / "kafka.properties")}
    settings.write_text("".join(f"{key}={value}\n" for key, value in given.items()))
    machine = [java, "-Xmx512m", *jvm.COMMON, jvm.QUICK, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    class_path = ["-cp", f"{home}/lib/*"]
    if not (folder / "log/meta.properties").exists():
        _format([*machine, *class_path], settings)
    command = [*machine, *jvm.class_archive(java, home, folder), *class_path, "kafka.Kafka", settings]
    address = f"127.0.0.1:{place.ports['kafka']}"
    return Program("kafka", command, place.log("kafka"), lambda: version(address) is not None)


def _format(java: list[str | Path], settings: Path) -> None:
    formatting = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings, "--ignore-formatted"]
    done = subprocess.run([str(part) for part in formatting], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DidNotStart(f"kafka cannot format its folder: {(done.stderr or done.stdout).strip()[-300:]}")


def broker_settings(place: Place) -> dict[str, object]:
    """server.properties of one node that is the whole cluster."""
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
        # A group that has slept for months still continues where it stopped.
        "offsets.retention.minutes": 525600,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        # A killed broker comes back only when its old session has ended: 5 s, not 9.
        "broker.session.timeout.ms": 5000,
        "broker.heartbeat.interval.ms": 1000,
        # A transaction that hangs holds back every reader of its partitions; look for them every second, not every ten.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "log.cleaner.dedupe.buffer.size": 16777216,
    }


def own_settings(path: Path) -> dict[str, str]:
    """Lines `name=value` of a file; none where it is not there. Lines that begin with # are not read."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def version(address: str) -> str | None:
    """The protocol does not tell a broker's version: "" once one has joined the cluster."""
    from confluent_kafka import KafkaException

    from infra.log.kafka import admin_at

    try:
        return "" if admin_at(address).list_topics(timeout=2).brokers else None
    except KafkaException:
        return None


PART = Part(prepare, version)
