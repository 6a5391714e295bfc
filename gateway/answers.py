"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from infra.plain import dump

JSON = "application/json"


def ok(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response with this value as JSON."""
    return Response(dump(value), status, headers, JSON)
