"""What a part of the stack is, and where a stack lives."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.settings import PARTS, Settings, filled, secure_local
from infra.stack.ports import addresses
from infra.stack.process import Program

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A stack: what the environment says, as `Settings()` does, and the ports of its parts. A secure one speaks TLS and
    asks for passwords."""

    given: Settings
    ports: Mapping[str, int]
    secure: bool = False

    @property
    def data(self) -> Path:
        return self.given.data

    @property
    def settings(self) -> Settings:
        """With which every part is reached, here or elsewhere."""
        asked = secure_local(self.data) if self.secure else {}
        return filled(self.given, {**addresses(self.ports, secure=self.secure), **asked})

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """The addresses of parts that exist elsewhere already."""
        return {part: str(getattr(self.given, part)) for part in PARTS if getattr(self.given, part)}

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
    `version` asks the server that settings name: what it calls itself, "" when its protocol does not say, None while
    silent.
    `after` are parts that it needs at its start.
    `settle` does what can only be done once it answers; it may be done again.
    """

    prepare: Callable[[Place, Say], Program]
    version: Callable[[Settings], str | None]
    stop: signal.Signals = signal.SIGTERM
    after: tuple[str, ...] = ()
    # At once, where the data is removed next.
    discard: signal.Signals = signal.SIGKILL
    settle: Callable[[Place], None] = lambda place: None
