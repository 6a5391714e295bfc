"""Whether a package of requirements.lock has a known vulnerability: `python -m infra.advisories`, asked with pip-audit.

Ends with 1 when one has. Where the advisories cannot be asked, or do not know a package, that is told, and it ends with
0: an outage is no vulnerability, and no proof that there is none.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
ACCEPTED: Mapping[str, str] = {}
"""Advisories that do not reach us, by id, each with the reason; to be thought over when the package is updated."""
_PATIENCE = 300.0
_UNREADABLE = 2


def run(lock: Path, say: Callable[[str], None]) -> int:
    """Asks about every package of a lock file and says what came of it; gives the exit code."""
    try:
        asked = _audit(lock, *(f"--ignore-vuln={id}" for id in ACCEPTED))
    except subprocess.TimeoutExpired:
        return _unanswered(lock, f"no answer in {_PATIENCE:.0f} s", say)
    if not asked.stdout:
        # Nothing is reported both when the service is silent and when the file is wrong; this asks nobody.
        read = _audit(lock, "--dry-run")
        if read.returncode != 0:
            say(f"{lock.name} cannot be read: {_last(read.stderr)}. `make lock` writes it anew.")
            return _UNREADABLE
        return _unanswered(lock, _last(asked.stderr), say)
    return _told(lock, json.loads(asked.stdout)["dependencies"], say)


def _audit(lock: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    fixed = ["--disable-pip", "--require-hashes", "--format=json", "--desc=off", "--progress-spinner=off"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), *fixed, *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)


def _told(lock: Path, packages: list[dict[str, Any]], say: Callable[[str], None]) -> int:
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    if len(unknown) == len(packages):
        return _unanswered(lock, "no package is known there", say)
    known = [each for each in packages if "skip_reason" not in each]
    vulnerable = [(each, one) for each in known for one in each["vulns"]]
    for each, one in vulnerable:
        mended = f"mended in {', '.join(one['fix_versions'])}" if one["fix_versions"] else "not mended yet"
        say(f"{each['name']} {each['version']} is vulnerable: {one['id']}, {mended}")
    if unknown:
        say(f"The advisories do not know {', '.join(unknown)}, so nothing is known of these.")
    if vulnerable:
        say("Update them with `make lock`, or accept in infra/advisories.py what does not reach us, with the reason.")
        return 1
    say(f"None of {len(known)} packages in {lock.name} has a vulnerability that is known.")
    return 0


def _unanswered(lock: Path, why: str, say: Callable[[str], None]) -> int:
    say(f"The advisories could not be asked ({why}): whether packages in {lock.name} are vulnerable is NOT known.")
    return 0


def _last(text: str) -> str:
    """The last line of what a program complained of, which names the reason."""
    lines = text.strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else "no reason was given"


if __name__ == "__main__":
    sys.exit(run(LOCK, print))
