"""A working week of a sales team, told through the HTTP API alone: what a team needs that moves in on Monday, and on
Friday looks at last Tuesday."""

from collections.abc import Generator

import pytest

from tests.e2e.working_week import friday, monday, post, thursday, tuesday, wednesday
from tests.e2e.working_week.office import office
from tests.mailbox.caldav_server import caldav_server
from tests.mailbox.imap_server import imap_server
from tests.platform import EVERYTHING, Platform, platform

APART = ("processor audit", "projector audit", "replayer", "eraser")


@pytest.fixture(scope="module")
def here() -> Generator[Platform]:
    with platform(*(part for part in EVERYTHING if part not in APART), mail_every=0.5) as started:
        yield started


def test_a_sales_team_works_from_monday_to_friday(here: Platform, tmp_path_factory: pytest.TempPathFactory) -> None:
    mails, calendars = (tmp_path_factory.mktemp(name) for name in ("mails", "calendars"))
    with (
        imap_server(mails, anna="secret") as imap,
        caldav_server(calendars, **{post.MOSES: "word"}) as dav,
        office(here, imap, dav) as week,
    ):
        monday.goes_by(week)
        tuesday.goes_by(week)
        wednesday.goes_by(week)
        thursday.goes_by(week)
        friday.goes_by(week)
