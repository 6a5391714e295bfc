"""Apache Kafka 4.2 in KRaft mode, broker and controller in one process.

What stands in `kafka.properties` in the stack's folder goes before our settings, such as other listeners.
"""

import subprocess
from pathlib import Path

from infra.settings import Settings
from infra.stack import authority, jars, jvm, programs, secure
from infra.stack.part import Part, Place, Say
from infra.stack.process import DidNotStart, Program

CLUSTER = "bmV4dXMzNjAtbG9jYWwtMQ"


def prepare(place: Place, say: Say) -> Program:
    java = programs.java(say)
    home, folder = jars.home("kafka", java, say), place.folder("kafka")
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "server.properties"
    guarded = _guarded(place) if place.secure else {}
    given = {**broker_settings(place), **guarded, **own_settings(place.data / "kafka.properties")}
    authority.write_private(settings, "".join(f"{key}={value}\n" for key, value in given.items()).encode())
    machine = [java, "-Xmx512m", *jvm.COMMON, jvm.QUICK, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    class_path = ["-cp", f"{home}/lib/*"]
    if not (folder / "log/meta.properties").exists():
        _format([*machine, *class_path], settings, _users(place) if place.secure else [])
    command = [*machine, *jvm.class_archive(java, home, folder), *class_path, "kafka.Kafka", settings]
    known = place.settings
    return Program("kafka", command, place.log("kafka"), lambda: version(known) is not None)


def _format(java: list[str | Path], settings: Path, users: list[str]) -> None:
    """Users are told on its standard input: command lines can be looked at."""
    formatting = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings, "--ignore-formatted"]
    command = [str(part) for part in (*formatting, *(["@/dev/stdin"] if users else []))]
    told = "".join(f"{line}\n" for line in users)
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=False)
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


def _users(place: Place) -> list[str]:
    """Arguments of the format that make users: a broker without any lets nobody in who could make one."""
    known = secure.passwords(place.data)
    users = (secure.BROKER, secure.PLATFORM, secure.SUBSCRIBER)
    return [part for name in users for part in ("--add-scram", f"SCRAM-SHA-512=[name={name},password={known[name]}]")]


def _guarded(place: Place) -> dict[str, object]:
    """TLS and a password for everybody, our own certificate for the controller, and nothing without a right to it."""
    store = place.folder("kafka") / "broker.pem"
    ca, certificate = secure.certificate(place.data, "ca"), secure.certificate(place.data, "kafka")
    authority.write_private(store, secure.key(place.data, "kafka").read_bytes() + certificate.read_bytes())
    broker, controller = f"127.0.0.1:{place.ports['kafka']}", f"127.0.0.1:{place.ports['kafka_controller']}"
    module = "org.apache.kafka.common.security.scram.ScramLoginModule"
    password = secure.passwords(place.data)[secure.BROKER]
    return {
        "listeners": f"SASL_SSL://{broker},CONTROLLER://{controller}",
        "advertised.listeners": f"SASL_SSL://{broker}",
        "listener.security.protocol.map": "SASL_SSL:SASL_SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "SASL_SSL",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
            f'{module} required username="{secure.BROKER}" password="{password}";'
        ),
        "listener.name.controller.ssl.client.auth": "required",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": store,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": ca,
        "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{secure.BROKER};User:CN=kafka",
    }


def own_settings(path: Path) -> dict[str, str]:
    """Lines `name=value` of a file; none where it is not there. Lines that begin with # are not read."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def version(settings: Settings) -> str | None:
    """The protocol does not tell a broker's version: "" once one has joined the cluster."""
    from confluent_kafka import KafkaException

    from infra.log.kafka import admin

    try:
        return "" if admin(settings).list_topics(timeout=2).brokers else None
    except KafkaException:
        return None


def settle(place: Place) -> None:
    """Says who may do what with the log of a secure stack."""
    if place.secure:
        from infra.stack import rights

        rights.grant(place)


PART = Part(prepare, version, settle=settle)
