"""The forms of off-site batches and of checks without a draw: shape only; what stands against them, services say."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, DateField, Field, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from sjj.form import Form, no_personal_number
from sjj.inspections.direct_scope import FINDING, SOURCES, days_of, quarter_words
from sjj.plans.forms import CheckboxList, tidy, words
from sjj.plans.models import ON_SITE
from sjj.registers.models import Entity, Item, Officer
from sjj.rules.results import CHECK_METHODS

OFF_SITE_METHODS = tuple(method for method in CHECK_METHODS if method != ON_SITE)


def _at_most(number: int) -> Length:
    return Length(max=number, message=f"不超过 {number} 字")


def _picked(_form: Any, field: Field) -> None:
    """Refuse “请选择”."""
    if not field.data:
        raise ValidationError(f"请选择{field.label.text}")


class _Named(Form):
    """What both have in common."""

    item_ids = CheckboxList("抽查事项", [DataRequired("请至少选一个抽查事项")], coerce=int)
    section_id = SelectField("负责的内设机构", coerce=int)
    officer_1 = SelectField("执法人员（主办）", [_picked], coerce=int)
    officer_2 = SelectField("执法人员（协办）", [_picked], coerce=int)

    def offer(self, items: Sequence[Item], officers: Sequence[Officer], sections: Sequence[Any]) -> None:
        """Fill in what there is to choose from."""
        self.item_ids.choices = [SelectChoice(one.id, f"{one.name}（{one.code}）") for one in items]
        self.section_id.choices = [SelectChoice(0, "（整个部门）")]
        self.section_id.choices += [SelectChoice(one.id, one.name) for one in sections]
        named = [SelectChoice(one.id, f"{one.name}（{one.code}）") for one in officers]
        for field in (self.officer_1, self.officer_2):
            field.choices = [SelectChoice(0, "请选择"), *named]

    @property
    def officers(self) -> tuple[int, ...]:
        """The officers that were chosen."""
        return tuple(number for number in (self.officer_1.data, self.officer_2.data) if number)


class BatchForm(_Named):
    """An off-site batch."""

    name = words("批次名称", 120, needed="请填写批次名称")
    quarter = SelectField("检查季度", [DataRequired("请选择季度")])
    method = SelectField("主要检查方式", choices=[SelectChoice(one, one) for one in OFF_SITE_METHODS])
    ends_on = DateField("完成日期", [InputRequired("请填写完成日期")])
    purpose = TextAreaField("目的和依据", [Optional(), _at_most(1000), no_personal_number], filters=[tidy])

    def offer_quarters(self, quarters: Sequence[tuple[int, int]]) -> None:
        """The quarters that a batch may be for."""
        self.quarter.choices = [SelectChoice(f"{y}-{q}", quarter_words((y, q))) for y, q in quarters]

    def validate_ends_on(self, field: Field) -> None:
        """The batch is done within its quarter (domain: §4, 每季非现场检查)."""
        if not (field.data and self.quarter.data):
            return
        first, last = days_of(self.chosen_quarter)
        if not first <= field.data <= last:
            raise ValidationError(f"完成日期须在{quarter_words(self.chosen_quarter)}内")

    @property
    def chosen_quarter(self) -> tuple[int, int]:
        """(year, number) of the quarter chosen."""
        year, number = str(self.quarter.data).split("-")
        return int(year), int(number)

    def values(self) -> dict[str, Any]:
        """What is kept."""
        return {
            "name": self.name.data,
            "quarter": self.chosen_quarter,
            "items": self.item_ids.data,
            "section_id": self.section_id.data or None,
            "officers": self.officers,
            "method": self.method.data,
            "ends_on": self.ends_on.data,
            "purpose": self.purpose.data or "",
        }


class DirectForm(_Named):
    """Checks of named objects on site, without a draw."""

    name = words("任务名称", 120, needed="请填写任务名称", more_checks=[no_personal_number])
    check_type = SelectField(
        "检查类型", choices=[SelectChoice(one, f"{one}检查") for one in ("个案", "专项")]
    )
    source = SelectField(
        "任务来源",
        [DataRequired("请选择任务来源")],
        choices=[SelectChoice("", "请选择"), *(SelectChoice(one, one) for one in SOURCES)],
    )
    reason = TextAreaField("检查的理由", [DataRequired("请写明为什么检查"), _at_most(400)], filters=[tidy])
    entity_ids = CheckboxList("检查对象", [], coerce=int)
    planned_on = DateField("计划哪一天去", [InputRequired("请填写计划日期")])
    ends_on = DateField("最迟哪一天完成", [InputRequired("请填写最迟日期")])
    urgent = BooleanField("情况紧急，先行检查，审批事后补办")
    urgent_reason = TextAreaField("为什么不能等审批", [_at_most(400)], filters=[tidy])
    over_cap_reason = TextAreaField("超过年度频次上限的理由", [Optional(), _at_most(300)], filters=[tidy])

    def offer_entities(self, entities: Sequence[Entity]) -> None:
        """The objects that may be ticked."""
        self.entity_ids.choices = [SelectChoice(one.id, f"{one.name}（{one.code}）") for one in entities]

    def say_found(self) -> None:
        """A check that a finding opened has this source and no other."""
        self.source.choices = [SelectChoice(FINDING, FINDING)]

    def validate_urgent_reason(self, field: Field) -> None:
        """Going first needs its reason."""
        if self.urgent.data and not field.data:
            raise ValidationError("请写明为什么不能等审批")
