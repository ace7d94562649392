"""kill -9 of a real server in the middle of a freeze or a draw leaves all of it or nothing (SQLite)."""

from pathlib import Path

import pytest

from tests.drills.draw_drills import drill_draws, drill_freezes, installation

DELAYS = (0.0, 0.01, 0.03, 0.06, 0.12, None)

pytestmark = pytest.mark.slow


def test_a_freeze_is_whole_or_was_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_freezes(tmp_path, DELAYS)
    assert done[-1], "with time enough the freeze is done"


def test_a_draw_is_whole_or_was_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_draws(tmp_path, DELAYS)
    assert done[-1], "with time enough the draw is held"
