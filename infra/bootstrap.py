"""What the Makefile calls: installs what is missing, then runs one target. Standard library only, Python 3.11.

python3 infra/bootstrap.py demo | test | check | up | down | wipe | bench | lock | generate
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
UV = "uv==0.13.9"


class CannotInstall(Exception):
    """Something is missing and cannot be installed from here; the message is one sentence that says what to install."""


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def run(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> int:
    """Runs a command in the project's folder, in front; gives its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False).returncode


def install() -> None:
    """Makes the virtual environment and brings it to the lock file; at once when nothing changed."""
    stamp, wanted = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        say("making .venv")
        _make_venv()
    say("installing what requirements.lock names, checked by hash")
    if run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV]) != 0:
        raise CannotInstall("The package uv could not be installed; see pip's message above.")
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    if run([VENV / "bin" / "uv", "pip", "sync", "-q", "--require-hashes", LOCK], environment) != 0:
        raise CannotInstall("The packages of requirements.lock could not be installed; see uv's message above.")
    # sync removes what the lock does not name; wheels that carry servers are fetched through uv later.
    run([PYTHON, "-m", "ensurepip", "-q"]) if shutil.which("pip", path=str(VENV / "bin")) is None else None
    run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV])
    stamp.write_text(wanted)


def _make_venv() -> None:
    if _venv():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing python3-venv with apt")
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"])
        if _venv():
            return
    raise CannotInstall("This Python cannot make virtual environments: install the Debian package python3-venv.")


def _venv() -> bool:
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
    return done.returncode == 0


def nexus(*arguments: str, environment: dict[str, str] | None = None) -> int:
    return run([PYTHON, "nexus360.py", *arguments], environment)


def check() -> int:
    """Everything that needs no service, the cheapest first."""
    steps: list[list[str | Path]] = [
        [PYTHON, "-m", "schemas.codegen", "--check"],
        [PYTHON, "-m", "schemas.compatibility"],
        [VENV / "bin/ruff", "check", "-q"],
        [VENV / "bin/ruff", "format", "-q", "--check"],
        [VENV / "bin/lint-imports"],
        [VENV / "bin/pyright", "--warnings"],
        [PYTHON, "-m", "pytest", "-q", "tests/unit", "tests/contract"],
    ]
    for step in steps:
        say(" ".join(str(part) for part in step[1:] if part) if step[0] == PYTHON else Path(step[0]).name)
        if (code := run(step)) != 0:
            return code
    say("all is well; `make test` also runs what needs services")
    return 0


def test() -> int:
    """All tests: first those without services, then the rest on a stack of its own that is removed at the end."""
    say("tests without services")
    if (code := run([PYTHON, "-m", "pytest", "-q", "tests/unit", "tests/contract"])) != 0:
        return code
    folder = Path(tempfile.mkdtemp(prefix="nexus360-test-", dir=os.environ.get("TMPDIR", "/var/tmp")))  # noqa: S108
    folder.chmod(0o755)
    environment = {**os.environ, "NEXUS_DATA": str(folder)}
    try:
        say(f"a stack of its own in {folder}")
        if (code := nexus("up", environment=environment)) != 0:
            return code
        say("tests with services")
        layers = ["tests/integration", "tests/e2e", "tests/chaos"]
        code = run([PYTHON, "-m", "pytest", "-q", *layers, "--durations=10"], environment)
    finally:
        nexus("wipe", "--yes", environment=environment)
    say("all tests passed" if code == 0 else "some tests failed; their output is above")
    return code


def demo() -> int:
    if (code := nexus("up")) != 0:
        return code
    return nexus("demo")


def lock() -> int:
    """Resolves every dependency anew, the heavy ones too, into the two lock files."""
    common = ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "-q", "--upgrade"]
    compile_ = [VENV / "bin/uv", "pip", "compile", "pyproject.toml", "--extra", "dev", *common]
    heavy, light = "requirements-ml.lock", "requirements.lock"
    return run([*compile_, "--extra", "ml", "-o", heavy]) or run([*compile_, "-c", heavy, "-o", light])


TARGETS = {
    "up": lambda: nexus("up"),
    "down": lambda: nexus("down"),
    "wipe": lambda: nexus("wipe", "--yes"),
    "demo": demo,
    "test": test,
    "check": check,
    "bench": lambda: run([PYTHON, "-m", "tests.bench"]),
    "lock": lock,
    "generate": lambda: run([PYTHON, "-m", "schemas.codegen"]),
}


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in TARGETS:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this file may be run by any Python
        print("Nexus360 needs Python 3.11 or newer: install the Debian package python3.", file=sys.stderr)
        return 1
    try:
        install()
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    try:
        return TARGETS[arguments[0]]()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
