"""Keeps the history of published texts: a changed text becomes the next version, and no committed one ever changes."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from schemas import avro
from schemas.history import files, folder, kept, readable, recorded, versions


def wanted() -> Iterator[tuple[Path, str]]:
    """Each record's newest version with the text it must have."""
    for name in kept():
        text = avro.published(name)
        known = files(name)
        if not known:
            yield folder(name) / "1.avsc", readable(text)
        elif versions(name)[-1] != text:
            # A version that was never committed was never in use, so the newer text takes its place.
            number = len(known) + 1 if committed(known[-1]) else len(known)
            yield folder(name) / f"{number}.avsc", readable(text)


def complaints() -> Iterator[str]:
    """What no writing can put right."""
    for name in sorted(recorded() - set(kept())):
        yield (
            f"schemas/history/{name}: no file declares {name} any more, and the log may hold it. "
            'Put it back into its .avsc with "retired": true.'
        )
    for name in kept():
        numbers = [int(path.stem) for path in files(name)]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"schemas/history/{name} has the versions {numbers}; it must have each from 1 on. Take them from git."


def committed(path: Path) -> bool:
    """Whether git has this file in its last commit; True where there is no git to ask."""
    try:
        found = subprocess.run(
            ["git", "ls-tree", "--name-only", "HEAD", path.name], cwd=path.parent, capture_output=True, text=True
        )
    except FileNotFoundError:
        return True
    return found.returncode != 0 or bool(found.stdout.strip())
