"""Uploaded files, on their way to imports, and the reports that imports leave behind."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message

from gateway import describe, platform
from gateway.access.beyond import must_hold, shown_by
from gateway.answers import ok
from gateway.auth import Caller, admitted
from gateway.limits import too_slow
from gateway.platform import Platform
from gateway.problems import Problem, not_found
from infra.blobs import Blob, BlobMissing, BlobTooLarge
from projections import query
from projections.catalog import models_by_name
from projections.generations import reading
from projections.query import MAX_LIMIT, Filter

PERMISSION = "integration.import.start"
REPLAYS = "integration"
"""The database that knows archives of replays."""
LARGEST = 256 * 1024 * 1024
"""Bytes of a file at most: half a million rows of a CRM's export are some 100 MiB. It goes to disk as it comes."""
CHUNK = 256 * 1024
FORM_AROUND = 64 * 1024
"""Bytes of a form that are not its file."""
SLOWEST_PART = 30.0
"""Seconds until more of a file must have come."""
SLOWEST_RATE = 16 * 1024
"""Bytes in a second, beyond that, with which a whole file comes: who sends one now and then holds nothing for long."""


def add(router: APIRouter) -> None:
    """POST /integration/files and GET /integration/files/{hash}."""
    router.add_api_route(
        "/integration/files",
        _upload,
        methods=["POST"],
        status_code=201,
        summary="Uploads a file; its hash is what StartImport names.",
        tags=["integration: files"],
        response_class=Response,
        openapi_extra=describe.upload() | describe.takes(PERMISSION),
        responses=describe.uploaded(),
    )
    router.add_api_route(
        "/integration/files/{hash}",
        _download,
        methods=["GET"],
        summary="A file of yours, by its hash.",
        tags=["integration: files"],
        response_class=Response,
        openapi_extra=describe.download() | describe.takes(PERMISSION),
        responses=describe.downloaded(),
    )


async def _upload(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(PERMISSION)
    here = platform.of(request)
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            blob = await _from_form(request, who.tenant)
        else:
            blob = await here.blobs.put_stream(who.tenant, bounded(request).stream(), LARGEST, shelf="uploads")
    except BlobTooLarge as error:
        raise Problem(413, "body_too_large", str(error)) from error
    except TimeoutError as error:
        raise too_slow() from error
    except ClientDisconnect as error:
        raise Problem(400, "body_incomplete", "The body ended before it was whole; send it again.") from error
    if blob.size == 0:
        raise Problem(400, "file_empty", "The file is empty; send its bytes as the body.")
    where = {"Location": f"/integration/files/{blob.hash}", **limits}
    return ok({"file": blob.hash, "size": blob.size}, 201, where)


async def _from_form(request: Request, tenant: str) -> Blob:
    """The one file of a multipart body."""
    try:
        async with bounded(request).form(max_files=1, max_fields=10) as form:
            uploads = [part for part in form.values() if isinstance(part, UploadFile)]
            if not uploads:
                raise Problem(400, "file_missing", "The form holds no file; add one.")
            blobs = platform.of(request).blobs
            return await blobs.put_stream(tenant, _chunks(uploads[0]), LARGEST, shelf="uploads")
    except HTTPException as error:  # Starlette raises it for every form that it cannot read
        raise Problem(400, "form_malformed", f"The form cannot be read: {error.detail}") from error


def bounded(request: Request) -> Request:
    """The request, whose body raises BlobTooLarge as soon as it is, a form would be written to disk first; and
    TimeoutError once no part came for long, or all of them too slowly."""
    most = left = LARGEST + FORM_AROUND
    declared = request.headers.get("content-length", "0")
    clock = asyncio.get_running_loop().time
    begun = clock()
    if declared.isdigit() and int(declared) > left:
        raise BlobTooLarge(f"The file is larger than {LARGEST} bytes; split it.")

    async def receive() -> Message:
        nonlocal left
        async with asyncio.timeout_at(latest(begun, clock(), most - left)):
            message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BlobTooLarge(f"The file is larger than {LARGEST} bytes; split it.")
        return message

    return Request(request.scope, receive)


def latest(begun: float, now: float, come: int) -> float:
    """Until when more of a body must come, of which so many bytes have come since it was begun."""
    return min(now + SLOWEST_PART, begun + SLOWEST_PART + come / SLOWEST_RATE)


async def _chunks(upload: UploadFile) -> AsyncGenerator[bytes]:
    while chunk := await upload.read(CHUNK):
        yield chunk


async def readable(here: Platform, who: Caller, hash: str) -> Path:
    """Where a file lies that this caller may see; a 404 problem when the tenant has none, a 403 problem when it is of
    what they may not see, and 410 for an archive that has had its time."""
    path, over = _path(here, who.tenant, hash), await _is_over(here, who.tenant, hash)
    if path is None and not over:
        raise not_found("file")
    if who.standing.who is not None:
        must_hold(who.standing, await shown_by(here, who.tenant, hash))
    if path is None or over:
        detail = "The archive had its time, or was discarded; start another replay with the same bounds."
        raise Problem(410, "archive_removed", detail)
    return path


def _path(here: Platform, tenant: str, hash: str) -> Path | None:
    try:
        return here.blobs.path(tenant, hash)
    except BlobMissing:
        return None


async def _is_over(here: Platform, tenant: str, hash: str) -> bool:
    """Whether it is the archive of replays all of which have had its time; it may be removed a moment later."""
    replays = models_by_name(REPLAYS)["replays"]
    async with reading(here.readers[REPLAYS], tenant, replays) as connection:
        _, rows = await query.numbered(
            connection, replays, tenant, filters=[Filter("file", "eq", hash)], limit=MAX_LIMIT
        )
    now = datetime.now(UTC)
    return bool(rows) and all(row["expires_at"] is not None and row["expires_at"] <= now for row in rows)


async def _download(request: Request) -> Response:
    who, limits = await admitted(request)
    who.standing.needed(PERMISSION)
    path = await readable(platform.of(request), who, request.path_params["hash"])
    headers = {**limits, "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
    return FileResponse(path, headers=headers, media_type="application/octet-stream")
