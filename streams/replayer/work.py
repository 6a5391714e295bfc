"""One replay of a tenant: into Parquet files, then into an archive, which only that tenant can fetch."""

import hashlib
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from infra.blobs import Blob, Blobs
from infra.log.codec import Codec
from infra.log.envelope import CommandEnvelope
from infra.plain import dump
from infra.settings import Settings
from schemas.contract import Record
from schemas.generated.integration.replay_job import (
    CONTRACT,
    CompleteReplay,
    FailReplay,
    RecordReplayProgress,
    ReplayJob,
)
from streams.importer.deliver import Pause, Send, ask
from streams.replay.bounds import Bounds
from streams.replay.checkpoint import Checkpoint
from streams.replay.opening import Opener
from streams.replay.pace import Told
from streams.replay.parquet import SUCCESS, ParquetSink
from streams.replay.parse import range_of
from streams.replay.run import Order, run
from streams.replayer.board import Job

TELL_EVERY = 5.0
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "nexus360/replay")
_CHUNK = 1024 * 1024
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files are the same archive."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What work takes from outside. `folder` is where files are until they are in the archive."""

    settings: Settings
    codec: Codec
    blobs: Blobs
    folder: Path
    send: Send
    pause: Pause
    clock: Callable[[], datetime]


def folder_of(job: Job, desk: Desk) -> Path:
    """A replay's own folder. Its id is the caller's and may be any text, so that the name is made from a digest."""
    return desk.folder / hashlib.sha256("/".join(job.key).encode()).hexdigest()


def bounds_of(tenant: str, state: ReplayJob) -> Bounds:
    """What a replay reads: of its own tenant, always."""
    return Bounds(
        tenants=(tenant,),
        domains=tuple(state.domains),
        types=tuple(state.types),
        aggregates=tuple(state.aggregates),
        ids=tuple(state.ids),
        keys=tuple(f"{tenant}/{key}" for key in state.keys or ()),
        recorded_from=state.recorded_from,
        recorded_until=state.recorded_until,
        occurred_from=state.occurred_from,
        occurred_until=state.occurred_until,
        offsets=tuple(range_of(each) for each in state.offsets or ()),
    )


def work_on(job: Job, desk: Desk, stopped: Callable[[], bool]) -> bool:
    """Goes on with a replay; whether it came to its end. Raises Refused, and what outages raise."""
    folder, state = folder_of(job, desk), job.state

    def tell(told: Told) -> None:
        _say(job, desk, _progress(state, told.size, told.passed, told.done, desk.clock()), "progress", told.passed)

    with ParquetSink(folder, Opener(desk.codec, None)).open() as sink:
        resume = sink.last() is not None
        order = Order(folder.name[:12], bounds_of(job.tenant, state), resume, rate=state.rate, tell_every=TELL_EVERY)
        done = run(desk.settings, order, sink, stopped, tell)
    tell(Told(done.done, done.passed, done.size, 0.0, None))
    if not done.finished:
        return False
    blob = archive(folder, done, desk.blobs, job.tenant)
    counts = dict(done.counts)
    now = desk.clock()
    complete = CompleteReplay(
        replay_id=state.replay_id,
        file=blob.hash,
        file_size=blob.size,
        counts=counts,
        expires_at=now + timedelta(days=desk.settings.replays_kept),
        at=now,
    )
    _say(job, desk, complete, "complete")
    shutil.rmtree(folder)
    return True


def fail(job: Job, desk: Desk, code: str, reason: str) -> None:
    """Ends a replay that cannot come to its end."""
    _say(job, desk, FailReplay(replay_id=job.state.replay_id, code=code, reason=reason, at=desk.clock()), "fail")
    shutil.rmtree(folder_of(job, desk), ignore_errors=True)


def archive(folder: Path, done: Checkpoint, blobs: Blobs, tenant: str) -> Blob:
    """The files of a replay as one blob: a zip archive, with `counts.json` beside the files."""
    path = folder / "_replay" / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as zipped:  # the files are compressed
        zipped.writestr(zipfile.ZipInfo("counts.json", _LONG_AGO), dump(dict(sorted(done.counts.items()))))
        zipped.writestr(zipfile.ZipInfo(SUCCESS, _LONG_AGO), b"")
        for file in sorted(folder.glob("*/*/*.parquet")):
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), _LONG_AGO)
            with file.open("rb") as source, zipped.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, _CHUNK)
    with path.open("rb") as source:
        return blobs.put(tenant, _chunks(source))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _progress(state: ReplayJob, size: int, passed: int, events: int, at: datetime) -> RecordReplayProgress:
    return RecordReplayProgress(replay_id=state.replay_id, size=size, passed=passed, events=events, at=at)


def _say(job: Job, desk: Desk, command: Record, *place: str | int) -> None:
    """Tells the replay itself something. It accepts these always; a refusal is a mistake of ours."""
    tenant, id = job.key
    number = str(uuid.uuid5(_NAMESPACE, "/".join((tenant, id, *map(str, place)))))
    envelope = CommandEnvelope(
        command=command,
        tenant=tenant,
        aggregate=CONTRACT.aggregate,
        id=id,
        command_id=number,
        correlation_id=str(uuid.uuid5(_NAMESPACE, f"{tenant}/{id}")),
        actor=f"replay:{id}",
        fingerprint=number.replace("-", "")[:16],
    )
    reply = ask(envelope, desk.send, desk.pause)
    if reply.status != 200:
        raise RuntimeError(f"The replay {id} refused {command.NAME}: {reply.status} {reply.code} {reply.message}")
