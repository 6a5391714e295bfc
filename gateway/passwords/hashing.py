"""Hashes of passwords: Argon2id (RFC 9106), a few at a time and never in the event loop."""

import asyncio
import secrets
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.problems import Problem

AT_ONCE = 2
"""Hashes that are made at the same time; each takes 64 MiB."""
MOST_WAITING = 20
"""Beyond these nobody waits: whoever came last would wait for seconds."""


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "argon2")


@dataclass(slots=True)
class Hasher:
    """Every method raises a 503 problem when too many wait. `made` is of no password that anybody knows: it is compared
    with where there is nothing to compare with, so that this takes as long."""

    argon2: PasswordHasher = field(default_factory=lambda: PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY))
    pool: ThreadPoolExecutor = field(default_factory=_pool)
    waiting: int = 0
    made: str | None = None

    async def hash(self, password: str) -> str:
        """The hash with salt and parameters, as text."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self.pool, self.argon2.hash, password)

    async def fits(self, hash: str | None, password: str) -> bool:
        """Whether it is the password; never without a hash."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self.pool, self._fits, hash, password)

    def outgrown(self, hash: str) -> bool:
        """Whether hashes made now cost more, or other things, than this one did."""
        try:
            return self.argon2.check_needs_rehash(hash)
        except InvalidHashError:
            return False

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _fits(self, hash: str | None, password: str) -> bool:
        if self.made is None:
            self.made = self.argon2.hash(secrets.token_urlsafe())
        try:
            return self.argon2.verify(hash or self.made, password) and hash is not None
        except (Argon2Error, InvalidHashError):
            return False

    @contextmanager
    def _place(self) -> Generator[None]:
        """One of those who wait, from the beginning of the block to its end."""
        if self.waiting >= MOST_WAITING:
            detail = "Too many people sign in at this moment. Nothing was done; try again shortly."
            raise Problem(503, "too_many_sign_ins", detail, headers={"Retry-After": "2"})
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
