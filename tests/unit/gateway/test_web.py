"""The files of the console: which one is sent, packed or not, and what browsers are told of it."""

import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway import problems, web

PAGE, SCRIPT = b"<!doctype html><title>Nexus360</title>", b"console.log(1)"


@pytest.fixture
def browser(tmp_path: Path) -> httpx.AsyncClient:
    """Somebody who asks a gateway whose console is built."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    return _asking(tmp_path)


def _asking(folder: Path) -> httpx.AsyncClient:
    app = FastAPI()
    web.add(app, folder)
    problems.install(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


@pytest.mark.parametrize("path", ["", "index.html", "crm/deals", "crm/deals/8d1c?as_of=2017-06-30"])
async def test_every_address_of_the_console_shows_its_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(f"/console/{path}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (
        200,
        PAGE,
        "text/html; charset=utf-8",
    )
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_without_the_slash_one_is_sent_on(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (308, "/console/")


async def test_a_file_with_its_hash_in_its_name_is_kept(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/console/assets/index-1a2b.js")
    assert (answer.status_code, answer.content) == (200, SCRIPT)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_a_script_of_another_version_is_not_found_rather_than_a_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/console/assets/index-old.js")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["../../etc/passwd", "%2e%2e/secret", "..%2f..%2fsecret"])
async def test_nothing_outside_is_reached(browser: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    (tmp_path.parent / "secret").write_bytes(b"secret")
    answer = await browser.get(f"/console/{path}")
    assert answer.content == PAGE or answer.status_code == 404


async def test_it_is_packed_for_those_who_take_that(browser: httpx.AsyncClient) -> None:
    async with browser.stream("GET", "/console/", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert (answer.headers["content-encoding"], gzip.decompress(raw)) == ("gzip", PAGE)
    plain = await browser.get("/console/", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


async def test_what_a_browser_has_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    tag = (await browser.get("/console/")).headers["etag"]
    again = await browser.get("/console/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await browser.get("/console/", headers={"If-None-Match": '"0000000000000000"'})
    assert other.status_code == 200


async def test_without_a_console_it_is_said_how_to_build_one(tmp_path: Path) -> None:
    answer = await _asking(tmp_path / "none").get("/console/")
    assert answer.status_code == 503
    assert "make up" in answer.text
