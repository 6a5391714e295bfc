"""What a part of the stack is, and where a stack lives."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.stack.process import Program

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder and the ports of its parts."""

    data: Path
    ports: Mapping[str, int]

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
    """

    prepare: Callable[[Place, Say], Program]
    version: Callable[[str], str | None]
    stop: signal.Signals = signal.SIGTERM
    # At once, where the data is removed next.
    discard: signal.Signals = signal.SIGKILL
