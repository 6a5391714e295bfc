"""`python -m schemas.compatibility [--base BRANCH]` refuses changes to contracts that the log would not survive.

Every command and event is compared with all its bundled versions and with the base branch. A state may change as it
likes, if its version rises with it: then old snapshots are not read but made anew from events.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import avro
from schemas.codegen.history import complaints
from schemas.compare import changes
from schemas.history import KEPT, kept, versions

Types = Mapping[str, dict[str, Any]]


class NoBase(Exception):
    """There is no base branch to compare with."""


def against_history() -> Iterator[str]:
    """What is wrong between the current schemas and every version in schemas/history."""
    yield from complaints()
    for name in kept():
        current = avro.published(name)
        for number, text in enumerate(versions(name), start=1):
            for problem in problems(text, current):
                yield f"Against version {number}: {problem}"


def against_base(base: str) -> Iterator[str]:
    """What is wrong between the current schemas and those of a git branch. Raises NoBase."""
    before = base_types(base)
    for name in (name for name, each in before.items() if each.get("kind") in KEPT):
        if name not in avro.named_types():
            yield (
                f"{name} is in {base} and is gone here, renamed or removed; the log may hold it. "
                'Put it back with "retired": true.'
            )
        else:
            for problem in problems(avro.published_of(name, before), avro.published(name)):
                yield f"Against {base}: {problem}"
    for path in git(
        "diff", "--name-only", "--no-renames", "--diff-filter=MD", base, "--", "schemas/history"
    ).splitlines():
        yield f"{path} is committed in {base} and differs here. History never changes: take the file from {base}."


def problems(old: str, new: str) -> Iterator[str]:
    """What is wrong between two published texts of one record."""
    before, after = json.loads(old), json.loads(new)
    if before["kind"] != after["kind"]:
        yield f"{before['name']} was of kind {before['kind']} and is now {after['kind']}. Give it a name of its own."
    elif before["kind"] != "state":
        yield from changes(old, new)
    elif after["version"] <= before["version"]:
        for problem in changes(old, new):
            yield f"{problem} Or raise the version of {after['name']} above {before['version']}."


def base_types(base: str) -> Types:
    """Every named type of a git branch, by full name. Raises NoBase."""
    paths = [p for p in git("ls-tree", "-r", "--name-only", base, "schemas/").splitlines() if is_contract(p)]
    return {each["name"]: each for path in paths for each in avro.read_text(git("show", f"{base}:{path}"))}


def is_contract(path: str) -> bool:
    return path.endswith(".avsc") and not path.startswith("schemas/history/")


def git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=avro.FOLDER.parent, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NoBase("git is not installed") from error
    if done.returncode != 0:
        raise NoBase(done.stderr.strip())
    return done.stdout


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m schemas.compatibility", description=__doc__)
    parser.add_argument("--base", default="main", help="the git branch, tag or commit that is in use")
    base = parser.parse_args(arguments).base
    found = list(against_history())
    try:
        found += against_base(base)
    except NoBase as error:
        print(f"Not compared with {base} ({error}); only with the versions in schemas/history.", file=sys.stderr)
    print("\n".join(dict.fromkeys(found)), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
