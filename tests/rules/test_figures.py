"""Dated figures: the one in force on the day, or a refusal."""

from datetime import date, timedelta

import pytest

from sjj.rules import figures


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (figures.PUBLICATION_WORKING_DAYS, 20),
        (figures.ON_SITE_TEAM_MINIMUM, 2),
        (figures.MAKEUP_CHECKIN_DAYS, 10),
        (figures.QUARTER_SUMMARY_WORKING_DAYS, 2),
        (figures.QUARTER_TABLE_WORKING_DAYS, 2),
        (figures.PLAN_DUE_JANUARY_DAY, 31),
        (figures.RECORD_TEXT_CHARACTERS, 2000),
    ],
)
def test_the_figures_of_2026(name: str, value: int):
    assert figures.figure_on(name, date(2026, 3, 2)).value == value


@pytest.mark.parametrize("name", figures.FIGURES)
def test_every_figure_has_a_source_and_is_refused_before_its_first_day(name: str):
    first = figures.FIGURES[name][0]
    assert first.source
    assert figures.figure_on(name, first.since) == first
    with pytest.raises(figures.UnknownFigure, match="尚无有效的规定"):
        figures.figure_on(name, first.since - timedelta(days=1))


def test_a_later_figure_takes_over_on_its_day(monkeypatch: pytest.MonkeyPatch):
    old, new = (figures.Figure(date(year, 1, 1), year, "个", "某文") for year in (2024, 2026))
    monkeypatch.setattr(figures, "FIGURES", {"x": (new, old)})
    assert figures.figure_on("x", date(2025, 12, 31)) == old
    assert figures.figure_on("x", date(2026, 1, 1)) == new


def test_an_unknown_name_is_refused():
    with pytest.raises(figures.UnknownFigure, match="没有名为"):
        figures.figure_on("x", date(2026, 1, 1))
