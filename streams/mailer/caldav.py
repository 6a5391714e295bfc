"""Reads calendars over CalDAV (RFC 4791), what changed by synchronisation (RFC 6578) where a server knows it.

Calendars and events are asked for where the server that was named has them, and at no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError  # of what defusedxml has read
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from infra.outward import Answer
from streams.mailer.trouble import UNREADABLE, Trouble
from streams.mailer.web import Web

AT_ONCE = 50
"""Events that are fetched together."""
_ROUNDS = 200
"""Answers that one synchronisation may come in."""
_D, _C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_NAMES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_NO_CALENDAR = Trouble("calendars_missing", "There are no calendars; give the address of one, or of the server itself.")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar: its path on the server, and what people know it as."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What there is that was not, by path with the version (ETag) it is in; and what is gone. `whole` says that `there`
    is all there is. `token` asks for what changes after this."""

    there: Mapping[str, str]
    gone: Sequence[str]
    token: str
    whole: bool


class Calendars:
    """Somebody's calendars on a server. All that ask it raise Trouble."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def all(self) -> Sequence[Calendar]:
        """The calendar at the address, or those of whose principal one finds there (RFC 4791, section 6.2.1)."""
        start, found = self._found(self._web.address, "0", "<resourcetype/><displayname/><current-user-principal/>")
        if here := [each for each in map(_calendar, found) if each is not None]:
            return here
        principal = self._led(start, found, f"{_D}current-user-principal") or self._well_known()
        if principal is None:
            raise _NO_CALENDAR
        at, found = self._found(principal, "0", "<C:calendar-home-set/>")
        home = self._led(at, found, f"{_C}calendar-home-set")
        if home is None:
            raise _NO_CALENDAR
        _, found = self._found(home, "1", "<resourcetype/><displayname/><C:supported-calendar-component-set/>")
        return [each for each in map(_calendar, found) if each is not None]

    def changes(self, calendar: Calendar, token: str) -> Changes:
        """What changed since a token; all there is without one, or where the server forgot it."""
        found = self._synchronised(calendar, token)
        if found is None and token:
            found = self._synchronised(calendar, "")
        return self._listed(calendar) if found is None else found

    def fetch(self, calendar: Calendar, paths: Sequence[str]) -> Mapping[str, bytes]:
        """The events at some paths, as calendar files."""
        asked = "".join(f"<href>{escape(path)}</href>" for path in paths)
        body = f"<C:calendar-multiget {_NAMES}><prop><C:calendar-data/></prop>{asked}</C:calendar-multiget>"
        answer = self._asked("REPORT", calendar.path, body, "1")[1]
        told = ((_path(each), _text(each, f"{_C}calendar-data")) for each in _responses(answer))
        return {path: text.encode() for path, text in told if text}

    def _well_known(self) -> str | None:
        """Whose principal is where servers say that calendars are (RFC 6764)."""
        try:
            at, found = self._found("/.well-known/caldav", "0", "<current-user-principal/>")
        except Trouble as error:
            if error is UNREADABLE:
                return None
            raise
        return self._led(at, found, f"{_D}current-user-principal")

    def _synchronised(self, calendar: Calendar, token: str) -> Changes | None:
        """None where the server does not synchronise, or not from this token."""
        there: dict[str, str] = {}
        gone: dict[str, None] = {}
        first = token
        for _ in range(_ROUNDS):
            body = (
                f"<sync-collection {_NAMES}><sync-token>{escape(token)}</sync-token><sync-level>1</sync-level>"
                "<prop><getetag/></prop></sync-collection>"
            )
            _, answer = self._sent("REPORT", calendar.path, body, "1")
            if answer.status != 207:
                return None
            more = False
            for each in _responses(answer):
                path, status = _path(each), (each.findtext(f"{_D}status") or "").split()[1:2]
                if status == ["404"]:
                    gone[path] = None
                    there.pop(path, None)
                elif status == ["507"]:
                    more = True
                elif _is_event(calendar, path):
                    there[path] = _text(each, f"{_D}getetag")
                    gone.pop(path, None)
            token = _root(answer).findtext(f"{_D}sync-token") or ""
            if not more or not token:
                return Changes(there, list(gone), token, whole=not first)
        raise UNREADABLE

    def _listed(self, calendar: Calendar) -> Changes:
        _, found = self._found(calendar.path, "1", "<getetag/>")
        there = {_path(each): _text(each, f"{_D}getetag") for each in found}
        return Changes({path: tag for path, tag in there.items() if _is_event(calendar, path)}, [], "", whole=True)

    def _found(self, at: str, depth: str, wanted: str) -> tuple[str, list[Element]]:
        where, answer = self._asked("PROPFIND", at, f"<propfind {_NAMES}><prop>{wanted}</prop></propfind>", depth)
        return where, list(_responses(answer))

    def _led(self, at: str, found: Sequence[Element], name: str) -> str | None:
        """Where a property of what was found leads, on this server."""
        for each in found:
            for led in each.iter(name):
                if (href := led.findtext(f"{_D}href")) is not None:
                    return urljoin(at, href.strip())
        return None

    def _asked(self, method: str, at: str, body: str, depth: str) -> tuple[str, Answer]:
        where, answer = self._sent(method, at, body, depth)
        if answer.status == 404:
            raise _NO_CALENDAR
        if answer.status != 207:
            raise UNREADABLE
        return where, answer

    def _sent(self, method: str, at: str, body: str, depth: str) -> tuple[str, Answer]:
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": depth}
        return self._web.ask(method, at, headers, f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode())


def _root(answer: Answer) -> Element:
    try:
        return fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise UNREADABLE from error


def _responses(answer: Answer) -> Iterator[Element]:
    yield from _root(answer).iter(f"{_D}response")


def _path(response: Element) -> str:
    """The path that a response is about, whatever address it was written as."""
    return urlsplit((response.findtext(f"{_D}href") or "").strip()).path


def _text(response: Element, name: str) -> str:
    return next((each.text or "" for each in response.iter(name)), "")


def _is_event(calendar: Calendar, path: str) -> bool:
    return unquote(path).rstrip("/") != unquote(calendar.path).rstrip("/")


def _calendar(response: Element) -> Calendar | None:
    """The calendar that a response is about, if events may be in it."""
    if next(response.iter(f"{_C}calendar"), None) is None:
        return None
    kinds: list[Any] = [each.get("name") for each in response.iter(f"{_C}comp")]
    path = _path(response)
    name = _text(response, f"{_D}displayname").strip() or unquote(path.rstrip("/").rpartition("/")[2])
    return Calendar(path, name) if not kinds or "VEVENT" in kinds else None
