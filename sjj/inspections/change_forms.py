"""The forms of a change after the draw: why, with which evidence, and the approver's word."""

from datetime import date

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from sjj.draws.changes_services import REASONS
from sjj.form import Form

EARLIEST = date(2000, 1, 1)
MAX_TEXT = 500
_BLANK = SelectChoice("", "（请选择）")


class ChangeForm(Form):
    """A change as the office asks for it; `change_form` fits it to 递补 or substitution."""

    out = SelectField("换下谁", [DataRequired("请选择换下谁")])
    reason = SelectField("事由", [DataRequired("请选择事由")])
    use_record = BooleanField("以这次的现场检查记录作证明材料")
    evidence = FileField("证明材料")
    kept = HiddenField("已存的证明材料")
    evidence_on = DateField("证明材料上的日期", [InputRequired("请填写证明材料上的日期")])
    note = TextAreaField("内部说明", [Optional(), Length(max=MAX_TEXT, message=f"不超过 {MAX_TEXT} 字")])

    day: date
    bad_file = ""  # why the file that came along was not kept

    def validate_evidence_on(self, field: DateField) -> None:
        """A day that has come."""
        if field.data is not None and field.data > self.day:
            raise ValidationError("证明材料上的日期不能晚于今天")
        if field.data is not None and field.data < EARLIEST:
            raise ValidationError("请核对日期中的年份")

    def validate_evidence(self, _field: FileField) -> None:
        """Something must prove it: a file that was kept, or the record itself."""
        if self.bad_file:
            raise ValidationError(self.bad_file)
        if not self.kept.data and not (self.use_record and self.use_record.data):
            raise ValidationError("请上传证明材料")


def change_form(kind: str, names: list[tuple[str, str]], may_use_record: bool, day: date) -> ChangeForm:
    """The form for this kind of change; `names` are the team's (name in the receipt, words)."""
    form = ChangeForm()
    form.day = day
    form.reason.choices = [_BLANK, *(SelectChoice(one, one) for one in REASONS[kind])]
    if names:
        form.out.choices = [_BLANK, *(SelectChoice(name, words) for name, words in names)]
    else:
        del form.out
    if not may_use_record:
        del form.use_record
    return form


class ApproveForm(Form):
    """Nothing to fill in: the rule decides who comes."""


class RefuseForm(Form):
    """Why a change is not allowed."""

    reason = TextAreaField(
        "不予变更的理由",
        [DataRequired("不予变更的，请写明理由"), Length(max=MAX_TEXT, message=f"不超过 {MAX_TEXT} 字")],
    )
