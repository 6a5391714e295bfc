"""PostgreSQL. It refuses to run as root: there it runs as another user, in a folder which that user can reach."""

import hashlib
import os
import pwd
import signal
import subprocess
from pathlib import Path

from infra.stack import programs
from infra.stack.part import Part, Place, Say
from infra.stack.ports import addresses
from infra.stack.process import DidNotStart, Program

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
}


def prepare(place: Place, say: Say) -> Program:
    binaries, user, folder = programs.postgres_bin(say), _user(), data_folder(place.data)
    _make(folder, user)
    if not (folder / "PG_VERSION").exists():
        say(f"{'postgres':14} makes its folder {folder}")
        _initialize(binaries, folder, user)
    flags = [part for key, value in OPTIONS.items() for part in ("-c", f"{key}={value}")]
    command = [binaries / "postgres", "-D", folder, "-p", str(place.ports["postgres"]), *flags]
    address = addresses(place.ports)["postgres"]
    return Program("postgres", command, place.log("postgres"), lambda: version(address) is not None, user=user)


def data_folder(data: Path) -> Path:
    """Where the rows lie; below /var/tmp when we are root and another user could not reach the stack's own folder."""
    reachable = all(parent.stat().st_mode & 0o001 for parent in data.resolve().parents)
    if os.geteuid() != 0 or reachable:
        return data / "postgres"
    mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"nexus360-{mark}"  # noqa: S108 - refused below when it is somebody else's


def _user() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return account.pw_uid, account.pw_gid


def _make(folder: Path, user: tuple[int, int] | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid not in {os.geteuid(), *(user or ())[:1]}:
        raise DidNotStart(f"postgres cannot use {folder}: it belongs to somebody else. Delete it or set NEXUS_DATA.")
    if user is not None:
        os.chown(folder, *user)
        if folder.parent.stat().st_uid == os.geteuid() and folder.name == "postgres":
            folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    folder.chmod(0o700)


def _initialize(binaries: Path, folder: Path, user: tuple[int, int] | None) -> None:
    uid, gid = user or (None, None)
    making = [binaries / "initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(
        [str(part) for part in making],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
    )
    if done.returncode != 0:
        raise DidNotStart(f"postgres cannot make its folder {folder}: {done.stderr.strip()}")


def version(address: str) -> str | None:
    import psycopg

    try:
        with psycopg.connect(address, dbname="postgres", connect_timeout=2) as connection:
            number = connection.info.server_version
            return f"{number // 10000}.{number % 10000}" if connection.execute("select 1").fetchone() else None
    except psycopg.Error:
        return None


# Fast: SIGTERM would wait for every client to leave. At once: SIGQUIT, which gives its shared memory back.
PART = Part(prepare, version, stop=signal.SIGINT, discard=signal.SIGQUIT)
