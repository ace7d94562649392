"""The plain counts that indicators need (``indicator_list.COUNTS``), as a walked plan yields them.

Either at least, however the lots fall, or expected (cut to whole objects). What a plan cannot know (publication
and follow-ups in time) is left out, so that it is judged 待定.
"""

from collections.abc import Sequence
from math import ceil, floor

from sjj.rules.forecast_settings import Groups
from sjj.rules.forecast_walk import Walk
from sjj.rules.plan_lines import Joint, Line

__all__ = ["TINY", "plan_counts"]

TINY = 1e-6  # means are added up in floating point


def plan_counts(
    lines: Sequence[Line], walk: Walk, groups: Groups, *, sure: bool
) -> dict[int | None, dict[str, int]]:
    """The counts of ``indicator_list`` for the year (None) and each quarter: at least, or expected."""

    def reached(group: int, quarter: int | None, *, off_site: bool = False) -> int:
        number = walk.cells.of(group)
        least = walk.sure(number, quarter, off_site=off_site)
        return least if sure else max(least, floor(walk.expected(number, quarter, off_site=off_site) + TINY))

    drawn = [one for one in lines if one.from_draw and one.own_agency]
    year = _draws(drawn, groups.enterprises) | _drawn_enterprises(walk, groups.enterprises, sure=sure)
    year["enterprises"] = groups.enterprises.bit_count()
    year["enterprises_inspected"] = reached(groups.enterprises, None)
    counts: dict[int | None, dict[str, int]] = {None: year}
    for quarter in (1, 2, 3, 4):
        joint = [one for one in drawn if one.in_quarter == quarter and one.joint.is_cross_agency]
        found = {"cross_joint_draws": len(joint)}
        for name in ("special", "key", "general"):
            group = getattr(groups, name)
            found[name] = group.bit_count()
            found[f"{name}_inspected"] = reached(group, quarter)
        found["positive"] = groups.positive.bit_count()
        found["positive_off_site"] = reached(groups.positive, quarter, off_site=True)
        counts[quarter] = found
    return counts


def _draws(lines: Sequence[Line], enterprises: int) -> dict[str, int]:
    of_enterprises = [one for one in lines if one.pool & enterprises]
    return {
        "draws": len(lines),
        "draws_by_credit": sum(one.by_credit for one in lines),
        "enterprise_draws": len(of_enterprises),
        "enterprise_draws_by_credit": sum(one.by_credit for one in of_enterprises),
        "internal_joint_draws": sum(one.joint is Joint.INTERNAL for one in lines),
    }


def _drawn_enterprises(walk: Walk, enterprises: int, *, sure: bool) -> dict[str, int]:
    """户次 of enterprises drawn, all and by credit: so paired that the share is the least, or as expected."""
    inside = walk.cells.of(enterprises)
    by_credit = others = 0.0
    for one in walk.rounds:
        within = walk.cells.shared(one.pool, inside)
        if not one.size or not (one.line.from_draw and one.line.own_agency):
            continue
        mean = one.expected * within / one.size
        least = max(0, one.sure - (one.size - within))
        if one.line.by_credit:
            by_credit += least if sure else mean
        else:
            others += min(one.most, within) if sure else mean
    used, rest = floor(by_credit + TINY), ceil(others - TINY)
    return {"enterprises_drawn_by_credit": used, "enterprises_drawn": used + rest}
