"""Which letters the bytes of a file stand for, and its lines as text.

A byte order mark tells. Without one a line is read as UTF-8 if it can be, which other encodings hardly ever are by
chance, and else in one fallback for the whole file: what charset-normalizer takes a sample of those lines for, or what
the caller names. So a file that was put together from several is read whole, and each line that was guessed is known.
"""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from infra.sheets.problems import FileRefused

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of one line, or characters of one quoted cell; past that a file is taken to be no table."""
UTF_8, WESTERN = "utf-8", "cp1252"
FALLBACKS = (
    WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp437", "cp850", "latin_1", "iso8859_2", "iso8859_15",
    "mac_roman", "big5", "euc_kr", "gb18030", "shift_jis",
)  # fmt: skip
"""What lines that are no UTF-8 may be said to be in."""

_GUESSED = ("cp1250", "cp1251", WESTERN, "cp1253", "cp1254", "iso8859_2", "mac_roman", "gb18030", "shift_jis")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = frozenset({"utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"})
_BLOCK = 1 << 20
_START = 4096
_SAMPLE = 64 * 1024
_ENOUGH = 40
"""Bytes beyond ASCII below which a guess is worth less than the most usual fallback."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is what lines are in, `fallback` what those are in that are not; `mark` bytes stand before the first."""

    name: str
    fallback: str = WESTERN
    mark: int = 0


def find(path: Path, named: str | None = None, look: int | None = None) -> Encoding:
    """The encoding of a file, from all of it or from its first `look` bytes. `named` is the fallback that the caller
    knows. Raises `FileRefused`."""
    if named is not None and named not in FALLBACKS:
        choices = ", ".join(FALLBACKS)
        raise FileRefused("encoding_unknown", f"The encoding is none of {choices}; leave it out or name one.")
    with path.open("rb") as file:
        start = file.read(_START)
        if not start:
            raise FileRefused("file_empty", "The file is empty; upload one with a header and rows.")
        for mark, name in _MARKS:
            if start.startswith(mark):
                return Encoding(name, named or WESTERN, len(mark))
        if (wide := _without_mark(start)) is not None:
            return Encoding(wide, named or WESTERN)
        file.seek(0)
        return _by_lines(_blocks(file, UTF_8, look), named)


def lines(path: Path, encoding: Encoding) -> Iterator[tuple[str, bool]]:
    """Each line with its end, and whether it was read in the fallback. Raises `FileRefused` for one too long."""
    with path.open("rb") as file:
        file.seek(encoding.mark)
        inner = UTF_8 if encoding.name in _WIDE else encoding.name
        for line in _split(_blocks(file, encoding.name)):
            yield _decoded(line, inner, encoding.fallback)


def _without_mark(start: bytes) -> str | None:
    """UTF-16 that says nothing of it: of Latin letters every other byte is zero."""
    half = len(start) // 2
    if half and start[1::2].count(0) > half * 0.6 and start[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and start[::2].count(0) > half * 0.6 and start[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _by_lines(blocks: Iterable[bytes], named: str | None) -> Encoding:
    """UTF-8 where some line beyond ASCII is that or all are; else what the others are in."""
    fits, sample, others = False, bytearray(), False
    for line in _split(blocks):
        if line.isascii():
            continue
        if _is_utf8(line):
            fits = True
        else:
            others = True
            sample += line[: _SAMPLE - len(sample)]
    if not others:
        return Encoding(UTF_8, named or WESTERN)
    fallback = named or _guessed(bytes(sample))
    return Encoding(UTF_8 if fits else fallback, fallback)


def _guessed(sample: bytes) -> str:
    if sum(byte > 127 for byte in sample) < _ENOUGH:
        return WESTERN
    best = from_bytes(sample, cp_isolation=list(_GUESSED)).best()
    if best is None or WESTERN in best.could_be_from_charset or best.encoding not in FALLBACKS:
        return WESTERN
    return best.encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, name: str, fallback: str) -> tuple[str, bool]:
    for each, guessed in ((name, False), (fallback, True)):
        try:
            return line.decode(each), guessed
        except UnicodeDecodeError:
            continue
    return line.decode("latin_1"), True  # has a letter for every byte


def _blocks(file: IO[bytes], name: str, look: int | None = None) -> Iterator[bytes]:
    """The bytes, in UTF-8 where the encoding has several for each letter; what is no letter becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(name)("replace") if name in _WIDE else None
    left = look
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        left = None if left is None else left - len(block)
        yield block if decoder is None else decoder.decode(block).encode()
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode()


def _split(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends, of all three kinds."""
    held, number = b"", 1
    for block in blocks:
        parts = (held + block).splitlines(keepends=True)
        held = parts.pop() if parts else b""  # it may go on, or its end may
        for part in parts:
            _must_be_short(part, number)
            yield part
            number += 1
        _must_be_short(held, number)
    if held:
        yield held


def _must_be_short(line: bytes, number: int) -> None:
    if len(line) > LINE_LIMIT:
        raise FileRefused("line_too_long", f"Line {number} has more than {LINE_LIMIT} bytes; is this a table?")
