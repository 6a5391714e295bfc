from typing import get_args

from projections.integration.replays.view import ReplayRow, evolve, key
from projections.model import ReadModel
from schemas.generated.integration.replay_job import ReplayJobEvent

READ_MODEL = ReadModel(
    name="replays",
    database="integration",
    version=2,
    row=ReplayRow,
    events=get_args(ReplayJobEvent),
    key=key,
    evolve=evolve,
    aggregate=("integration", "replay_job"),
    filters=("file", "status", "started_at", "ended_at", "expires_at"),
    sorts=("started_at", "ended_at"),
    permission="integration.replay.read",
    doc="Replays: which recorded events go into files, how far that is, and the archive that came of it.",
)
