"""The forms of entities: one to enter or change, one to search."""

from collections.abc import Sequence
from typing import Any

from wtforms import DecimalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.entity_queries import LACKING
from sjj.registers.models import ENTITY_STATES, Entity, EntityKind, SupervisionClass
from sjj.registers.shared_forms import (
    DayField,
    FilterForm,
    TagChoices,
    TextField,
    new_tags_fit,
    no_id_number,
    no_id_number_as_code,
    not_before,
    options,
    or_all,
    usable_in_a_draw,
)
from sjj.rules.identity import credit_code_problem, normalise_code

CREDIT_RISKS = ("A", "B", "C", "D")
MOST_SCOPE = 2000
REASONED = {
    "supervision_class": "监管对象类别",
    "state": "状态",
    "positive_from": "正面清单",
    "positive_until": "正面清单",
}
CLAIMS = {"no": "未认领", "yes": "已认领"}
POSITIVES = {"yes": "在清单内", "ending": "30 天内到期", "over": "已到期"}


class EntityForm(OfficeForm):
    """An entity as the office enters it."""

    place = SelectField("归口管理", [DataRequired("请选择归口管理的科室")])
    kind = RadioField(
        "对象类别",
        [DataRequired("请选择对象类别")],
        choices=options((kind.value, kind.label) for kind in EntityKind),
        default=EntityKind.ENTERPRISE.value,
    )
    name = TextField("名称", 200, [DataRequired("请填写名称"), usable_in_a_draw])
    code = StringField("统一社会信用代码", [no_id_number_as_code])
    entity_type = TextField("类型", 60)
    industry = TextField("行业", 60)
    state = SelectField("状态", [DataRequired("请选择状态")], choices=list(ENTITY_STATES))
    supervision_class = SelectField(
        "监管对象类别",
        [DataRequired("请选择监管对象类别")],
        choices=[each.value for each in SupervisionClass],
        default=SupervisionClass.GENERAL.value,
    )
    credit_risk = SelectField(
        "信用风险分类（内部）",
        [Optional()],
        choices=options([("", "未分类"), *((risk, risk) for risk in CREDIT_RISKS)]),
    )
    credit_risk_on = DayField("信用风险分类日期")
    credit_risk_source = TextField("信用风险分类来源", 60)
    positive_from = DayField("正面清单起")
    positive_until = DayField("正面清单止", [Optional(), not_before("positive_from", "止日不能早于起日")])
    township = TextField("乡镇", 40)
    address = TextField("住所（地址）", 300)
    lat = DecimalField("纬度", [Optional(), NumberRange(-90, 90, "纬度在 -90 到 90 之间")], places=None)
    lon = DecimalField("经度", [Optional(), NumberRange(-180, 180, "经度在 -180 到 180 之间")], places=None)
    legal_representative = TextField("法定代表人（负责人）", 60)
    contact = TextField("联络员", 60)
    phone = TextField("电话", 40)
    registration_authority = TextField("登记机关", 100)
    registered_on = DayField("成立日期")
    capital = TextField("注册资本", 60)
    business_scope = TextAreaField(
        "经营范围", [Optional(), Length(max=MOST_SCOPE, message=f"不超过 {MOST_SCOPE} 字"), no_id_number]
    )
    tags = TagChoices("标签")
    new_tags = TextField("新标签", 200, [Optional(), new_tags_fit])
    reason = TextField("变动理由", 200)
    entity: Entity | None = None  # as it stands; None: it is being entered

    @property
    def entity_kind(self) -> EntityKind:
        """The kind that is chosen."""
        return EntityKind(self.kind.data)

    def validate_code(self, field: StringField) -> None:
        """主体类 need a right credit code; for all others the system makes the code."""
        field.data = normalise_code(field.data or "")
        if self.kind.data != EntityKind.ENTERPRISE.value:
            return
        if not field.data:
            raise ValidationError("主体类对象须填写统一社会信用代码")
        problem = credit_code_problem(field.data)
        if problem:
            raise ValidationError(problem)

    def validate(self, extra_validators: dict[str, Any] | None = None) -> bool:
        """Check every field, then that a place has both of its numbers."""
        fine = bool(super().validate(extra_validators))
        empty = [field for field in (self.lat, self.lon) if field.data is None and not field.errors]
        if len(empty) == 1:
            empty[0].errors = ["经度和纬度须同时填写"]
            fine = False
        return self._is_reasoned() and fine

    def _is_reasoned(self) -> bool:
        """Whoever changes the class, the state or the positive list says why: it stands in the register's changes."""
        if self.entity is None or self.reason.data or self.reason.errors:
            return True
        moved = [
            name for name in REASONED if (self[name].data or None) != (getattr(self.entity, name) or None)
        ]
        if moved:
            said = "、".join(dict.fromkeys(REASONED[name] for name in moved))
            self.reason.errors = [f"改了{said}，请写明理由"]
        return not moved


class EntityFilterForm(FilterForm):
    """Search and filters of the list."""

    own: Sequence[str] = ()  # the controls of the agency's own choice fields
    q = StringField("名称、代码、地址或拼音首字母")
    kind = SelectField("对象类别", choices=or_all((kind.value, kind.label) for kind in EntityKind))
    supervision_class = SelectField(
        "监管类别",
        name="class",
        choices=or_all((each.value, each.value) for each in SupervisionClass),
    )
    tag = SelectField("标签")
    township = SelectField("乡镇")
    state = SelectField(
        "状态",
        choices=or_all(
            [("active", "在业或存续"), *((state, state) for state in ENTITY_STATES), ("merged", "已并入别户")]
        ),
    )
    claimed = SelectField("认领", choices=or_all(CLAIMS.items()))
    positive = SelectField("正面清单", choices=or_all(POSITIVES.items()))
    missing = SelectField("资料缺项", choices=or_all((key, label) for key, (label, _) in LACKING.items()))
    section = SelectField("归口科室")
    agency = SelectField("部门")
