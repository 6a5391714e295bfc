"""What a mail says, as well as it can be told: who wrote to whom, when, and what (RFC 5322, RFC 2045 to 2047).

Mail is broken in every way there is. Whatever can be read is; what was guessed, cut or left out is told by a code.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

from domains.crm.activity_plan import LONGEST
from domains.crm.contact_details import email_address
from domains.kernel import Rejected
from streams.mailer.imap import Mail
from streams.mailer.words import clean, cut, decoded, of_html, one_line

TITLE = 300
"""Characters of what an activity is, in a few words."""
MOST_PEOPLE = 100
"""Addresses of one mail that are looked at."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST_ID = 900
_NUMBER = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `name` is what tells it from all others: its Message-ID, or else what it says. `written` is when it was
    written, never later than it came. Addresses are in the form in which equal ones are equal. `problems` are codes."""

    name: str
    message_id: str | None
    sender: str | None
    people: Sequence[str]
    title: str
    body: str | None
    written: datetime
    problems: Sequence[str] = field(default_factory=tuple[str, ...])


def letter(mail: Mail) -> Letter:
    """What a mail says. Never fails."""
    problems = ["mail_cut"] if mail.size > len(mail.raw) else []
    message = _parsed(mail.raw, problems)
    senders, others = _addresses(message, ("from",)), _addresses(message, ("to", "cc", "bcc"))
    people = tuple(dict.fromkeys((*senders, *others)))
    if len(people) > MOST_PEOPLE:
        problems.append("people_cut")
    title, body = one_line(_header(message, "subject")), _body(message, problems)
    if len(title) > TITLE:
        problems.append("title_cut")
    if body is not None and len(body) > LONGEST:
        problems.append("body_cut")
    written = _written(_header(message, "date"), mail.arrived, problems)
    told = _header(message, "message-id").strip()
    number = _NUMBER.search(told)
    message_id = (number[0] if number else told)[:_LONGEST_ID] or None
    return Letter(
        name=message_id or _of_content(message, title, body),
        message_id=message_id,
        sender=senders[0] if senders else None,
        people=people[:MOST_PEOPLE],
        title=cut(title, TITLE) or "No subject",
        body=cut(body, LONGEST) if body else None,
        written=written,
        problems=tuple(dict.fromkeys(problems)),
    )


def _parsed(raw: bytes, problems: list[str]) -> Message:
    """The mail in its parts, or with what is above them alone where they cannot be told apart."""
    try:
        return message_from_bytes(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        problems.append("parts_malformed")
        head = raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
        return BytesHeaderParser().parsebytes(head + b"\r\n\r\n")


def _raw(message: Message, name: str) -> Iterator[str]:
    """What headers of this name hold, as they came."""
    for key, value in message.raw_items():
        if key.lower() == name:
            yield str(value)


def _header(message: Message, name: str) -> str:
    """What the first header of this name says, with what is encoded in it (RFC 2047); empty when there is none."""
    return next(map(_plain, _raw(message, name)), "")


def _plain(value: str) -> str:
    value = value.replace("\r", "").replace("\n", "")
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):  # what cannot be read stands there as it came
        parts = [(value, None)]
    return clean("".join(_part(*part) for part in parts))


def _part(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogateescape")
    return decoded(text, charset)[0]


def _addresses(message: Message, names: Sequence[str]) -> Sequence[str]:
    """Each address that these headers name, once; what is none is left out."""
    given = [value.replace("\r", "").replace("\n", "") for name in names for value in _raw(message, name)]
    found = (_address(_plain(address)) for _, address in getaddresses(given))
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _address(value: str) -> str | None:
    try:
        found = email_address(value)
    except (Rejected, ValueError):
        return None
    return found if isinstance(found, str) else None


def _written(value: str, arrived: datetime, problems: list[str]) -> datetime:
    """When it was written, as far as that can be: not before there was mail, and not later than it came."""
    arrived = arrived.astimezone(UTC) if arrived.tzinfo else arrived.replace(tzinfo=UTC)
    try:
        written = parsedate_to_datetime(value)
        written = written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        problems.append("date_malformed")
        return arrived
    if not EARLIEST <= written <= arrived + timedelta(days=1):
        problems.append("date_implausible")
        return arrived
    return min(written, arrived)


def _body(message: Message, problems: list[str]) -> str | None:
    """The words of a mail: its first plain text, or else its first HTML as text."""
    try:
        parts = list(message.walk())
    except RecursionError:  # of parts in parts in parts there is no end
        problems.append("parts_malformed")
        return None
    html: Message | None = None
    for part in parts:
        kind = part.get_content_type()
        if part.is_multipart() or _attached(part):
            continue
        if kind == "text/plain" and (text := _text(part, problems)):
            return text
        if kind == "text/html" and html is None:
            html = part
    text = None if html is None else _text(html, problems)
    return None if text is None else clean(of_html(text)).strip() or None


def _attached(part: Message) -> bool:
    return next(_raw(part, "content-disposition"), "").strip().lower().startswith("attachment")


def _text(part: Message, problems: list[str]) -> str | None:
    try:
        payload, charset = part.get_payload(decode=True), part.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        problems.append("text_malformed")
        return None
    if not isinstance(payload, bytes):
        return None
    text, sure = decoded(payload, charset)
    if not sure:
        problems.append("charset_guessed")
    return clean(text).strip() or None


def _of_content(message: Message, title: str, body: str | None) -> str:
    """What tells a mail without a Message-ID from all others, wherever it lies."""
    parts = (*(next(_raw(message, name), "") for name in ("from", "to", "date")), title, body or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
