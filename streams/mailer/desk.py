"""What work on a mailbox takes from outside: sending, waiting, time, keys, people, and what is kept."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.log import board
from infra.outward import Within
from infra.vault import Vaults
from schemas.generated.integration.mailbox import Mailbox
from streams.importer.deliver import Pause, Send
from streams.mailer.agenda import Agenda
from streams.mailer.places import Places

Job = board.Job[Mailbox]
"""A mailbox of a tenant."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`pause(0)` asks whether to go on. `colleagues(tenant)` gives users by address, `contacts(tenant, addresses)`
    contacts likewise, `contacts_since(tenant, time)` those of whom something was recorded since then, with their
    addresses. `folded()` waits a while and tells whether the read models show all that was recorded before."""

    send: Send
    pause: Pause
    clock: Callable[[], datetime]
    vaults: Vaults
    places: Places
    agenda: Agenda
    within: Within
    colleagues: Callable[[str], Mapping[str, str]]
    contacts: Callable[[str, Collection[str]], Mapping[str, str]]
    contacts_since: Callable[[str, datetime], Iterable[tuple[str, Sequence[str]]]]
    folded: Callable[[], bool]

    def activity(self, tenant: str, name: str) -> str:
        """The id of the activity that comes of what has this name elsewhere, the same whoever finds it."""
        return self.vaults.id_from(tenant, "activity", name)

    def address(self, tenant: str, address: str) -> str:
        """What stands for an address where it must not be known."""
        return self.vaults.id_from(tenant, "mail-address", address)
