"""The statistics behind the evidence: against tables, against numeric integration, against plain counting."""

import random
from math import comb, exp, gamma

import pytest

from sjj.rules.chances import Tally, binomial_band, chi_square_tail

# Percentage points of the chi-square distribution, as printed in statistical tables.
TABLE = [
    (1, 0.05, 3.841),
    (1, 0.001, 10.828),
    (2, 0.05, 5.991),
    (3, 0.01, 11.345),
    (5, 0.95, 1.145),
    (10, 0.05, 18.307),
    (10, 0.99, 2.558),
    (11, 0.05, 19.675),
    (30, 0.05, 43.773),
    (30, 0.001, 59.703),
    (60, 0.05, 79.082),
    (100, 0.05, 124.342),
    (100, 0.95, 77.929),
]


@pytest.mark.parametrize(("freedom", "chance", "value"), TABLE)
def test_tails_are_those_of_the_tables(freedom: int, chance: float, value: float):
    assert chi_square_tail(value, freedom) == pytest.approx(chance, rel=2e-3)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 12, 25])
@pytest.mark.parametrize("value", [0.5, 3.0, 11.0, 40.0])
def test_tails_are_those_of_numeric_integration(freedom: int, value: float):
    """1 - Simpson's rule over the density; x = t² takes the pole of one degree of freedom away."""
    steps, end = 4000, value**0.5
    width = end / steps

    def density(root: float) -> float:
        scale = 2 ** (freedom / 2) * gamma(freedom / 2)
        return 2 * root ** (freedom - 1) * exp(-root * root / 2) / scale

    inside = density(0) + density(end)
    inside += sum((4 if step % 2 else 2) * density(step * width) for step in range(1, steps))
    assert chi_square_tail(value, freedom) == pytest.approx(1 - inside * width / 3, abs=1e-9)


def test_tails_are_sound_far_out_and_for_many_degrees_of_freedom():
    assert chi_square_tail(0, 5) == 1.0
    assert chi_square_tail(2 * 700, 2) == pytest.approx(exp(-700))
    assert chi_square_tail(1e6, 3) == 0.0
    assert chi_square_tail(10_000, 10_000) == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="degree"):
        chi_square_tail(1, 0)


@pytest.mark.parametrize(
    ("trials", "chance", "doubt"), [(50, 0.3, 0.01), (200, 0.05, 0.001), (10, 0.5, 0.05)]
)
def test_a_band_leaves_out_as_much_as_it_may_and_no_more(trials: int, chance: float, doubt: float):
    def of(count: int) -> float:
        return comb(trials, count) * chance**count * (1 - chance) ** (trials - count)

    least, most = binomial_band(trials, chance, doubt)
    assert sum(map(of, range(least))) <= doubt < sum(map(of, range(least + 1)))
    assert sum(map(of, range(most + 1, trials + 1))) <= doubt < sum(map(of, range(most, trials + 1)))


def test_a_sure_thing_has_a_band_of_one_count():
    assert binomial_band(100, 1.0, 0.01) == (100, 100)
    assert binomial_band(100, 0.0, 0.01) == (0, 0)


def test_the_statistic_is_pearsons_with_the_correction_for_drawing_without_replacement():
    source, names, take, draws = random.Random(1), [f"N-{n}" for n in range(49)], 6, 500  # noqa: S311 - fixed
    tally = Tally(names)
    for _ in range(draws):
        tally.add(dict.fromkeys(source.sample(names, take), 1))
    expected = draws * take / len(names)
    pearson = sum((count - expected) ** 2 / expected for count in tally.totals.values())
    assert tally.chi_square == pytest.approx(pearson * (49 - 1) / (49 - 6))
    assert tally.freedom == 48


@pytest.mark.parametrize("take", [1, 5, 9])
def test_p_values_of_a_fair_draw_are_spread_evenly(take: int):
    """Without the correction, 9 of 10 would hardly ever give a p-value below one half."""
    source, names = random.Random(2), list("abcdefghij")  # noqa: S311 - the same draws every time
    below = {0.05: 0, 0.25: 0, 0.5: 0, 0.75: 0, 0.95: 0}
    rounds = 300
    for _ in range(rounds):
        tally = Tally(names)
        for _ in range(60):
            tally.add(dict.fromkeys(source.sample(names, take), 1))
        for level in below:
            below[level] += tally.p_value < level
    for level, count in below.items():
        least, most = binomial_band(rounds, level, 0.001)
        assert least <= count <= most


def test_where_there_is_no_choice_there_is_nothing_to_test():
    tally = Tally(["a", "b"])
    tally.add({"a": 1, "b": 1})
    tally.add({})
    assert (tally.freedom, tally.chi_square, tally.p_value) == (0, 0.0, 1.0)


def test_counts_above_one_and_strangers_are_taken_as_they_come():
    tally = Tally(["a", "b"])
    for _ in range(100):
        tally.add({"a": 3, "b": 2, "z": 9})
    assert tally.totals == {"a": 300, "b": 200}
    assert tally.chi_square == pytest.approx(100)
    assert tally.p_value < 1e-20
