"""Kafka's own performance tools, in the broker's version: what the log takes and gives without anybody's program."""

import os
import re
import subprocess

from infra.settings import Settings
from infra.stack import jars, jvm, programs

_HASH = "894caaca48b11d351cbe1f27d58c7a3c09ff22563bf3ab4bccf1ef69933e099c"
_SENT = re.compile(r"records sent, ([\d.]+) records/sec")


def produced(settings: Settings, topic: str, records: int, size: int, transactional_id: str | None = None) -> float:
    """Records a second that ProducerPerformance sends with acks=all, in transactions of 100 ms if it has an id."""
    transactions = ["--transactional-id", transactional_id, "--transaction-duration-ms", "100"]
    said = _run(
        "ProducerPerformance",
        *("--bootstrap-server", settings.kafka, "--topic", topic, "--throughput", "-1"),
        *("--num-records", str(records), "--record-size", str(size), "--command-property", "acks=all"),
        *(part for part in transactions if transactional_id is not None and part is not None),
    )
    return float(_SENT.findall(said)[-1])


def consumed(settings: Settings, topic: str, records: int) -> float:
    """Records a second that ConsumerPerformance reads, counted from its first fetch on."""
    said = _run(
        "ConsumerPerformance",
        *("--bootstrap-server", settings.kafka, "--topic", topic, "--num-records", str(records), "--hide-header"),
        *("--command-property", "isolation.level=read_committed"),
    )
    # …, records, records/s, ms of joining the group, ms of fetching, MB/s of that, records/s of that
    return float(said.strip().splitlines()[-1].split(",")[-1])


def _run(tool: str, *arguments: str) -> str:
    java = programs.java(print)
    version = jars.version("org.apache.kafka:kafka_2.13")
    own = jars.fetched(jars.Jar(_HASH, f"org.apache.kafka:kafka-tools:jar:{version}", ""))
    class_path = os.pathsep.join((f"{jars.home('kafka', java, print)}/lib/*", str(own)))
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    command = [java, "-Xmx256m", *jvm.COMMON, quiet, "-cp", class_path, f"org.apache.kafka.tools.{tool}", *arguments]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{tool} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout
