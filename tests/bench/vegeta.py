"""Vegeta, a load generator with an open loop: requests are sent at a constant rate, whether or not others are answered.

It is built once, as generator/go.mod and go.sum name it, into the cache that all checkouts share. A time counts from
the moment when a request was due, so that waiting counts, also that of the generator itself.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from infra.stack import programs

MODULE = "github.com/tsenart/vegeta/v12"
HERE = Path(__file__).parent / "generator"
GIVES_UP = 30
"""Seconds after which a request without an answer counts as lost, with code 0."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; a `body` is JSON."""

    method: str
    path: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request that was due `due` seconds after the start; it was whole `seconds` after that."""

    method: str
    due: float
    seconds: float
    code: int
    rest: bool
    """Whether it had a Retry-After."""

    @property
    def done(self) -> bool:
        return 200 <= self.code < 300


def attack(url: str, key: str, asks: Iterator[Ask], rate: int, seconds: float) -> list[Answer]:
    """The answers to so many requests a second for so long, in the order in which they were due."""
    count = max(1, round(rate * seconds))
    with tempfile.TemporaryDirectory(prefix="nexus-load-") as folder:
        targets, found = Path(folder) / "targets", Path(folder) / "found"
        with targets.open("wb") as file:
            file.writelines(_target(url, key, next(asks)) for _ in range(count))
        how = (f"-rate={rate}/1s", "-lazy", "-format=json", "-max-body=0", "-http2=false", f"-timeout={GIVES_UP}s")
        subprocess.run([program(), "attack", *how, f"-targets={targets}", f"-output={found}"], check=True)
        told = subprocess.run([program(), "encode", str(found)], check=True, capture_output=True)
    return answers(map(orjson.loads, told.stdout.splitlines()), count, rate)


def _target(url: str, key: str, ask: Ask) -> bytes:
    header = {"Authorization": [f"Bearer {key}"], "Content-Type": ["application/json"]}
    target: dict[str, Any] = {"method": ask.method, "url": f"{url}{ask.path}", "header": header}
    if ask.body is not None:
        target["body"] = base64.b64encode(orjson.dumps(ask.body)).decode()
    return orjson.dumps(target) + b"\n"


# Past the last target vegeta tries once or more to get another: what is beyond the count was never sent.
def answers(lines: Iterable[Mapping[str, Any]], count: int, rate: int) -> list[Answer]:
    hits = sorted((line for line in lines if line["seq"] < count), key=lambda line: line["seq"])
    began = _moment(hits[0])
    return [_answer(line, _moment(line) - began, line["seq"] / rate) for line in hits]


def _moment(line: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(line["timestamp"]).timestamp()


def _answer(line: Mapping[str, Any], sent: float, due: float) -> Answer:
    headers: Mapping[str, Any] = line["headers"] or {}
    seconds = max(0.0, sent - due) + line["latency"] / 1e9
    return Answer(line["method"], due, seconds, line["code"], "Retry-After" in headers)


@cache
def program() -> str:
    """Where vegeta lies; it is built when it is not there yet. Raises `Unavailable` when there is no Go."""
    key = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in ("go.mod", "go.sum"))).hexdigest()[:16]
    built = programs.cache() / f"vegeta-{key}"
    if not built.exists():
        go = programs.go(print)
        with programs.one_at_a_time():
            if not built.exists():
                _build(go, built)
    return str(built / "vegeta")


def _build(go: Path, built: Path) -> None:
    print(f"building {MODULE} with Go, some minutes, once; it stays in {built}", flush=True)
    building = Path(tempfile.mkdtemp(dir=built.parent, prefix=".building-"))
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    try:
        command = [str(go), "build", "-trimpath", "-o", str(building / "vegeta"), MODULE]
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise programs.Unavailable(f"{MODULE} cannot be built: {done.stderr.strip()[-500:]}")
        building.chmod(0o755)
        building.rename(built)
    finally:
        shutil.rmtree(building, ignore_errors=True)
