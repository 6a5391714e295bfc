"""The platform's processes as forks of one that has imported all of it.

To import it takes each of them some seconds of a core, and a platform has fifteen. What runs is what `nexus360.py` does
by its words, in a process of its own that is signalled, killed and waited for as any. Each worker of the tests has one
to fork from; what is measured, harmed or let in by its user starts as it does elsewhere.
"""

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_IN_STREAMS = ("eraser", "importer", "mailer", "processor", "projector", "replayer", "workflows")
_CONTEXT.set_forkserver_preload(
    ["nexus360", "gateway.main", "gateway.webhooks.main", *(f"streams.{each}.main" for each in _IN_STREAMS)]
)


@dataclass(frozen=True, slots=True)
class Forked:
    """As `subprocess.Popen` is. Several threads may look at one."""

    process: ForkServerProcess
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        with self.lock:
            return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        wait([self.process.sentinel], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout or 0)
        return code

    def send_signal(self, sent: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sent)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def fork(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Forked:
    """Starts `nexus360.py` with these words."""
    process = _CONTEXT.Process(target=_run, args=(words, dict(environment), log), name=" ".join(words))
    process.start()
    atexit.register(process.kill)  # before multiprocessing waits for it
    return Forked(process)


def _run(words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(os.devnull, "rb") as nothing, log.open("ab") as out:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv = ["nexus360.py", *words]
    from nexus360 import main

    main()
