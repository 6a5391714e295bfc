# pyarrow has no type hints.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Replays into Parquet files: `FOLDER/type=crm.DealWon/recorded_date=2026-01-31/part-000001.parquet`.

Exactly once: files are written whole and synced beside their places; then the checkpoint that names them replaces the
one before, which is the moment they count; then they are renamed into place. Who resumes renames what a kill left over,
and removes what no checkpoint names. Readers see whole files only: `_replay` is a name that all of them pass over.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from infra.log import headers as h
from infra.on_disk import sync_folder
from schemas.avro import published
from schemas.contract import record_types
from streams.replay import checkpoint as checkpoints
from streams.replay.bounds import Found
from streams.replay.checkpoint import Checkpoint
from streams.replay.columns import rows, schema_of
from streams.replay.opening import Opened, Opener
from streams.replay.refused import Refused
from streams.replay.sink import Often

pa: Any = pyarrow
pq: Any = pyarrow.parquet

SUCCESS = "_SUCCESS"
"""Empty, there once the replay is finished; Hadoop's name for it."""
ROWS = 250_000
_SECONDS = 120.0
_IN_ROWS = 4096
"""Events that are held as Python objects, at most; the others as columns."""

Group = tuple[str, str]
"""Type and recorded date of the events in one file."""


class ParquetSink:
    """A folder that belongs to this replay. `rows_per_cut` events are held in memory and written at once."""

    def __init__(self, folder: Path, opener: Opener, rows_per_cut: int = ROWS) -> None:
        self._folder, self._opener, self._rows = folder, opener, rows_per_cut
        self._own = folder / "_replay"
        self._staged, self._path = self._own / "staged", self._own / "checkpoint.json"
        self._waiting: dict[Group, list[Opened]] = defaultdict(list)
        self._columns: dict[Group, list[Any]] = defaultdict(list)
        self._waits = 0

    @property
    def name(self) -> str:
        return f"Parquet files, personal fields {'left out' if self._opener.vaults is None else 'opened'}"

    @property
    def often(self) -> Often:
        return Often(self._rows, _SECONDS)

    @contextmanager
    def open(self) -> Generator["ParquetSink"]:
        if not self._own.exists() and self._folder.exists() and any(self._folder.iterdir()):
            raise self._not_empty()
        with checkpoints.alone(self._path):
            yield self

    def last(self) -> Checkpoint | None:
        found = checkpoints.load(self._path)
        if found is not None:
            self._place(found)
        return found

    def prepare(self, checkpoint: Checkpoint, *, resumed: bool) -> None:
        if not resumed:
            if self._path.exists():
                raise self._not_empty()
            checkpoints.store(self._path, checkpoint)
        shutil.rmtree(self._staged, ignore_errors=True)
        self._staged.mkdir()

    def take(self, events: Sequence[Found]) -> int:
        opened = self._opener.open(events)
        for event in opened:
            self._waiting[event.found.type, event.found.headers[h.CE_RECORDEDTIME][:10].decode()].append(event)
        self._waits += len(opened)
        if self._waits >= _IN_ROWS:
            self._fold()
        return sum(event.unreadable is not None for event in opened)

    def keep(self, checkpoint: Checkpoint) -> None:
        self._fold()
        names = [self._stage(group, batches, checkpoint.cut) for group, batches in sorted(self._columns.items())]
        self._columns.clear()
        kept = replace(checkpoint, placing=tuple(names))
        checkpoints.store(self._path, kept)
        self._place(kept)

    def _fold(self) -> None:
        for group, events in self._waiting.items():
            self._columns[group].append(rows(group[0], events))
        self._waiting.clear()
        self._waits = 0

    def _stage(self, group: Group, batches: Sequence[Any], cut: int) -> str:
        """Writes a file, beside its place; gives its name below the folder."""
        type, date = group
        name = f"type={type}/recorded_date={date}/part-{cut:06}.parquet"
        path = self._staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = schema_of(type)
        if type in record_types():
            schema = schema.with_metadata({"nexus.avro": published(type)})
        with path.open("wb") as file:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                writer.write_table(pa.Table.from_batches(batches).replace_schema_metadata(schema.metadata))
            file.flush()
            os.fsync(file.fileno())
        return name

    def _place(self, checkpoint: Checkpoint) -> None:
        """Renames the files of a checkpoint into place, those that are not there yet."""
        folders: set[Path] = set()
        for name in checkpoint.placing:
            staged, place = self._staged / name, self._folder / name
            if staged.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(staged, place)
                folders |= {place.parent, place.parent.parent, self._folder}
            elif not place.exists():
                raise Refused("file_missing", f"{place} is gone: remove the folder and replay anew, without --resume.")
        for folder in folders:
            sync_folder(folder)
        if checkpoint.finished:
            (self._folder / SUCCESS).touch()

    def _not_empty(self) -> Refused:
        return Refused(
            "folder_not_empty", f"{self._folder} is not empty: choose another folder, or go on with --resume."
        )
