"""A domain of its own for tests of generator and codec: contracts that no product needs, generated and loaded here."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from schemas import avro
from schemas.codegen.python import module

AT = {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}, "doc": "When."}
ID = {"name": "thing_id", "type": "string", "doc": "Its id."}
COLOUR = {"type": "enum", "name": "Colour", "namespace": "lab", "doc": "A colour.", "default": "UNKNOWN"} | {
    "symbols": ["UNKNOWN", "RED"]
}


def record(name: str, kind: str, *fields: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "lab", "kind": kind, "doc": "A record.", **attributes} | {
        "fields": list(fields)
    }


def a(name: str, type: Any, **more: Any) -> dict[str, Any]:
    """A field."""
    return {"name": name, "type": type, "doc": "A field.", **more}


def state(*fields: dict[str, Any], version: int = 1) -> dict[str, Any]:
    about = {"aggregate": "thing", "plural": "things", "id": "thing_id", "service": "thing", "version": version}
    return record("Thing", "state", a("thing_id", "string", default=""), *fields, **about)


def event(name: str, *fields: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return record(name, "event", ID, *fields, AT, **attributes)


def command(name: str, *fields: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    about = {"verb": name.lower(), "creates": False, "permission": f"lab.thing.{name.lower()}"}
    return record(name, "command", ID, *fields, AT, **(about | attributes))


@contextmanager
def lab(folder: Path, monkeypatch: pytest.MonkeyPatch, *types: dict[str, Any]) -> Generator[ModuleType]:
    """The generated module of these types, while they and common.avsc are all the schemas there are."""
    (folder / "lab").mkdir(exist_ok=True)
    path = folder / "lab" / "thing.avsc"
    path.write_text(json.dumps(types))
    (folder / "common.avsc").write_text((avro.FOLDER / "common.avsc").read_text())
    with monkeypatch.context() as patch:
        patch.setattr(avro, "FOLDER", folder)
        forget()
        made = ModuleType("lab_thing")
        patch.setitem(sys.modules, "lab_thing", made)  # dataclasses look their module up
        exec(module("lab/thing.avsc", avro.read_file(path)), made.__dict__)
        yield made
    forget()


def forget() -> None:
    for cached in (avro.named_types, avro.published, avro.wire):
        cached.cache_clear()
