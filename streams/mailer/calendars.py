"""A look into calendars: what is to take place there becomes meetings, which follow what is said of it.

Of what repeats each occurrence is a meeting, so far ahead as `AHEAD`; on each new day everything is looked at again.
What is gone from a calendar before it took place is cancelled, unless it is in the calendar of somebody else here.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from schemas.generated.crm.activity import ActivityKind, CancelActivity, TakeInActivity
from schemas.generated.integration.mailbox import Mailbox
from streams.importer.deliver import Parcel, deliver
from streams.mailer.agenda import Agenda, Entry, Reading
from streams.mailer.caldav import AT_ONCE, Calendar, Calendars
from streams.mailer.desk import Desk, Job
from streams.mailer.happening import Event, Happening, events
from streams.mailer.mail import colleagues_of, since_of
from streams.mailer.taking import Found, Known, Tally, addresses, envelope, not_later, take_in, whom
from streams.mailer.trouble import UNREADABLE, Trouble
from streams.mailer.web import Web

AHEAD = timedelta(days=60)
"""How far ahead what repeats is told."""
_NO_FILE = Trouble("calendar_missing", "There is no calendar file at the address; copy it once more from where it is.")
_NOT_READ = Trouble("calendar_malformed", "What is at the address is no calendar file; check the address.")


@dataclass(frozen=True, slots=True)
class Book:
    """One calendar of a mailbox under work: `id` stands for it where it must not be known."""

    job: Job
    desk: Desk
    id: str
    name: str
    users: Mapping[str, str]
    tally: Tally
    told: Callable[[], None]
    now: datetime

    @property
    def agenda(self) -> Agenda:
        return self.desk.agenda

    @property
    def asked(self) -> str:
        """What, when it changes, has everything looked at again: the day is part of it."""
        state = self.job.state
        internal = " and internal" if state.internal else ""
        return f"{state.address} from {since_of(state).isoformat()} on {self.now.date()}{internal}"

    def item(self, name: str) -> str:
        """What stands for an event, by its place or its name."""
        return self.desk.vaults.id_from(self.job.tenant, "calendar-event", name)


def look_at_server(job: Job, desk: Desk, login: str, password: str, tally: Tally, told: Callable[[], None]) -> None:
    """Takes in what changed in calendars over CalDAV. Raises Trouble, at the end too for one that is gone."""
    server = Calendars(Web(job.state.address, (login, password), desk.within))
    there, wanted = server.all(), job.state.folders
    users = colleagues_of(job, desk, login)
    for calendar in (each for each in there if not wanted or _is_named(each, wanted)):
        id = desk.vaults.id_from(job.tenant, "calendar", calendar.path)
        _synchronise(server, calendar, Book(job, desk, id, calendar.name, users, tally, told, desk.clock()))
    for name in wanted:
        if not any(_is_named(each, [name]) for each in there):
            raise Trouble("folder_gone", f"There is no calendar {name!r}; name those that there are.")
    if not there:
        raise Trouble("calendars_missing", "There are no calendars; give the address of one, or of the server itself.")


def _is_named(calendar: Calendar, names: Sequence[str]) -> bool:
    return calendar.name in names or calendar.path.rstrip("/").rpartition("/")[2] in names


def _synchronise(server: Calendars, calendar: Calendar, book: Book) -> None:
    job, reading = book.job, book.agenda.readings(book.job.tenant, book.job.id).get(book.id)
    same = reading is not None and reading.asked == book.asked
    changes = server.changes(calendar, reading.token if reading is not None and same else "")
    known = book.agenda.entries(job.tenant, job.id, book.id)
    items = {path: book.item(path) for path in (*changes.there, *changes.gone)}
    fresh = [path for path, version in changes.there.items() if _is_fresh(known.get(items[path]), version, same=same)]
    for at in range(0, len(fresh), AT_ONCE):
        book.desk.pause(0)
        found = server.fetch(calendar, fresh[at : at + AT_ONCE])
        _take_in(book, known, [(items[path], changes.there[path], _read(text, book)) for path, text in found.items()])
        book.told()
    there = {items[path] for path in changes.there}
    gone = known.keys() - there if changes.whole else {items[path] for path in changes.gone} & known.keys()
    _end(book, [known[item] for item in gone])
    book.agenda.read(job.tenant, job.id, Reading(book.id, book.asked, changes.token))


def _is_fresh(known: Entry | None, version: str, *, same: bool) -> bool:
    """Whether an event may say something new: it is another, or on another day it tells more of what repeats."""
    return known is None or known.version != version or not version or (known.repeats and not same)


def look_at_file(job: Job, desk: Desk, login: str, password: str, tally: Tally, told: Callable[[], None]) -> None:
    """Takes in what a calendar file says. `password` is what follows its address, of one that its owner alone knows."""
    at = job.state.address.rstrip("/") + password if password.startswith("/") else job.state.address
    id = desk.vaults.id_from(job.tenant, "calendar", job.state.address)
    book = Book(job, desk, id, "calendar", colleagues_of(job, desk, login), tally, told, desk.clock())
    reading = book.agenda.readings(job.tenant, job.id).get(id)
    unchanged = reading.token if reading is not None and reading.asked == book.asked else ""
    headers = {"Accept": "text/calendar", **({"If-None-Match": unchanged} if unchanged else {})}
    _, answer = Web(at, None, desk.within).ask("GET", at, headers)
    if answer.status == 304:
        return
    if answer.status in (404, 410):
        raise _NO_FILE
    if answer.status != 200:
        raise UNREADABLE
    try:
        found = list(events(answer.body, since_of(job.state), book.now + AHEAD))
    except ValueError as error:
        raise _NOT_READ from error
    known = book.agenda.entries(job.tenant, job.id, id)
    by_item = {book.item(each.uid): each for each in found}
    for some in _lots(by_item.items()):
        desk.pause(0)
        _take_in(book, known, [(item, "", [each]) for item, each in some])
        told()
    _end(book, [known[item] for item in known.keys() - by_item.keys()])
    book.agenda.read(job.tenant, job.id, Reading(id, book.asked, answer.headers.get("etag", "")))


def _lots(items: Iterable[tuple[str, Event]]) -> Iterable[list[tuple[str, Event]]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _read(text: bytes, book: Book) -> Sequence[Event]:
    try:
        return list(events(text, since_of(book.job.state), book.now + AHEAD))
    except ValueError:
        return [Event("", repeats=False, happenings=(), problem="calendar_malformed")]


Told = tuple[str, str, Sequence[Event]]
"""What stands for an event, its version, and what it says; for itself and its exceptions at once."""


def _take_in(book: Book, known: Mapping[str, Entry], told: Sequence[Told]) -> None:
    """Takes in those that say something new, and remembers that."""
    job, desk = book.job, book.desk
    fresh = [(entry, said) for entry, said in (_entry(book, *each) for each in told) if _says_more(known, entry)]
    happenings = [each for _, said in fresh for event in said for each in event.happenings]
    who = Known(book.users, desk.contacts(job.tenant, addresses(each.people for each in happenings)))
    found: list[Found] = []
    for entry, said in fresh:
        for event in said:
            where = f"{book.name}/{entry.item[:8]}"
            if event.problem is not None:
                book.tally.counts["broken"] += 1
                book.tally.problem(where, event.problem)
            for each in event.happenings:
                if _is_left(job.state, each, who):
                    book.tally.counts["left"] += 1
                else:
                    found.append(Found(where, _command(book, each, who), each.people, each.problems))
    unknown = take_in(job, found, who, desk, book.tally)
    for entry, _ in fresh:
        before = known.get(entry.item)
        if before is not None:
            _end(book, [replace(before, activities=_without(before.activities, entry.activities))], forget=False)
    kept = [each for each, _ in (_entry(book, *one) for one in told)]
    book.agenda.keep(job.tenant, job.id, book.id, kept, unknown)


def _says_more(known: Mapping[str, Entry], entry: Entry) -> bool:
    before = known.get(entry.item)
    return before is None or before.stamp != entry.stamp


def _entry(book: Book, item: str, version: str, said: Sequence[Event]) -> tuple[Entry, Sequence[Event]]:
    happenings = [each for event in said for each in event.happenings]
    activities = {book.desk.activity(book.job.tenant, each.name): each.starts for each in happenings}
    told = repr([(event.problem, [replace(each, said=None) for each in event.happenings]) for event in said])
    stamp = hashlib.sha256(f"{book.job.state.internal} {told}".encode()).hexdigest()
    return Entry(item, version, stamp, any(event.repeats for event in said), activities), said


def _is_left(mailbox: Mailbox, each: Happening, who: Known) -> bool:
    """Whether it is nobody's business here: private, or among colleagues alone where that is left out."""
    alone = not each.people or who.within(each.people)
    return each.private or (alone and not mailbox.internal)


def _command(book: Book, each: Happening, who: Known) -> TakeInActivity:
    job, desk = book.job, book.desk
    contacts, users = whom(who, each.people, job.state.owner_id)
    return TakeInActivity(
        activity_id=desk.activity(job.tenant, each.name),
        kind=ActivityKind.MEETING,
        title=each.title,
        body=each.body,
        location=each.location,
        owner_id=job.state.owner_id,
        starts_at=each.starts,
        ends_at=each.ends,
        cancelled=each.cancelled,
        contact_ids=contacts,
        user_ids=users,
        at=not_later(each.said or book.now, desk.clock),
    )


def _without(before: Mapping[str, datetime], after: Mapping[str, datetime]) -> Mapping[str, datetime]:
    return {id: starts for id, starts in before.items() if id not in after}


def _end(book: Book, gone: Sequence[Entry], *, forget: bool = True) -> None:
    """Cancels what is gone before it took place."""
    job, desk = book.job, book.desk
    left = {id for each in gone for id, starts in each.activities.items() if starts > book.now}
    if left:
        left -= book.agenda.elsewhere(job.tenant, job.id, book.id, left)
    parcels = (Parcel(id, [envelope(job, CancelActivity(activity_id=id, at=book.now), id)]) for id in sorted(left))
    for _, (reply,) in deliver(parcels, desk.send, desk.pause):
        book.tally.counts["followed"] += bool(reply.events)
    if forget and gone:
        book.agenda.forget(job.tenant, job.id, book.id, [each.item for each in gone])
