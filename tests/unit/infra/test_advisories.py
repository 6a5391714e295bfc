"""What is said of the lock file's packages, by a service of advisories that speaks OSV (https://google.github.io/osv.dev).

The real one is elsewhere, and what it knows changes by the day.
"""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from infra import advisories
from infra.advisories import run

HOLED = {
    "vulns": [
        {
            "id": "PYSEC-2026-1",
            "schema_version": "1.6.0",
            "summary": "Anybody may do anything.",
            "affected": [
                {
                    "package": {"name": "holed", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
                }
            ],
        }
    ]
}


class Service(BaseHTTPRequestHandler):
    """Knows one vulnerability, of the package `holed`."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known: Any = HOLED if asked["package"]["name"] == "holed" else {}
        body = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{server.server_port}/v1/query")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def lock(folder: Path, *packages: str) -> Path:
    path = folder / "requirements.lock"
    path.write_text("".join(f"{package} \\\n    --hash=sha256:{'0' * 64}\n" for package in packages))
    return path


@pytest.mark.usefixtures("service")
def test_a_known_vulnerability_fails_and_is_named(tmp_path: Path) -> None:
    said: list[str] = []
    assert run(lock(tmp_path, "sound==1.0", "holed==2.0"), said.append) == 1
    assert said[0] == "holed 2.0 is vulnerable: PYSEC-2026-1, mended in 2.1"
    assert "make lock" in said[1]


@pytest.mark.usefixtures("service")
def test_what_is_accepted_fails_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisories, "ACCEPTED", {"PYSEC-2026-1": "We never do anything."})
    said: list[str] = []
    assert run(lock(tmp_path, "sound==1.0", "holed==2.0"), said.append) == 0
    assert said == ["None of 2 packages in requirements.lock has a vulnerability that is known."]


def test_a_service_that_is_away_is_told_and_fails_nothing(tmp_path: Path, service: ThreadingHTTPServer) -> None:
    service.shutdown()
    service.server_close()
    said: list[str] = []
    assert run(lock(tmp_path, "holed==2.0"), said.append) == 0
    assert "could not be asked" in said[0]
    assert "NOT known" in said[0]


@pytest.mark.usefixtures("service")
def test_a_lock_file_that_cannot_be_read_is_no_outage(tmp_path: Path) -> None:
    wrong = tmp_path / "requirements.lock"
    wrong.write_text("holed==2.0\n")
    said: list[str] = []
    assert run(wrong, said.append) == 2
    assert "cannot be read" in said[0]
