from pathlib import Path

import pytest

from infra.blobs import Blobs
from tests.unit.streams.importer.memory import Memory


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(Blobs(tmp_path / "blobs"))
