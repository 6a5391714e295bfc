"""Ports and addresses: chosen at the first `up`, then written down in stack.json, so that checkouts do not collide."""

import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import cast

from infra.settings import GATEWAY_PORT

DEFAULTS = {
    "kafka": 29092,
    "kafka_controller": 29093,
    "registry": 28081,
    "postgres": 25432,
    "redis": 26379,
    "elasticsearch": 29200,
    "gateway": GATEWAY_PORT,
}


_LETS_GO_WITHIN = 3.0
_BELOW_CLIENTS = range(20_000, 32_000)


class BadPort(Exception):
    """A port that cannot be used; the message says which and what to do."""


def free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def written_down(data: Path) -> dict[str, int]:
    """The ports in stack.json; empty before the first `up`. Raises BadPort when the file cannot be read."""
    path = data / "stack.json"
    try:
        ports = cast(dict[str, int], json.loads(path.read_text())["ports"])
        return {name: int(port) for name, port in ports.items() if name in DEFAULTS}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> BadPort:
    return BadPort(f"{path} is damaged ({error}): delete it, and the next start chooses ports anew.")


def is_secure(data: Path) -> bool | None:
    """Whether the stack was made secure; None before the first `up`. Raises BadPort when the file cannot be read."""
    path = data / "stack.json"
    try:
        return json.loads(path.read_text()).get("secure") is True
    except FileNotFoundError:
        return None
    except (ValueError, AttributeError) as error:
        raise _damaged(path, error) from error


def known(data: Path) -> Mapping[str, int]:
    """The port of every part, as forced or written down or by default. Writes nothing."""
    return {**DEFAULTS, **written_down(data), **_forced()}


def choose(data: Path, running: Callable[[str], bool], *, secure: bool = False) -> Mapping[str, int]:
    """The port of every part, written down; with it, whether the stack is secure.

    A part that runs keeps its port. Another gets the port that is forced by NEXUS_PORT_<PART>, or the one written down
    or the default if nobody else has taken it since, or a free one.
    """
    forced, wanted, written = _forced(), known(data), written_down(data)
    kept = {name: port for name, port in written.items() if running(name.removesuffix("_controller"))}
    chosen: dict[str, int] = {}
    for name, port in {**wanted, **kept}.items():
        ours = written.get(name) == port
        taken = name not in kept and (port in (*kept.values(), *chosen.values()) or not _becomes_free(port, ours))
        if taken and name in forced:
            raise BadPort(f"NEXUS_PORT_{name.upper()} is {port}, which is taken: choose another or free it.")
        chosen[name] = free_port([*wanted.values(), *kept.values(), *chosen.values()]) if taken else port
    _write(data, chosen, secure=secure)
    return chosen


def _becomes_free(port: int, ours: bool) -> bool:
    """A part that was killed a moment ago may still let go of its port: what ours was is waited for."""
    deadline = time.monotonic() + (_LETS_GO_WITHIN if ours else 0.0)
    while not free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _forced() -> dict[str, int]:
    forced = {name: os.environ.get(f"NEXUS_PORT_{name.upper()}") for name in DEFAULTS}
    for name, given in forced.items():
        if given and not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
            raise BadPort(f"NEXUS_PORT_{name.upper()} is {given!r}: a port is a number from 1 to 65535.")
    return {name: int(given) for name, given in forced.items() if given}


def free_port(not_these: Collection[int] = ()) -> int:
    """A port on which nobody listens, below those that the system gives to clients: a client that calls a server which
    is down again and again would one day be given that server's own port, and keep it from coming back."""
    while True:
        port = _BELOW_CLIENTS[secrets.randbelow(len(_BELOW_CLIENTS))]
        if port not in not_these and free(port):
            return port


def _write(data: Path, chosen: Mapping[str, int], *, secure: bool) -> None:
    """In one step: other processes read the file while we write it."""
    where = addresses(chosen, secure=secure)
    written = {"ports": chosen, "addresses": where, "gateway_port": chosen["gateway"], "secure": secure}
    path, text = data / "stack.json", json.dumps(written, indent=1) + "\n"
    if path.exists() and path.read_text() == text:
        return
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def addresses(ports: Mapping[str, int], *, secure: bool = False) -> dict[str, str]:
    """What settings call the parts' addresses."""
    s, checked = ("s", "?sslmode=verify-full") if secure else ("", "")
    return {
        "kafka": f"127.0.0.1:{ports['kafka']}",
        "registry": f"http{s}://127.0.0.1:{ports['registry']}/apis/ccompat/v7",
        "postgres": f"postgresql://postgres@127.0.0.1:{ports['postgres']}{checked}",
        "redis": f"redis{s}://127.0.0.1:{ports['redis']}/0",
        "elasticsearch": f"http{s}://127.0.0.1:{ports['elasticsearch']}",
    }
