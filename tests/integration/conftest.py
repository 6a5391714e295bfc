from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres import engine
from infra.settings import Settings


@pytest.fixture
async def source(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Where the CRM is read, of the databases that a module's own `settings` name."""
    made = engine(settings, "crm")
    yield made
    await made.dispose()
