"""kill -9 of a real server in the middle of a freeze, a draw or a change leaves all of it or nothing (SQLite)."""

from pathlib import Path

import pytest

from tests.drills.draw_drills import (
    drill_changes,
    drill_draws,
    drill_freezes,
    drill_proposals,
    drill_values,
    installation,
)

DELAYS = (0.0, 0.01, 0.03, 0.06, 0.12, None)  # of freeze, draw and change: more than a dozen points together
FEW = (0.0, 0.02, None)  # for steps that write little

pytestmark = pytest.mark.slow


def test_a_freeze_is_whole_or_was_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_freezes(tmp_path, DELAYS)
    assert done[-1], "with time enough the freeze is done"


def test_a_draw_is_whole_or_was_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_draws(tmp_path, DELAYS)
    assert done[-1], "with time enough the draw is held"


def test_a_change_is_whole_or_was_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_changes(tmp_path, DELAYS)
    assert done[-1], "with time enough the change is made and carried out"


def test_a_list_is_put_up_or_not(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_proposals(tmp_path, FEW)
    assert done[-1], "with time enough the list waits for the second person"


def test_a_value_is_kept_or_was_never_typed(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_values(tmp_path, FEW)
    assert done[-1], "with time enough the value is kept"
