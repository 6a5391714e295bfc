"""One look into a mailbox, and what is told of it."""

from collections.abc import Callable, Mapping

import structlog

from infra import sealing
from schemas.generated.integration.mailbox import CONTRACT, MailboxKind, RecordMailboxLook
from streams.importer.deliver import ask
from streams.mailer import calendars, mail
from streams.mailer.desk import Desk, Job
from streams.mailer.matching import match
from streams.mailer.taking import Tally, envelope
from streams.mailer.trouble import Trouble

TOLD_EVERY = 1000
"""Mails or events after which a long look tells how far it is."""

Look = Callable[[Job, Desk, str, str, Tally, Callable[[], None]], None]
LOOKS: Mapping[MailboxKind, Look] = {
    MailboxKind.IMAP: mail.look,
    MailboxKind.CALDAV: calendars.look_at_server,
    MailboxKind.ICS: calendars.look_at_file,
}

_log = structlog.get_logger("mailer")


def look_into(job: Job, desk: Desk) -> bool:
    """Takes in what is new, matches what was not, and tells the mailbox; whether all of it could be looked into. An
    error of ours is told like one of its server. Raises Stopped, and what outages raise."""
    began, tally = desk.clock(), Tally()

    def told() -> None:
        if sum(tally.counts.values()) >= TOLD_EVERY:
            _tell(job, desk, tally, _now(job))
            tally.counts.clear()
            tally.problems.clear()

    trouble: Trouble | None = None
    try:
        login, secret = (_opened(job, desk, sealed) for sealed in (job.state.login, job.state.secret))
        LOOKS[job.state.kind](job, desk, login, secret, tally, told)
    except Trouble as error:
        trouble = error
        _log.warning("a mailbox cannot be looked into", tenant=job.tenant, mailbox_id=job.id, code=error.code)
    match(job, desk, began, tally)
    _tell(job, desk, tally, trouble)
    return trouble is None


def tell_failure(job: Job, desk: Desk) -> None:
    """Tells the mailbox that a look failed for a reason of ours."""
    message = "The look failed for an internal reason, which the log of the mailer tells; it is tried again."
    _tell(job, desk, Tally(), Trouble("internal_error", message))


def _now(job: Job) -> Trouble | None:
    """What is wrong as far as is known: a look that is under way has not found out otherwise."""
    return None if job.state.code is None else Trouble(job.state.code, job.state.reason or "")


def _opened(job: Job, desk: Desk, sealed: str | None) -> str:
    """A secret of the mailbox, empty where it has none."""
    if sealed is None:
        return ""
    found = sealing.unseal(desk.vaults, job.tenant, CONTRACT.aggregate, job.id, sealed)
    if found is None:
        raise Trouble("secret_lost", "User name or password cannot be read any more; give both again by `change`.")
    return found


def _tell(job: Job, desk: Desk, tally: Tally, trouble: Trouble | None) -> None:
    """A look of which nothing came, like the one before it, is not told. Raises Stopped."""
    counts = {name: number for name, number in tally.counts.items() if number and name != "known"}
    code, reason = (None, None) if trouble is None else (trouble.code, trouble.message)
    if not counts and not tally.problems and (code, reason) == (job.state.code, job.state.reason):
        return
    command = RecordMailboxLook(
        mailbox_id=job.id, counts=counts, problems=dict(tally.problems), code=code, reason=reason, at=desk.clock()
    )
    reply = ask(envelope(job, command, job.id, CONTRACT.aggregate), desk.send, desk.pause)
    if reply.status != 200:
        raise RuntimeError(f"The mailbox {job.id} refused what was told: {reply.status} {reply.code} {reply.message}")
