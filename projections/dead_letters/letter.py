"""What a dead letter is: something that could not be done and waits for people. One vocabulary for all kinds.

Its id says where it lies, and stays the same for as long as it waits:

    crm/read-models/acme/crm.deal/7d1f          a record whose events a database's views cannot fold
    crm/commands/3/1042                         a command that raised, by partition and offset of its first dead letter
    workflows/events/acme/hand_over_deals/u1    a workflow's state that cannot fold its events
    workflows/commands/acme/hand_over_deals/3f  a workflow's command, by its id, that was refused
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import quote, unquote

from infra.log import headers as h
from infra.log.codec import Codec, RegistryUnavailable

What = Literal["read-models", "commands", "workflow-events", "workflow-commands"]
WHATS: tuple[What, ...] = get_args(What)
Action = Literal["redrive", "discard"]
WORKFLOWS = "workflows"

_HOW: Mapping[What, str] = {
    "read-models": "Mend the view, restart the projector, then redrive: what waits is folded in order.",
    "commands": "Mend the rule, restart the processor, then redrive: the command is sent again under its own id.",
    "workflow-events": "Mend the workflow, restart it, then redrive: what waits is folded in order.",
    "workflow-commands": "Mend what refused it, then redrive: the command is sent again under its own id.",
}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What could not be done, since when and why. `where` is a database, a domain or "workflows"; `subject` the record
    or the state it is about; `type` that of the event or the command which stopped. `behind` is how many events wait
    behind it. `code` is stable for a kind of reason. `requested` is what somebody asked to be done with it."""

    id: str
    what: What
    where: str
    tenant: str
    subject: str
    type: str
    since: datetime
    behind: int
    code: str
    reason: str
    requested: Action | None = None

    @property
    def how(self) -> str:
        """How it is redriven."""
        return _HOW[self.what]


@dataclass(frozen=True, slots=True)
class Content:
    """What a dead letter holds. `trace` names functions and lines. `data` is the event or the command with its personal
    values sealed; None, with the bytes in `data_base64`, where it cannot be read."""

    topic: str
    partition: int
    offset: int
    headers: Mapping[str, str]
    trace: str
    data: Any = None
    data_base64: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A dead letter with what it holds."""

    letter: DeadLetter
    content: Content


@dataclass(frozen=True, slots=True)
class Place:
    """What an id says. `parts` are those after `where` and the kind: tenant, … or partition and offset."""

    where: str
    what: What
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, and why. Nobody but people of `tenant` is seen; everyone where it is None."""

    name: str
    why: str = ""
    tenant: str | None = None


class UnknownLetter(LookupError):
    """There is no such dead letter, or not any more; the message says which."""


class AlreadySettled(Exception):
    """The dead letter was redriven or discarded; the message says when and by whom."""


# In ids: the kind behind the first part, and how many parts follow. The last may hold slashes.
_KINDS: Mapping[tuple[bool, str], tuple[What, int]] = {
    (False, "read-models"): ("read-models", 3),
    (False, "commands"): ("commands", 2),
    (True, "events"): ("workflow-events", 3),
    (True, "commands"): ("workflow-commands", 3),
}
_NAMES: Mapping[What, str] = {what: name for (_, name), (what, _) in _KINDS.items()}


def name(where: str, what: What, *parts: str | int) -> str:
    """The id of a dead letter. Letters that cannot be printed, or not in an address, are percent-encoded."""
    return "/".join((prefix(where, what), *(quote(str(part), safe="/:@+=,~") for part in parts)))


def prefix(where: str, what: What) -> str:
    """How the ids of a kind begin."""
    return f"{where}/{_NAMES[what]}"


def parse(id: str) -> Place:
    """The inverse of `name`; raises UnknownLetter."""
    where, _, rest = id.partition("/")
    kind, _, rest = rest.partition("/")
    what, count = _KINDS.get((where == WORKFLOWS, kind), (WHATS[0], 0))
    parts = tuple(unquote(part) for part in rest.split("/", count - 1)) if count else ()
    if not count or len(parts) != count or any("\0" in part for part in parts):
        raise UnknownLetter(f"{printable(id)} is no id of a dead letter; `nexus360 dlq list` shows them.")
    return Place(where, what, parts)


def printable(text: str) -> str:
    """The text for a message."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:200])


_SAID = re.compile(r"^(?:\d{3} )?([A-Za-z_]\w*)(?:: | while )")


def code_of(reason: str) -> str:
    """A stable code for a reason: the exception's name, or the refusal's code. "KeyError: 'x'" is key_error."""
    said = _SAID.match(reason)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", said[1]).lower() if said else "not_done"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A vault that opens nothing."""

    def seal(self, subject: str, text: str) -> bytes:
        return b""

    def open(self, subject: str, sealed: bytes) -> str:
        return "[sealed]"


_SEALED = Sealed()
_UNSHOWN = frozenset({h.REASON, h.TRACE, h.REPLY_TO, h.SEEN})


def content(
    codec: Codec,
    place: tuple[str, int, int],
    headers: Iterable[tuple[str, bytes]],
    value: bytes | None,
    trace: str,
) -> Content:
    """What a message holds; raises RegistryUnavailable. `place` is (topic, partition, offset)."""
    shown = {name: text.decode(errors="replace") for name, text in headers if name not in _UNSHOWN}
    if value is None:
        return Content(*place, shown, trace)
    try:
        return Content(*place, shown, trace, codec.original(value, _SEALED))
    except RegistryUnavailable:
        raise
    except Exception:  # whatever it is, the bytes are shown instead
        return Content(*place, shown, trace, None, base64.b64encode(value).decode())


def record_name(codec: Codec, value: bytes) -> str:
    """What kind of record these bytes hold, such as crm.AssignDeal; empty where they cannot be read."""
    try:
        return codec.original(value, _SEALED).NAME
    except Exception:  # a list of dead letters must bear whatever is in them
        return ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters are asked for; all where None. `after` is the id of the last one on the page before."""

    tenant: str | None = None
    what: What | None = None
    where: str | None = None
    after: str | None = None
    limit: int = field(default=50)
