from typing import get_args

from projections.integration.mailboxes.view import MailboxRow, evolve, key
from projections.model import ReadModel
from schemas.generated.integration.mailbox import MailboxEvent

READ_MODEL = ReadModel(
    name="mailboxes",
    database="integration",
    version=1,
    row=MailboxRow,
    events=get_args(MailboxEvent),
    key=key,
    evolve=evolve,
    aggregate=("integration", "mailbox"),
    filters=("name", "kind", "owner_id", "status", "code", "failed_at", "looked_at"),
    sorts=("name", "failed_at", "looked_at"),
    permission="integration.mailbox.read",
    doc="Mailboxes and calendars that are looked into, without their passwords, and how that goes.",
)
