"""What the chaos is made of: plans that a seed repeats, wires that are cut and stalled, disks that are full."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.chaos.disks import disks
from tests.chaos.plan import KINDS, Kind, plan
from tests.chaos.wires import Wire, wires

LASTING = ("cut", "stall", "fill")


def test_a_seed_repeats_a_plan() -> None:
    assert plan(Random(7), 40) == plan(Random(7), 40)
    assert plan(Random(7), 40) != plan(Random(8), 40)
    assert {fault.kind for fault in plan(Random(7), 80)} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_has_the_kinds_that_are_asked_for(kind: Kind) -> None:
    faults = plan(Random(1), 20, [kind])
    assert {fault.kind for fault in faults} <= ({"add", "remove"} if kind in ("add", "remove") else {kind})
    assert all((fault.seconds > 0) is (kind in LASTING) for fault in faults)


@dataclass(frozen=True, slots=True)
class Line:
    """A wire, and the server at its far end."""

    wire: Wire
    server: socket.socket

    def call(self) -> tuple[socket.socket, socket.socket]:
        """Both ends of a new connection."""
        near = socket.create_connection(("127.0.0.1", self.wire.port), 10)
        far, _ = self.server.accept()
        far.settimeout(10)
        return near, far


@pytest.fixture
def line() -> Iterator[Line]:
    with socket.create_server(("127.0.0.1", 0)) as server, wires({"server": server.getsockname()[1]}) as made:
        server.settimeout(10)
        yield Line(made["server"], server)


def test_a_cut_wire_resets_its_connections_and_takes_none_until_it_is_healed(line: Line) -> None:
    near, far = line.call()
    near.sendall(b"before")
    assert far.recv(100) == b"before"
    line.wire.cut()
    with pytest.raises(ConnectionResetError):
        near.recv(100)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", line.wire.port), 10)
    line.wire.heal()
    near, far = line.call()
    far.sendall(b"after")
    assert near.recv(100) == b"after"


def test_a_stalled_wire_keeps_its_connections_and_brings_all_when_it_is_healed(line: Line) -> None:
    near, far = line.call()
    line.wire.stall()
    near.sendall(b"late")
    another = socket.create_connection(("127.0.0.1", line.wire.port), 10)
    another.sendall(b"too")
    far.settimeout(0.2)
    with pytest.raises(TimeoutError):
        far.recv(100)
    line.wire.heal()
    far.settimeout(10)
    assert far.recv(100) == b"late"
    there, _ = line.server.accept()
    assert there.recv(100) == b"too"


def test_a_full_disk_takes_nothing_until_it_is_freed(tmp_path: Path) -> None:
    try:
        with disks(tmp_path, ["one"]) as made:
            path = made["one"].folder / "file"
            path.write_bytes(bytes(100_000))
            made["one"].fill()
            with pytest.raises(OSError, match="No space left"), path.open("ab") as file:
                file.write(bytes(100_000))
            made["one"].free()
            path.write_bytes(bytes(1_000_000))
    except PermissionError:
        pytest.skip("This user may not mount a disk.")
    assert list((tmp_path / "one").iterdir()) == []
