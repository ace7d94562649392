"""import-linter holds the rooms apart, and sees it when one reaches up."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "LANG": "C.UTF-8"},
    )


def test_every_room_knows_only_the_rooms_below_it() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        pytest.param(
            "sjj/registers/queries_up.py", "from sjj.draws import models\n", id="registers reach up to draws"
        ),
        pytest.param("sjj/rules/quick.py", "import random\n", id="the rules use a random generator"),
    ],
)
def test_reaching_up_is_seen(tmp_path: Path, module: str, line: str) -> None:
    shutil.copytree(ROOT / "sjj", tmp_path / "sjj", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(f'"""Reaches up."""\n\n{line}', encoding="utf-8")
    assert _lint(tmp_path).returncode != 0
