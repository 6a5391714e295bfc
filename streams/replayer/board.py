"""The replays there are."""

from infra.log import board
from infra.log.board import Key
from infra.log.codec import Codec
from infra.settings import Settings
from schemas.generated.integration.replay_job import CONTRACT, ReplayJob, ReplayStatus

OPEN = (ReplayStatus.RUNNING, ReplayStatus.PAUSED)

Board = board.Board[ReplayJob]
Job = board.Job[ReplayJob]
"""A replay of a tenant."""


def made(settings: Settings, codec: Codec) -> Board:
    """A board of the replays that run or rest, or have an archive."""
    return Board(settings, codec, CONTRACT, "replayer", lambda state: state.status in OPEN or has_archive(state))


def has_archive(state: ReplayJob) -> bool:
    """Whether an archive is there, as far as the replay was told."""
    return state.file is not None and state.archive_removed_at is None


def in_turn(replays: Board) -> list[Job]:
    """Those that run or rest, the oldest first."""
    return sorted(
        (job for job in replays.jobs.values() if job.state.status in OPEN),
        key=lambda job: (str(job.state.started_at), job.key),
    )


def running(replays: Board, key: Key) -> bool:
    """Whether a replay is to go on."""
    job = replays.jobs.get(key)
    return job is not None and job.state.status is ReplayStatus.RUNNING
