"""Installs what the peers need, as their lock files say, into the cache that all checkouts share."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from infra.stack import jars, programs

HERE = Path(__file__).parent


def environment() -> Path:
    """The Python of an environment with `eventsourcing`, as requirements.lock names it, checked by hash."""
    lock = HERE / "eventsourcing/requirements.lock"

    def make(folder: Path) -> None:
        _run("eventsourcing", [sys.executable, "-m", "uv", "venv", "-q", "--python", sys.executable, folder / "venv"])
        python = folder / "venv/bin/python"
        sync = [sys.executable, "-m", "uv", "pip", "sync", "-q", "--require-hashes", "--python", python, lock]
        _run("eventsourcing", sync)

    return _made("eventsourcing", [lock], make) / "venv/bin/python"


def node_program() -> Sequence[str]:
    """The command that starts Emmett's program. It lies beside its packages: Node finds them from there alone."""
    node, npm = shutil.which("node"), shutil.which("npm")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    version = re.match(r"v(\d+)", told)
    if node is None or npm is None or version is None or int(version[1]) < 20:
        raise RuntimeError("Emmett needs Node 20 or newer with npm, which is not here; install it and run this again.")
    sources = [HERE / "emmett" / name for name in ("package.json", "package-lock.json", "deals.js", "main.js")]

    def make(folder: Path) -> None:
        for source in sources:
            shutil.copy(source, folder)
        _run("Emmett", [npm, "ci", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"])

    return [node, str(_made("emmett", sources, make) / "main.js")]


def java_program() -> Sequence[str]:
    """The command that starts Axon's program, compiled here, with a heap of 1 GiB. Axon's own report of its use to
    its makers is off."""
    lock = HERE / "axon/jars.lock"
    java = _available(lambda: programs.java(print))

    def make(folder: Path) -> None:
        jars.fetch(jars.lock(lock), folder, print)
        jars.compile_java(java, folder, HERE / "axon")

    home = _available(lambda: _made("axon", [lock, *sorted((HERE / "axon").glob("*.java"))], make))
    return [str(java), "-Xmx1g", "-Daxoniq.update-checker.disabled=true", "-cp", f"{home}/classes:{home}/lib/*", "Main"]


def _available(get: Callable[[], Path]) -> Path:
    try:
        return get()
    except programs.Unavailable as error:
        raise RuntimeError(f"Axon cannot be had: {error}") from error


def _made(name: str, sources: Sequence[Path], make: Callable[[Path], None]) -> Path:
    """The folder that was made of these files. It appears whole or not at all; other files make another."""
    key = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = programs.cache() / f"peer-{name}-{key}"
    with programs.one_at_a_time():
        if not folder.exists():
            print(f"· installing the peer {name}", flush=True)
            making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
            try:
                make(making)
                making.rename(folder)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return folder


def _run(peer: str, command: Sequence[str | Path]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{peer} cannot be installed: {done.stderr.strip()[-400:]}")
