"""What a part of the stack is, and where a stack lives."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.stack.ports import addresses
from infra.stack.process import Program

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder, the ports of its parts, and the addresses of those that are elsewhere."""

    data: Path
    ports: Mapping[str, int]
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])

    def address(self, part: str) -> str:
        return self.elsewhere.get(part) or addresses(self.ports)[part]

    def folder(self, part: str) -> Path:
        return self.data / part

    def log(self, part: str) -> Path:
        return self.data / "logs" / f"{part}.log"

    def pid_file(self, part: str) -> Path:
        return self.data / f"{part}.pid"


@dataclass(frozen=True, slots=True)
class Part:
    """One server.

    `prepare` makes what it needs before its first start and says how to start it.
    `version` asks the server at an address: what it calls itself, "" when its protocol does not say, None while silent.
    `after` are parts that it needs at its start.
    """

    prepare: Callable[[Place, Say], Program]
    version: Callable[[str], str | None]
    stop: signal.Signals = signal.SIGTERM
    after: tuple[str, ...] = ()
    # At once, where the data is removed next.
    discard: signal.Signals = signal.SIGKILL
