"""The lines that an agency's targets require: the least plan that meets them, for the office to change.

From quarterly ratios (S3 二（四）) a line a quarter and group; from a yearly share (S1 一) a line a quarter that
skips whom the year has seen; joint kinds and credit classes on as many lines as the shares ask (S3 二（三）（五）).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sjj.rules.amounts import rounded_up
from sjj.rules.forecast_rounds import asked_of
from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.plan_lines import Joint, Layer, Line, Skip
from sjj.rules.quota import Quota
from sjj.rules.targets import Comparison, Target, in_force

__all__ = ["required_lines"]

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A group that has a quarterly target."""

    indicator: str
    name: str
    off_site: bool = False


_KINDS = (
    _Kind("special_quarter", "特殊监管对象"),
    _Kind("key_quarter", "重点监管对象"),
    _Kind("general_quarter", "非正面清单一般监管对象"),
    _Kind("positive_quarter", "正面清单企业", off_site=True),
)


def required_lines(groups: Groups, settings: Settings, start: int = 1) -> tuple[Line, ...]:
    """The lines from quarter ``start`` on; keys are "quarter-number", names say group and quarter.

    Only targets of the form 不低于 make lines. Groups without objects make none.
    """
    wanted = {
        (one.indicator, quarter): one
        for quarter in QUARTERS
        for one in in_force(settings.targets, date(settings.year, quarter * 3, 28))
        if one.comparison is Comparison.AT_LEAST
    }
    masks = dict(
        zip(
            (kind.indicator for kind in _KINDS),
            (groups.special, groups.key, groups.general, groups.positive),
            strict=True,
        )
    )
    lines: list[Line] = []
    quarters = [quarter for quarter in QUARTERS if quarter >= start]
    for quarter in quarters:
        for kind in _KINDS:
            target, group = wanted.get((kind.indicator, quarter)), masks[kind.indicator]
            if target is not None and target.value and group:
                lines.append(_of_quarter(kind, target, group, quarter))
    share = wanted.get(("inspected_share", 4))
    if share is not None and quarters:
        lines += _of_year(share, groups.enterprises, quarters)
    lines = _with_cross_agency(lines, wanted)
    lines = _with_internal(lines, wanted.get(("internal_joint_share", 4)))
    return tuple(_with_credit(lines, wanted.get(("credit_share", 4)), groups.enterprises))


def _of_quarter(kind: _Kind, target: Target, group: int, quarter: int) -> Line:
    quota = Quota(ratio=Fraction(target.value) / 100)
    return Line(
        f"{quarter}-{kind.indicator}",
        f"第{quarter}季度{kind.name}抽查",
        (Layer(kind.name, group, quota),),
        quarter=quarter,
        off_site=kind.off_site,
        skip=_widest_skip(group.bit_count(), quota),
        counts_inspected=True,
        directed=True,
    )


def _widest_skip(size: int, quota: Quota) -> Skip:
    """The longest time in which the draws of a group need nobody twice: visits fall evenly, caps are kept."""
    number = asked_of(size, quota)
    if number * 4 <= size:
        return Skip.YEAR
    return Skip.HALF if number * 2 <= size else Skip.QUARTER


def _of_year(target: Target, enterprises: int, quarters: Sequence[int]) -> Iterable[Line]:
    """The year's number shared out over the quarters, the first ones get what is left over."""
    total = rounded_up(target.value / 100 * enterprises.bit_count())
    each, more = divmod(total, len(quarters))
    for place, quarter in enumerate(quarters):
        number = each + (place < more)
        if number:
            yield Line(
                f"{quarter}-inspected_share",
                f"第{quarter}季度企业抽查",
                (Layer("企业", enterprises, Quota(number=number)),),
                quarter=quarter,
                skip=Skip.YEAR,
            )


def _with_cross_agency(lines: list[Line], wanted: dict[tuple[str, int], Target]) -> list[Line]:
    """As many lines of each quarter with other agencies as the target says, on-site ones, the last first."""
    found = list(lines)
    for quarter in QUARTERS:
        target = wanted.get(("cross_joint_quarter", quarter))
        places = [n for n, one in enumerate(found) if one.in_quarter == quarter and not one.off_site]
        for place in places[::-1][: int(target.value) if target else 0]:
            found[place] = replace(found[place], joint=Joint.CROSS)
    return found


def _with_internal(lines: list[Line], target: Target | None) -> list[Line]:
    """Internal joint draws on as many of the other lines as the share asks, on-site ones first."""
    left = rounded_up(target.value / 100 * len(lines)) if target else 0
    free = [place for place, one in enumerate(lines) if one.joint is Joint.NONE]
    free.sort(key=lambda place: lines[place].off_site)
    chosen = set(free[:left])
    return [replace(one, joint=Joint.INTERNAL) if n in chosen else one for n, one in enumerate(lines)]


def _with_credit(lines: list[Line], target: Target | None, enterprises: int) -> list[Line]:
    """Credit risk classes used in every draw that reaches enterprises, where a share of them is asked for."""
    if target is None:
        return lines
    return [replace(one, by_credit=bool(one.pool & enterprises)) for one in lines]
