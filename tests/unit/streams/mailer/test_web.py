"""A server that somebody named may lead elsewhere: name and password do not go there, and nothing leads inside."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.outward import Within
from streams.mailer.trouble import Trouble
from streams.mailer.web import Web

HERE = Within(machine=True)
ANN = ("ann", "word")
BASIC = "Basic YW5uOndvcmQ="


@dataclass
class Server:
    """`leads` says where a path leads, `heard` what was asked, with which Authorization."""

    leads: dict[str, str] = field(default_factory=dict[str, str])
    heard: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])
    address: str = ""


@contextmanager
def served() -> Generator[Server]:
    here = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.heard.append((self.path, self.headers["Authorization"]))
            to = here.leads.get(self.path)
            self.send_response(200 if to is None else 302)
            if to is not None:
                self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here.address = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def server() -> Generator[Server]:
    with served() as running:
        yield running


def test_name_and_password_go_to_the_server_that_was_named_alone(server: Server) -> None:
    with served() as other:
        server.leads = {"/near": "/there", "/far": f"{other.address}/there"}
        web = Web(server.address, ANN, HERE)
        assert web.ask("GET", "/near")[0] == f"{server.address}/there"
        assert server.heard == [("/near", BASIC), ("/there", BASIC)]
        assert web.ask("GET", "/far")[0] == f"{other.address}/there"
        assert web.ask("GET", f"{other.address}/calendar")[1].status == 200, "as an answer names it"
        assert other.heard == [("/there", None), ("/calendar", None)]


@pytest.mark.parametrize(
    "inside",
    ["http://169.254.169.254/a", "//169.254.169.254/", "https://10.0.0.1/", "http://[fd00::1]/", "file:///etc/passwd"],
)
def test_nothing_leads_inside(server: Server, inside: str) -> None:
    server.leads = {"/": inside}
    with pytest.raises(Trouble) as told:
        Web(server.address, ANN, HERE).ask("GET", "/")
    assert told.value.code == "server_unreachable"
    assert [path for path, _ in server.heard] == ["/"]


def test_this_machine_is_not_asked_where_others_sign_in(server: Server) -> None:
    with pytest.raises(Trouble, match="leads inside"):
        Web(server.address, ANN, Within()).ask("GET", "/")
    assert server.heard == []


def test_who_is_led_round_and_round_gives_up(server: Server) -> None:
    server.leads = {"/": "/"}
    with pytest.raises(Trouble) as told:
        Web(server.address, ANN, HERE).ask("GET", "/")
    assert told.value.code == "answer_unreadable"
    assert len(server.heard) == 5
