"""What servers that others named may do to us: nothing but answer with a small JSON object, soon."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Generator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from unittest.mock import Mock

import pytest
from cryptography import x509

from infra import outward
from infra.outward import WORLD, Question, Unreachable, Within
from infra.stack import authority

HERE = Within(machine=True)
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


@contextlib.contextmanager
def served(handler: type[Server]) -> Generator[int]:
    """The port of a server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    with served(Server) as port:
        yield f"http://127.0.0.1:{port}"
        OVER.set()


async def test_a_small_json_object_is_an_answer(address: str) -> None:
    assert await outward.get(f"{address}/json", HERE) == {"a": 1}


async def test_a_form_is_sent_with_name_and_password(address: str) -> None:
    answer = await outward.post(f"{address}/form", {"a": "b c"}, ("me", "word"), HERE)
    assert answer == {"body": "a=b+c", "authorization": "Basic bWU6d29yZA=="}


@pytest.mark.parametrize("path", ["/redirect", "/huge", "/packed", "/list", "/deep", "/missing", "/slow", "/drip"])
async def test_nothing_else_is(address: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "LONGEST", 0.5)
    with pytest.raises(Unreachable):
        await outward.get(address + path, HERE)


@pytest.mark.parametrize(
    "address",
    ["http://example.com/", "http://169.254.169.254/latest", "http://10.0.0.1/", "file:///etc/passwd", "ftp://a/",
     "//a", "", "https://", "http://127.0.0.1.example.com/", "http://[::1", "https://a:b/",
     "https://10.0.0.1/", "https://169.254.169.254/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/", "https://224.0.0.1/",
     "https://0.0.0.0/"],
)  # fmt: skip
async def test_only_https_and_this_machine_are_asked(address: str) -> None:
    for within in (Within(), Within(machine=True, network=True)):
        assert not outward.permitted(address, within)
        with pytest.raises(Unreachable):
            await outward.get(address, within)


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://127.8.9.1/"])
async def test_this_machine_is_asked_where_that_may_be_alone(address: str) -> None:
    assert outward.permitted(address, HERE)
    assert not outward.permitted(address, Within(network=True))
    with pytest.raises(Unreachable, match="leads inside"):
        await outward.get(address)


@pytest.mark.parametrize(
    ("leads_to", "asked"),
    [
        (["10.1.2.3"], {"any"}),
        (["fd00::1"], {"any"}),
        (["93.184.216.34", "192.168.0.1"], {"any"}),
        (["93.184.216.34"], {"any", "public"}),
        (["127.0.0.1"], set[str]()),
        (["::1"], set[str]()),
        (["169.254.169.254"], set[str]()),
        (["fe80::1%eth0"], set[str]()),
        (["::ffff:127.0.0.1"], set[str]()),
        (["0.0.0.0"], set[str]()),
    ],
)
async def test_a_name_that_leads_inside_is_asked_where_that_may_be_alone(
    leads_to: list[str], asked: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in leads_to]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    for name, within in {"public": Within(machine=True), "any": Within(machine=True, network=True)}.items():
        if name in asked:
            assert await outward.addresses_of("login.example.com", within) == leads_to
        else:
            with pytest.raises(Unreachable, match="leads inside"):
                await outward.addresses_of("login.example.com", within)


async def test_who_asks_for_us_looks_names_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert not outward.by_proxy("login.example.com")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    assert outward.by_proxy("login.example.com")
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert not outward.by_proxy("login.example.com")


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """The port of a server that shows, here, the certificate of login.example.com."""
    monkeypatch.setattr(authority, "_NAMES", x509.SubjectAlternativeName([x509.DNSName("login.example.com")]))
    authority.ensure(tmp_path, ["login"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "login.pem", tmp_path / "login.key")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


async def test_a_name_is_looked_up_once_and_asked_where_it_led_then(
    secure: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def found(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        leads_to = ["127.0.0.9", "127.0.0.1"] if len(asked) == 1 else ["127.0.0.8"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in leads_to]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(outward, "_is_outside", bool)
    assert await outward.get(f"https://login.example.com:{secure}/json") == {"a": 1}
    assert asked == ["login.example.com"]
    asked.clear()
    with pytest.raises(Unreachable, match="ConnectError"):  # the certificate is another host's
        await outward.get(f"https://other.example.com:{secure}/json")
    assert asked == ["other.example.com"]
    with pytest.raises(Unreachable, match="ConnectError"):  # nobody is there
        await outward.get(f"https://login.example.com:{secure}/json")


class Kept(Server):
    """Keeps connections, as servers do; `made` are those that were made."""

    protocol_version = "HTTP/1.1"
    made: ClassVar[list[object]] = []

    def setup(self) -> None:
        super().setup()
        self.made.append(self.client_address)


async def test_a_line_asks_over_one_connection_and_looks_each_time_where_the_name_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with served(Kept) as port:
        address = f"http://127.0.0.1:{port}"
        question = Question("GET", f"{address}/json", {}, None, None, 5.0, 100)
        Kept.made.clear()
        async with outward.line(address, HERE) as line:
            assert [(await line.ask(question)).status for _ in range(3)] == [200] * 3
            assert len(Kept.made) == 1
            with pytest.raises(Unreachable, match="larger than 1 bytes"):
                await line.ask(replace(question, largest=1))
            assert (await line.ask(question)).body == b'{"a": 1}'  # and not what was left of that answer

        for name, holds in (("is_loopback", False), ("by_proxy", False), ("permitted", True)):
            monkeypatch.setattr(outward, name, Mock(return_value=holds))
        leads_to = iter(["127.0.0.1", "127.0.0.1", "10.0.0.1"])

        async def found(*_: object) -> list[str]:
            place = next(leads_to)
            if place.startswith("10."):
                raise Unreachable("its name leads inside")
            return [place]

        monkeypatch.setattr(outward, "addresses_of", found)
        Kept.made.clear()
        named = replace(question, address=f"http://hooks.example.com:{port}/json")
        async with outward.line(named.address, WORLD) as line:
            assert [(await line.ask(named)).status for _ in range(2)] == [200] * 2
            assert len(Kept.made) == 1
            with pytest.raises(Unreachable, match="leads inside"):  # though a connection is open
                await line.ask(named)
