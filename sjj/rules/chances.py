"""Is every chance equal? The few statistics that the evidence of a fair draw needs.

It judges counts that others made; it draws nothing and holds no opinion on how unequal is too unequal.
"""

from collections.abc import Mapping, Sequence
from math import erfc, exp, lgamma, log, sqrt


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance that a chi-square with so many degrees of freedom exceeds a value.

    This is the upper incomplete gamma function Q(a, x) with a = freedom / 2 and x = value / 2. As a is a whole
    or half number, Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1) reaches it from Q(1, x) = e^-x or from
    Q(1/2, x) = erfc(√x). All terms are positive, so nothing is lost however small the chance.
    """
    if freedom < 1:
        raise ValueError("a chi-square has at least one degree of freedom")
    if value <= 0:
        return 1.0
    x = value / 2
    order, tail = (1.0, exp(-x)) if freedom % 2 == 0 else (0.5, erfc(sqrt(x)))
    while order < freedom / 2:
        tail += exp(order * log(x) - x - lgamma(order + 1))
        order += 1
    return min(tail, 1.0)


def binomial_band(trials: int, chance: float, doubt: float) -> tuple[int, int]:
    """The counts (least, most) outside of which a fair count falls on either side with at most ``doubt``.

    Exact: the chances of 0, 1, 2 … successes are added up from both ends.
    """
    if chance <= 0 or chance >= 1:
        sure = trials if chance >= 1 else 0
        return sure, sure

    def of(count: int) -> float:
        ways = lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
        return exp(ways + count * log(chance) + (trials - count) * log(1 - chance))

    least, below = 0, of(0)
    while below <= doubt:
        least += 1
        below += of(least)
    most, above = trials, of(trials)
    while above <= doubt:
        most -= 1
        above += of(most)
    return least, most


class Tally:
    """How often each of several equals was taken over many draws, and whether equally often.

    Within one draw the counts are not independent: an object is taken at most once and the number taken is
    fixed, and officers are balanced by their loads. Pearson's Σ(O-E)²/E is then no chi-square: for n of N
    without replacement it is too small by (N-n)/(N-1) (C. Genest, R. A. Lockhart, M. A. Stephens, "χ² and the
    lottery", The Statistician 51, 2002). What holds instead: in a fair draw the counts of equals may be
    swapped among them. The squares of the totals are therefore measured against the spread that the counts
    have inside the draws, which is Cochran's Q (W. G. Cochran, Biometrika 37, 1950), for counts above one
    too:

        Q = (k-1) · Σ_j (C_j - C̄)² / Σ_s Σ_j (c_sj - c̄_s)²

    with C_j the total of j over all draws s; a chi-square with k-1 degrees of freedom for many draws. For n of
    N objects it equals Pearson's statistic times (N-1)/(N-n).
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.totals = dict.fromkeys(names, 0)
        self._inside = 0  # k times the spread inside the draws, in whole numbers

    def add(self, counts: Mapping[str, int]) -> None:
        """Count one draw; who is no equal of these is passed over."""
        own = [(name, count) for name, count in counts.items() if name in self.totals]
        for name, count in own:
            self.totals[name] += count
        taken = sum(count for _, count in own)
        self._inside += len(self.totals) * sum(count * count for _, count in own) - taken * taken

    @property
    def freedom(self) -> int:
        """Degrees of freedom; 0 where no draw had any choice (everybody or nobody was taken)."""
        return len(self.totals) - 1 if self._inside else 0

    @property
    def chi_square(self) -> float:
        """Cochran's Q; 0 where there is no freedom."""
        if not self.freedom:
            return 0.0
        every = self.totals.values()
        between = len(every) * sum(count * count for count in every) - sum(every) ** 2
        return self.freedom * between / self._inside

    @property
    def p_value(self) -> float:
        """The chance that a fair rule gives totals at least as unequal."""
        return chi_square_tail(self.chi_square, self.freedom) if self.freedom else 1.0
