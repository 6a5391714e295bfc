"""A real OpenID provider under test, on a port of its own, whose keys the test knows: what it would sign, and what
nobody should, can be signed here too."""

import json
import os
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from infra.stack.ports import free_port
from tests.provider import program


@cache
def private_key(id: str) -> rsa.RSAPrivateKey:
    """A key of this name, the same for as long as the tests run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(id: str) -> dict[str, Any]:
    """The private key as the provider takes it."""
    return {**RSAAlgorithm.to_jwk(private_key(id), as_dict=True), "kid": id, "use": "sig", "alg": "RS256"}


@dataclass
class OpenIdProvider:
    """A provider that is running, unless it was stopped."""

    port: int
    clients: Sequence[Mapping[str, Any]]
    folder: Path
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list["subprocess.Popen[bytes]"])

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *keys: str) -> None:
        """Starts it, with keys of these names, and waits until it answers."""
        given = {
            "issuer": self.issuer,
            "port": self.port,
            "clients": list(self.clients),
            "keys": [jwk(key) for key in keys],
        }
        with (self.folder / "provider.log").open("ab") as log:
            process = subprocess.Popen(
                program.command(),
                env={**os.environ, "PROVIDER": json.dumps(given), "NODE_ENV": "test"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        deadline = time.monotonic() + 60
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "provider.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(10)

    def signed(self, key: str = "first", algorithm: str = "RS256", **claims: Any) -> str:
        """A token that the provider would sign with that key, unless claims are changed; None leaves one out."""
        now = int(time.time())
        all_of_it = {"iss": self.issuer, "iat": now, "exp": now + 300, **claims}
        kept = {name: value for name, value in all_of_it.items() if value is not None}
        return jwt.encode(kept, private_key(key), algorithm, headers={"kid": key})

    def token_of_client(self, client: str, secret: str, audience: str) -> str:
        """An access token as a program gets it (RFC 6749, section 4.4; RFC 8707)."""
        form = {"grant_type": "client_credentials", "resource": audience, "scope": "api"}
        answer = httpx.post(f"{self.issuer}/token", data=form, auth=(client, secret), trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def provider(folder: Path, *clients: Mapping[str, Any], keys: Sequence[str] = ("first",)) -> Generator[OpenIdProvider]:
    """A provider with these clients, whose log goes into the folder."""
    made = OpenIdProvider(free_port(), clients, folder)
    try:
        made.start(*keys)
        yield made
    finally:
        made.stop()
