"""Ratings hide among others: months are joined until five visits stand together, and only once they are over."""

import pytest

from sjj.rules.feedback import Rated, periods


def rated(**months: int) -> list[Rated]:
    """That many ratings in months such as m2026_3."""
    found = []
    for name, visits in months.items():
        year, month = (int(part) for part in name[1:].split("_"))
        found += [Rated((year, month), 1 + n % 5, f"{name} {n}") for n in range(visits)]
    return found


@pytest.mark.parametrize(
    ("ratings", "labels"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"m2026_3": 4}, [], id="too few"),
        pytest.param({"m2026_3": 5}, ["2026年3月"], id="just enough"),
        pytest.param({"m2026_6": 50}, [], id="the month is not over"),
        pytest.param({"m2026_2": 4, "m2026_3": 1}, ["2026年2月至3月"], id="two months joined"),
        pytest.param({"m2025_12": 4, "m2026_3": 9}, ["2025年12月至2026年3月"], id="over the new year"),
        pytest.param({"m2026_1": 5, "m2026_2": 4}, ["2026年1月"], id="the rest waits"),
        pytest.param({"m2026_4": 6, "m2026_1": 6}, ["2026年4月", "2026年1月"], id="the newest first"),
    ],
)
def test_periods(ratings: dict[str, int], labels: list[str]) -> None:
    assert [one.label for one in periods(rated(**ratings), (2026, 6))] == labels


def test_the_figures_of_a_period() -> None:
    (one,) = periods(rated(m2026_3=10), (2026, 6))
    assert [one.count(points) for points in (1, 2, 3, 4, 5)] == [2] * 5
    assert (one.total, one.satisfied) == (10, 4)


def test_words_stand_in_an_order_that_tells_nothing() -> None:
    came = rated(m2026_3=9)
    (one,) = periods(came, (2026, 6))
    (other,) = periods(came[::-1], (2026, 6))
    assert one.words == other.words != [rating.words for rating in came]
    assert sorted(one.words) == sorted(rating.words for rating in came)
