from collections.abc import Generator

import httpx
import pytest

from tests.platform import EVERYTHING, Platform, platform


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Files that share the platform come last: it stays until the end, and takes a tenth of a core while it waits. The
    longest of them is the first, so that the other worker has something left to do beside it."""
    sharing = {item.path for item in items if "here" in item.fixturenames and not hasattr(item.module, "here")}
    items.sort(key=lambda item: (item.path in sharing, item.path.stem != "test_roles"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What fails is told with what every process of its platform said last, as the only word on why one was late."""
    report = yield
    if report.failed:
        for here in [each for each in item.funcargs.values() if isinstance(each, Platform)]:
            report.sections += [(_of(here, part), here.tail(part)) for part in here.processes]
    return report


def _of(here: Platform, part: str) -> str:
    """A process that ended is told as such: nothing here starts it again, so that all that it serves is late."""
    code = here.processes[part].poll()
    return f"said last by {part}" + (f", which ended with {code}" if code is not None else "")


@pytest.fixture(scope="session")
def here() -> Generator[Platform]:
    """One platform of real processes for all tests that do not kill any, import or replay."""
    with platform(
        *(part for part in EVERYTHING if part not in ("importer", "replayer", "mailer", "webhooks"))
    ) as started:
        yield started


@pytest.fixture(scope="module")
def mailing() -> Generator[Platform]:
    """A platform that looks into mailboxes, for the tests that may kill what looks."""
    apart = ("processor audit", "projector audit", "importer", "replayer", "webhooks")
    with platform(*(part for part in EVERYTHING if part not in apart), mail_every=0.5) as started:
        yield started


@pytest.fixture
def acme(here: Platform) -> Generator[httpx.Client]:
    """A client of the tenant acme."""
    with here.client("acme") as client:
        yield client
