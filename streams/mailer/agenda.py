"""What the mailer keeps of calendars in the platform database: how far each was read, and what came of its events.

All of it can be lost, but that what is gone from a calendar meanwhile is not known to be gone then. Calendars and
events stand there by ids that say nothing of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from infra import postgres
from infra.settings import Settings
from streams.mailer.places import DATABASE, Unknown


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a calendar was read: `token` asks its server for what changed since. `asked` is what was asked of it;
    something else is asked from the beginning."""

    calendar: str
    asked: str
    token: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it was read: `version` is what its server calls it, `stamp` tells what it said from anything else.
    `repeats` says that there is more of it later. `activities` tell when each that came of it begins."""

    item: str
    version: str
    stamp: str
    repeats: bool
    activities: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Agenda:
    """The tables, for threads to share."""

    settings: Settings

    def readings(self, tenant: str, mailbox: str) -> Mapping[str, Reading]:
        statement = "select calendar, asked, token from mail_calendars where tenant = %s and mailbox = %s"
        return {row[0]: Reading(*row) for row in self._all(statement, tenant, mailbox)}

    def read(self, tenant: str, mailbox: str, reading: Reading) -> None:
        with self._connection() as connection:
            connection.execute(
                "insert into mail_calendars values (%s, %s, %s, %s, %s) on conflict (tenant, mailbox, calendar) "
                "do update set asked = excluded.asked, token = excluded.token",
                [tenant, mailbox, reading.calendar, reading.asked, reading.token],
            )

    def entries(self, tenant: str, mailbox: str, calendar: str) -> Mapping[str, Entry]:
        """What is known of a calendar's events."""
        statement = (
            "select item, version, stamp, repeats, activities from mail_events "
            "where tenant = %s and mailbox = %s and calendar = %s"
        )
        rows = self._all(statement, tenant, mailbox, calendar)
        return {
            item: Entry(item, version, stamp, repeats, msgspec.convert(activities, dict[str, datetime]))
            for item, version, stamp, repeats, activities in rows
        }

    def keep(
        self, tenant: str, mailbox: str, calendar: str, entries: Iterable[Entry], unknown: Iterable[Unknown]
    ) -> None:
        """Keeps what came of some events, and what is to be known of them."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into mail_addresses values (%s, %s, %s, %s) on conflict do nothing",
                [(tenant, each.address, each.activity, each.written) for each in unknown],
            )
            cursor.executemany(
                "insert into mail_events values (%s, %s, %s, %s, %s, %s, %s, %s) "
                "on conflict (tenant, mailbox, calendar, item) do update set version = excluded.version, "
                "stamp = excluded.stamp, repeats = excluded.repeats, activities = excluded.activities",
                [
                    (
                        *(tenant, mailbox, calendar, each.item, each.version, each.stamp, each.repeats),
                        msgspec.json.encode(each.activities).decode(),
                    )
                    for each in entries
                ],
            )

    def forget(self, tenant: str, mailbox: str, calendar: str, items: Collection[str]) -> None:
        """Forgets events that are gone."""
        with self._connection() as connection:
            connection.execute(
                "delete from mail_events where tenant = %s and mailbox = %s and calendar = %s and item = any(%s)",
                [tenant, mailbox, calendar, list(items)],
            )

    def elsewhere(self, tenant: str, mailbox: str, calendar: str, activities: Collection[str]) -> frozenset[str]:
        """Those of some activities that are in other calendars of the tenant too."""
        statement = (
            "select jsonb_object_keys(activities) from mail_events where tenant = %s "
            "and (mailbox, calendar) <> (%s, %s) and activities ?| %s"
        )
        return frozenset(
            id for (id,) in self._all(statement, tenant, mailbox, calendar, list(activities)) if id in activities
        )

    def tidy(self, kept: Collection[tuple[str, str]]) -> None:
        """Forgets the calendars of all mailboxes but these, by tenant and id."""
        with self._connection() as connection:
            for tenant, mailbox in connection.execute("select distinct tenant, mailbox from mail_calendars").fetchall():
                if (tenant, mailbox) not in kept:
                    mine = [tenant, mailbox]
                    connection.execute("delete from mail_events where tenant = %s and mailbox = %s", mine)
                    connection.execute("delete from mail_calendars where tenant = %s and mailbox = %s", mine)

    def _all(self, statement: Any, *asked: Any) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            return connection.execute(statement, asked).fetchall()

    def _connection(self) -> psycopg.Connection:
        return postgres.connect(self.settings, DATABASE)
