"""Files: uploaded as they are or in a form, bound to their tenant, limited in size."""

import hashlib
from collections.abc import Iterator

import httpx

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
        for _ in range(70):
            yield bytes(1024 * 1024)

    answer = acme.post("/integration/files", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert acme.post("/integration/files", content=b"").json()["code"] == "file_empty"
    assert acme.post("/integration/files", data={"note": "no file"}, files={}).status_code in (201, 400)
