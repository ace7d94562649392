"""The checks in JavaScript give the same lines as the Python program: the quick part, without a browser.

Skips where there is no Node.js; tests/e2e/test_verify_page.py holds the same and more in a real Chromium.
"""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from sjj.paths import STATIC
from tests.e2e.receipt_cases import (
    Case,
    chance_cases,
    forged_cases,
    hostile_cases,
    shared_cases,
    sound_cases,
)

NODE = shutil.which("node")
PARTS = ("text", "tickets", "draw", "shape", "checks", "verify")
ANSWER = """
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(([data, commitment]) =>
  sjjVerify.verifyBytes(new Uint8Array(Buffer.from(data, 'base64')), commitment).map(sjjVerify.lineOf))));
"""


@pytest.mark.slow
@pytest.mark.skipif(NODE is None, reason="no Node.js here")
def test_every_case_gets_the_same_lines(tmp_path: Path) -> None:
    cases: list[Case] = [
        *sound_cases(),
        *forged_cases(),
        *hostile_cases(),
        *shared_cases(),
        *chance_cases(150, seed=7),
    ]
    program = tmp_path / "verify.js"
    scripts = [(STATIC / "verify" / f"{part}.js").read_text(encoding="utf-8") for part in PARTS]
    program.write_text("\n".join((*scripts, ANSWER)), encoding="utf-8")
    given = json.dumps([(base64.b64encode(case.data).decode(), case.commitment) for case in cases])
    done = subprocess.run([str(NODE), str(program)], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for case, lines in zip(cases, json.loads(done.stdout), strict=True):
        assert lines == case.lines(), case.name
