"""What is known of a request by the time it is answered: the audit is written from it.

Whoever learns something of a request notes it here; nobody need, for an entry is made of what there is.
"""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.log.envelope import CommandEnvelope

MOST_SHOWN = 200
"""Ids of records that are kept of one answer: as many as a page has."""
_KEY = "nexus360.noted"


@dataclass(slots=True)
class Noted:
    """One request. There is no `tenant` for as long as nobody knows who asks; such a request is in no audit.

    `names` is the user for whom it says that it is, who is `on_behalf_of` once it is known who says so. `found` is how
    many records were shown, `records` are their ids; `file` says that they were taken out as a file.
    """

    request_id: str
    tenant: str | None = None
    user: str | None = None
    actor: str = ""
    on_behalf_of: str | None = None
    record: str | None = None
    found: int | None = None
    records: tuple[str, ...] = ()
    command_id: str | None = None
    business_at: datetime | None = None
    code: str | None = None
    file: bool = False
    names: bytes | None = None

    def caller(self, tenant: str, user: str | None, actor: str, on_behalf_of: str | None = None) -> None:
        """Who asks, and for whom if they name another."""
        self.tenant, self.user, self.actor, self.on_behalf_of = tenant, user, actor, on_behalf_of

    def command(self, envelope: CommandEnvelope) -> None:
        """What is to be done, and to which record."""
        self.record, self.command_id, self.business_at = envelope.id, envelope.command_id, envelope.command.at

    def shown(self, ids: Iterable[str]) -> None:
        """The records that the answer shows."""
        told = tuple(ids)
        self.found, self.records = len(told), told[:MOST_SHOWN]

    def exported(self, rows: int) -> None:
        """The answer is a file of so many records."""
        self.found, self.file = rows, True


def begin(scope: MutableMapping[str, Any], request_id: str, names: bytes | None = None) -> Noted:
    """Begins to note what is learned of a request."""
    scope[_KEY] = Noted(request_id, names=names)
    return scope[_KEY]


def noted(scope: MutableMapping[str, Any]) -> Noted:
    """What is noted of the request so far."""
    return scope[_KEY] if _KEY in scope else begin(scope, "")
