"""The web console: the files that `gateway/console` is built into, at /console/.

They hold nobody's data: whoever has no session is asked to sign in by what they show, and every answer to what they
ask comes from the same routes as everybody's. Files whose names hold their hash are kept by browsers for ever; the page
that names them is asked for each time.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from gateway.pages import page
from gateway.problems import not_found

HOME = "/console/"
BUILT = Path(__file__).parent / "console" / "dist"
_INDEX = "index.html"
_HASHED = "assets/"
_FOR_EVER = "public, max-age=31536000, immutable"
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent, and packed for those who take that; `tag` is its ETag."""

    raw: bytes
    packed: bytes
    kind: str
    tag: str


def add(app: FastAPI, built: Path = BUILT) -> None:
    """/console and everything below it."""

    async def home(request: Request) -> Response:
        return RedirectResponse(HOME, 308)

    async def file(request: Request) -> Response:
        return _answer(request, _files(built), request.path_params["path"])

    for path, endpoint in (("/console", home), (f"{HOME}{{path:path}}", file)):
        app.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False, response_class=Response)


def _answer(request: Request, files: Mapping[str, _File], path: str) -> Response:
    """A file, or the page that shows what any other path says: the console reads it from its address."""
    if _INDEX not in files:
        return page(
            "The console is not built", "<p>Run <code>make up</code>, which builds it, and start again.</p>", 503
        )
    if path not in files and path.startswith(_HASHED):
        raise not_found("file of the console")
    name = path if path in files else _INDEX
    found = files[name]
    headers = {
        "Cache-Control": _FOR_EVER if name.startswith(_HASHED) else "no-cache",
        "Content-Security-Policy": _POLICY,
        "ETag": found.tag,
        "Referrer-Policy": "same-origin",
        "Vary": "Accept-Encoding",
    }
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.raw, media_type=found.kind, headers=headers)
    return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})


@cache
def _files(folder: Path) -> Mapping[str, _File]:
    """All files by their paths, read once: a gateway shows the console that it was started with."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): _read(path) for path in found}


def _read(path: Path) -> _File:
    raw = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _File(raw, gzip.compress(raw, mtime=0), kind, f'"{hashlib.sha256(raw).hexdigest()[:16]}"')
