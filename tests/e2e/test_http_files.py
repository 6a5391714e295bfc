"""Files: uploaded as they are or in a form, bound to their tenant, limited in size."""

import hashlib
import json
import socket
from collections.abc import Iterator

import httpx

from gateway.files import FORM_AROUND, LARGEST
from tests.platform import Platform

TEXT = b"id,name\n1,Umbra\n"


def test_a_file_comes_back_by_its_hash_and_to_its_tenant_alone(here: Platform, acme: httpx.Client) -> None:
    sent = acme.post("/integration/files", content=TEXT, headers={"Content-Type": "text/csv"})
    assert sent.status_code == 201
    assert sent.json() == {"file": hashlib.sha256(TEXT).hexdigest(), "size": len(TEXT)}
    assert acme.get(sent.headers["Location"]).content == TEXT
    form = acme.post("/integration/files", files={"file": ("companies.csv", TEXT, "text/csv")})
    assert form.json() == sent.json()
    with here.client("rival") as rival:
        assert rival.get(sent.headers["Location"]).status_code == 404
    assert acme.get("/integration/files/..%2f..%2fmaster.key").status_code == 404


def test_a_file_that_is_too_large_is_refused_while_it_comes(acme: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(0, LARGEST + FORM_AROUND + 1, 1024 * 1024):
            yield bytes(1024 * 1024)

    answer = acme.post("/integration/files", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert acme.post("/integration/files", content=b"").json()["code"] == "file_empty"


def test_a_form_that_cannot_be_read_says_so(acme: httpx.Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = acme.post("/integration/files", content=b"abc", headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (400, "form_malformed")
    empty = acme.post("/integration/files", files={"note": (None, "no file")})
    assert (empty.status_code, empty.json()["code"]) == (400, "file_missing")


def test_an_upload_that_breaks_off_is_no_failure_of_ours(here: Platform, acme: httpx.Client) -> None:
    head = f"POST /integration/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {here.key('acme')}\r\n"
    with socket.create_connection(("127.0.0.1", here.settings.gateway_port)) as connection:
        connection.sendall(f"{head}X-Request-Id: broken-off\r\nContent-Length: 1000\r\n\r\nabc".encode())
    line = here.until(
        "the request is logged",
        lambda: next((each for each in here.log("gateway").read_text().splitlines() if "broken-off" in each), None),
    )
    assert json.loads(line)["status"] == 400
