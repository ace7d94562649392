"""How many to draw: exact fractions, and “不低于 / 至少” always rounds up (domain.md §4: 25 % of 9 is 3).

No floating point anywhere: ``0.07 * 100`` is more than 7 there and would draw one too many.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

_PERCENT = re.compile(r"(?:不低于|至少|≥|>=)?\s*([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_NUMBER = re.compile(r"(?:不低于|至少|≥|>=)?\s*([0-9]{1,7})\s*(?:户|家|个)?")


class WrongQuota(ValueError):
    """A quota that cannot be read or cannot be met. The message is Chinese and may be shown."""


@dataclass(frozen=True)
class Quota:
    """A ratio (exact, 0 to 1) or a number of objects: one of the two is None."""

    ratio: Fraction | None = None
    number: int | None = None

    @property
    def label(self) -> str:
        """As people write it: 25% or 3户."""
        if self.ratio is None:
            return f"{self.number}户"
        percent = self.ratio * 100
        return f"{_decimal(percent)}%"


@dataclass(frozen=True)
class Required:
    """How many objects to draw, and the sentence that explains it."""

    number: int
    sentence: str


def _decimal(value: Fraction) -> str:
    """An exact decimal: percentages have at most six places, so nothing is lost."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = str(round(value * 10**6)).zfill(7)
    return f"{digits[:-6]}.{digits[-6:]}".rstrip("0").rstrip(".")


def parse_quota(text: str) -> Quota:
    """“25%”, “0.5%”, “３户”, “3” as a quota. Raises WrongQuota with a Chinese sentence."""
    plain = unicodedata.normalize("NFKC", text).strip()
    percent = _PERCENT.fullmatch(plain)
    if percent:
        ratio = Fraction(percent[1]) / 100
        if ratio > 1:
            raise WrongQuota(f"比例{percent[1]}%超过100%")
        return Quota(ratio=ratio)
    number = _NUMBER.fullmatch(plain)
    if number:
        return Quota(number=int(number[1]))
    raise WrongQuota("请填写比例（如25%）或户数（如3）")


def required(total: int, quota: Quota | str, minimum: int = 0) -> Required:
    """How many of ``total`` objects a quota asks for, at least ``minimum`` but never more than there are.

    A ratio is rounded up. A number larger than ``total`` is refused with both numbers (WrongQuota): nobody
    may believe that more were drawn than exist.
    """
    if total < 0 or minimum < 0:
        raise WrongQuota("户数不能为负")
    asked = parse_quota(quota) if isinstance(quota, str) else quota
    if asked.ratio is not None:
        number = -(-asked.ratio.numerator * total // asked.ratio.denominator)
    elif asked.number is not None:
        number = asked.number
        if number > total:
            raise WrongQuota(f"要抽{number}户，只有{total}户")
    else:
        raise WrongQuota("请填写比例（如25%）或户数（如3）")
    floor = min(minimum, total)
    if floor > number:
        return Required(floor, f"不低于{asked.label}，且不少于{minimum}户，{total}户取{floor}户")
    return Required(number, f"不低于{asked.label}，{total}户取{number}户")
