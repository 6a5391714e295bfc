"""Programs made of jars: fetched as jars.lock names them, checked by hash, built once, shared by all checkouts.

No Maven and no JDK: jgo fetches, and Eclipse's compiler, a jar itself, compiles what Elasticsearch lacks.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.stack import programs
from infra.stack.part import Say
from infra.stack.programs import Unavailable

HERE = Path(__file__).parent
LOCK = HERE / "jars.lock"
JAVA = HERE / "java"


@dataclass(frozen=True, slots=True)
class Jar:
    hash: str
    coordinate: str
    path: str

    @property
    def version(self) -> str:
        return self.coordinate.rsplit(":", 1)[1]


@cache
def lock(path: Path = LOCK) -> tuple[Jar, ...]:
    """What jars.lock, or another file of its kind, says."""
    lines = (line.split() for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return tuple(Jar(hash, coordinate, path) for hash, coordinate, path in lines)


def version(name: str) -> str:
    """The version of the jar with this group and name. `version("org.apache.kafka:kafka_2.13")` is "4.2.2"."""
    return next(jar.version for jar in lock() if jar.coordinate.startswith(f"{name}:"))


def home(program: str, java: Path, say: Say) -> Path:
    """The folder of kafka, registry or elasticsearch. All are built when the first is asked for."""
    sources = sorted(JAVA.rglob("*.java"))
    key = hashlib.sha256(b"".join(path.read_bytes() for path in (LOCK, *sources))).hexdigest()[:16]
    built = programs.cache() / f"jars-{key}"
    with programs.one_at_a_time():
        if not built.exists():
            _build(built, java, say)
    return built / program


def fetched(jar: Jar) -> Path:
    """One jar that no server needs. Raises `Unavailable`."""
    from jgo.maven import MavenContext  # pyright: ignore[reportMissingTypeStubs]

    return _checked(MavenContext(timeout=60), jar)


def _build(built: Path, java: Path, say: Say) -> None:
    building = Path(tempfile.mkdtemp(dir=built.parent, prefix=".building-"))
    try:
        say(f"fetching {len(lock())} jars, about 200 MB, once; they stay in {programs.cache()}")
        fetch(lock(), building, say)
        _build_elasticsearch(building / "elasticsearch", java)
        building.chmod(0o755)
        building.rename(built)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def fetch(jars: Sequence[Jar], building: Path, say: Say) -> None:
    """Places jars in a folder, each where its line says; Unavailable when one cannot be had."""
    from jgo.maven import MavenContext  # pyright: ignore[reportMissingTypeStubs]

    context: Any = MavenContext(timeout=60)

    def place(jar: Jar) -> None:
        _place(jar, _checked(context, jar), building)

    with ThreadPoolExecutor(4) as pool:
        for number, _ in enumerate(pool.map(place, jars), 1):
            if number % 24 == 0:
                say(f"  {number} of {len(jars)}")


def compile_java(java: Path, home: Path, sources: Path) -> Path:
    """The classes of a folder's sources, made by the folder's ecj.jar against its jars; Unavailable when they do not
    compile."""
    classes = home / "classes"
    class_path = os.pathsep.join(str(jar) for jar in sorted(home.rglob("*.jar")))
    compiler = [java, "-jar", home / "ecj.jar", "-17", "-nowarn", "-cp", class_path, "-d", classes, sources]
    done = subprocess.run([str(part) for part in compiler], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{sources} does not compile: {done.stderr.strip()[-500:]}")
    return classes


def _checked(context: Any, jar: Jar) -> Path:
    """A jar from the local Maven repository or from Maven Central. A broken download is thrown away once."""
    group, name, packaging, *classifier, version = jar.coordinate.split(":")
    artifact = context.project(group, name).at_version(version)
    wanted = artifact.artifact(classifier="".join(classifier) or None, packaging=packaging)
    for _ in range(2):
        try:
            path = Path(wanted.resolve())
        except Exception as error:  # jgo gives what its HTTP client raises, in many types
            raise Unavailable(f"{jar.coordinate} cannot be fetched: {error}. Run this again when it can.") from error
        if hashlib.sha256(path.read_bytes()).hexdigest() == jar.hash:
            return path
        path.unlink()
    raise Unavailable(f"{jar.coordinate} is not what jars.lock expects; whoever serves it has another file.")


def _place(jar: Jar, path: Path, building: Path) -> None:
    target = building / jar.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            # Its hash is known. The argument `filter` is missing from Debian 12's Python 3.11.2.
            archive.extractall(target.parent)  # noqa: S202
    else:
        shutil.copyfile(path, target)


def _build_elasticsearch(home: Path, java: Path) -> None:
    """Compiles our main class and module, and lays all out as the distribution does."""
    classes = compile_java(java, home, JAVA)
    (home / "modules/mini").mkdir(parents=True)
    ours = {
        "lib/node.jar": "local/EsNode*.class",
        "modules/mini/mini.jar": "local/mini/*.class",
        "modules/transport-netty4/guard.jar": "local/guard/*.class",
    }
    for jar, classes_of in ours.items():
        with zipfile.ZipFile(home / jar, "w") as archive:
            for path in sorted(classes.glob(classes_of)):
                archive.writestr(zipfile.ZipInfo(str(path.relative_to(classes))), path.read_bytes())
    _describe(home, "transport-netty4", "local.guard.GuardedNetty")
    _describe(home, "mini", "local.mini.MiniModule")
    for folder in ("config", "plugins"):
        (home / folder).mkdir()
    shutil.rmtree(classes)
    with contextlib.suppress(OSError):
        (home / "ecj.jar").unlink()


def _describe(home: Path, module: str, main_class: str) -> None:
    """The descriptor that the loader wants beside a module's jars."""
    elasticsearch = version("org.elasticsearch:elasticsearch")
    described = {
        "name": module,
        "description": module,
        "version": elasticsearch,
        "elasticsearch.version": elasticsearch,
        "java.version": "17",
        "classname": main_class,
    }
    text = "".join(f"{key}={value}\n" for key, value in described.items())
    (home / "modules" / module / "plugin-descriptor.properties").write_text(text)
