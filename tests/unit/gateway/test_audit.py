"""The audit as the gateway writes it: every route is in it, no entry holds what is personal, none is lost."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from structlog.testing import capture_logs

from gateway import auth
from gateway.access.live import Access
from gateway.app import create_app
from gateway.audit import writer
from gateway.audit.entry import entry_of, sealed
from gateway.audit.noted import Noted, begin
from gateway.audit.purpose import purpose_of, purposes
from gateway.audit.queue import Answered, Queue
from gateway.problems import Problem, response
from gateway.reach import Reach
from infra.keys import development_key
from infra.log.envelope import CommandEnvelope
from infra.log.replies import Reply
from infra.log.sender import LogUnavailable
from infra.settings import AuditMode, Settings
from schemas.contract import PlainVault, Sealed
from schemas.generated.audit.trail import CloseTrail, EntryKind, RecordEntries

SETTINGS = Settings()
AT = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY_ASKS = {
    *("/", "/docs", "/openapi.json", "/health/live", "/health/ready", "/metrics", "/signin/{tenant}"),
    *("/console", "/console/{path:path}"),
}
"""Routes that ask nobody who they are."""
OTHERWISE = ("/signin/", "/signout", "/scim/v2/")
"""Where one comes in by a session, or where what is not offered is refused to everybody."""


class Anyone:
    """A limiter that lets everyone in."""

    async def admit(self, tenant: str) -> dict[str, str]:
        return {}


@asynccontextmanager
async def served(queue: Queue) -> AsyncGenerator[tuple[httpx.AsyncClient, list[tuple[str, str]]]]:
    """A client of the app without anything behind it, and its routes."""
    app = create_app(SETTINGS)
    app.state.platform = SimpleNamespace(
        settings=SETTINGS, limiter=Anyone(), secret=b"secret", access=Access({}, Reach({}, b"secret")), audit=queue
    )
    routes = [(method, r.path) for r in app.routes if isinstance(r, APIRoute) for method in sorted(r.methods or ())]
    key = development_key(SETTINGS.key_secret.get_secret_value(), "acme")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"Authorization": f"Bearer {key}"}
    ) as client:
        yield client, routes


async def test_no_route_forgets_the_audit() -> None:
    """What comes of a request does not matter here: with nothing behind the app, most break."""
    queue = Queue("lenient")
    async with served(queue) as (client, routes):
        asked = [(method, path) for method, path in routes if _is_asked(path)]
        with capture_logs():  # of what breaks
            for method, path in asked:
                address = re.sub(r"\{[^}]*\}", "x", path)
                await client.request(method, address)
    answered, _ = queue.first("acme", 10_000)
    assert [(each.method, each.path) for each in answered] == asked
    takes = {each.path: each.permission for each in answered}
    assert takes["/crm/deals/{id}/win"] == "crm.deal.win"
    assert takes["/crm/deals/{id}"] == takes["/crm/pipeline"] == "crm.deal.read"


async def test_every_route_says_what_it_is_for() -> None:
    async with served(Queue("off")) as (_, routes):
        assert {(method, path) for method, path in routes if _is_asked(path)} - set(purposes()) == set()


def _is_asked(path: str) -> bool:
    return path not in NOBODY_ASKS and not path.startswith(OTHERWISE)


async def test_what_a_directory_asks_is_in_the_audit() -> None:
    queue = Queue("lenient")
    async with served(queue) as (client, _):
        with capture_logs():
            for route in ("GET /Users", "POST /Users", "PATCH /Groups/x", "POST /Users/.search"):
                method, path = route.split()
                await client.request(method, f"/scim/v2{path}")
    answered, _ = queue.first("acme", 10)
    kinds = [purpose_of(each.method, each.path).kind for each in answered]
    assert kinds == [EntryKind.SAW, EntryKind.DID, EntryKind.DID, EntryKind.SAW]


async def test_who_is_not_known_is_in_no_audit() -> None:
    queue = Queue("lenient")
    async with served(queue) as (client, _):
        assert (await client.get("/crm/deals", headers={"Authorization": "Bearer forged"})).status_code == 401
        assert (await client.get("/nothing/here")).status_code == 404
    assert queue.tenants() == []


async def test_who_is_no_program_and_names_somebody_is_refused_and_in_the_audit() -> None:
    queue = Queue("lenient")
    async with served(queue) as (client, _):
        answer = await client.get("/access/me", headers={"X-On-Behalf-Of": "ann"})
        assert (answer.status_code, answer.json()["code"]) == (403, "act_for_refused")
    [refused], _ = queue.first("acme", 10)
    assert (refused.status, refused.noted.code, refused.noted.on_behalf_of) == (403, "act_for_refused", "ann")


async def test_a_session_in_a_browser_acts_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async def signed_in(*_: object) -> SimpleNamespace:
        return SimpleNamespace(tenant="acme", user="ann")

    monkeypatch.setattr(auth, "by_session", signed_in)
    async with served(Queue("lenient")) as (client, _):
        del client.headers["Authorization"]
        for whom in ("bea", "ann"):
            answer = await client.get("/access/me", headers={"X-On-Behalf-Of": whom})
            assert (answer.status_code, answer.json()["code"]) == (403, "act_for_refused")


async def test_a_strict_audit_without_room_refuses() -> None:
    queue = Queue("strict", room=0)
    async with served(queue) as (client, _):
        answer = await client.get("/access/me")
        assert (answer.status_code, answer.json()["code"]) == (503, "audit_unavailable")
    assert queue.size == 0, "a request that is refused for want of room takes none"


def answered(path: str = "/crm/deals", query: bytes = b"", status: int = 200, **noted: Any) -> Answered:
    of = Noted("r1", "acme", "ann", "user:ann", **noted)
    return Answered(AT, of, "GET", path, None, {}, query, "192.0.2.7", b"curl/8", b"", status)


def asked(query: bytes, path: str = "/crm/deals") -> str:
    return entry_of(answered(path, query), purpose_of("GET", path), b"secret").asked


def test_values_that_may_be_somebodys_are_told_by_marks_alone() -> None:
    told = asked(b"stage=WON&owner_id=u1&amount.gte=5&name=Ann+Brown&q=ann@example.com&cursor=x.y", "/crm/deals")
    stage, owner, amount, name, q = told.split("&")
    assert (stage, owner, amount) == ("stage=WON", "owner_id=u1", "amount.gte=5")
    assert name.startswith("name=~")
    assert q.startswith("q=~")
    assert len(q) == len("q=~") + 12


def test_the_same_value_has_the_same_mark() -> None:
    email, q = asked(b"email=ann@example.com", "/crm/contacts"), asked(b"q=ann%40example.com", "/crm/contacts")
    assert email.partition("=")[2] == q.partition("=")[2] != ""


def test_what_looks_like_no_id_or_parameter_is_told_by_a_mark() -> None:
    assert asked(b"ann@example.com=1").startswith("~")
    assert asked(b"sort=ann@example.com").startswith("sort=~")
    of = answered("/crm/deals/{id}", record="ann@example.com")
    record = entry_of(of, purpose_of("GET", "/crm/deals/{id}"), b"secret").record
    assert record is not None
    assert record.startswith("~")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, EntryKind.SAW),
        (304, EntryKind.SAW),
        (403, EntryKind.REFUSED),
        (404, EntryKind.REFUSED),
        (503, EntryKind.FAILED),
    ],
)
def test_an_entry_is_of_the_kind_that_its_answer_was(status: int, kind: EntryKind) -> None:
    assert entry_of(answered(status=status), purpose_of("GET", "/crm/deals"), b"secret").kind is kind


def test_a_download_is_an_export_and_a_command_a_deed() -> None:
    assert purpose_of("GET", "/integration/files/{hash}").kind is EntryKind.EXPORTED
    assert purpose_of("POST", "/integration/replays").kind is EntryKind.EXPORTED
    assert purpose_of("POST", "/crm/deals/{id}/win").kind is EntryKind.DID
    assert purpose_of("PUT", "/something/else").kind is EntryKind.DID


def test_address_and_agent_are_sealed_for_who_asked() -> None:
    entry = entry_of(answered(), purpose_of("GET", "/crm/deals"), b"secret")
    assert sealed(entry, answered(), PlainVault()).address == Sealed(b"plain:192.0.2.7", "192.0.2.7")
    assert entry.subject == "ann"


def test_a_lenient_queue_counts_what_it_drops_and_says_so_once() -> None:
    queue = Queue("lenient", room=2)
    for _ in range(5):
        queue.add("acme", answered())
    first, dropped = queue.first("acme", 10)
    assert (len(first), dropped) == (2, 3)
    queue.done("acme", first, 3)
    assert (queue.size, queue.tenants()) == (0, [])


def test_a_strict_queue_keeps_what_was_admitted_and_admits_no_more() -> None:
    queue = Queue("strict", room=1)
    queue.admit()
    for _ in range(2):
        queue.add("acme", answered())
    with pytest.raises(Problem, match="audit"):
        queue.admit()
    assert queue.first("acme", 10)[1] == 0


class Vaults:
    """Every tenant's secret and vault, without keys."""

    def secret(self, tenant: str) -> bytes:
        return b"secret"

    def prefetch(self, tenant: str, subjects: set[str]) -> None:
        pass

    def __call__(self, tenant: str) -> PlainVault:
        return PlainVault()


class Log:
    """A sender. `refuse` gives the reply to a command, or an outage, in place of an acceptance. With `late`, what is
    answered to a command comes when the next one is sent."""

    def __init__(
        self,
        refuse: Callable[[CommandEnvelope], Reply | LogUnavailable | None] = lambda _: None,
        *,
        late: bool = False,
    ) -> None:
        self.sent: list[CommandEnvelope] = []
        self.refuse = refuse
        self.late = late
        self.held: list[tuple[Future[Reply], Reply]] = []

    def send(self, envelope: CommandEnvelope, on_taken: Callable[[], None]) -> "Future[Reply]":
        future: Future[Reply] = Future()
        refused = self.refuse(envelope)
        if isinstance(refused, LogUnavailable):
            future.set_exception(refused)
            return future
        self.sent.append(envelope)
        for before, reply in self.held:
            before.set_result(reply)
        self.held = [(future, refused or Reply(envelope.command_id, "", 200))]
        on_taken()
        if not self.late:
            future.set_result(self.held.pop()[1])
        return future

    @property
    def batches(self) -> list[tuple[str, int, int, int]]:
        """(trail, number, entries, dropped) of each batch."""
        commands = [each.command for each in self.sent if isinstance(each.command, RecordEntries)]
        return [(each.trail_id, each.number, len(each.entries), each.dropped) for each in commands]


def platform(queue: Queue, log: Log) -> Any:
    return SimpleNamespace(audit=queue, sender=log, vaults=Vaults(), instance="g1")


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happens():
            await asyncio.sleep(0.01)


def filled(count: int, mode: AuditMode = "lenient", **noted: Any) -> Queue:
    queue = Queue(mode)
    for _ in range(count):
        queue.add("acme", answered(**noted))
    return queue


async def test_what_was_answered_goes_to_the_log_in_batches_and_the_trail_is_closed_in_the_end() -> None:
    queue, log = filled(450), Log()
    async with writer.running(platform(queue, log)):
        await until(lambda: queue.size == 0)
    [trail] = {trail for trail, *_ in log.batches}
    assert log.batches == [(trail, 1, 200, 0), (trail, 2, 200, 0), (trail, 3, 50, 0)]
    assert isinstance(log.sent[-1].command, CloseTrail)


async def test_what_is_left_when_the_gateway_ends_is_written() -> None:
    queue, log = Queue("lenient"), Log()
    async with writer.running(platform(queue, log)):
        await asyncio.sleep(0)
        for _ in range(3):
            queue.add("acme", answered())
    assert sum(entries for _, _, entries, _ in log.batches) == 3


async def test_a_batch_is_no_larger_than_the_log_takes() -> None:
    queue, log = filled(60, records=tuple(f"{n:036}" for n in range(200))), Log()
    async with writer.running(platform(queue, log)):
        await until(lambda: queue.size == 0)
    assert sum(entries for _, _, entries, _ in log.batches) == 60
    assert max(entries for _, _, entries, _ in log.batches) < 40


async def test_a_log_that_is_away_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PAUSE", 0.0)
    away = [LogUnavailable("away"), LogUnavailable("away")]
    queue, log = filled(5), Log(lambda _: away.pop() if away else None)
    async with writer.running(platform(queue, log)):
        await until(lambda: queue.size == 0)
    assert [entries for _, _, entries, _ in log.batches] == [5]


async def test_a_trail_that_was_closed_by_others_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "EVERY", 0.0)
    refusals = [Reply("", "", 409, code="trail_closed")]
    queue, log = filled(5), Log(lambda _: refusals.pop() if refusals else None)
    async with writer.running(platform(queue, log)):
        await until(lambda: len(log.batches) == 2)
    (first, *_), (second, number, entries, _) = log.batches
    assert first != second
    assert (number, entries) == (1, 5)


async def test_a_batch_that_is_refused_while_the_next_is_on_its_way_is_written_again_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "EVERY", 0.0)
    monkeypatch.setattr(writer, "MOST", 2)
    refusals = [Reply("", "", 409, code="trail_closed")]
    queue, log = Queue("lenient"), Log(lambda _: refusals.pop() if refusals else None, late=True)
    for number in range(4):
        queue.add("acme", answered(record=f"d{number}"))
    async with writer.running(platform(queue, log)):
        await until(lambda: queue.size == 0 and len(log.batches) == 3)
    refused, *accepted = [e.command.entries for e in log.sent if isinstance(e.command, RecordEntries)]
    assert [entry.record for entry in refused] == ["d0", "d1"]
    assert [entry.record for entries in accepted for entry in entries] == ["d2", "d3", "d0", "d1"]


async def test_a_trail_ends_after_so_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST", 1)
    monkeypatch.setattr(writer, "BATCHES", 2)
    queue, log = filled(3), Log()
    async with writer.running(platform(queue, log)):
        await until(lambda: queue.size == 0)
    kinds = [type(each.command).__name__ for each in log.sent]
    assert kinds == ["RecordEntries", "RecordEntries", "CloseTrail", "RecordEntries", "CloseTrail"]


async def test_what_was_dropped_is_told_even_if_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, log = Queue("lenient", room=0), Log()
    queue.add("acme", answered())
    async with writer.running(platform(queue, log)):
        await until(lambda: bool(log.batches))
    assert [batch[1:] for batch in log.batches] == [(1, 0, 1)]


@pytest.mark.parametrize(("known", "told"), [(None, "signin_refused"), ("signin_unknown", "signin_unknown")])
async def test_a_closer_reason_than_the_answer_tells_is_in_the_audit(known: str | None, told: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    scope: dict[str, Any] = {"type": "http"}
    noted = begin(scope, "r1")
    noted.code = known
    await response(Problem(401, "signin_refused", "That does not let you in."))(scope, receive, send)
    assert noted.code == told
    assert b"signin_refused" in sent[-1]["body"]
