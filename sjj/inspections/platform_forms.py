"""The forms of a list drawn on the provincial platform: what it is, and whether lines with problems are left out."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from sjj.form import Form, no_personal_number
from sjj.inspections.platform_judging import Told
from sjj.plans.forms import CheckboxList, words

ENDINGS = (".xlsx", ".xls", ".csv")


class ListForm(Form):
    """The task, where the list was drawn, and the file."""

    name = words("任务名称", 120, needed="请填写任务名称", more_checks=[no_personal_number])
    check_type = SelectField("检查类型", choices=["日常", "专项"])
    directed = SelectField("抽查类型", choices=[SelectChoice("", "不定向"), SelectChoice("1", "定向")])
    plan_line_id = SelectField("年度计划中的一项", coerce=int)
    section_id = SelectField("负责的内设机构", coerce=int)
    item_ids = CheckboxList("抽查事项", [DataRequired("请至少选一个抽查事项")], coerce=int)
    starts_on = DateField("检查开始日期", [InputRequired("请填写开始日期")])
    ends_on = DateField("检查结束日期", [InputRequired("请填写结束日期")])
    where = words("在哪个平台抽取", 60, needed="请填写平台名称", description="如“河北省双随机监管工作平台”")
    drawn_at = words("抽取时间", 40, needed="请填写抽取时间", description="按平台显示的写")
    drawn_by = words("抽取人", 60, needed="请填写抽取人")
    number = words("平台的任务编号", 60)
    partner_ids = CheckboxList("参加的其他部门", coerce=int, description="名单里有其他部门执法人员的才选")
    file = FileField("平台导出的名单", [FileRequired("请选择名单文件")])

    def validate_ends_on(self, field: Field) -> None:
        """The end is not before the start."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError("结束日期不能早于开始日期")

    def validate_file(self, field: FileField) -> None:
        """A table that can be kept."""
        if not (field.data.filename or "").lower().endswith(ENDINGS):
            raise ValidationError("只收 .xlsx、.xls 或 .csv 表格")

    def told(self) -> Told:
        """What the form says of the list."""
        return Told(
            name=self.name.data,
            items=tuple(self.item_ids.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            where=self.where.data,
            drawn_at=self.drawn_at.data,
            drawn_by=self.drawn_by.data,
            number=self.number.data or "",
            directed=bool(self.directed.data),
            check_type=self.check_type.data,
            section_id=self.section_id.data or None,
            plan_line_id=self.plan_line_id.data or None,
            partners=tuple(self.partner_ids.data or ()),
        )


class TakeForm(Form):
    """Take over what the preview showed."""

    leave_out = BooleanField("有问题的先不导入")
    reason = TextAreaField(
        "为什么先不导入", [Optional(), Length(max=300, message="不超过 300 字"), no_personal_number]
    )

    def validate_reason(self, field: Field) -> None:
        """Leaving some out needs its reason."""
        if self.leave_out.data and not (field.data or "").strip():
            raise ValidationError("请写明为什么先不导入")
