"""How the Java servers are started: small heaps, and class archives, which halve their start."""

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

COMMON = ("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.net.preferIPv4Stack=true")
# Without the second compiler a server starts sooner and takes less memory; long loads are about a third slower.
QUICK = "-XX:TieredStopAtLevel=1"


@cache
def version(java: Path) -> str:
    """What `java -version` says; empty when it cannot be run."""
    try:
        return subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        return ""


def class_archive(java: Path, home: Path, folder: Path) -> list[str]:
    """Flags that use the class archive of a program, or have its first graceful stop write one.

    It is written into the data folder, and moved beside the program when it is found complete there: other checkouts,
    and stacks that live for one test run, then start as quickly. Java itself refuses an archive that does not fit.
    """
    fits = hashlib.sha256(f"{version(java)} {home}".encode()).hexdigest()[:12]
    shared, own = home / f"classes-{fits}.jsa", folder / f"classes-{fits}.jsa"
    if not shared.exists() and _complete(own):
        _share(own, shared)
    if shared.exists():
        return [f"-XX:SharedArchiveFile={shared}", "-Xshare:auto"]
    own.unlink(missing_ok=True)
    return [f"-XX:ArchiveClassesAtExit={own}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]


def _complete(archive: Path) -> bool:
    """Java writes the header last: an archive whose writer was killed begins with zeros."""
    try:
        with archive.open("rb") as file:
            return any(file.read(4))
    except FileNotFoundError:
        return False


def _share(own: Path, shared: Path) -> None:
    new = shared.with_suffix(f".{os.getpid()}")
    shutil.copyfile(own, new)
    new.replace(shared)
    own.unlink(missing_ok=True)
