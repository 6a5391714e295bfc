"""What servers that others named may do to us: nothing but answer with a small JSON object, soon."""

import contextlib
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra import outward
from infra.outward import Unreachable

OVER = threading.Event()


class Server(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        match self.path:
            case "/json":
                self._answer(200, b'{"a": 1}')
            case "/redirect":
                self._answer(302, b"{}", Location="/json")
            case "/huge":
                self._answer(200, b'{"a": "' + b"x" * (outward.LARGEST + 1) + b'"}')
            case "/packed":
                self._answer(200, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
            case "/list":
                self._answer(200, b"[]")
            case "/deep":
                self._answer(200, b"[" * 100_000)
            case "/drip":
                self.send_response(200)
                self.end_headers()
                with contextlib.suppress(OSError):
                    while not OVER.wait(0.1):
                        self.wfile.write(b" ")
            case "/slow":
                self.send_response(200)
                self.end_headers()
                OVER.wait(5)
            case _:
                self._answer(404, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(200, f'{{"body": "{body}", "authorization": "{self.headers["Authorization"]}"}}'.encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    OVER.set()
    server.shutdown()


async def test_a_small_json_object_is_an_answer(address: str) -> None:
    assert await outward.get(f"{address}/json") == {"a": 1}


async def test_a_form_is_sent_with_name_and_password(address: str) -> None:
    answer = await outward.post(f"{address}/form", {"a": "b c"}, ("me", "word"))
    assert answer == {"body": "a=b+c", "authorization": "Basic bWU6d29yZA=="}


@pytest.mark.parametrize("path", ["/redirect", "/huge", "/packed", "/list", "/deep", "/missing", "/slow", "/drip"])
async def test_nothing_else_is(address: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "LONGEST", 0.5)
    with pytest.raises(Unreachable):
        await outward.get(address + path)


@pytest.mark.parametrize(
    "address",
    ["http://example.com/", "http://169.254.169.254/latest", "http://10.0.0.1/", "file:///etc/passwd", "ftp://a/",
     "//a", "", "https://", "http://127.0.0.1.example.com/", "http://[::1", "https://a:b/"],
)  # fmt: skip
async def test_only_https_and_this_machine_are_asked(address: str) -> None:
    assert not outward.permitted(address)
    with pytest.raises(Unreachable):
        await outward.get(address)
