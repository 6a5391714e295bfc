"""Starts the sender of webhooks: `nexus360 serve webhooks`. One works at a time; a second one waits to take over.

It stands in the gateway's room because what leaves by it is decided as what is asked for there: at each event, by what
the webhook's owner may read of that record then.
"""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import psycopg
import structlog

from gateway import admission, events, platform
from gateway.turns import Turns
from gateway.webhooks import places
from gateway.webhooks.course import TRANSIENT, Desk, Hook, serve
from gateway.webhooks.places import Places
from infra import outward
from infra.alone import work_alone
from infra.log.board import Board, Key
from infra.log.registry import codec
from infra.settings import Settings
from projections.message import OUTAGES
from schemas.generated.integration.webhook import CONTRACT, Webhook, WebhookStatus

AT_ONCE = 32
"""Requests that are under way at the same time."""
OF_A_TENANT = 8
_LOCK = 0x686F6F6B
_TIDY = 60.0
"""Seconds between two looks whether the lock is still held, and for what may be forgotten."""
_log = structlog.get_logger("webhooks")


def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT."""
    places.ensure_tables(settings)
    work_alone(settings, "webhooks", _LOCK, _work, (*OUTAGES, *TRANSIENT))


def _work(settings: Settings, connection: psycopg.Connection, stop: threading.Event) -> None:
    asyncio.run(_send(settings, connection, stop))


async def _send(settings: Settings, connection: psycopg.Connection, stop: threading.Event) -> None:
    """Serves every webhook until `stop`, or until an outage, which it raises."""
    lines = admission.lines(settings.longest_wait)
    async with platform.opened(settings, lines) as here, events.running(here, stop.is_set) as feed:
        within, sending = outward.within(settings), Turns(AT_ONCE, OF_A_TENANT, longest=0.0)
        desk = Desk(here, feed, Places(here.platform_database), sending, within)
        board = Board[Webhook](settings, codec(settings), CONTRACT, "webhooks", _is_there)
        shift = Shift(desk)
        loop = asyncio.get_running_loop()
        tidied = loop.time()
        try:
            while not stop.is_set():
                if await asyncio.to_thread(board.look, 0.2):
                    await shift.go_on(board.jobs)
                    if loop.time() - tidied > _TIDY:  # whoever lost the connection has lost the lock
                        tidied = loop.time()
                        await asyncio.to_thread(connection.execute, "select 1")
                        await desk.places.tidy(board.jobs.keys())
        finally:
            await shift.end()
            await asyncio.to_thread(board.close)


def _is_there(webhook: Webhook) -> bool:
    return webhook.status in (WebhookStatus.ACTIVE, WebhookStatus.PAUSED)


@dataclass(slots=True)
class Shift:
    """The webhooks that are served, each by a task that is begun anew when something else is asked of it."""

    desk: Desk
    _served: dict[Key, tuple[Webhook, "asyncio.Task[None]"]] = field(
        default_factory=dict[Key, tuple[Webhook, "asyncio.Task[None]"]]
    )

    async def go_on(self, hooks: Mapping[Key, Hook]) -> None:
        """Serves those that are active as they are now, and no others."""
        wanted = {key: hook for key, hook in hooks.items() if hook.state.status is WebhookStatus.ACTIVE}
        for key in [
            key for key, (asked, _) in self._served.items() if key not in wanted or asked != _asked(wanted[key])
        ]:
            await _ended(self._served.pop(key)[1])
        for key, hook in wanted.items():
            if key not in self._served:
                name = f"webhook {hook.tenant} {hook.id}"
                self._served[key] = _asked(hook), asyncio.create_task(serve(hook, self.desk), name=name)

    async def end(self) -> None:
        """Serves none any more."""
        for _, task in self._served.values():
            task.cancel()
        for _, task in self._served.values():
            await _ended(task)
        self._served.clear()


async def _ended(task: "asyncio.Task[None]") -> None:
    """Comes back when it has ended. A cancellation may be lost where what was waited for comes at that moment."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=1.0)


def _asked(hook: Hook) -> Webhook:
    """What is asked of a webhook, without what came of that."""
    return replace(hook.state, name="", ping_id=None, code=None, reason=None, event_id=None, failed_at=None)
