"""The stack without its servers: what is left alone, what is refused, what is locked by hash."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.settings import PARTS as NAMES
from infra.settings import ROOT, Settings
from infra.stack import jars, jvm, postgres, programs, registry, stack
from infra.stack.kafka import broker_settings, own_settings
from infra.stack.part import Part, Place
from infra.stack.process import DidNotStart
from infra.stack.programs import Unavailable
from infra.stack.stack import PARTS, StackFailed


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("NEXUS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NEXUS_CACHE", str(tmp_path / "cache"))


def quiet(text: str) -> None: ...


ELSEWHERE: dict[str, Any] = {
    "kafka": "elsewhere:1",
    "registry": "http://elsewhere:1",
    "postgres": "postgresql://me@elsewhere:1",
    "redis": "redis://elsewhere:1",
    "elasticsearch": "http://elsewhere:1",
}


def test_the_parts_are_those_whose_addresses_settings_know() -> None:
    assert set(PARTS) == set(NAMES)


def test_parts_that_are_elsewhere_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(place: Place, say: object) -> None:
        raise AssertionError("nothing may be started")

    for name, part in PARTS.items():
        monkeypatch.setitem(stack.PARTS, name, Part(refuse, part.version))  # pyright: ignore
    said: list[str] = []
    stack.up(Settings(data=tmp_path, plaintext="allowed", **ELSEWHERE), said.append)
    assert [name for name in NAMES if any(line.endswith(f"is elsewhere: {ELSEWHERE[name]}") for line in said)] == list(
        NAMES
    )


def test_every_part_that_fails_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(place: Place, say: object) -> None:
        raise DidNotStart("one reason")

    def is_missing(place: Place, say: object) -> None:
        raise Unavailable("Install it.")

    for name, part in PARTS.items():
        how = is_missing if name == "redis" else fails
        monkeypatch.setitem(stack.PARTS, name, replace(part, prepare=how))  # pyright: ignore
    with pytest.raises(StackFailed) as told:
        stack.up(Settings(data=tmp_path), quiet)
    assert str(told.value).splitlines().count("one reason") == 3
    assert "registry was not started: it needs postgres." in str(told.value)
    assert "redis cannot be had. Install it." in str(told.value)


@pytest.mark.parametrize("folder", [ROOT, ROOT.parent, Path.home(), Path("/")])
def test_wipe_leaves_folders_alone_that_are_no_stacks(folder: Path) -> None:
    with pytest.raises(StackFailed, match="does not look like the folder of a stack"):
        stack.wipe(Settings(data=folder), quiet)


def test_wipe_needs_a_trace_of_the_stack(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(StackFailed):
        stack.wipe(Settings(data=tmp_path), quiet)
    (tmp_path / "stack.json").write_text('{"ports": {}}')
    stack.wipe(Settings(data=tmp_path), quiet)
    assert not tmp_path.exists()


def test_looking_and_stopping_make_no_folder(tmp_path: Path) -> None:
    given = Settings(data=tmp_path / "none")
    assert not any(row.answers or row.pid for row in stack.status(given))
    stack.down(given, quiet)
    assert not given.data.exists()


def test_the_registry_keeps_its_schemas_where_postgres_is() -> None:
    told = registry.storage(
        Settings(postgres="postgresql://me:secret@db.example:5433/other?sslmode=require", plaintext="allowed")
    )
    assert told["APICURIO_DATASOURCE_URL"] == "jdbc:postgresql://db.example:5433/registry?sslmode=require"
    assert (told["APICURIO_DATASOURCE_USERNAME"], told["APICURIO_DATASOURCE_PASSWORD"]) == ("me", "secret")
    checked = registry.storage(Settings(postgres="postgresql://me@db.example"))["APICURIO_DATASOURCE_URL"]
    assert checked.endswith("/registry?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory")


def test_the_broker_is_told_what_the_platform_relies_on(tmp_path: Path) -> None:
    told = broker_settings(Place(Settings(data=tmp_path), {"kafka": 1, "kafka_controller": 2}))
    assert told["auto.create.topics.enable"] == "false"
    assert told["transaction.abort.timed.out.transaction.cleanup.interval.ms"] == 1000
    assert all("127.0.0.1" in str(told[key]) for key in ("listeners", "advertised.listeners"))


def test_settings_in_the_folder_of_the_stack_go_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "kafka.properties"
    assert own_settings(path) == {}
    path.write_text("# mine\n\nnum.io.threads = 8\nadvertised.listeners=PLAINTEXT://10.0.0.1:9092\n")
    assert own_settings(path) == {"num.io.threads": "8", "advertised.listeners": "PLAINTEXT://10.0.0.1:9092"}


@pytest.mark.parametrize("lock", [jars.LOCK, ROOT / "tests/bench/peers/axon/jars.lock"])
def test_every_jar_has_a_hash_and_a_place_of_its_own(lock: Path) -> None:
    locked = jars.lock(lock)
    assert all(len(jar.hash) == 64 and len(jar.coordinate.split(":")) in (4, 5) for jar in locked)
    assert len({jar.path for jar in locked}) == len(locked)


def test_the_version_of_a_jar_is_known_by_its_name() -> None:
    assert jars.version("org.apache.kafka:kafka_2.13") == "4.2.2"


def test_a_setting_that_points_nowhere_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_PG_BIN", "/nowhere")
    with pytest.raises(Unavailable, match="NEXUS_PG_BIN is /nowhere, which does not exist"):
        programs.postgres_bin(quiet)


def test_a_program_that_cannot_be_had_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(program: str, say: object) -> None: ...

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_from_apt", nothing)
    monkeypatch.setattr(programs, "_from_wheel", nothing)
    with pytest.raises(Unavailable, match="Install the Debian package redis-server, or set NEXUS_REDIS_SERVER"):
        programs.redis_server(quiet)


def test_a_redis_that_is_too_old_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(program: str, say: object) -> None: ...

    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.3 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_from_apt", nothing)
    monkeypatch.setattr(programs, "_from_wheel", nothing)
    with pytest.raises(Unavailable):
        programs.redis_server(quiet)


def test_a_complete_class_archive_is_shared_and_a_broken_one_written_again(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    folder.mkdir()
    java = Path(sys.executable)  # any program with a version
    flag = jvm.class_archive(java, home, folder)[0]
    assert flag.startswith("-XX:ArchiveClassesAtExit=")
    own = Path(flag.split("=", 1)[1])
    own.write_bytes(bytes(100))
    assert jvm.class_archive(java, home, folder)[0] == flag
    own.write_bytes(b"\xf0\x0b\xab\xa8" + bytes(96))
    shared = jvm.class_archive(java, home, folder)[0]
    assert shared.startswith(f"-XX:SharedArchiveFile={home}/")
    assert jvm.class_archive(java, home, tmp_path / "another")[0] == shared


def test_the_lock_file_of_a_killed_server_goes_once_nobody_works_there(tmp_path: Path) -> None:
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n")  # the number now belongs to a stranger
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as backend:
        with pytest.raises(DidNotStart, match=f"the process {backend.pid} works in"):
            postgres._forget_killed(tmp_path, patience=0.2)  # pyright: ignore[reportPrivateUsage]
        assert lock.exists()
        backend.kill()
    postgres._forget_killed(tmp_path)  # pyright: ignore[reportPrivateUsage]
    assert not lock.exists()
