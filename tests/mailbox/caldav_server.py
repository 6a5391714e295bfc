"""A real CalDAV server under test, Radicale, on a port of its own, and beside it a calendar file that anybody may have
who knows where it is."""

import functools
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from infra.stack.ports import free_port


@dataclass
class CalDavServer:
    """A server that is running, unless it was stopped. `users` are passwords by login."""

    folder: Path
    users: Mapping[str, str]
    port: int = field(default_factory=free_port)
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list["subprocess.Popen[bytes]"])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        passwords = self.folder / "users"
        passwords.write_text("".join(f"{login}:{word}\n" for login, word in self.users.items()))
        settings = {
            "server-hosts": f"127.0.0.1:{self.port}",
            "auth-type": "htpasswd",
            "auth-htpasswd-filename": str(passwords),
            "auth-htpasswd-encryption": "plain",
            "auth-delay": "0",
            "rights-type": "owner_only",
            "storage-filesystem-folder": str(self.folder / "collections"),
        }
        given = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with (self.folder / "caldav.log").open("ab") as log:
            command = [sys.executable, "-m", "radicale", "--config", "", *given]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.running.append(process)
        deadline = time.monotonic() + 60
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "caldav.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(10)

    def make(self, login: str, calendar: str, name: str) -> None:
        """Makes a calendar."""
        body = (
            '<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>'
            f"<displayname>{name}</displayname></prop></set></C:mkcalendar>"
        )
        self._sent("MKCALENDAR", login, f"{calendar}/", body)

    def put(self, login: str, calendar: str, name: str, *events: str) -> None:
        """Puts an event, with its exceptions, into a calendar, in place of what was there."""
        self._sent("PUT", login, f"{calendar}/{name}.ics", calendar_file(*events))

    def delete(self, login: str, calendar: str, name: str) -> None:
        self._sent("DELETE", login, f"{calendar}/{name}.ics", "")

    def _sent(self, method: str, login: str, path: str, body: str) -> None:
        auth = (login, self.users[login])
        answer = httpx.request(method, f"{self.address}{login}/{path}", content=body, auth=auth, trust_env=False)
        assert answer.is_success, answer.text

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}.web/", trust_env=False).status_code < 500
        except httpx.TransportError:
            return False


@contextmanager
def caldav_server(folder: Path, **users: str) -> Generator[CalDavServer]:
    """A server that these users have calendars on, as name="password"."""
    server = CalDavServer(folder, users)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def file_server(folder: Path) -> Generator[str]:
    """The address of a server that gives out the files of a folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def event(uid: str, *lines: str) -> str:
    """An event as calendars write it."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260201T080000Z", *lines, "END:VEVENT"])


def calendar_file(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *events, "END:VCALENDAR", ""])
