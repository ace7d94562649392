"""The source keeps its rules, and each rule notices an offence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import source_rules as rules

ROOT = Path(__file__).parents[2]
Rule = Callable[[Path], list[str]]


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps(rule: Rule) -> None:
    assert rule(ROOT) == []


OFFENCES: dict[str, tuple[str, str]] = {
    "stray_commits": ("sjj/plans/services.py", '"""x"""\ndef f():\n    commit()\n'),
    "flask_in_services": ("sjj/plans/services.py", '"""x"""\nfrom flask import g\n'),
    "too_long": ("sjj/plans/services.py", '"""x"""\ndef f():\n' + "    a = 1\n" * 60),
    "unnamed_purpose": ("sjj/plans/services.py", "a = 1\n"),
    "rooms_named_anything": ("sjj/plans/utils.py", '"""x"""\n'),
    "unsafe_markup": ("templates/a.html", "<p>{{ words|safe }}</p>"),
    "plain_flask_redirects": ("sjj/plans/views.py", '"""x"""\nreturn redirect("/")\n'),
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_an_offence_is_noticed(rule: Rule, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    name, text = OFFENCES[rule.__name__]
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert rule(tmp_path) != []
