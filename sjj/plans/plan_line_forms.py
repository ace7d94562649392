"""The form of a line of the year's plan: what, whom, how many, when, how, with whom. All problems at once.

It checks shape and what does not fit together; whether the line may be changed now, services decide.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from sjj.plans.choices import BY, LAYERS
from sjj.plans.forms import METHODS, CheckboxList, ScopeForm, quota, tidy, words
from sjj.plans.models import ON_SITE
from sjj.plans.plan_line_rules import LayerWish
from sjj.plans.team_forms import agency_value, section_value
from sjj.rules.plan_lines import Joint, Skip

PLAN_TYPES = ("日常", "专项")
LEVELS = ("县级", "市级", "省级", "国家级")
DIRECTED = {"": "不定向", "1": "定向"}
LAYER_KEYS = [
    (f"{by}_{place}", by, value, label)
    for by, rows in LAYERS.items()
    for place, (value, label) in enumerate(rows)
]


def _times(label: str, low: int, high: int, said: str, **more: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(low, high, said)], **more)


class PlanLineForm(ScopeForm):
    """A line. Made by `line_form`, which adds a quota and a minimum for every layer."""

    seen = HiddenField()  # what the line was when the form was opened: two clerks at once
    number = _times("序号", 1, 9999, "序号为 1–9999", description="不填则排在最后")
    name = words("任务名称", 120, needed="请填写任务名称")
    basis = words("制定任务依据", 300)
    check_type = SelectField("检查类型", choices=PLAN_TYPES)
    section_id = SelectField("牵头内设机构", coerce=int)
    item_ids = CheckboxList("抽查事项", coerce=int)
    quarter = SelectField(
        "计划季度",
        choices=[SelectChoice("", "年内"), *(SelectChoice(str(n), f"第{n}季度") for n in range(1, 5))],
    )
    month = SelectField(
        "计划月份",
        choices=[SelectChoice("", "不限月份"), *(SelectChoice(str(n), f"{n}月") for n in range(1, 13))],
    )
    method = SelectField(
        "检查方式",
        choices=[SelectChoice(one, one if one == ON_SITE else f"{one}（非现场）") for one in METHODS],
    )
    area = words("检查地域", 60, description="不填则按所选乡镇，未选为全县")
    level = SelectField("实施层级", choices=LEVELS)
    joint = RadioField(
        "联合方式", choices=[SelectChoice(one.value, one.label) for one in Joint], default="none"
    )
    partner_keys = CheckboxList("参加的科室和部门")
    layer_by = RadioField(
        "分层方式", choices=[SelectChoice(key, label) for key, label in BY.items()], default="all"
    )
    skip_inspected = SelectField(
        "已检查的对象", choices=[SelectChoice(one.value, one.label) for one in Skip], default=""
    )
    counts_inspected = BooleanField("本季度已检查的计入应抽户数，只补抽差额")
    frequency_cap = IntegerField(
        "频次上限（每户每年次数）",
        [Optional(), NumberRange(1, 366, "频次上限为 1–366 次")],
        description="不填则按部门的年度检查频次上限",
    )
    by_credit = BooleanField("按信用风险分类确定抽取（计入“运用信用风险分类占比”）")
    directed = RadioField("抽取方向", choices=[SelectChoice(*pair) for pair in DIRECTED.items()], default="")

    retired: Mapping[int, str] = MappingProxyType({})  # chosen items that may no longer be planned: id → name

    def validate_item_ids(self, field: Field) -> None:
        """An item that is retired or not public is not planned (国办发〔2024〕54号)."""
        gone = [self.retired[number] for number in field.data or [] if number in self.retired]
        if gone:
            raise ValidationError(f"{'、'.join(f'“{name}”' for name in gone)}已停用或未公布，请取消勾选")

    def validate_month(self, field: Field) -> None:
        """A month lies in its quarter."""
        if field.data and self.quarter.data and (int(field.data) + 2) // 3 != int(self.quarter.data):
            raise ValidationError(f"{field.data}月在第{(int(field.data) + 2) // 3}季度，与计划季度不一致")

    def validate_partner_keys(self, field: Field) -> None:
        """Who takes part fits the kind of joint check."""
        keys = field.data or []
        sections = [key for key in keys if key.startswith("s") and key != f"s{self.section_id.data}"]
        agencies = [key for key in keys if key.startswith("a")]
        joint = Joint(self.joint.data or "none")
        if joint is Joint.NONE and keys:
            raise ValidationError("单独抽查不选参加单位；联合的请改联合方式")
        if joint is Joint.INTERNAL and agencies:
            raise ValidationError("内部联合只选本部门的科室；有其他部门参加的是部门联合或一业一查")
        if joint is Joint.INTERNAL and len(sections) < (1 if self.section_id.data else 2):
            raise ValidationError("内部联合至少有两个科室，请选牵头以外的科室")
        if joint.is_cross_agency and not agencies:
            raise ValidationError(f"{joint.label}请至少选一个其他部门")

    def layers(self) -> list[LayerWish]:
        """The layers that have a quota, of the chosen way."""
        return [
            LayerWish(by, value, self[f"take_{key}"].data, self[f"least_{key}"].data or 0)
            for key, by, value, _ in LAYER_KEYS
            if by == self.layer_by.data and self[f"take_{key}"].data
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """All problems at once; a quota of a way that was not chosen is a mistake, not to be lost in silence."""
        sound = bool(super().validate(extra_validators))
        for key, by, _, _ in LAYER_KEYS:
            take, least = self[f"take_{key}"], self[f"least_{key}"]
            if by != self.layer_by.data and (take.data or least.data):
                way = BY.get(self.layer_by.data or "all", "")
                take.errors = [*take.errors, f"分层方式选的是“{way}”，这里请清空或改分层方式"]
                sound = False
            elif least.data and not take.data:
                take.errors = [*take.errors, "填了“不少于”，还要填比例或户数"]
                sound = False
        return sound


def line_form() -> type[PlanLineForm]:
    """The form with the quota fields of every layer."""
    made: dict[str, Any] = {}
    for key, _, _, label in LAYER_KEYS:
        made[f"take_{key}"] = StringField(
            f"{label}：比例或户数",
            [Optional(), Length(max=20, message="不超过 20 字"), quota],
            filters=[tidy],
        )
        made[f"least_{key}"] = IntegerField(
            f"{label}：不少于（户）", [Optional(), NumberRange(1, 9_999_999, "不少于的户数为 1–9999999")]
        )
    return type("LineForm", (PlanLineForm,), made)


LineForm = line_form()


def layer_data(layers: Sequence[LayerWish]) -> dict[str, Any]:
    """What the form shows of the layers of a line."""
    by = layers[0].by if layers else "all"
    shown: dict[str, Any] = {"layer_by": by}
    places = {(one_by, value): key for key, one_by, value, _ in LAYER_KEYS}
    for one in layers:
        key = places.get((one.by, one.value))
        if key is not None:
            shown |= {f"take_{key}": one.take, f"least_{key}": one.minimum or None}
    return shown


def partner_values(partners: Sequence[dict[str, Any]]) -> list[str]:
    """The partners of a line as the form sends them."""
    return [
        section_value(int(one["section"])) if one.get("section") else agency_value(int(one["agency"]))
        for one in partners or ()
    ]


def partners_in(keys: Sequence[str], agency_id: int) -> list[dict[str, Any]]:
    """The partners as the line keeps them."""
    return [
        {"agency": agency_id, "section": int(key[1:])}
        if key.startswith("s")
        else {"agency": int(key[1:]), "section": None}
        for key in keys
    ]
