"""A look into the mail of a mailbox: what came since the one before, folder by folder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from schemas.generated.crm.activity import ActivityDirection, ActivityKind, TakeInActivity
from schemas.generated.integration.mailbox import Mailbox
from streams.mailer import imap
from streams.mailer.desk import Desk, Job
from streams.mailer.letter import Letter, letter
from streams.mailer.people import normal
from streams.mailer.places import Place
from streams.mailer.taking import Found, Known, Tally, addresses, not_later, take_in, whom
from streams.mailer.trouble import Trouble

_DAY = timedelta(days=1)
_EARLIEST = datetime.fromisoformat("1990-01-01T00:00:00Z")


def look(job: Job, desk: Desk, login: str, password: str, tally: Tally, told: Callable[[], None]) -> None:
    """Takes in what is new, with `told` called now and then. A folder that is gone keeps no other one from being read.
    Raises Trouble, at the end too, and Stopped."""
    places, gone = desk.places.of(job.tenant, job.id), list[str]()
    users = colleagues_of(job, desk, login)
    with imap.opened(job.state.address, login, password, desk.within) as server:
        for name in job.state.folders or server.usual():
            folder = server.folder(name)
            if folder is None:
                gone.append(name)
                continue
            for numbers in _fresh(job, folder, places.get(name), server):
                _read(job, folder, numbers, server, users, desk, tally)
                told()
            _passed(job, folder, places.get(name), desk)
    if gone:
        message = f"There is no folder {gone[0]!r}; name those that there are, or make it again."
        raise Trouble("folder_gone", message)


def colleagues_of(job: Job, desk: Desk, login: str) -> Mapping[str, str]:
    """Users by address; whoever has the mailbox has its address too."""
    mine = normal(login)
    return {**desk.colleagues(job.tenant), **({} if mine is None else {mine: job.state.owner_id})}


def _asked(mailbox: Mailbox) -> str:
    """What, when it changes, has everything looked at again."""
    return f"{mailbox.address} since {since_of(mailbox).isoformat()}{' and internal' if mailbox.internal else ''}"


def since_of(mailbox: Mailbox) -> datetime:
    """What came or ended before is left out."""
    return mailbox.since_at or _EARLIEST


def _fresh(job: Job, folder: imap.Folder, place: Place | None, server: imap.Server) -> Iterator[list[int]]:
    """The numbers of the mails that were not read yet, a few at a time."""
    same = place is not None and (place.asked, place.validity) == (_asked(job.state), folder.validity)
    first = place.next if place is not None and same else 1
    for numbers in server.numbers(folder, first, since_of(job.state) - _DAY):
        for at in range(0, len(numbers), imap.AT_ONCE):
            yield numbers[at : at + imap.AT_ONCE]


def _passed(job: Job, folder: imap.Folder, place: Place | None, desk: Desk) -> None:
    """Remembers that a folder was read to its end: what is too old is not asked about again."""
    here = Place(folder.name, _asked(job.state), folder.validity, folder.next)
    if folder.next and here != place:
        desk.places.keep(job.tenant, job.id, here, ())


def _read(
    job: Job,
    folder: imap.Folder,
    numbers: Sequence[int],
    server: imap.Server,
    users: Mapping[str, str],
    desk: Desk,
    tally: Tally,
) -> None:
    """Takes some mails in and remembers that."""
    desk.pause(0)
    mails, unreadable = server.fetch(numbers)
    for number in unreadable:
        tally.counts["broken"] += 1
        tally.problem(f"{folder.name}/{number}", "unreadable")
    since = since_of(job.state)
    letters = [(mail, letter(mail)) for mail in mails if mail.arrived >= since]
    known = Known(users, desk.contacts(job.tenant, addresses(each.people for _, each in letters)))
    kept = [(mail, each) for mail, each in letters if job.state.internal or not known.within(each.people)]
    tally.counts["left"] += len(letters) - len(kept)
    found = [
        Found(f"{folder.name}/{mail.number}", _command(job, each, known, desk), each.people, each.problems)
        for mail, each in kept
    ]
    unknown = take_in(job, found, known, desk, tally)
    place = Place(folder.name, _asked(job.state), folder.validity, numbers[-1] + 1)
    desk.places.keep(job.tenant, job.id, place, unknown)


def _command(job: Job, each: Letter, known: Known, desk: Desk) -> TakeInActivity:
    contacts, users = whom(known, each.people, job.state.owner_id)
    ours = each.sender in known.users
    return TakeInActivity(
        activity_id=desk.activity(job.tenant, each.name),
        kind=ActivityKind.EMAIL,
        title=each.title,
        body=each.body,
        message_id=each.message_id,
        direction=ActivityDirection.OUTBOUND if ours else ActivityDirection.INBOUND,
        owner_id=job.state.owner_id,
        contact_ids=contacts,
        user_ids=users,
        at=not_later(each.written, desk.clock),
    )
