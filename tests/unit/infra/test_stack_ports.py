"""Ports: stable once chosen, moved only off somebody else's, written in one step."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.settings import read
from infra.stack import ports
from infra.stack.ports import BadPort


@pytest.fixture(autouse=True)
def no_forced_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NEXUS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a stranger listens."""
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        yield int(stranger.getsockname()[1])


def nothing_runs(part: str) -> bool:
    return False


def write(data: Path, **some: int) -> None:
    (data / "stack.json").write_text(json.dumps({"ports": some}))


def test_ports_stay_as_first_chosen(tmp_path: Path) -> None:
    first = ports.choose(tmp_path, nothing_runs)
    assert ports.choose(tmp_path, nothing_runs) == first == ports.known(tmp_path)
    assert len(set(first.values())) == len(ports.DEFAULTS)


def test_what_is_chosen_is_what_settings_read(tmp_path: Path) -> None:
    chosen = ports.choose(tmp_path, nothing_runs)
    settings = read(data=tmp_path)
    assert settings.postgres == f"postgresql://postgres@127.0.0.1:{chosen['postgres']}"
    assert settings.gateway_port == chosen["gateway"]


def test_looking_writes_nothing(tmp_path: Path) -> None:
    assert ports.known(tmp_path) == ports.DEFAULTS
    assert not list(tmp_path.iterdir())


def test_a_stopped_part_moves_off_a_strangers_port(tmp_path: Path, taken: int) -> None:
    write(tmp_path, redis=taken)
    moved = ports.choose(tmp_path, nothing_runs)["redis"]
    assert moved != taken
    assert ports.written_down(tmp_path)["redis"] == moved


def test_the_gateway_of_a_second_checkout_does_not_meet_the_first_ones(tmp_path: Path, taken: int) -> None:
    write(tmp_path, gateway=taken)
    moved = ports.choose(tmp_path, nothing_runs)["gateway"]
    assert moved != taken
    assert read(data=tmp_path).gateway_port == moved
    write(tmp_path, gateway=taken)
    assert ports.choose(tmp_path, lambda part: part == "gateway")["gateway"] == taken


def test_a_running_part_keeps_its_port_though_it_is_in_use(tmp_path: Path, taken: int) -> None:
    write(tmp_path, kafka=29500, kafka_controller=taken)
    assert ports.choose(tmp_path, lambda part: part == "kafka")["kafka_controller"] == taken


def test_a_running_part_keeps_its_port_though_another_is_forced(
    tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, redis=taken)
    monkeypatch.setenv("NEXUS_PORT_REDIS", "29501")
    assert ports.choose(tmp_path, lambda part: part == "redis")["redis"] == taken


def test_a_forced_port_that_is_taken_is_refused(tmp_path: Path, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_PORT_KAFKA", str(taken))
    with pytest.raises(BadPort, match=f"NEXUS_PORT_KAFKA is {taken}, which is taken"):
        ports.choose(tmp_path, nothing_runs)


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "1.5", "٣"])
def test_a_forced_port_that_is_none_is_refused(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_PORT_REDIS", given)
    with pytest.raises(BadPort, match="a port is a number from 1 to 65535"):
        ports.known(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"ports": {"redis": "x"}}'])
def test_a_damaged_file_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(text)
    with pytest.raises(BadPort, match=r"stack\.json is damaged"):
        ports.known(tmp_path)


def test_ports_of_parts_that_no_longer_exist_are_forgotten(tmp_path: Path) -> None:
    write(tmp_path, redis=29502, telegraph=29503)
    assert set(ports.choose(tmp_path, nothing_runs)) == set(ports.DEFAULTS)
