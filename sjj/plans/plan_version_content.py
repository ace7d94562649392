"""What a version of the plan keeps of its lines at submission: the table, the figures and what was promised.

Plain data that no later change of a line, an item or a register can alter. `public` is the part for everybody:
only that is ever read by public pages.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sjj.accounts.models import Agency
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import Outcome, forecast_of, lines_of
from sjj.plans.plan_line_rules import rule_line
from sjj.plans.plan_table import public_row_of, row_of
from sjj.rules.amounts import exact
from sjj.rules.forecast import LineForecast, Outlook, QuarterLoad, Verdict

# What makes a line what it is: restored from a version word for word.
KEPT = (
    "number",
    "name",
    "basis",
    "check_type",
    "quarter",
    "ratio",
    "skip_inspected",
    "frequency_cap",
    "month",
    "items",
    "scope",
    "layers",
    "method",
    "joint",
    "partners",
    "by_credit",
    "directed",
    "counts_inspected",
    "area",
    "level",
    "section_id",
    "merged_from",
)


def content_now(
    agency: Agency, year: int, now: datetime, reasons: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The year's lines and what they come to, as a version would keep them now.

    `reasons`: by the key of a missed target, why the plan goes on nevertheless.
    """
    lines = lines_of(agency.id, year)
    return content_of(lines, forecast_of(agency, year, now, lines), reasons or {})


def content_of(lines: Sequence[PlanLine], outcome: Outcome, reasons: Mapping[str, str]) -> dict[str, Any]:
    """The content of a version from its lines and their forecast."""
    with outcome.register.turn:
        sizes = {line.id: rule_line(line, outcome.register).pool.bit_count() for line in lines}
    kept = [_line(line, outcome.by_line.get(line.id), sizes[line.id]) for line in lines]
    targets = [_target(one) for one in outcome.forecast.outlooks]
    return {
        "lines": kept,
        "public": [{"key": line.id, "row": public_row_of(line, sizes[line.id])} for line in lines],
        "targets": targets,
        "quarters": [_quarter(one) for one in outcome.forecast.quarters],
        "warnings": [one.sentence for one in outcome.warnings],
        "acknowledged": [one | {"reason": reasons[one["key"]]} for one in targets if one["key"] in reasons],
        "totals": _totals(kept),
    }


def missed(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The targets that the plan does not reach, as its content says them."""
    return [one for one in content.get("targets", []) if one["verdict"] == Verdict.MISSED.value]


def _line(line: PlanLine, found: LineForecast | None, size: int) -> dict[str, Any]:
    return {
        "key": line.id,
        "row": row_of(line, size),
        "fields": {name: getattr(line, name) for name in KEPT},
        "wanted": found.wanted if found else 0,
        "drawn": found.drawn if found else 0,
        "officer_days": exact(found.officer_days, 1) if found else "0",
        "sentence": found.sentence if found else "",
        "is_done": found is not None and found.line.inspected is not None,
    }


def _target(one: Outlook) -> dict[str, Any]:
    reading = one.sure
    target, span = reading.target, reading.span
    return {
        "key": f"{target.indicator}-{target.measure}-{span.quarter or 0}",
        "label": reading.indicator.label,
        "period": span.label,
        "asked": target.words,
        "source": target.source,
        "formula": reading.formula,
        "verdict": one.verdict.value,
        "verdict_words": one.verdict.label,
        "sentence": one.sentence,
    }


def _quarter(one: QuarterLoad) -> dict[str, Any]:
    return {
        "quarter": one.quarter,
        "visits": one.visits,
        "officer_days": exact(one.officer_days, 1),
        "capacity": one.capacity,
        "is_over": one.is_over,
    }


def _totals(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    kept = list(lines)
    return {
        "lines": len(kept),
        "wanted": sum(one["wanted"] for one in kept),
        "drawn": sum(one["drawn"] for one in kept),
    }
