"""Ports and addresses: chosen at the first `up`, then written down in stack.json, so that checkouts do not collide."""

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path

DEFAULTS = {
    "kafka": 29092,
    "kafka_controller": 29093,
    "registry": 28081,
    "registry_management": 28082,
    "postgres": 25432,
    "redis": 26379,
    "elasticsearch": 29200,
    "gateway": 8360,
}


def free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def choose(data: Path) -> Mapping[str, int]:
    """The port of every part: forced by NEXUS_PORT_<PART>, else as written down, else the default if it is free."""
    path = data / "stack.json"
    known: dict[str, int] = json.loads(path.read_text())["ports"] if path.exists() else {}
    chosen: dict[str, int] = {}
    for part, default in DEFAULTS.items():
        forced = os.environ.get(f"NEXUS_PORT_{part.upper()}")
        chosen[part] = int(forced) if forced else known.get(part) or (default if free(default) else _any_free_port())
    data.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"ports": chosen, "addresses": addresses(chosen), "gateway_port": chosen["gateway"]}, indent=1)
        + "\n"
    )
    return chosen


def addresses(ports: Mapping[str, int]) -> dict[str, str]:
    """What settings call the parts' addresses."""
    return {
        "kafka": f"127.0.0.1:{ports['kafka']}",
        "registry": f"http://127.0.0.1:{ports['registry']}/apis/ccompat/v7",
        "postgres": f"postgresql://postgres@127.0.0.1:{ports['postgres']}",
        "redis": f"redis://127.0.0.1:{ports['redis']}/0",
        "elasticsearch": f"http://127.0.0.1:{ports['elasticsearch']}",
    }
