"""What the mailer keeps in the platform database: how far each folder was read, and whose mails may yet be matched.

All of it can be lost: what was taken in is taken in once, however often it is found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from infra import postgres
from infra.settings import Settings

DATABASE = "platform"
_TABLES = """
create table if not exists mail_folders (
    tenant text, mailbox text, folder text, asked text not null, validity bigint not null, next bigint not null,
    primary key (tenant, mailbox, folder));
create table if not exists mail_addresses (
    tenant text, address uuid, activity text, written timestamptz not null, primary key (tenant, address, activity));
create table if not exists mail_matched (tenant text primary key, until timestamptz not null);
create table if not exists mail_calendars (
    tenant text, mailbox text, calendar text, asked text not null, token text not null,
    primary key (tenant, mailbox, calendar));
create table if not exists mail_events (
    tenant text, mailbox text, calendar text, item text, version text not null, stamp text not null,
    repeats boolean not null, activities jsonb not null, primary key (tenant, mailbox, calendar, item));
"""
_NAMES = ("mail_folders", "mail_addresses", "mail_matched", "mail_calendars", "mail_events")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read: under which numbers (see `imap.Folder`), and the number to begin with. `asked` is what
    was asked of it; something else is asked from the beginning."""

    folder: str
    asked: str
    validity: int
    next: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """An address that was nobody's when a mail was taken in, as an id that says nothing of it."""

    address: str
    activity: str
    written: datetime


def ensure_tables(settings: Settings) -> None:
    """Makes the tables that are missing; safe to call at every start."""
    postgres.ensure_tables(settings, DATABASE, _TABLES, _NAMES)


@dataclass(frozen=True, slots=True)
class Places:
    """The tables, for threads to share."""

    settings: Settings

    def of(self, tenant: str, mailbox: str) -> Mapping[str, Place]:
        """How far each folder of a mailbox was read."""
        statement = "select folder, asked, validity, next from mail_folders where tenant = %s and mailbox = %s"
        return {row[0]: Place(*row) for row in self._all(statement, tenant, mailbox)}

    def keep(self, tenant: str, mailbox: str, place: Place, unknown: Iterable[Unknown]) -> None:
        """Moves a place on, together with what is to be known of the mails before it."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into mail_addresses values (%s, %s, %s, %s) on conflict do nothing",
                [(tenant, each.address, each.activity, each.written) for each in unknown],
            )
            cursor.execute(
                "insert into mail_folders values (%s, %s, %s, %s, %s, %s) on conflict (tenant, mailbox, folder) "
                "do update set asked = excluded.asked, validity = excluded.validity, next = excluded.next",
                [tenant, mailbox, place.folder, place.asked, place.validity, place.next],
            )

    def anybody_unknown(self, tenant: str) -> bool:
        return bool(self._all("select 1 from mail_addresses where tenant = %s limit 1", tenant))

    def unknown(self, tenant: str, addresses: Collection[str]) -> Iterator[Unknown]:
        """The mails that these addresses are in, without anybody having been known by them."""
        statement = (
            "select address::text, activity, written from mail_addresses "
            "where tenant = %s and address = any(%s::uuid[])"
        )
        return (Unknown(*row) for row in self._all(statement, tenant, list(addresses)))

    def known(self, tenant: str, each: Unknown) -> None:
        """Forgets an address of a mail: somebody is known by it now."""
        with self._connection() as connection:
            connection.execute(
                "delete from mail_addresses where tenant = %s and address = %s and activity = %s",
                [tenant, each.address, each.activity],
            )

    def matched_until(self, tenant: str) -> datetime | None:
        """Until when all that was recorded of contacts has been looked at."""
        rows = self._all("select until from mail_matched where tenant = %s", tenant)
        return rows[0][0] if rows else None

    def matched(self, tenant: str, until: datetime) -> None:
        with self._connection() as connection:
            connection.execute(
                "insert into mail_matched values (%s, %s) on conflict (tenant) do update set until = excluded.until",
                [tenant, until],
            )

    def tidy(self, kept: Collection[tuple[str, str]]) -> None:
        """Forgets the folders of all mailboxes but these, by tenant and id."""
        with self._connection() as connection:
            for tenant, mailbox in connection.execute("select distinct tenant, mailbox from mail_folders").fetchall():
                if (tenant, mailbox) not in kept:
                    mine = [tenant, mailbox]
                    connection.execute("delete from mail_folders where tenant = %s and mailbox = %s", mine)

    def _all(self, statement: Any, *asked: Any) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            return connection.execute(statement, asked).fetchall()

    def _connection(self) -> psycopg.Connection:
        return postgres.connect(self.settings, DATABASE)
