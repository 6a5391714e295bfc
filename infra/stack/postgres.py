"""PostgreSQL. It refuses to run as root: there it runs as another user, in a folder which that user can reach."""

import contextlib
import hashlib
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

from infra.settings import Settings
from infra.stack import authority, process, programs, secure
from infra.stack.part import Part, Place, Say
from infra.stack.process import DidNotStart, Program

User = tuple[int, int]
"""Its number and its group's."""

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
}
_WITH_TLS = {
    "ssl": "on",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
    "ssl_min_protocol_version": "TLSv1.2",
    "password_encryption": "scram-sha-256",
}
_WHO = "hostssl all all 127.0.0.1/32 scram-sha-256\n"
"""pg_hba.conf of a secure server: everybody over TLS and with a password, nobody otherwise."""


def prepare(place: Place, say: Say) -> Program:
    binaries, user, folder = programs.postgres_bin(say), _user(), data_folder(place.data)
    _make(folder, user)
    if not (folder / "PG_VERSION").exists():
        say(f"{'postgres':14} makes its folder {folder}")
        _initialize(binaries, folder, user, secure.passwords(place.data)["postgres"] if place.secure else None)
    if place.secure:
        _guard(place, folder, user)
    if not process.running(place.pid_file("postgres")):
        _forget_killed(folder)
    options = OPTIONS | _WITH_TLS if place.secure else OPTIONS
    flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    command = [binaries / "postgres", "-D", folder, "-p", str(place.ports["postgres"]), *flags]
    known = place.settings
    return Program("postgres", command, place.log("postgres"), lambda: version(known) is not None, user=user)


def data_folder(data: Path) -> Path:
    """Where the rows lie; below /var/tmp when we are root and another user could not reach the stack's own folder."""
    reachable = all(parent.stat().st_mode & 0o001 for parent in data.resolve().parents)
    if os.geteuid() != 0 or reachable:
        return data / "postgres"
    mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"nexus360-{mark}"  # noqa: S108 - refused below when it is somebody else's


def _user() -> User | None:
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return account.pw_uid, account.pw_gid


def _make(folder: Path, user: User | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid not in {os.geteuid(), *(user or ())[:1]}:
        raise DidNotStart(f"postgres cannot use {folder}: it belongs to somebody else. Delete it or set NEXUS_DATA.")
    if user is not None:
        os.chown(folder, *user)
        if folder.parent.stat().st_uid == os.geteuid() and folder.name == "postgres":
            folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    folder.chmod(0o700)


def _initialize(binaries: Path, folder: Path, user: User | None, password: str | None) -> None:
    """With a password the administrator has that; without one everybody on this machine is let in."""
    uid, gid = user or (None, None)
    entry, trusted = folder.with_name(f"{folder.name}.password"), ["-A", "trust"]
    if password is not None:
        _give(entry, password.encode(), user)
        trusted = ["-A", "scram-sha-256", "--pwfile", str(entry)]
    making = [binaries / "initdb", "-D", folder, "-U", "postgres", *trusted, "-E", "UTF8", "--locale=C.UTF-8"]
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
    entry.unlink(missing_ok=True)
    if done.returncode != 0:
        raise DidNotStart(f"postgres cannot make its folder {folder}: {done.stderr.strip()}")


def _guard(place: Place, folder: Path, user: User | None) -> None:
    """Hands the server its certificate and key, and says who is let in."""
    _give(folder / "server.crt", secure.certificate(place.data, "postgres").read_bytes(), user)
    _give(folder / "server.key", secure.key(place.data, "postgres").read_bytes(), user)
    _give(folder / "pg_hba.conf", _WHO.encode(), user)


def _give(path: Path, content: bytes, user: User | None) -> None:
    """A file that only the server can read."""
    authority.write_private(path, content)
    if user is not None:
        os.chown(path, *user)


def _forget_killed(folder: Path, patience: float = 10.0) -> None:
    """Removes the lock file of a killed server, once none of its processes is left.

    PostgreSQL believes in its lock file while any process has the number in it: one that nobody has buried yet, or a
    stranger. That file is also how it notices backends that outlived their server, so they must be gone first.
    """
    deadline = time.monotonic() + patience
    while (living := _working_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    if living:
        raise DidNotStart(f"postgres cannot start: the process {living[0]} works in {folder} already; stop it first.")
    if living is not None:
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int] | None:
    """Processes whose current folder this is, as that of every PostgreSQL process is; None where we may not look."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            try:
                if (entry / "cwd").readlink() == folder.resolve():
                    found.append(int(entry.name))
            except PermissionError:
                if b"postgres" in (entry / "cmdline").read_bytes():
                    return None
    return found


def version(settings: Settings) -> str | None:
    import psycopg

    from infra.postgres import administrator

    try:
        with administrator(settings) as connection:
            number = connection.info.server_version
            return f"{number // 10000}.{number % 10000}" if connection.execute("select 1").fetchone() else None
    except psycopg.Error:
        return None


# Fast: SIGTERM would wait for every client to leave. At once: SIGQUIT, which gives its shared memory back.
PART = Part(prepare, version, stop=signal.SIGINT, discard=signal.SIGQUIT)
