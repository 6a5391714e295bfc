"""Uploaded files, on their way to imports, and the reports that imports leave behind."""

from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from gateway import describe, platform
from gateway.answers import ok
from gateway.auth import admitted
from gateway.problems import Problem, not_found
from infra.blobs import Blob, BlobMissing, BlobTooLarge

LARGEST = 64 * 1024 * 1024
CHUNK = 256 * 1024


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
        openapi_extra={"requestBody": {"content": {"application/octet-stream": {}, "text/csv": {}}}},
        responses={201: {"description": "Kept."}, **describe.problems(400, 413)},
    )
    router.add_api_route(
        "/integration/files/{hash}",
        _download,
        methods=["GET"],
        summary="A file of yours, by its hash.",
        tags=["integration: files"],
        response_class=Response,
        openapi_extra={"parameters": [{"name": "hash", "in": "path", "required": True, "schema": {"type": "string"}}]},
        responses={200: {"description": "The file's bytes."}, **describe.problems(404)},
    )


async def _upload(request: Request) -> Response:
    who, limits = await admitted(request)
    here = platform.of(request)
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            blob = await _from_form(request, who.tenant)
        else:
            blob = await here.blobs.put_stream(who.tenant, request.stream(), LARGEST)
    except BlobTooLarge as error:
        raise Problem(413, "body_too_large", str(error)) from error
    if blob.size == 0:
        raise Problem(400, "file_empty", "The file is empty; send its bytes as the body.")
    where = {"Location": f"/integration/files/{blob.hash}", **limits}
    return ok({"file": blob.hash, "size": blob.size}, 201, where)


async def _from_form(request: Request, tenant: str) -> Blob:
    """The one file of a multipart body."""
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            uploads = [part for part in form.values() if isinstance(part, UploadFile)]
            if not uploads:
                raise Problem(400, "file_missing", "The form holds no file; add one.")
            return await platform.of(request).blobs.put_stream(tenant, _chunks(uploads[0]), LARGEST)
    except MultiPartException as error:
        raise Problem(400, "form_malformed", f"The form cannot be read: {error.message}") from error


async def _chunks(upload: UploadFile) -> AsyncGenerator[bytes]:
    while chunk := await upload.read(CHUNK):
        yield chunk


async def _download(request: Request) -> Response:
    who, limits = await admitted(request)
    try:
        path = platform.of(request).blobs.path(who.tenant, request.path_params["hash"])
    except BlobMissing as error:
        raise not_found("file") from error
    return FileResponse(path, headers=limits, media_type="application/octet-stream")
