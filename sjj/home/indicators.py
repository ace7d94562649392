"""The year's indicators of an agency against its targets, each with its formula beside it (domain: §4).

Targets are the settings of the agency's year (`plans.plan_settings`); the judging is `sjj.rules.indicators`.
Never counts a person's checks, findings or fines: 严禁下达检查指标 (国办发〔2024〕54号).
"""

from dataclasses import dataclass
from datetime import date

from sjj.accounts.models import Agency, User
from sjj.home.indicator_counts import counts_of
from sjj.inspections.deadlines import Deadlines
from sjj.plans.plan_settings import settings_of
from sjj.rules.deadlines import quarter_of
from sjj.rules.indicator_list import Unit
from sjj.rules.indicators import Reading, State, judge_year

TONES = {State.MET: "ok", State.NOT_MET: "bad", State.NOT_YET_DUE: "info", State.PENDING: ""}
_LED_TO = {  # where the numbers come from: endpoint and the permission it asks for
    "credit_share": ("plans.campaigns", "campaign.read"),
    "internal_joint_share": ("plans.campaigns", "campaign.read"),
    "cross_joint_quarter": ("plans.campaigns", "campaign.read"),
    "followup_in_time": ("followups.problems", "followup.read"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A target in one period as it stands today, and where its numbers come from ("" for who may not look)."""

    reading: Reading
    endpoint: str = ""
    overdue_only: bool = False

    @property
    def label(self) -> str:
        """特殊监管对象季度抽查占比."""
        return self.reading.indicator.label

    @property
    def period(self) -> str:
        """全年, 第1季度."""
        quarter = self.reading.span.quarter
        return "全年" if quarter is None else f"第{quarter}季度"

    @property
    def percent(self) -> float | None:
        """The figure in percent (of times: of the target); None: nothing to count yet."""
        if self.reading.figure is None:
            return None
        if self.is_times:
            wanted = self.reading.target.value
            return float(self.reading.figure / wanted * 100) if wanted else 100.0
        return float(self.reading.figure * 100)

    @property
    def target_percent(self) -> float:
        """The target in percent."""
        return 100.0 if self.is_times else float(self.reading.target.value)

    @property
    def is_times(self) -> bool:
        """Whether the target is a number of times, no share."""
        return self.reading.indicator.unit is Unit.TIMES

    @property
    def tone(self) -> str:
        """The colour that goes with the state's word."""
        return TONES[self.reading.state]


def indicators_of(agency: Agency, user: User, deadlines: Deadlines) -> list[Indicator]:
    """The indicators of the current year and of the current quarter."""
    year, quarter = quarter_of(deadlines.today)
    return [
        one for one in year_of(agency, user, year, deadlines) if one.reading.span.quarter in (None, quarter)
    ]


def year_of(agency: Agency, user: User, year: int, deadlines: Deadlines) -> list[Indicator]:
    """Every target of a year, for the year and each of its quarters."""
    settings = settings_of(agency, year)
    readings = judge_year(settings.targets, year, counts_of(agency, year, deadlines), deadlines.today)
    return [Indicator(one, *_led_to(one, user, agency)) for one in readings]


def _led_to(reading: Reading, user: User, agency: Agency) -> tuple[str, bool]:
    key = reading.target.indicator
    if key == "in_time":
        may = user.may("inspection.read", agency.id)
        return ("inspections.inspections", True) if may else ("notices.notices", False)
    endpoint, permission = _LED_TO.get(key, ("inspections.inspections", "inspection.read"))
    return (endpoint if user.may(permission, agency.id) else "", False)


def begins_after(reading: Reading, day: date) -> bool:
    """Whether the period has not begun yet: nothing of it can be counted."""
    quarter = reading.span.quarter
    return date(reading.span.year, 1 if quarter is None else quarter * 3 - 2, 1) > day
