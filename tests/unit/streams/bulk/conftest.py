from pathlib import Path

import pytest

from infra.blobs import Blobs
from tests.unit.streams.bulk.office import Office, with_deals
from tests.unit.streams.importer.memory import Memory


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return with_deals(Office(Memory(Blobs(tmp_path / "blobs"))), 6)
