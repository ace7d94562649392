"""Forms of following up: a step, the close, another due day, opening again."""

from flask_wtf.file import FileField
from wtforms import DateField, Field, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from sjj.followups.services import MAX_TEXT
from sjj.form import Form
from sjj.rules.results import FOLLOW_UP_KINDS, NO_FOLLOW_UP

_TOO_LONG = Length(max=MAX_TEXT, message=f"不超过 {MAX_TEXT} 字")


class StepForm(Form):
    """What was done, when, with what paper."""

    kind = SelectField("处置方式", choices=[kind for kind in FOLLOW_UP_KINDS if kind != NO_FOLLOW_UP])
    on = DateField("日期", [DataRequired("请填写日期，例如 2026-03-05")])
    text = TextAreaField("处置情况", [DataRequired("请写明处置情况"), _TOO_LONG])
    file = FileField(
        "附件", [Optional()], description="通知书、复查照片、送达回执等，图片或 PDF，不超过 20 MB"
    )

    @property
    def day(self) -> Field:
        """When it was done."""
        return self.on

    @property
    def words(self) -> Field:
        """What was done."""
        return self.text

    @property
    def paper(self) -> Field:
        """What shows it."""
        return self.file


class CloseForm(Form):
    """Why nothing more is to be done."""

    closed_on = DateField("闭环日期", [DataRequired("请填写日期，例如 2026-03-05")])
    reason = TextAreaField(
        "闭环依据", [DataRequired("请写明凭什么闭环"), _TOO_LONG], description="例如：3月18日复查，已补齐台账"
    )
    proof = FileField("附件", [Optional()], description="复查记录、回执等，图片或 PDF，不超过 20 MB")

    @property
    def day(self) -> Field:
        """When it was done with."""
        return self.closed_on

    @property
    def words(self) -> Field:
        """Why it is done with."""
        return self.reason

    @property
    def paper(self) -> Field:
        """What shows it."""
        return self.proof


class DueForm(Form):
    """Another day, and why."""

    due_on = DateField("新的整改期限", [DataRequired("请填写日期，例如 2026-03-20")])
    reason = TextAreaField("调整原因", [DataRequired("请写明原因"), Length(max=300, message="不超过 300 字")])


class ReopenForm(Form):
    """Why a closed problem is open again."""

    reason = TextAreaField("重新打开的原因", [DataRequired("请写明原因"), _TOO_LONG])
