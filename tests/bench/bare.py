"""The same question asked without the platform: of Postgres as the reader that its gateway is, and of Elasticsearch;
and a line to the gateway that costs next to nothing itself."""

import json
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, assert_never

import psycopg
from elasticsearch import Elasticsearch
from psycopg.rows import dict_row

from infra.postgres import connect
from infra.settings import Settings
from projections import generations
from tests.bench.load import body_length

_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement of the live generation's tables, and what stands in it."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """Questions to the index: each the alias of a read model's documents, and the body."""

    of: Sequence[tuple[str, Mapping[str, Any]]]
    tenant: str


Bare = Sql | Search


@dataclass(frozen=True, slots=True)
class Servers:
    """Postgres, where row-level security shows one tenant alone, and Elasticsearch."""

    postgres: psycopg.Connection
    elasticsearch: Elasticsearch

    def ask(self, question: Bare) -> list[str]:
        """The ids that come of it, in order; all columns are fetched."""
        match question:
            case Sql():
                with self.postgres.cursor() as cursor:
                    cursor.execute(question.text.encode(), question.values)
                    rows = cursor.fetchall()
                    assert cursor.description is not None
                    place = [column.name for column in cursor.description].index("id")
                return [row[place] for row in rows]
            case Search():
                return [hit["_source"]["id"] for hit in self._hits(question)]
            case _:
                assert_never(question)

    def answer(self, question: Bare) -> Sequence[Mapping[str, Any]]:
        """All that comes of it, as rows by column name or as hits."""
        match question:
            case Sql():
                with self.postgres.cursor(row_factory=dict_row) as cursor:
                    return cursor.execute(question.text.encode(), question.values).fetchall()
            case Search():
                return self._hits(question)
            case _:
                assert_never(question)

    def _hits(self, question: Search) -> Sequence[Mapping[str, Any]]:
        searches: list[Mapping[str, Any]] = []
        for alias, body in question.of:
            searches += ({"index": alias, "routing": question.tenant}, body)
        found = self.elasticsearch.msearch(searches=searches)
        return [hit for each in found["responses"] for hit in each["hits"]["hits"]]


def reader(settings: Settings, database: str, tenant: str) -> psycopg.Connection:
    """A connection as the gateway's: its role, the live generation's tables, one tenant's rows."""
    generation = generations.live(settings, database)
    connection = connect(settings, database, "reader")
    connection.autocommit = True
    connection.execute("select set_config('search_path', %s, false)", [f"{generation.schema}, public"])
    connection.execute("select set_config('nexus.tenant', %s, false)", [tenant])
    return connection


class Line:
    """A connection to a gateway, which stays open as long as something is asked every few seconds."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """The body of the answer. Raises RuntimeError for one that is not 200."""
        self._socket.sendall(request)
        received = b""
        while True:
            if not (block := self._socket.recv(262_144)):
                raise ConnectionError("The gateway closed the connection.")
            received += block
            head, end, body = received.partition(_END)
            if end and len(body) >= body_length(head):
                break
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{request.partition(b' HTTP')[0]!r} was answered {received[:400]!r}")
        return body

    def close(self) -> None:
        with suppress(OSError):
            self._socket.close()


def ids_of(answer: bytes) -> list[list[str]]:
    """The ids of what a list holds; or that of the one record, and then those of each list that stands beside it."""
    told = json.loads(answer)
    if "items" in told:
        return [_ids(told)]
    return [[told[name] for name in ("id",) if name in told], *map(_ids, told.get("with", {}).values())]


def _ids(page: Mapping[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]
