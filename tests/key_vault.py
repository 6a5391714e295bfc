"""A stand-in for Azure Key Vault and for Entra ID, which no machine here can have: their REST API over TLS.

A request without a good token is challenged, tokens are given for an application's secret, keys are real RSA keys with
versions, and wrap and unwrap by RSA-OAEP-256. What Key Vault refuses is refused in its words.
"""

import base64
import json
import secrets
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from infra.stack import authority
from infra.stack.ports import free_port

DIRECTORY, APPLICATION = "5d2f9b6e-0000-4000-8000-000000000001", "5d2f9b6e-0000-4000-8000-000000000002"
SCOPE = "https://vault.azure.net/.default"
_OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or did not trust us: it says so itself."""


@dataclass
class _Version:
    name: str
    private: rsa.RSAPrivateKey
    enabled: bool = True


@dataclass
class KeyVault:
    """`keys` are the versions of each key, the newest last. `may` says whether the application may use them, `asked`
    counts what was asked for with a good token, `busy` makes it answer that it is."""

    folder: Path
    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    keys: dict[str, list[_Version]] = field(default_factory=dict[str, list[_Version]])
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[str] = field(default_factory=list[str])
    may: bool = True
    busy: bool = False
    _server: _Server | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def environment(self) -> dict[str, str]:
        """Who the application is, as azure-identity reads it."""
        return {
            "AZURE_AUTHORITY_HOST": self.url,
            "AZURE_TENANT_ID": DIRECTORY,
            "AZURE_CLIENT_ID": APPLICATION,
            "AZURE_CLIENT_SECRET": self.secret,
        }

    def rotate(self, name: str) -> str:
        """A new version of a key, or the first; its identifier."""
        made = _Version(secrets.token_hex(16), rsa.generate_private_key(public_exponent=65537, key_size=2048))
        self.keys.setdefault(name, []).append(made)
        return f"{self.url}/keys/{name}/{made.name}"

    def start(self) -> None:
        """Listens, on the same port as ever."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "vault.pem", self.folder / "vault.key")
        server = _Server(("127.0.0.1", self.port), lambda *about: _Handler(self, *about))  # pyright: ignore
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._server = server

    def stop(self) -> None:
        """Answers nothing any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def key_vault(folder: Path) -> Generator[KeyVault]:
    """One that listens, with the key `nexus360`."""
    authority.ensure(folder, ["vault"])
    vault = KeyVault(folder, free_port())
    vault.rotate("nexus360")
    vault.start()
    try:
        yield vault
    finally:
        vault.stop()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, vault: KeyVault, *about: Any) -> None:
        self._vault = vault
        super().__init__(*about)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests ask for what was asked."""

    def do_GET(self) -> None:
        issuer = f"{self._vault.url}/{DIRECTORY}/v2.0"
        if self.path == f"/{DIRECTORY}/v2.0/.well-known/openid-configuration":
            address = f"{self._vault.url}/{DIRECTORY}/oauth2/v2.0"
            told = {"issuer": issuer, "token_endpoint": f"{address}/token"}
            return self._tell(200, told | {"authorization_endpoint": f"{address}/authorize"})
        return self._keys({})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.partition("?")[0] == f"/{DIRECTORY}/oauth2/v2.0/token":
            return self._token({name: value[0] for name, value in parse_qs(sent.decode()).items()})
        return self._keys(json.loads(sent or b"{}"))

    def _token(self, form: dict[str, str]) -> None:
        right = (APPLICATION, self._vault.secret, "client_credentials")
        if (form.get("client_id"), form.get("client_secret"), form.get("grant_type")) != right:
            why = "AADSTS7000215: Invalid client secret provided."
            return self._tell(401, {"error": "invalid_client", "error_description": why})
        token = secrets.token_urlsafe(32)
        self._vault.tokens[token] = form.get("scope", "")
        return self._tell(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _keys(self, sent: dict[str, Any]) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or SCOPE not in self._vault.tokens.get(token, ""):
            self.send_response(401)
            where = f'authorization="{self._vault.url}/{DIRECTORY}", resource="https://vault.azure.net"'
            self.send_header("WWW-Authenticate", f"Bearer {where}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        asked = urlsplit(self.path)
        self._vault.asked.append(f"{self.command} {asked.path}")
        if self._vault.busy:
            return self._wrong(429, "Throttled", "Request was not processed because too many requests were received.")
        if "api-version" not in parse_qs(asked.query):
            return self._wrong(400, "BadParameter", "Missing api-version.")
        if not self._vault.may:
            return self._wrong(403, "Forbidden", "Caller is not authorized to perform action on resource.")
        match asked.path.strip("/").split("/"):
            case ["keys", name, *version] if self.command == "GET" and len(version) < 2:
                return self._show(name, *version)
            case ["keys", name, version, "wrapkey" | "unwrapkey" as verb] if self.command == "POST":
                return self._turned(name, version, verb, sent)
            case _:
                return self._wrong(405, "MethodNotAllowed", "The method is not allowed here.")

    def _found(self, name: str, version: str = "") -> _Version | None:
        return next((each for each in reversed(self._vault.keys.get(name, [])) if version in ("", each.name)), None)

    def _show(self, name: str, version: str = "") -> None:
        found = self._found(name, version)
        if found is None:
            return self._wrong(404, "KeyNotFound", f"A key with (name/id) {name}/{version} was not found.")
        public = found.private.public_key().public_numbers()
        key = {
            "kid": f"{self._vault.url}/keys/{name}/{found.name}",
            "kty": "RSA",
            "key_ops": ["wrapKey", "unwrapKey"],
            "n": _text(public.n.to_bytes(256, "big")),
            "e": _text(public.e.to_bytes(3, "big")),
        }
        return self._tell(200, {"key": key, "attributes": {"enabled": found.enabled, "recoveryLevel": "Recoverable"}})

    def _turned(self, name: str, version: str, verb: str, sent: dict[str, Any]) -> None:
        found = self._found(name, version)
        if found is None:
            return self._wrong(404, "KeyNotFound", f"A key with (name/id) {name}/{version} was not found.")
        if not found.enabled:
            return self._wrong(403, "Forbidden", "Operation is not allowed on a disabled key.")
        if sent.get("alg") != "RSA-OAEP-256":
            return self._wrong(400, "BadParameter", "Key and signing algorithm are incompatible.")
        value = base64.urlsafe_b64decode(sent["value"] + "==")
        try:
            public = found.private.public_key()
            turned = public.encrypt(value, _OAEP) if verb == "wrapkey" else found.private.decrypt(value, _OAEP)
        except (ValueError, InvalidKey):
            return self._wrong(400, "BadParameter", "The parameter is incorrect.")
        return self._tell(200, {"kid": f"{self._vault.url}/keys/{name}/{found.name}", "value": _text(turned)})

    def _wrong(self, status: int, code: str, message: str) -> None:
        return self._tell(status, {"error": {"code": code, "message": message}})

    def _tell(self, status: int, body: dict[str, Any]) -> None:
        told = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
