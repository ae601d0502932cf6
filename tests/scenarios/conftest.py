"""The town, open and empty, on the evening before the Tuesday."""

from __future__ import annotations

import pytest

from dispatch.store.memory import MemoryStore
from tests.scenarios.town import Town, open_town, town_rules


@pytest.fixture
def town() -> Town:
    """Two taxis (4 seats; 4 seats and a wheelchair, or 6 seats), ten riders, the plain rules."""
    return open_town(MemoryStore(), rules=town_rules())
