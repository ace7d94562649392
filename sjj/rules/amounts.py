"""Exact amounts as people read them: 5.61, 3%, 41.66%. Takes fractions, never floating point.

A share is cut, not rounded: 2.999 % may never be shown as the 3 % that it misses.
"""

from fractions import Fraction


def exact(value: Fraction | int, places: int = 8) -> str:
    """A number with all its decimals; one that does not end within ``places`` is cut and begins with 约."""
    number = Fraction(value)
    sign = "-" if number < 0 else ""
    scaled = abs(number) * 10**places
    whole = scaled.numerator // scaled.denominator
    digits = str(whole).zfill(places + 1)
    text = f"{sign}{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return text if scaled.denominator == 1 else f"约{text}"


def percent(ratio: Fraction | int, places: int = 2) -> str:
    """A ratio (1 is all) in percent, cut after ``places`` decimals: 41.66%."""
    return f"{exact(Fraction(ratio) * 100, places).removeprefix('约')}%"


def rounded_up(value: Fraction | int) -> int:
    """The smallest whole number that is not below the value: 不低于 rounds up (domain.md §4)."""
    number = Fraction(value)
    return -(-number.numerator // number.denominator)
