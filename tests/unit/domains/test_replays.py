"""What may happen to a replay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.generated.integration.replay_job import (
    CancelReplay,
    CompleteReplay,
    DiscardReplayArchive,
    FailReplay,
    NoteReplayArchiveRemoved,
    PauseReplay,
    RecordReplayProgress,
    ReplayArchiveDiscarded,
    ReplayArchiveRemoved,
    ReplayCancelled,
    ReplayCompleted,
    ReplayFailed,
    ReplayPaused,
    ReplayProgressed,
    ReplayResumed,
    ReplayStarted,
    ResumeReplay,
    StartReplay,
)
from tests.spec import given

AT = datetime(2026, 1, 1, tzinfo=UTC)
WON: dict[str, Any] = {"domains": ("crm",), "types": ("crm.DealWon",), "recorded_from": AT, "rate": 5}
STARTED = ReplayStarted(replay_id="r", at=AT, **WON)
PAUSED = ReplayPaused(replay_id="r", at=AT)
DONE: dict[str, Any] = {"replay_id": "r", "file": "a" * 64, "file_size": 9, "counts": {"crm.DealWon": 3}, "at": AT}
FAILED: dict[str, Any] = {"replay_id": "r", "code": "file_missing", "reason": "It is gone.", "at": AT}
COMPLETED = ReplayCompleted(**DONE)


def test_a_replay_starts_once() -> None:
    given().when(StartReplay(replay_id="r", at=AT, **WON)).then(STARTED)
    given(STARTED).when(StartReplay(replay_id="r", at=AT, **WON)).then()
    given(STARTED).when(StartReplay(replay_id="r", at=AT)).rejected("replay_exists")


@pytest.mark.parametrize(
    ("bounds", "code", "field"),
    [
        ({"domains": ("crn",)}, "domains_unknown", "domains"),
        ({"types": ("crm.WinDeal",)}, "types_unknown", "types"),
        ({"aggregates": ("deals",)}, "aggregates_unknown", "aggregates"),
        ({"ids": tuple(map(str, range(101)))}, "ids_too_many", "ids"),
        ({"recorded_from": AT, "recorded_until": AT}, "bounds_empty", "recorded_until"),
        ({"occurred_from": AT, "occurred_until": AT - timedelta(1)}, "bounds_empty", "occurred_until"),
        ({"rate": 0}, "rate_too_low", "rate"),
        ({"keys": ("7d1f",)}, "keys_malformed", "keys"),
        ({"keys": ("deal/",)}, "keys_malformed", "keys"),
        ({"keys": ("deal/1", "deals/1")}, "keys_unknown", "keys"),
        ({"keys": tuple(f"deal/{n}" for n in range(101))}, "keys_too_many", "keys"),
        ({"offsets": ("crm",)}, "offsets_malformed", "offsets"),
        ({"offsets": ("crm/1=5",)}, "offsets_malformed", "offsets"),
        ({"offsets": ("crm/1=5-5",)}, "bounds_empty", "offsets"),
        ({"offsets": ("crm/1=-0",)}, "bounds_empty", "offsets"),
        ({"offsets": ("crn/1",)}, "offsets_unknown", "offsets"),
        ({"offsets": tuple(f"crm/{n}" for n in range(101))}, "offsets_too_many", "offsets"),
    ],
)
def test_bounds_that_cannot_be_meant_are_rejected(bounds: dict[str, Any], code: str, field: str) -> None:
    given().when(StartReplay(replay_id="r", at=AT, **bounds)).rejected(code, field)


def test_keys_and_offsets_are_bounds_as_the_others_are() -> None:
    bounds: dict[str, Any] = {"keys": ("deal/a/b", "company/1"), "offsets": ("crm/0", "crm/1=5-", "crm/1=-9")}
    started = ReplayStarted(replay_id="r", at=AT, **bounds)
    given().when(StartReplay(replay_id="r", at=AT, **bounds)).then(started)
    given(started).when(StartReplay(replay_id="r", at=AT, **bounds)).then()
    given(started).when(StartReplay(replay_id="r", at=AT, keys=bounds["keys"])).rejected("replay_exists")


def test_it_rests_and_goes_on() -> None:
    given(STARTED).when(PauseReplay(replay_id="r", at=AT)).then(PAUSED)
    given(STARTED, PAUSED).when(PauseReplay(replay_id="r", at=AT)).then()
    given(STARTED, PAUSED).when(ResumeReplay(replay_id="r", at=AT)).then(ReplayResumed(replay_id="r", at=AT))
    given(STARTED).when(ResumeReplay(replay_id="r", at=AT)).then()


def test_it_is_cancelled_while_it_runs_or_rests() -> None:
    cancelled = ReplayCancelled(replay_id="r", at=AT)
    given(STARTED).when(CancelReplay(replay_id="r", at=AT)).then(cancelled)
    given(STARTED, PAUSED).when(CancelReplay(replay_id="r", at=AT)).then(cancelled)
    given(STARTED, cancelled).when(CancelReplay(replay_id="r", at=AT)).then()
    for command in (PauseReplay, ResumeReplay):
        given(STARTED, cancelled).when(command(replay_id="r", at=AT)).rejected("replay_ended")
    given(STARTED, COMPLETED).when(CancelReplay(replay_id="r", at=AT)).rejected("replay_ended")


def test_progress_only_rises() -> None:
    progressed: dict[str, Any] = {"replay_id": "r", "size": 10, "passed": 4, "events": 3, "at": AT}
    before = ReplayProgressed(**progressed)
    given(STARTED).when(RecordReplayProgress(**progressed)).then(before)
    given(STARTED, before).when(RecordReplayProgress(**progressed)).then()
    given(STARTED, COMPLETED).when(RecordReplayProgress(**progressed)).then()


def test_a_worker_that_was_at_the_end_when_it_was_paused_may_say_so() -> None:
    given(STARTED, PAUSED).when(CompleteReplay(**DONE)).then(COMPLETED)
    given(STARTED, COMPLETED).when(CompleteReplay(**DONE)).then()
    given(STARTED).when(FailReplay(**FAILED)).then(ReplayFailed(**FAILED))
    given(STARTED, COMPLETED).when(FailReplay(**FAILED)).then()


MONTH = timedelta(days=30)
DISCARDED, REMOVED = ReplayArchiveDiscarded(replay_id="r", at=AT), ReplayArchiveRemoved(replay_id="r", at=AT)


def kept(until: datetime | None) -> ReplayCompleted:
    return ReplayCompleted(**DONE, expires_at=until)


def test_an_archive_has_its_time() -> None:
    given(STARTED).when(CompleteReplay(**DONE, expires_at=AT + MONTH)).then(kept(AT + MONTH))
    note = NoteReplayArchiveRemoved(replay_id="r", at=AT)
    for early in (None, AT + MONTH):
        given(STARTED, kept(early)).when(note).then()
    given(STARTED, kept(AT)).when(note).then(REMOVED)
    given(STARTED, kept(AT), REMOVED).when(note).then()
    given(STARTED).when(note).then()


def test_an_archive_is_discarded_once_there_is_one() -> None:
    discard, later = DiscardReplayArchive(replay_id="r", at=AT), DiscardReplayArchive(replay_id="r", at=AT + 2 * MONTH)
    for until in (None, AT + MONTH):
        given(STARTED, kept(until)).when(discard).then(DISCARDED)
        given(STARTED, kept(until), DISCARDED).when(discard).then()
    given(STARTED, kept(AT + MONTH)).when(later).then()  # it is gone by then, and is never kept for longer
    given(STARTED, kept(AT + MONTH), DISCARDED, REMOVED).when(discard).then()
    given(STARTED).when(discard).rejected("no_archive")
    given(STARTED, ReplayFailed(**FAILED)).when(discard).rejected("no_archive")
