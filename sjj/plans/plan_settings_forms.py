"""The form of a year's settings: a target for each indicator, officer-days, what counts, how much a team does.

An indicator without a value has no target. Every target says on whose paper it stands.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from sjj.form import Form
from sjj.plans.forms import words
from sjj.plans.plan_settings import COUNTS, QUARTERS
from sjj.rules.amounts import exact
from sjj.rules.forecast_settings import Settings
from sjj.rules.indicator_list import INDICATORS
from sjj.rules.targets import Comparison, Target, target_problems

COUNT_LABELS = {
    "individual_cases": "个案检查",
    "off_site": "非现场检查",
    "other_agencies": "其他部门的检查",
    "outside_draws": "抽查以外的检查",
}
TARGET_COUNTS = ("individual_cases", "outside_draws", "other_agencies")
RATIO_WAYS = {"floor": "不少于（按人数保底）", "ceiling": "不超过（按人力封顶）"}


class PlanSettingsForm(Form):
    """Settings of a year. Made by `settings_form`, which adds a target for each indicator."""

    capacity_1 = IntegerField("第1季度可用人日", [Optional(), NumberRange(0, 99999, "人日为 0–99999")])
    capacity_2 = IntegerField("第2季度可用人日", [Optional(), NumberRange(0, 99999, "人日为 0–99999")])
    capacity_3 = IntegerField("第3季度可用人日", [Optional(), NumberRange(0, 99999, "人日为 0–99999")])
    capacity_4 = IntegerField("第4季度可用人日", [Optional(), NumberRange(0, 99999, "人日为 0–99999")])
    team = IntegerField(
        "每次检查派几名执法人员", [Optional(), NumberRange(2, 9, "至少 2 人，至多 9 人")], default=2
    )
    on_site_a_day = DecimalField(
        "一组人一天实地检查几户", [Optional(), NumberRange(Decimal("0.1"), 50, "为 0.1–50 户")], places=None
    )
    off_site_a_day = DecimalField(
        "一组人一天非现场检查几户", [Optional(), NumberRange(Decimal("0.1"), 99, "为 0.1–99 户")], places=None
    )
    ratio = IntegerField(
        "每名执法人员对应检查对象（户）",
        [Optional(), NumberRange(1, 1000, "为 1–1000 户")],
        description="如 1:5 填 5，1:10 填 10；不填则不按人数核定",
    )
    ratio_way = RadioField(
        "全年户次", choices=[SelectChoice(*pair) for pair in RATIO_WAYS.items()], default="floor"
    )
    ratio_source = words("人数比例的依据", 120)
    count_individual_cases = BooleanField(COUNT_LABELS["individual_cases"])
    count_off_site = BooleanField(COUNT_LABELS["off_site"])
    count_other_agencies = BooleanField(COUNT_LABELS["other_agencies"])
    count_outside_draws = BooleanField(COUNT_LABELS["outside_draws"])
    target_individual_cases = BooleanField("个案检查")
    target_outside_draws = BooleanField("抽查以外的检查（应急、专项、非现场批次）")
    target_other_agencies = BooleanField("其他部门对同一企业的检查")

    def validate(self, extra_validators: Any = None) -> bool:
        """All problems at once, those of the targets at their own fields."""
        sound = bool(super().validate(extra_validators))
        if self.ratio.data and not self.ratio_source.data:
            self.ratio_source.errors = [*self.ratio_source.errors, "请写明人数比例的依据（文号、条款）"]
            sound = False
        for key, row in self.target_rows().items():
            for said in target_problems([row]):
                self._tell(key, said.split("：", 1)[1])
                sound = False
        return sound

    def _tell(self, key: str, said: str) -> None:
        name = "source" if said.startswith("请写明依据") else "measure" if "口径" in said else "value"
        field = self[f"{name}_{key}"] if f"{name}_{key}" in self else self[f"value_{key}"]
        field.errors = [*field.errors, said]

    def target_rows(self) -> dict[str, dict[str, Any]]:
        """The targets that have a value, by indicator, as they are kept."""
        found = {}
        for key in INDICATORS:
            value = self[f"value_{key}"].data
            if value:
                measure = self[f"measure_{key}"].data if f"measure_{key}" in self else ""
                found[key] = {
                    "indicator": key,
                    "value": value.removesuffix("%").removesuffix("次").strip(),
                    "source": self[f"source_{key}"].data or "",
                    "since": self.since.isoformat(),
                    "until": None,
                    "measure": measure,
                    "comparison": Comparison.AT_LEAST.value,
                }
        return found

    since = date(2024, 1, 1)  # from which day the targets hold; the view says so

    def values(self) -> dict[str, Any]:
        """What is kept of the settings."""
        capacity = {str(n): self[f"capacity_{n}"].data for n in QUARTERS}
        counting: dict[str, Any] = {name: bool(self[f"count_{name}"].data) for name in COUNTS}
        counting["targets"] = {name: bool(self[f"target_{name}"].data) for name in TARGET_COUNTS}
        others: dict[str, Any] = {
            "team": self.team.data or 2,
            "on_site_a_day": str(self.on_site_a_day.data or 2),
            "off_site_a_day": str(self.off_site_a_day.data or 4),
        }
        if self.ratio.data:
            others["ratio"] = {
                "per_officer": self.ratio.data,
                "is_floor": self.ratio_way.data == "floor",
                "source": self.ratio_source.data or "",
            }
        return {
            "targets": list(self.target_rows().values()),
            "capacity": {quarter: days for quarter, days in capacity.items() if days is not None},
            "counting": counting,
            "others": others,
        }


def settings_form(since: date) -> type[PlanSettingsForm]:
    """The form with a target for each indicator; targets hold from `since`."""
    made: dict[str, Any] = {"since": since}
    for key, indicator in INDICATORS.items():
        unit = "%" if indicator.unit.value == "%" else "次"
        made[f"value_{key}"] = words(f"{indicator.label}：目标（{unit}，不低于）", 12)
        if len(indicator.measures) > 1:
            made[f"measure_{key}"] = SelectField(
                f"{indicator.label}：计算口径",
                choices=[SelectChoice(one.key, one.formula) for one in indicator.measures],
            )
        made[f"source_{key}"] = words(f"{indicator.label}：依据", 120)
    return type("YearSettingsForm", (PlanSettingsForm,), made)


def settings_data(
    settings: Settings, targets: Mapping[str, Target], more: Mapping[str, Any]
) -> dict[str, Any]:
    """What the form shows: the settings in force; `more` has what stands beside them."""
    shown: dict[str, Any] = {
        "team": settings.team,
        "on_site_a_day": Decimal(exact(settings.on_site_a_day)),
        "off_site_a_day": Decimal(exact(settings.off_site_a_day)),
        **{f"capacity_{n}": settings.capacity.get(n) for n in QUARTERS},
        **{f"count_{name}": getattr(settings.counting, name) for name in COUNTS},
        **more,
    }
    for key, target in targets.items():
        shown |= {f"value_{key}": exact(target.value), f"source_{key}": target.source}
        shown[f"measure_{key}"] = target.measure or INDICATORS[key].measures[0].key
    return shown
