"""Two pages for people: where things are, and every route; and how each page is made. No script or style comes from
elsewhere, and browsers are told so."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2330}
h1{font-size:1.6rem}h2{margin-top:2rem;border-bottom:1px solid #d5d9e2}a{color:#1a56c4}
code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f5f9;border-radius:4px;padding:.1rem .3rem}
pre{padding:.6rem;overflow:auto}details{margin:.3rem 0}summary{cursor:pointer}
.m{display:inline-block;width:3.6rem;font-weight:600}.POST{color:#1b7f3b}.GET{color:#1a56c4}table{border-collapse:collapse}
td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top;font-size:14px}
label{display:block;margin-top:.8rem}input{font:inherit;padding:.3rem .5rem;width:22rem;max-width:100%}
button{font:inherit;margin-top:1rem;padding:.3rem 1rem}
[role=alert]{border-left:4px solid #b3261e;padding-left:.8rem}"""
_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def add(app: FastAPI) -> None:
    """/ and /docs."""

    async def home(request: Request) -> Response:
        links = {
            "/console/": "the console, for people",
            "/docs": "every route",
            "/openapi.json": "the same for programs (OpenAPI 3.1)",
            "/health/ready": "each part of the platform, and whether it answers",
            "/metrics": "counters for Prometheus",
        }
        items = "".join(f'<li><a href="{path}"><code>{path}</code></a> {text}</li>' for path, text in links.items())
        hint = "Send <code>Authorization: Bearer KEY</code>; <code>nexus360 key TENANT</code> prints a development key."
        return page(
            "Nexus360", f"<p>One event log; commands go in, read models come out.</p><ul>{items}</ul><p>{hint}</p>"
        )

    async def docs(request: Request) -> Response:
        return page("Nexus360: every route", _routes(app.openapi()))

    for path, endpoint in (("/", home), ("/docs", docs)):
        app.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False, response_class=HTMLResponse)


def page(title: str, body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page for people; `body` is HTML."""
    head = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    head += f"<title>{escape(title)}</title><style>{STYLE}</style>"
    shown = f"{head}<h1>{escape(title)}</h1>{body}</html>"
    return HTMLResponse(shown, status, {**(headers or {}), "Content-Security-Policy": _POLICY})


def _routes(document: dict[str, Any]) -> str:
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(_operation(method, path, operation))
    return "".join(f"<h2>{escape(tag)}</h2>{''.join(each)}" for tag, each in sorted(groups.items()))


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [(p["name"], p["in"], p.get("description", "")) for p in operation.get("parameters", ())]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    needed = schema.get("required", ())
    rows += [
        (name, "body, required" if name in needed else "body", field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{escape(where)}<td>{escape(doc)}" for name, where, doc in rows
    )
    verb = method.upper()
    title = f'<span class="m {verb}">{verb}</span><code>{escape(path)}</code> {escape(operation.get("summary") or "")}'
    return f"<details><summary>{title}</summary><table>{cells}</table></details>"
