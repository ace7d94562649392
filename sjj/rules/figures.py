"""Every figure of the law with the day it holds from and where it stands.

A service never writes a bare 20: it asks ``figure_on(name, day)``. A day before the first known value is
refused rather than guessed. Targets that an office sets for itself are data, not figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


class UnknownFigure(LookupError):
    """No such figure, or none in force on that day. The message is Chinese and may be shown."""


@dataclass(frozen=True)
class Figure:
    """A figure in force from ``since`` until the next one: how many of what ``unit``, and where it stands."""

    since: date
    value: int
    unit: str
    source: str


PUBLICATION_WORKING_DAYS = "publication_working_days"
ON_SITE_TEAM_MINIMUM = "on_site_team_minimum"
MAKEUP_CHECKIN_DAYS = "makeup_checkin_days"
QUARTER_SUMMARY_WORKING_DAYS = "quarter_summary_working_days"
QUARTER_TABLE_WORKING_DAYS = "quarter_table_working_days"
PLAN_DUE_JANUARY_DAY = "plan_due_january_day"
RECORD_TEXT_CHARACTERS = "record_text_characters"

_S1 = "迁西县林业局 迁林字〔2024〕11号"
_S3 = "石家庄市生态环境局新乐市分局2024年“双随机、一公开”监管工作方案"

FIGURES: Mapping[str, tuple[Figure, ...]] = MappingProxyType(
    {
        PUBLICATION_WORKING_DAYS: (
            Figure(date(2024, 1, 1), 20, "个工作日", f"{_S1} 二（四）：检查结束后20个工作日内录入并公示"),
        ),
        ON_SITE_TEAM_MINIMUM: (
            Figure(
                date(2021, 7, 15),
                2,
                "人",
                "行政处罚法（2021年修订）第四十二条：执法人员不得少于两人；奈曼旗细则第五条同",
            ),
        ),
        MAKEUP_CHECKIN_DAYS: (
            Figure(date(2025, 1, 1), 10, "个自然日", "深圳〔2025〕6号：网络故障消除后10个自然日内补录扫码"),
        ),
        QUARTER_SUMMARY_WORKING_DAYS: (
            Figure(date(2024, 1, 1), 2, "个工作日", f"{_S3} 四（四）：每季度结束前2个工作日内报送工作总结"),
        ),
        QUARTER_TABLE_WORKING_DAYS: (
            Figure(
                date(2024, 1, 1), 2, "个工作日", f"{_S3} 四（四）：每季度结束后2个工作日内报送上季度统计表"
            ),
        ),
        PLAN_DUE_JANUARY_DAY: (
            Figure(date(2024, 1, 1), 31, "日（1月）", f"{_S1} 二（二）：1月底前完成计划的制定、上报和公示"),
        ),
        RECORD_TEXT_CHARACTERS: (
            Figure(date(2025, 1, 1), 2000, "字", "现行《现场检查笔录》表样：正文不超过2000字"),
        ),
    }
)


def figure_on(name: str, day: date) -> Figure:
    """The figure in force on a day. Raises UnknownFigure before the first one or for an unknown name."""
    known = FIGURES.get(name)
    if known is None:
        raise UnknownFigure(f"没有名为“{name}”的法定数值")
    in_force = [figure for figure in known if figure.since <= day]
    if not in_force:
        raise UnknownFigure(
            f"{day.isoformat()}尚无有效的规定（{known[0].source}，自{known[0].since.isoformat()}起）"
        )
    return max(in_force, key=lambda figure: figure.since)
