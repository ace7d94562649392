"""The indicators of domain.md §4: what each is called, over which period, and the ways to count it.

Names and formulas only; targets are settings (``targets``). None counts a person's checks, findings or fines:
严禁下达检查指标 (国办发〔2024〕54号).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    """What a target is written in."""

    PERCENT = "%"
    TIMES = "次"


class Period(StrEnum):
    """Over what an indicator is counted."""

    YEAR = "year"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Count:
    """One plain number that an indicator needs: its name in words and its unit (户, 户次, 次, 件)."""

    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to count an indicator: which number over which (None: the number itself).

    ``grows`` says that one more of the upper number is one more of the lower as well (a share of draws, of
    results that fell due): then 100 % once missed is missed for good.
    """

    key: str
    formula: str
    upper: str
    lower: str | None = None
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: its name, over which period, in what its target is written, the ways to count it."""

    key: str
    label: str
    period: Period
    unit: Unit
    measures: tuple[Measure, ...]

    def measure(self, key: str) -> Measure:
        """The way of counting so named, "" the first. Raises KeyError for an unknown one."""
        if not key:
            return self.measures[0]
        return {one.key: one for one in self.measures}[key]


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "enterprises_inspected": Count("本年已检查的企业", "户"),
        "enterprises": Count("名录库中的企业", "户"),
        "draws": Count("抽取", "次"),
        "draws_by_credit": Count("运用信用风险分类的抽取", "次"),
        "enterprise_draws": Count("涉企抽取", "次"),
        "enterprise_draws_by_credit": Count("运用信用风险分类的涉企抽取", "次"),
        "enterprises_drawn": Count("抽中企业", "户次"),
        "enterprises_drawn_by_credit": Count("按信用风险分类抽中的企业", "户次"),
        "results_due": Count("应当公示的结果", "户次"),
        "results_in_time": Count("按时公示的结果", "户次"),
        "special": Count("特殊监管对象", "户"),
        "special_inspected": Count("已检查的特殊监管对象", "户"),
        "key": Count("重点监管对象", "户"),
        "key_inspected": Count("已检查的重点监管对象", "户"),
        "positive": Count("一般监管对象中的正面清单企业", "户"),
        "positive_off_site": Count("已作非现场检查的正面清单企业", "户"),
        "general": Count("正面清单以外的一般监管对象", "户"),
        "general_inspected": Count("已检查的非正面清单一般监管对象", "户"),
        "internal_joint_draws": Count("内部联合抽取", "次"),
        "cross_joint_draws": Count("部门联合抽取", "次"),
        "followups_due": Count("已到期的后续处置", "件"),
        "followups_in_time": Count("按时完成的后续处置", "件"),
    }
)

_CREDIT = (
    Measure("draws", "运用信用风险分类的抽取次数 ÷ 抽取总次数", "draws_by_credit", "draws", grows=True),
    Measure(
        "enterprise_draws",
        "运用信用风险分类的涉企抽取次数 ÷ 涉企抽取总次数",
        "enterprise_draws_by_credit",
        "enterprise_draws",
        grows=True,
    ),
    Measure(
        "enterprises_drawn",
        "按信用风险分类抽中的企业户次 ÷ 抽中企业总户次",
        "enterprises_drawn_by_credit",
        "enterprises_drawn",
        grows=True,
    ),
)


def _share(
    key: str, label: str, period: Period, formula: str, upper: str, lower: str, *, grows: bool = False
) -> Indicator:
    return Indicator(key, label, period, Unit.PERCENT, (Measure("", formula, upper, lower, grows),))


_ALL = (
    _share(
        "inspected_share",
        "年度抽查企业占比",
        Period.YEAR,
        "本年已检查的企业 ÷ 名录库中的企业，同一企业只计一次",
        "enterprises_inspected",
        "enterprises",
    ),
    Indicator("credit_share", "运用信用风险分类占比", Period.YEAR, Unit.PERCENT, _CREDIT),
    _share(
        "in_time",
        "结果及时公示率",
        Period.YEAR,
        "检查结束后20个工作日内公示的 ÷ 应当公示的",
        "results_in_time",
        "results_due",
        grows=True,
    ),
    _share(
        "special_quarter",
        "特殊监管对象季度抽查占比",
        Period.QUARTER,
        "本季度已检查的特殊监管对象 ÷ 特殊监管对象",
        "special_inspected",
        "special",
    ),
    _share(
        "key_quarter",
        "重点监管对象季度抽查占比",
        Period.QUARTER,
        "本季度已检查的重点监管对象 ÷ 重点监管对象",
        "key_inspected",
        "key",
    ),
    _share(
        "positive_quarter",
        "正面清单企业季度非现场检查占比",
        Period.QUARTER,
        "本季度已作非现场检查的正面清单企业 ÷ 一般监管对象中的正面清单企业",
        "positive_off_site",
        "positive",
    ),
    _share(
        "general_quarter",
        "非正面清单一般监管对象季度抽查占比",
        Period.QUARTER,
        "本季度已检查的 ÷（一般监管对象 − 正面清单企业）",
        "general_inspected",
        "general",
    ),
    Indicator(
        "internal_joint_share",
        "内部联合抽查占比",
        Period.YEAR,
        Unit.PERCENT,
        (Measure("", "内部联合抽取次数 ÷ 抽取总次数", "internal_joint_draws", "draws", grows=True),),
    ),
    Indicator(
        "cross_joint_quarter",
        "部门联合抽查次数",
        Period.QUARTER,
        Unit.TIMES,
        (Measure("", "本季度部门联合抽取次数", "cross_joint_draws"),),
    ),
    _share(
        "followup_in_time",
        "后续处置按时率",
        Period.YEAR,
        "按时完成的后续处置 ÷ 已到期的后续处置",
        "followups_in_time",
        "followups_due",
        grows=True,
    ),
)

INDICATORS: Mapping[str, Indicator] = MappingProxyType({one.key: one for one in _ALL})
