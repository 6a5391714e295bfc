"""Disks that can be filled: file systems in memory, one for each server that keeps data, in a mount namespace of ours.

Whatever ends the run, even kill -9, ends the namespace with its last process, and the mounts with it.
"""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOM = 1 << 30
"""Bytes of a disk; memory is taken for what lies on it alone."""

_INSIDE = "CHAOS_MOUNTS_ARE_OURS"
_LIBC = ctypes.CDLL(None, use_errno=True)
_REMOUNT, _DETACH = 32, 2  # MS_REMOUNT of mount(2), MNT_DETACH of umount2(2)


def enter_namespace(arguments: Sequence[str]) -> bool:
    """Runs this program again where mounts are its own; comes back where it is there already (True) or where the
    system does not allow it (False)."""
    if os.environ.get(_INSIDE):
        return True
    as_user = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    apart = ["unshare", "--mount", *as_user]
    try:
        allowed = subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if allowed:
        os.execvpe(apart[0], [*apart, sys.executable, *arguments], {**os.environ, _INSIDE: "1"})
    return False


@dataclass(frozen=True, slots=True)
class Disk:
    folder: Path

    def fill(self) -> None:
        """Leaves no room: the disk becomes as small as what lies on it, which may grow until that moment."""
        for _ in range(100):
            told = os.statvfs(self.folder)
            try:
                return _mount(self.folder, (told.f_blocks - told.f_bfree) * told.f_frsize, _REMOUNT)
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        raise RuntimeError(f"{self.folder} grew too fast to be filled.")

    def free(self) -> None:
        """Gives all the room back."""
        _mount(self.folder, ROOM, _REMOUNT)


@contextmanager
def disks(where: Path, names: Sequence[str]) -> Generator[dict[str, Disk]]:
    """An empty disk for each name, in a folder of that name."""
    made: dict[str, Disk] = {}
    with ExitStack() as afterwards:
        for name in names:
            folder = where / name
            folder.mkdir(parents=True)
            _mount(folder, ROOM)
            afterwards.callback(_LIBC.umount2, os.fsencode(folder), _DETACH)
            folder.chmod(0o755)
            made[name] = Disk(folder)
        yield made


def _mount(folder: Path, size: int, flags: int = 0) -> None:
    """mount(2) of a tmpfs: unlike the command, it also serves a user who is root in this namespace alone."""
    if _LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, f"size={size}".encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(folder))
