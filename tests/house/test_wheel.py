"""The app works from a wheel, far from its checkout: it migrates a database and serves a page."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sjj.paths
from flask_migrate import upgrade
from sjj.app import create_app
app = create_app()
with app.app_context():
    upgrade()
page = app.test_client().get("/sign-in")
assert page.status_code == 200, page.status
css = page.get_data(as_text=True).split('href="/static/')[1].split('"')[0]
assert app.test_client().get("/static/" + css).status_code == 200
print(sjj.paths.TEMPLATES)
"""


@pytest.mark.slow
def test_a_wheel_serves_a_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    target = tmp_path / "installed"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=elsewhere,
        env={"PYTHONPATH": str(target), "SJJ_INSTANCE": str(elsewhere / "instance"), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().startswith(str(target))
