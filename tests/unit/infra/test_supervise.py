"""Processes that shall run: started again when they die, stopped when told to, gone when their keeper is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.settings import ROOT
from infra.supervise import supervise

PATIENCE = 30.0


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def kept(commands: Mapping[str, Sequence[str]], logs: Path) -> Generator[list[str]]:
    """Processes kept running for as long as the block lasts; gives what is said about them."""
    stopping, said = threading.Event(), list[str]()
    keeper = threading.Thread(target=supervise, args=(commands, logs, stopping, said.append))
    keeper.start()
    try:
        yield said
    finally:
        stopping.set()
        keeper.join(PATIENCE)
        assert not keeper.is_alive()


def pids(log: Path) -> list[int]:
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


SLEEPER = ("/bin/sh", "-c", "echo $$; exec sleep 600")


def test_what_dies_is_started_again_and_what_lives_is_left_alone(tmp_path: Path) -> None:
    with kept({"mortal": SLEEPER, "other": SLEEPER}, tmp_path) as said:
        until(lambda: len(pids(tmp_path / "mortal.log")) == 1 and len(pids(tmp_path / "other.log")) == 1)
        os.kill(pids(tmp_path / "mortal.log")[0], signal.SIGKILL)
        until(lambda: len(pids(tmp_path / "mortal.log")) == 2)
        assert "mortal ended with -9" in said[0]
        assert len(pids(tmp_path / "other.log")) == 1
        living = [*pids(tmp_path / "mortal.log")[1:], *pids(tmp_path / "other.log")]
        assert all(alive(pid) for pid in living)
    assert not any(alive(pid) for pid in living)


def test_what_dies_at_once_is_started_again_ever_later(tmp_path: Path) -> None:
    with kept({"broken": ("/bin/false",)}, tmp_path) as said:
        until(lambda: len(said) == 3)
    pauses = [float(line.split("again in ")[1].split(" s")[0]) for line in said]
    assert pauses == [0.2, 0.4, 0.8]


def test_what_cannot_be_started_is_tried_again_and_ends_no_other(tmp_path: Path) -> None:
    program = tmp_path / "program"
    with kept({"other": SLEEPER, "absent": (str(program),)}, tmp_path) as said:
        until(lambda: len(said) == 2)
        assert "absent could not be started: " in said[0]
        program.write_text("#!/bin/sh\necho $$; exec sleep 600\n")
        program.chmod(0o755)
        until(lambda: len(pids(tmp_path / "absent.log")) == 1)
        [pid] = pids(tmp_path / "other.log")
        assert alive(pid)


def test_a_log_makes_room_and_goes_on_at_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.supervise.LOG_BYTES", 500)
    log, before = tmp_path / "chatty.log", tmp_path / "chatty.log.1"
    chatter = ("/bin/sh", "-c", "n=0; while :; do n=$((n + 1)); echo line $n; sleep 0.01; done")
    with kept({"chatty": chatter}, tmp_path):
        until(lambda: before.exists() and before.read_text() != "")
        first = before.read_text()
        until(lambda: before.read_text() not in ("", first))
        until(lambda: log.read_text().endswith("\n"))
    assert first.startswith("line 1\n")
    for text in (log.read_text(), before.read_text()):
        assert len(text) < 10_000
        assert all(line.startswith("line ") for line in text.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a process that its parent died")
def test_nothing_outlives_a_keeper_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, threading; from pathlib import Path; from infra.supervise import supervise; "
        f"supervise({{'one': {SLEEPER!r}}}, Path(sys.argv[1]), threading.Event(), print)"
    )
    keeper = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT)
    until(lambda: len(pids(tmp_path / "one.log")) == 1)
    (child,) = pids(tmp_path / "one.log")
    try:
        keeper.kill()
        keeper.wait(10)
        until(lambda: not alive(child))
    finally:
        if alive(child):
            os.kill(child, signal.SIGKILL)
