"""A caller of the HTTP API: what commands of the command line use, and nothing else."""

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

Say = Callable[[str], None]
NOT_FOUND, GATEWAY_TIMEOUT = 404, 504
_PAGE = "200"
FINISHED = frozenset({"COMPLETED", "FAILED", "REVERTED", "REVERT_FAILED"})


class Refused(Exception):
    """The API said no; the message is its code and its sentence."""


@dataclass(frozen=True, slots=True)
class Client:
    """One tenant's way in."""

    http: httpx.Client

    def get(self, path: str, **parameters: str) -> Any:
        """What a query answers; raises Refused."""
        return _checked(self.http.get(path, params=parameters)).json()

    def pages(self, path: str, **parameters: str) -> Iterator[Mapping[str, Any]]:
        """Every item of a list, a page of it at a time; raises Refused."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, **parameters, **cursor, limit=_PAGE)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    def find(self, path: str) -> Any:
        """A record, None where there is none; raises Refused."""
        answer = self.http.get(path)
        return None if answer.status_code == NOT_FOUND else _checked(answer).json()

    def send(self, path: str, body: Mapping[str, Any], key: str, expected: int | None = None) -> httpx.Response:
        """A command's answer; the key makes it safe to send again. `expected` is the version that the record must still
        have. Raises Refused."""
        headers = {"Idempotency-Key": key} | ({} if expected is None else {"If-Match": f'"{expected}"'})
        return _checked(self.http.post(path, json=dict(body), headers=headers))

    def post(self, path: str, body: Mapping[str, Any], after: str | None = None) -> httpx.Response:
        """The answer of what does something new each time, as of a position. Raises Refused."""
        headers = {} if after is None else {"Nexus-After": after}
        return _checked(self.http.post(path, json=dict(body), headers=headers))

    def upload(self, path: Path) -> str:
        """The hash of an uploaded file."""
        with path.open("rb") as file:
            answer = self.http.post("/integration/files", content=file, headers={"Content-Type": "text/csv"})
        return str(_checked(answer).json()["file"])

    def wait(self, path: str, position: str, **parameters: str) -> Any:
        """A query that sees what was written at a position, however long its read model takes."""
        while True:
            answer = self.http.get(path, params=parameters, headers={"Nexus-After": position})
            if answer.status_code != GATEWAY_TIMEOUT:
                return _checked(answer).json()


def client(address: str, key: str, trusted: ssl.SSLContext) -> Client:
    """`trusted` says by which certificates the gateway is known."""
    headers = {"Authorization": f"Bearer {key}"}
    return Client(httpx.Client(base_url=address, headers=headers, verify=trusted, timeout=30))


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
        raise Refused(f"{problem['code']}: {problem['detail']}")
    except (json.JSONDecodeError, KeyError) as error:
        raise Refused(f"{answer.status_code} from {answer.url}: {answer.text[:200]}") from error


@dataclass(frozen=True, slots=True)
class Import:
    """What an import came to."""

    id: str
    row: Mapping[str, Any]
    seconds: float

    @property
    def summary(self) -> str:
        counts = (f"{self.row[name]:,} {name}" for name in ("created", "updated", "unchanged", "skipped", "rejected"))
        return f"{self.row['rows']:,} rows in {self.seconds:.1f} s: {', '.join(counts)}"


def run_import(api: Client, path: Path, start: Mapping[str, Any], key: str, say: Say) -> Import:
    """Uploads a file, imports it and waits until the import ends, telling how far it is. Raises Refused."""
    began = time.monotonic()
    body = {"file": api.upload(path), "file_name": path.name, **start}
    started = api.send("/integration/imports", body, key).json()
    row: Mapping[str, Any] = api.wait(f"/integration/imports/{started['id']}", started["position"])
    told = -1
    while row["status"] not in FINISHED:
        if row["rows"] != told:
            told = row["rows"]
            say(f"  {path.name}: {told:,} of {row['total']:,} rows")
        time.sleep(0.1)
        row = api.get(f"/integration/imports/{started['id']}")
    if row["status"] == "FAILED":
        raise Refused(f"The import of {path.name} failed: {row['reason']}")
    return Import(started["id"], row, time.monotonic() - began)
