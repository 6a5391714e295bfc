"""Servers of our own to harm: behind wires that can be cut, on disks that can be filled."""

import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import settings as infra_settings
from infra.settings import PARTS, Settings
from infra.stack import ports, process, stack
from infra.stack.part import Place
from infra.stack.ports import free_port
from tests.chaos.disks import Disk, disks
from tests.chaos.wires import Wire, wires

SERVERS = ("kafka", "postgres", "elasticsearch", "redis", "registry")
STORING = ("kafka", "postgres", "elasticsearch", "redis")
PLATFORM = "platform"
"""The disk of the workers: the processor's local store, and what all of them log."""


@dataclass(frozen=True, slots=True)
class Servers:
    """`settings` speak of the servers themselves; the platform is given `addresses()`, at the near ends of the wires.

    There are no `disks` where none are to be filled.
    """

    settings: Settings
    wires: Mapping[str, Wire]
    disks: Mapping[str, Disk]

    def addresses(self) -> dict[str, Any]:
        """As changes of a platform's settings."""
        near = ports.addresses({part: wire.port for part, wire in self.wires.items()})
        return {part: near[part] for part in PARTS}

    @property
    def folder(self) -> Path | None:
        """Where the platform's own folder is to be; None for anywhere."""
        return self.disks[PLATFORM].folder if self.disks else None

    def keep_up(self) -> bool:
        """Starts what is not running, as a supervisor does; whether there was any. Some end only after their fault."""
        if all(process.running(self.settings.data / f"{part}.pid") for part in SERVERS):
            return False
        stack.up(Settings(data=self.settings.data), _silent)
        return True


@contextmanager
def own_stack(*, small_disks: bool) -> Generator[Servers]:
    """A stack of its own, in a folder of its own that is removed."""
    base = Path(tempfile.mkdtemp(prefix="nexus360-chaos-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    base.chmod(0o755)
    given = Settings(data=base / "stack")
    if elsewhere := Place(given, {}).elsewhere:
        pytest.fail(f"Chaos harms servers and wants its own: unset {', '.join(sorted(elsewhere))} (NEXUS_…).")
    given.data.mkdir()
    with ExitStack() as afterwards:
        afterwards.callback(shutil.rmtree, base, ignore_errors=True)
        storing = afterwards.enter_context(disks(base / "disks", (*STORING, PLATFORM) if small_disks else ()))
        for part in set(STORING) & storing.keys():
            (given.data / part).symlink_to(storing[part].folder)
        there = ports.choose(given.data, lambda part: False)
        between = afterwards.enter_context(wires({part: there[part] for part in SERVERS}))
        (given.data / "kafka.properties").write_text(_kafka(there, between["kafka"]))
        afterwards.callback(stack.wipe, given, print)
        stack.up(given, print)
        yield Servers(infra_settings.read(data=given.data), between, storing)


def _kafka(there: Mapping[str, int], wire: Wire) -> str:
    """The broker sends clients to the near end of the wire; it speaks with itself beside it."""
    inner = f"INNER://127.0.0.1:{free_port(there.values())}"
    clients, controller = f"127.0.0.1:{there['kafka']}", f"127.0.0.1:{there['kafka_controller']}"
    settings = {
        "listeners": f"PLAINTEXT://{clients},{inner},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{wire.port},{inner}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "INNER",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _silent(_: str) -> None: ...
