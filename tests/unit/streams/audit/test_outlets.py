"""What has come to a receiver for good: what its machine took while it lived on, and all of it once it says so."""

from collections.abc import Generator
from pathlib import Path

import pytest

from infra.settings import Settings
from infra.stack import authority
from infra.syslog import Connection, ReceiverAway, address_of
from streams.audit.bookmark import Spot
from streams.audit.lines import lines_of
from streams.audit.outlets import SETTLED_AFTER, Collected
from tests.syslog import Receiver, receiver
from tests.unit.streams.audit.test_follow import batch, opened

FIRST, SECOND = {0: Spot(41)}, {0: Spot(42)}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("secure")
    authority.ensure(made, ["siem"])
    return made


@pytest.fixture
def siem(folder: Path) -> Generator[Receiver]:
    with receiver(folder) as running:
        yield running


def outlet(siem: Receiver, folder: Path, clock: Clock) -> Collected:
    settings = Settings(ca=folder / "ca.pem")
    return Collected(Connection(address_of(siem.address, settings), settings), clock)


def test_what_a_receiver_took_counts_once_it_has_lived_on(siem: Receiver, folder: Path) -> None:
    clock = Clock()
    to = outlet(siem, folder, clock)
    to.give(lines_of(opened(batch(3)), {}), FIRST)
    assert to.settled() is None
    clock.now = SETTLED_AFTER - 0.1
    to.give(lines_of(opened(batch(3), offset=41), FIRST), SECOND)
    assert to.settled() is None
    clock.now = SETTLED_AFTER
    to.give([], SECOND)
    assert to.settled() == FIRST


def test_what_a_receiver_took_that_died_does_not_count(siem: Receiver, folder: Path) -> None:
    clock = Clock()
    siem.deaf = True
    to = outlet(siem, folder, clock)
    to.give(lines_of(opened(batch(3)), {}), FIRST)
    siem.until("it is connected", lambda: siem.peers)
    siem.die()
    clock.now = SETTLED_AFTER + 1
    with pytest.raises(ReceiverAway):
        siem.until("it is gone", lambda: to.give([], FIRST))
    to.close()
    assert to.settled() is None


@pytest.mark.parametrize("polite", [True, False])
def test_at_the_end_all_has_come_if_the_receiver_says_so(siem: Receiver, folder: Path, polite: bool) -> None:
    siem.polite = polite
    to = outlet(siem, folder, Clock())
    to.give(lines_of(opened(batch(3)), {}), FIRST)
    to.close()
    assert to.settled() == (FIRST if polite else None)
