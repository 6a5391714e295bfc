"""The course of one webhook: its events, from where it is, sent in the order of each record until they are taken."""

import asyncio
import contextlib
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from confluent_kafka import KafkaException
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.access.gate import Record
from gateway.access.live import DATABASE as DIRECTORY
from gateway.access.masking import masked
from gateway.auth import Caller
from gateway.events import described, permitted, record_of
from gateway.feed import Feed, Interrupted, LogMessage, TooSlow, Wanted
from gateway.platform import Platform
from gateway.problems import Problem
from gateway.queries import opened
from gateway.turns import Turns
from gateway.webhooks.places import Delivery, Places
from gateway.webhooks.signing import headers, secrets_of
from gateway.webhooks.trouble import LONGEST_REST, Trouble, trouble_of
from infra import outward
from infra.log.board import Job
from infra.log.codec import RegistryUnavailable
from infra.log.envelope import CommandEnvelope
from infra.log.position import merge
from infra.log.sender import LogUnavailable, ReplyLate
from infra.outward import Line, Question, Unreachable
from infra.plain import dump
from infra.vault import VaultUnavailable
from projections.generations import ModelBuilding, NoGeneration
from projections.query import PositionLate
from schemas.contract import contracts
from schemas.generated.integration.webhook import CONTRACT, RecordWebhookTrouble, Webhook, WebhookPinged

PATIENCE = 15.0
"""Seconds in which an event must be taken."""
LARGEST = 64 * 1024
"""Bytes of an answer, of which nothing but its status counts."""
GIVES_UP_AFTER = timedelta(days=3)
"""How long that goes on until the webhook is paused."""
TOGETHER = 50
"""Events after which is noted how far a webhook has come: so many are sent again at most when the sender dies."""
TRANSIENT = (
    InterfaceError,
    KafkaException,
    LogUnavailable,
    ModelBuilding,
    NoGeneration,
    OperationalError,
    PoolTimeout,
    PositionLate,
    RegistryUnavailable,
    ReplyLate,
    VaultUnavailable,
)
"""What says nothing about the webhook: try again."""

Hook = Job[Webhook]
"""A webhook of a tenant."""
_log = structlog.get_logger("webhooks")


@dataclass(frozen=True, slots=True)
class Desk:
    """What all webhooks share. `turns` are for sending, so that slow receivers of one tenant hold up no other's."""

    here: Platform
    feed: Feed
    places: Places
    turns: Turns
    within: outward.Within
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(slots=True, eq=False)
class Course:
    """A webhook that is served. `at` is where it has come to, `failures` how often in a row it did not go on, since
    `failed_at`; `told` whether the webhook was told so."""

    hook: Hook
    desk: Desk
    line: Line
    at: dict[str, dict[int, int]]
    wanted: Wanted
    failures: int = 0
    failed_at: datetime | None = None
    told: bool = False
    deliveries: list[Delivery] = field(default_factory=list[Delivery])


def wanted_of(hook: Hook) -> Wanted:
    """What a webhook is to hear: what it names, and when somebody tries it. The audit and other webhooks are heard by
    who names them: what is told of sending would be sent."""
    state, named = hook.state, {*hook.state.types}
    for contract in contracts().values():
        quiet = contract.domain == "audit" or contract is CONTRACT
        if contract.aggregate in state.aggregates or not (state.types or state.aggregates or quiet):
            named |= {event.NAME for event in contract.events}
    return Wanted(hook.tenant, frozenset(named | {WebhookPinged.NAME}))


async def begun(hook: Hook, desk: Desk, line: Line) -> Course:
    """The course of a webhook from where it was, or from the time since which it wants events. Topics that came later
    are read from then, too."""
    known = await desk.places.of(hook.tenant, hook.id)
    at = await desk.feed.at(hook.state.since_at or desk.clock())
    for topic, partitions in (known or {}).items():
        at.setdefault(topic, {}).update(partitions)
    failed_at, told = hook.state.failed_at, hook.state.code is not None
    return Course(hook, desk, line, at, wanted_of(hook), failed_at=failed_at, told=told)


async def serve(hook: Hook, desk: Desk) -> None:
    """Sends until it is cancelled, or the webhook was paused. What is not taken is sent again, later each time."""
    async with outward.line(hook.state.url, desk.within) as line:
        await _serve(hook, desk, line)


async def _serve(hook: Hook, desk: Desk, line: Line) -> None:
    course: Course | None = None
    log = _log.bind(tenant=hook.tenant, webhook_id=hook.id)
    while True:
        rest = 0.0
        try:
            course = course or await begun(hook, desk, line)
            await _go_on(course)
            return  # the feed is closed
        except TooSlow:
            continue  # what was missed is read from the log
        except Interrupted as error:
            course = course and _moved(course, error.reached)
        except Trouble as trouble:
            assert course is not None
            if await _failed(course, trouble):
                return
            rest = max(trouble.rest, min(2.0 ** (course.failures - 1), LONGEST_REST)) * random.uniform(0.9, 1.1)
        except TRANSIENT as error:
            log.warning("will try again", error=repr(error))
            rest = 1.0
        except Exception:
            log.exception("a webhook failed for an internal reason")
            rest = 60.0
        await asyncio.sleep(rest)


def _moved(course: Course, reached: Mapping[str, Mapping[int, int]]) -> Course:
    course.at = merge(course.at, reached)
    return course


async def _go_on(course: Course) -> None:
    """Sends what there is, and then what comes. Raises Trouble, and what the feed raises."""
    feed = course.desk.feed
    mark = feed.position()
    async with contextlib.aclosing(feed.listen(course.wanted, course.at)) as batches:
        async for batch in batches:
            for begin in range(0, len(batch), TOGETHER):
                await _send_all(course, batch[begin : begin + TOGETHER])
            if not batch and (moved := merge(course.at, mark)) != course.at:
                course.at = moved  # nothing of its own lay before where the log stood when this was waited for
                await _keep(course)
            mark = feed.position()


async def _send_all(course: Course, batch: Sequence[LogMessage]) -> None:
    """Events of several partitions are sent at once, those of one after the other. Raises Trouble."""
    lanes: dict[tuple[str, int], list[LogMessage]] = defaultdict(list)
    for message in batch:
        if message.offset >= course.at[message.topic][message.partition]:
            lanes[message.topic, message.partition].append(message)
    unseen = await _permitted(course, [message for lane in lanes.values() for message in lane])
    try:
        ended = await asyncio.gather(
            *(_send_lane(course, lane, unseen) for lane in lanes.values()), return_exceptions=True
        )
    finally:
        await _keep(course)
    for error in ended:
        if error is not None:
            raise error
    await _well(course)


async def _permitted(course: Course, batch: Sequence[LogMessage]) -> Mapping[Record, Collection[str]]:
    """As `events.permitted`, for whoever the webhook's rights are of."""
    hook, here, heard = course.hook, course.desk.here, course.desk.feed.heard()
    await here.reach.come(DIRECTORY, heard)
    gone = Trouble(
        "owner_gone",
        "Whose rights count may not work here any more; change the webhook's owner_id, or let them work again.",
    )
    standing = await here.access.standing(hook.tenant, hook.state.owner_id)
    if standing is None:
        raise gone
    who = Caller(hook.tenant, hook.state.owner_id, _actor(hook), standing)
    try:
        return await permitted(here, who, batch, heard)
    except Problem as problem:
        if problem.status == 401:
            raise gone from problem
        raise PositionLate(problem.detail) from problem


async def _send_lane(course: Course, lane: Sequence[LogMessage], unseen: Mapping[Record, Collection[str]]) -> None:
    for message in lane:
        told = _told(course, message, unseen)
        if told is not None:
            await _send(course, told[0], told[1], await asyncio.to_thread(_body, course, message, told[0], told[2]))
        course.at[message.topic][message.partition] = message.offset + 1


_Told = tuple[Mapping[str, str], Record, Collection[str]]


def _told(course: Course, message: LogMessage, unseen: Mapping[Record, Collection[str]]) -> _Told | None:
    """What is known of an event before it is opened, of which record it is, and the classes of its fields that are not
    told; None where it is not to be sent."""
    try:
        found, record = described(message), record_of(message)
    except (ValueError, KeyError):
        return None  # no event of ours, and never will be
    hook = course.hook
    if found["event_id"] in hook.state.skipped:
        return None
    if found["type"] == WebhookPinged.NAME:
        return (found, record, ()) if record[2] == hook.id else None
    return (found, record, unseen[record]) if record in unseen else None


def _body(course: Course, message: LogMessage, found: Mapping[str, str], hidden: Collection[str]) -> bytes:
    """Opens personal values, so not in the event loop."""
    event = opened(course.desk.here, message.value, course.hook.tenant)
    return dump({**found, **masked(event, hidden)})


async def _send(course: Course, found: Mapping[str, str], record: Record, body: bytes) -> None:
    hook, desk = course.hook, course.desk
    event_id, now = found["event_id"], desk.clock()
    secrets = secrets_of(await desk.here.tenant_secret(hook.tenant), hook.id, hook.state, now)
    given = {"Content-Type": "application/json", **headers(secrets, event_id, int(now.timestamp()), body)}
    turn = await desk.turns.wait(hook.tenant)
    began, answer, why = time.perf_counter(), None, None
    try:
        answer = await course.line.ask(Question("POST", hook.state.url, given, body, None, PATIENCE, LARGEST))
    except Unreachable as error:
        why = str(error)
    finally:
        desk.turns.give_back(turn)
    course.deliveries.append(
        Delivery(
            sent_at=now,
            event_id=event_id,
            type=found["type"],
            aggregate=record[1],
            id=record[2],
            attempt=course.failures + 1,
            status=None if answer is None else answer.status,
            reason=why,
            milliseconds=int(1000 * (time.perf_counter() - began)),
        )
    )
    if (trouble := trouble_of(answer, why, event_id)) is not None:
        raise trouble


async def _keep(course: Course) -> None:
    deliveries, course.deliveries = course.deliveries, []
    await course.desk.places.keep(course.hook.tenant, course.hook.id, course.at, deliveries)


async def _well(course: Course) -> None:
    """Notes that a webhook goes on, and tells it so if it was told otherwise."""
    course.failures, course.failed_at = 0, None
    if course.told:
        await _tell(course, RecordWebhookTrouble(webhook_id=course.hook.id, at=course.desk.clock()))
        course.told = False


async def _failed(course: Course, trouble: Trouble) -> bool:
    """Notes that a webhook does not go on, and tells it why; whether it was told that nothing is tried any more."""
    now = course.desk.clock()
    course.failures += 1
    course.failed_at = course.failed_at or now
    pause = trouble.pause or now - course.failed_at > GIVES_UP_AFTER
    told = RecordWebhookTrouble(
        webhook_id=course.hook.id,
        code=trouble.code,
        reason=trouble.reason,
        event_id=trouble.event_id,
        pause=pause,
        at=now,
    )
    try:
        await _tell(course, told)
    except Exception as error:  # it is told at the next failure
        _log.warning("trouble could not be told", webhook_id=course.hook.id, error=repr(error))
        return False
    course.told = True
    return pause


async def _tell(course: Course, command: RecordWebhookTrouble) -> None:
    """Each command has an id of its own: what it says is so once it was said. Raises what is transient."""
    number = str(uuid.uuid4())
    reply = await course.desk.here.sender.ask(
        CommandEnvelope(
            command=command,
            tenant=course.hook.tenant,
            aggregate=CONTRACT.aggregate,
            id=course.hook.id,
            command_id=number,
            correlation_id=number,
            actor=_actor(course.hook),
            fingerprint=number.replace("-", "")[:16],
        )
    )
    if reply.status != 200:
        raise RuntimeError(f"The webhook {course.hook.id} refused what was told: {reply.code} {reply.message}")


def _actor(hook: Hook) -> str:
    return f"webhook:{hook.id}"
