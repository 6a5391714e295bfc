"""Processes: known by number and start time, never confused with a stranger, and outspoken when they do not start."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.stack import process
from infra.stack.process import DidNotStart, Program

SLEEPER = "import time; time.sleep(60)"


@pytest.fixture
def pid_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "part.pid"
    yield path
    process.stop(path, signal.SIGKILL)


def program(tmp_path: Path, python: str, answers: Callable[[], bool] = lambda: True) -> Program:
    return Program("part", [sys.executable, "-c", python], tmp_path / "logs/part.log", answers)


def test_started_then_found_then_stopped(tmp_path: Path, pid_file: Path) -> None:
    process.start(program(tmp_path, SLEEPER), pid_file)
    pid = process.running(pid_file)
    assert pid is not None
    assert process.stop(pid_file)
    assert process.start_time(pid) is None
    assert not pid_file.exists()


def test_starting_twice_starts_once(tmp_path: Path, pid_file: Path) -> None:
    process.start(program(tmp_path, SLEEPER), pid_file)
    first = process.running(pid_file)
    process.start(program(tmp_path, SLEEPER), pid_file)
    assert process.running(pid_file) == first


def test_a_stranger_with_our_number_is_never_touched(pid_file: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as stranger:
        began = process.start_time(stranger.pid)
        assert began is not None
        pid_file.write_text(f"{stranger.pid} {began - 1}\n")
        assert process.running(pid_file) is None
        assert not process.stop(pid_file, signal.SIGKILL)
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("text", ["", "abc", "1", "1 None", "999999999 5", "1 2 3"])
def test_a_damaged_or_stale_pid_file_means_that_nothing_runs(text: str, pid_file: Path) -> None:
    pid_file.write_text(text)
    assert process.running(pid_file) is None


def test_one_that_nobody_has_buried_does_not_run(pid_file: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", SLEEPER])
    process.write_pid(pid_file, child.pid)
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie from here on
    assert process.running(pid_file) is None
    child.wait()


def test_one_that_does_not_listen_is_killed(tmp_path: Path, pid_file: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(r'{}', 'w'); {}".format(
        tmp_path / "deaf", SLEEPER
    )
    process.start(program(tmp_path, deaf, lambda: (tmp_path / "deaf").exists()), pid_file)
    assert process.stop(pid_file, timeout=0.1)
    assert process.running(pid_file) is None


def test_one_that_ends_says_why_and_where_its_log_is(tmp_path: Path, pid_file: Path) -> None:
    log = tmp_path / "logs/part.log"
    log.parent.mkdir()
    log.write_text("ERROR: of yesterday\n")
    with pytest.raises(DidNotStart) as told:
        process.start(program(tmp_path, "print('a quiet line'); raise SystemExit(1)", lambda: False), pid_file)
    assert "part ended while it started; it last said: a quiet line" in str(told.value)
    assert str(log) in str(told.value)


def test_one_that_never_answers_is_given_up(tmp_path: Path, pid_file: Path) -> None:
    with pytest.raises(DidNotStart, match="did not answer within 0 s"):
        process.start(program(tmp_path, SLEEPER, lambda: False), pid_file, timeout=0.0)


def test_a_program_that_is_not_there_is_named(tmp_path: Path, pid_file: Path) -> None:
    missing = Program("part", ["/nowhere/at-all"], tmp_path / "part.log", lambda: True)
    with pytest.raises(DidNotStart, match="part cannot be run: /nowhere/at-all"):
        process.start(missing, pid_file)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", "it said nothing."),
        ("one\ntwo\n\n", "two"),
        ("FATAL: no room\nshutting down\n", "FATAL: no room"),
        ("Exception in main\n\tat a.B\nCaused by: x.Y: the reason\n\t... 3 more\n", "Caused by: x.Y: the reason"),
        ("Caused by: x.Y: the reason\nCaused by: java.io.EOFException\n", "Caused by: x.Y: the reason"),
        ("z" * 1000, "z" * 300),
    ],
)
def test_the_telling_line_of_a_log(said: str, told: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(said)
    assert process.last_words(log) == told


def test_a_log_that_grew_large_begins_anew_and_the_old_one_is_kept(
    tmp_path: Path, pid_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LARGEST_LOG", 10)
    one = program(tmp_path, SLEEPER)
    one.log.parent.mkdir()
    one.log.write_text("more than ten bytes")
    process.start(one, pid_file)
    assert one.log.read_text() == ""
    assert one.log.with_suffix(".log.old").read_text() == "more than ten bytes"
