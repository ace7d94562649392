"""The forms of campaigns. They check shape; whether a step may be taken, services decide."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sjj.form import Form, no_personal_number
from sjj.plans.scope import CREDIT_LABELS, POSITIVE
from sjj.registers.models import EntityKind, SupervisionClass
from sjj.rules.identity import visible
from sjj.rules.quota import WrongQuota, parse_quota
from sjj.rules.verify import text_fault

CHECK_TYPES = ("日常", "个案", "专项")
METHODS = ("实地检查", "书面检查", "网络监测", "检验检测", "部门结果", "委托专业机构辅助")
CREDIT_WORD = "信用"


def tidy(text: str | None) -> str:
    """A text as it is kept: NFC, nothing invisible, no space around it (draw.md §1)."""
    return unicodedata.normalize("NFC", visible(text or "")).strip()


def sound_text(_form: Form, field: Field) -> None:
    """Refuse characters that no receipt may hold."""
    fault = text_fault(field.data or "")
    if fault:
        raise ValidationError(f"文字{fault}，请重新输入")


def quota(_form: Form, field: Field) -> None:
    """A share or a number that the rules can read."""
    try:
        parse_quota(field.data)
    except WrongQuota as wrong:
        raise ValidationError(str(wrong)) from wrong


def words(
    label: str, most: int, *, needed: str = "", more_checks: Sequence[Any] = (), **more: Any
) -> StringField:
    """A line of public text of at most so many characters; `needed` is what is said when it is missing."""
    first = DataRequired(needed) if needed else Optional()
    limit = Length(max=most, message=f"不超过 {most} 字")
    checks = [first, limit, sound_text, no_personal_number, *more_checks]
    return StringField(label, checks, filters=[tidy], **more)


class CheckboxList(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(Form):
    """基本情况 of a campaign."""

    name = words(
        "任务名称", 120, needed="请填写任务名称", description="如“2026年第一季度木材经营加工监督检查”"
    )
    plan_line_id = SelectField("年度计划中的一项", coerce=int)
    check_type = SelectField("检查类型", choices=CHECK_TYPES)
    purpose = TextAreaField(
        "目的和依据",
        [Optional(), Length(max=1000, message="不超过 1000 字"), sound_text, no_personal_number],
        filters=[tidy],
    )
    section_id = SelectField("牵头内设机构", coerce=int)
    starts_on = DateField("检查开始日期", [DataRequired("请填写开始日期")])
    ends_on = DateField("检查结束日期", [DataRequired("请填写结束日期")])
    item_ids = CheckboxList("抽查事项", [DataRequired("请至少选一个抽查事项")], coerce=int)
    method = SelectField("检查方式", choices=METHODS)
    publishes_at_once = BooleanField("抽取后立即公开抽中名单（不选则在最后一户检查结束后公开）")

    def validate_ends_on(self, field: Field) -> None:
        """The end is not before the start."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError("结束日期不能早于开始日期")

    def values(self) -> dict[str, Any]:
        """What is kept of the campaign itself; its items come apart."""
        plain = ("name", "check_type", "purpose", "starts_on", "ends_on", "method", "publishes_at_once")
        kept = {name: self[name].data for name in plain}
        return {
            **kept,
            "plan_line_id": self.plan_line_id.data or None,
            "section_id": self.section_id.data or None,
        }


class ScopeForm(Form):
    """检查对象范围: every group left empty means any."""

    kinds = CheckboxList("对象性质", choices=[SelectChoice(kind.value, kind.label) for kind in EntityKind])
    classes = CheckboxList("监管对象类别", choices=[kind.value for kind in SupervisionClass])
    townships = CheckboxList("乡镇（街道）")
    industries = CheckboxList("行业")
    entity_types = CheckboxList("主体类型")
    tags = CheckboxList("分类标注", description="具有所选任一标注的对象")
    sections = CheckboxList("主管内设机构", coerce=int)
    positive = RadioField(
        "监督执法正面清单",
        choices=[SelectChoice(key, label) for key, label in POSITIVE.items()],
        default="any",
    )
    credit = CheckboxList(
        "信用风险分类（仅供内部使用）",
        choices=[SelectChoice(key, label) for key, label in CREDIT_LABELS.items()],
        description="选用后，各层一律不公开，公示的方案不写这一条",
    )


class StrataForm(Form):
    """分层 and the quota of each layer; a layer left empty is not drawn from."""

    closed = BooleanField("各层不公开（划分类别的条件涉及信用时必须勾选）")
    must_close = False  # the view says so where the layers or the scope go by credit risk


def _no_credit_in_public(form: StrataForm, field: Field) -> None:
    """信用风险 is internal: the basis of a layer that is public may not speak of it (draw.md §3)."""
    if CREDIT_WORD in (field.data or "") and not (form.closed.data or form.must_close):
        raise ValidationError("公开的层不能写信用，请改写依据，或勾选“各层不公开”")


def strata_form(layers: list[tuple[str, str]]) -> type[StrataForm]:
    """The form for these layers, (key, label) each, with a quota and a basis for every one."""
    made: dict[str, Any] = {}
    for key, label in layers:
        made[f"take_{key}"] = StringField(
            f"{label}：抽取数量", [Optional(), Length(max=20, message="不超过 20 字"), quota], filters=[tidy]
        )
        made[f"basis_{key}"] = words(f"{label}：依据", 100, more_checks=[_no_credit_in_public])
    return type("LayersForm", (StrataForm,), made)


class ReasonForm(Form):
    """A step that needs a reason, known inside the office only."""

    reason = TextAreaField(
        "理由",
        [DataRequired("请填写理由"), Length(max=500, message="不超过 500 字"), sound_text],
        filters=[tidy],
    )


class PublicReasonForm(ReasonForm):
    """A step whose reason everybody will read."""

    def validate_reason(self, field: Field) -> None:
        """No number of a person."""
        no_personal_number(self, field)
