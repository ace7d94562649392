"""The drills on freezes, draws and changes at many delays, drawn from a fixed seed so that a run can be repeated.

SJJ_SOAK_POINTS says how many of each (70). Most kills come early, where the work is done; some much later.
"""

import os
import random
from pathlib import Path

import pytest

from tests.drills.draw_drills import drill_changes, drill_draws, drill_freezes, installation

POINTS = int(os.environ.get("SJJ_SOAK_POINTS", "70"))
MEAN_DELAY = 0.08

pytestmark = pytest.mark.soak


def delays(seed: int) -> list[float | None]:
    """So many delays, and one request that is left in peace."""
    drawn = random.Random(seed)  # noqa: S311 - chance is wanted here, not secrecy
    return [*(drawn.expovariate(1 / MEAN_DELAY) for _ in range(POINTS)), None]


def test_many_freezes_are_whole_or_were_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_freezes(tmp_path, delays(27))
    print("freezes done:", sum(done), "of", len(done))
    assert done[-1], "with time enough the freeze is done"


def test_many_draws_are_whole_or_were_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_draws(tmp_path, delays(130))
    print("draws held:", sum(done), "of", len(done))
    assert done[-1], "with time enough the draw is held"


def test_many_changes_are_whole_or_were_never_begun(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template):
        done = drill_changes(tmp_path, delays(2024))
    print("changes made:", sum(done), "of", len(done))
    assert done[-1], "with time enough the change is made and carried out"
