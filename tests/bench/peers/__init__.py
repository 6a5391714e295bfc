"""The peers of the comparisons: event-sourcing platforms that do the same work on the same PostgreSQL."""

import json
import re

from infra.stack import jars
from tests.bench.peers import installing
from tests.bench.peers.peer import Peer

__all__ = ["Peer", "peers"]


def peers() -> list[Peer]:
    """Every peer, installed; RuntimeError with a sentence when one cannot be had."""
    return [_eventsourcing(), _emmett(), _axon()]


def _eventsourcing() -> Peer:
    folder = installing.HERE / "eventsourcing"
    version = re.search(r"^eventsourcing==(\S+)", (folder / "requirements.lock").read_text(), re.MULTILINE)
    return Peer(
        name=f"eventsourcing {version[1] if version else ''}",
        command=[str(installing.environment()), str(folder / "main.py")],
        events="deals_events",
        tables=["deals_events"],
        forget="drop table if exists deals, deals_tracking",
    )


def _emmett() -> Peer:
    package = json.loads((installing.HERE / "emmett/package.json").read_text())
    return Peer(
        name=f"Emmett {package['dependencies']['@event-driven-io/emmett-postgresql']}",
        command=installing.node_program(),
        events="emt_messages",
        tables=["emt_messages", "emt_streams"],
        forget="drop table if exists deals; delete from emt_processors",
    )


def _axon() -> Peer:
    lock = jars.lock(installing.HERE / "axon/jars.lock")
    version = next(jar.version for jar in lock if jar.coordinate.startswith("org.axonframework:axon-eventsourcing:"))
    return Peer(
        name=f"Axon {version}",
        command=installing.java_program(),
        events="domainevententry",
        tables=["domainevententry"],
        forget="drop table if exists deals, tokenentry",
    )
