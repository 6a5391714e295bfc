"""The files of bulk changes: which records one is about and with which command, and what became of each.

The gateway writes the first and reads the last, the worker the other way round. Only the first may hold something
personal, what a command says; it goes as soon as its bulk change has ended. All lie on a shelf of their own, where no
hash alone opens them.
"""

import base64
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from infra.blobs import Blobs
from infra.log.codec import Codec
from schemas.contract import PlainVault, Record

_SHELF: Literal["bulk"] = "bulk"
_ENCODE = msgspec.json.Encoder().encode
_REPORT = ("id", "outcome", "seen", "before", "after", "code", "reason")


class Selected(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that is meant, with the version at which it was seen. `key` says which of the file's commands is for it;
    `code` why none is, where whoever started this may not do that to it."""

    id: str
    version: int = 0
    key: str = ""
    code: str = ""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a record: `changed`, `unchanged` or `refused`; `left` where all of it failed before its turn; and
    once it is taken back `reverted` or `kept`. Versions are the record's as it was selected, before and after."""

    id: str
    outcome: str
    before: int = 0
    after: int = 0
    code: str = ""
    reason: str = ""
    seen: int = 0


class _Head(msgspec.Struct, frozen=True):
    """The first line. `change` makes a file its bulk change's own, so that it may go with it."""

    change: str
    commands: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Selection:
    """The commands by key, each without the id of its record, and the records in order."""

    commands: Mapping[str, Record]
    records: Iterator[Selected]


def keep_selection(
    blobs: Blobs,
    codec: Codec,
    tenant: str,
    change: str,
    commands: Mapping[str, Record],
    records: Iterable[Selected],
) -> str:
    """Writes which records are meant and gives the file's hash. Raises RegistryUnavailable."""
    written = {key: base64.b64encode(codec.encode(each, PlainVault())).decode() for key, each in commands.items()}
    return _kept(blobs, tenant, (_Head(change, written), *records))


def open_selection(blobs: Blobs, codec: Codec, tenant: str, hash: str) -> Selection:
    """Which records are meant. Raises BlobMissing, RegistryUnavailable, Undecodable."""
    lines = _lines(blobs, tenant, hash)
    head = msgspec.json.decode(next(lines), type=_Head)
    commands = {key: codec.decode(base64.b64decode(each), PlainVault()) for key, each in head.commands.items()}
    return Selection(commands, map(msgspec.json.Decoder(Selected).decode, lines))


def keep_outcomes(blobs: Blobs, tenant: str, outcomes: Iterable[Outcome]) -> str:
    """Writes what became of some records and gives the file's hash."""
    return _kept(blobs, tenant, outcomes)


def outcomes(blobs: Blobs, tenant: str, hashes: Sequence[str]) -> Iterator[Outcome]:
    """What became of records, in the order of the files. Raises BlobMissing."""
    decode = msgspec.json.Decoder(Outcome).decode
    for hash in hashes:
        yield from map(decode, _lines(blobs, tenant, hash))


def keep_report(blobs: Blobs, tenant: str, found: Iterable[Outcome]) -> str:
    """Writes the report, a CSV file, and gives its hash."""
    rows = (
        (
            each.id,
            each.outcome,
            *(number or "" for number in (each.seen, each.before, each.after)),
            each.code,
            each.reason,
        )
        for each in found
    )
    return blobs.put(tenant, map(_csv, (_REPORT, *rows)), shelf=_SHELF).hash


def reported(blobs: Blobs, tenant: str, hash: str) -> Iterator[Outcome]:
    """What a report says, in order. Raises BlobMissing."""
    with io.TextIOWrapper(blobs.open(tenant, hash, _SHELF), "utf-8", newline="") as file:
        for row in csv.DictReader(file):
            versions = {name: int(row[name] or 0) for name in ("seen", "before", "after")}
            yield Outcome(row["id"], row["outcome"], **versions, code=row["code"], reason=row["reason"])


def _kept(blobs: Blobs, tenant: str, lines: Iterable[msgspec.Struct]) -> str:
    return blobs.put(tenant, (_ENCODE(line) + b"\n" for line in lines), shelf=_SHELF).hash


def _lines(blobs: Blobs, tenant: str, hash: str) -> Iterator[bytes]:
    with blobs.open(tenant, hash, _SHELF) as file:
        yield from file


def _csv(row: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(row)
    return text.getvalue().encode()
