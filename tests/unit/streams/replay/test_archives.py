"""Archives of replays go when their time is over, whoever is stopped in between."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from infra.blobs import Blobs
from infra.log.board import Job
from infra.log.envelope import CommandEnvelope
from schemas.generated.integration.replay_job import NoteReplayArchiveRemoved, ReplayJob, ReplayStatus
from streams.replayer.archives import AGAIN, Keeper

AT = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


@dataclass
class Desk:
    """A desk as far as archives need one."""

    blobs: Blobs
    now: datetime = AT
    sent: list[CommandEnvelope] = field(default_factory=list[CommandEnvelope])

    def clock(self) -> datetime:
        return self.now

    def send(self, envelope: CommandEnvelope) -> None:
        self.sent.append(envelope)


@dataclass
class Room:
    desk: Desk
    keeper: Keeper

    def archive(
        self, id: str, content: bytes = b"zip", until: datetime | None = AT + MONTH, tenant: str = "acme"
    ) -> Job[ReplayJob]:
        """A replay that is complete, whose archive is there."""
        file = self.desk.blobs.put(tenant, [content]).hash
        state = ReplayJob(replay_id=id, status=ReplayStatus.COMPLETED, file=file, ended_at=AT, expires_at=until)
        return Job(tenant, id, state)

    def there(self, job: Job[ReplayJob]) -> bool:
        assert job.state.file is not None
        return any(self.desk.blobs.folder.glob(f"{job.tenant}/*/{job.state.file}"))

    def told(self) -> list[str]:
        """The replays that were told, and forgets them."""
        ids = [each.id for each in self.desk.sent]
        assert all(isinstance(each.command, NoteReplayArchiveRemoved) for each in self.desk.sent)
        self.desk.sent.clear()
        return ids


@pytest.fixture
def room(tmp_path: Path) -> Room:
    desk = Desk(Blobs(tmp_path))
    return Room(desk, Keeper(cast(Any, desk)))


def test_an_archive_goes_when_its_time_is_over_and_not_before(room: Room) -> None:
    soon, for_ever = room.archive("r1"), room.archive("r2", b"old", None)
    room.keeper.look([soon, for_ever], (), 0.0)
    assert (room.there(soon), room.told()) == (True, [])
    room.desk.now = AT + MONTH
    room.keeper.look([soon, for_ever], (), 1.0)
    assert (room.there(soon), room.there(for_ever), room.told()) == (False, True, ["r1"])


def test_a_replay_is_told_again_until_it_says_so_itself(room: Room) -> None:
    job = room.archive("r1", until=AT)
    for seconds, told in ((0.0, ["r1"]), (1.0, []), (AGAIN, ["r1"])):
        room.keeper.look([job], (), seconds)
        assert room.told() == told
    room.keeper.look([], (), AGAIN + 1)
    assert room.keeper.told == {}


def test_equal_archives_are_one_that_goes_with_the_last(room: Room) -> None:
    first, second = room.archive("r1", until=AT), room.archive("r2", until=AT + MONTH)
    other = room.archive("r3", until=AT, tenant="other")
    room.keeper.look([first, second, other], (), 0.0)
    assert (room.there(first), room.there(other), room.told()) == (True, False, ["r1", "r3"])
    room.desk.now = AT + MONTH
    room.keeper.look([second], (), 1.0)
    assert (room.there(second), room.told()) == (False, ["r2"])


def test_a_tenant_whose_replay_is_under_way_is_left_alone(room: Room) -> None:
    """It may have made the same archive a moment ago, and not have said so."""
    job = room.archive("r1", until=AT)
    room.keeper.look([job], ("acme",), 0.0)
    assert (room.there(job), room.told()) == (True, [])
    room.keeper.look([job], ("other",), 1.0)
    assert (room.there(job), room.told()) == (False, ["r1"])


def test_what_somebody_sent_is_none(room: Room) -> None:
    """A file of the same content that lies on a shelf is somebody else's to look after."""
    job = room.archive("r1", until=AT)
    room.desk.blobs.discard("acme", job.state.file or "")
    room.desk.blobs.put("acme", [b"zip"], shelf="uploads")
    room.keeper.look([job], (), 0.0)
    assert (room.there(job), room.told()) == (True, ["r1"])
