"""The day on which these tests happen: 2 March 2026, ten in the morning in Shanghai; the clock goes on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    """Campaigns run in 2026 and certificates until 2028: no test may depend on when it is run."""
    with time_machine.travel(MORNING, tick=True):
        yield
