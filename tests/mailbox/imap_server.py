"""A real IMAP server under test, GreenMail, on ports of its own: it keeps mail in memory, and speaks with TLS, signed
by an authority of the test's, and without it."""

import os
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from infra.stack import authority, jars, programs
from infra.stack.ports import free_port

_JAR = jars.Jar(
    "21b361e46e8ffe83afe7915a2b01231c4a163c8d0fa5de607e32ed19732d908d",
    "com.icegreen:greenmail-standalone:jar:2.1.13",
    "",
)
_PASSWORD = "changeit"


@dataclass
class ImapServer:
    """A server that is running, unless it was stopped. `users` are passwords by login, which is the address."""

    folder: Path
    users: Mapping[str, str]
    port: int = field(default_factory=free_port)
    secure_port: int = field(default_factory=free_port)
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list["subprocess.Popen[bytes]"])

    @property
    def address(self) -> str:
        return f"imap://127.0.0.1:{self.port}"

    @property
    def secure_address(self) -> str:
        return f"imaps://localhost:{self.secure_port}"

    @property
    def authority(self) -> Path:
        """Who signed its certificate."""
        return self.folder / "ca.pem"

    def start(self) -> None:
        """Starts it, without any mail, and waits until it answers."""
        keystore = self._keystore()
        users = ",".join(
            f"{login.partition('@')[0]}:{word}@{login.partition('@')[2]}" for login, word in self.users.items()
        )
        settings = {
            "imap.hostname": "127.0.0.1",
            "imap.port": str(self.port),
            "imaps.hostname": "127.0.0.1",
            "imaps.port": str(self.secure_port),
            "startup.timeout": "60000",
            "users": users,
            "users.login": "email",
            "tls.keystore.file": str(keystore),
            "tls.keystore.password": _PASSWORD,
        }
        given = [f"-Dgreenmail.{name}={value}" for name, value in settings.items()]
        java = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *given, "-jar", str(jars.fetched(_JAR))]
        with (self.folder / "imap.log").open("ab") as log:
            command = [str(programs.java(print)), *java]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(os.environ))
        self.running.append(process)
        deadline = time.monotonic() + 60
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "imap.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(10)

    @contextmanager
    def client(self, login: str) -> Generator[Any]:
        """Somebody's own way to their mail."""
        client: Any = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.login(login, self.users[login])
        try:
            yield client
        finally:
            client.logout()

    def put(self, login: str, *mails: bytes, folder: str = "INBOX", arrived: datetime | None = None) -> None:
        """Puts mails into a folder, which is made where there is none, as they are."""
        with self.client(login) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail, msg_time=arrived)

    def _answers(self) -> bool:
        """Whether everybody is let in: it listens before it knows them all."""
        try:
            for login in self.users:
                with self.client(login):
                    pass
        except (OSError, IMAPClientError):
            return False
        return True

    def _keystore(self) -> Path:
        authority.ensure(self.folder, ["imap"])
        key: Any = serialization.load_pem_private_key((self.folder / "imap.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((self.folder / "imap.pem").read_bytes())
        sealed = serialization.BestAvailableEncryption(_PASSWORD.encode())
        path = self.folder / "imap.p12"
        path.write_bytes(pkcs12.serialize_key_and_certificates(b"imap", key, certificate, None, sealed))
        return path


@contextmanager
def imap_server(folder: Path, **users: str) -> Generator[ImapServer]:
    """A server that these users have mail on, as name="password", at example.com."""
    server = ImapServer(folder, {f"{name}@example.com": word for name, word in users.items()})
    try:
        server.start()
        yield server
    finally:
        server.stop()


def mail(sender: str, *to: str, id: str, subject: str, text: str, at: datetime) -> bytes:
    """A mail as programs write it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, ", ".join(to), subject
    made["Date"], made["Message-ID"] = format_datetime(at), f"<{id}@example.com>"
    made.set_content(text)
    return made.as_bytes()
