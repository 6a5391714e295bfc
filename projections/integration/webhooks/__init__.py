from typing import get_args

from projections.integration.webhooks.view import WebhookRow, evolve, key
from projections.model import ReadModel
from schemas.generated.integration.webhook import WebhookEvent

READ_MODEL = ReadModel(
    name="webhooks",
    database="integration",
    version=1,
    row=WebhookRow,
    events=get_args(WebhookEvent),
    key=key,
    evolve=evolve,
    aggregate=("integration", "webhook"),
    filters=("name", "url", "owner_id", "status", "code", "failed_at"),
    sorts=("name", "failed_at"),
    permission="integration.webhook.read",
    doc="Addresses of other systems to which events are sent, and how that goes.",
)
