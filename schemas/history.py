"""Every text that a record was ever published with: schemas/history/<record>/<n>.avsc, oldest first.

They are registered together, so that one registration teaches an installation to read all there ever was.
"""

import json
from pathlib import Path

from schemas import avro

KEPT = ("command", "event", "state")
"""Kinds of records that stand on a topic."""


def folder(name: str) -> Path:
    return avro.FOLDER / "history" / name


def versions(name: str) -> tuple[str, ...]:
    """The published texts of a record, oldest first; the last is the current one (`codegen --check` sees to it)."""
    return tuple(compact(path.read_text()) for path in files(name))


def files(name: str) -> tuple[Path, ...]:
    return tuple(sorted(folder(name).glob("*.avsc"), key=lambda path: int(path.stem)))


def recorded() -> frozenset[str]:
    """Names of the records that have a history."""
    return frozenset(path.name for path in (avro.FOLDER / "history").glob("*") if path.is_dir())


def kept() -> tuple[str, ...]:
    """Names of the records whose history is kept."""
    return tuple(name for name, each in avro.named_types().items() if each.get("kind") in KEPT)


def compact(text: str) -> str:
    return json.dumps(json.loads(text), separators=(",", ":"))


def readable(text: str) -> str:
    return json.dumps(json.loads(text), indent=2) + "\n"
