"""Forms of reviewing: why a record goes back, why a file is lost, what a comparison came to."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from sjj.form import Form
from sjj.inspections.review import MAX_NOTE, MAX_REASON


class AcceptForm(Form):
    """Nothing but the token: the button says it."""


class SendBackForm(Form):
    """Why a record goes back."""

    reason = TextAreaField(
        "退回原因",
        [
            DataRequired("请写明退回的原因，执法人员要照此更正"),
            Length(max=MAX_REASON, message=f"不超过 {MAX_REASON} 字"),
        ],
        description="写清楚要补什么、改什么，执法人员在手机上能看到",
    )


class LostForm(Form):
    """Why a file will never come."""

    reason = TextAreaField(
        "丢失原因",
        [DataRequired("请写明文件丢失的原因"), Length(max=MAX_NOTE, message=f"不超过 {MAX_NOTE} 字")],
        description="例如：手机损坏，照片未能传出",
    )


class SettleForm(Form):
    """What the comparison of two records came to."""

    note = TextAreaField(
        "比对结论",
        [DataRequired("请写明比对的结论"), Length(max=MAX_NOTE, message=f"不超过 {MAX_NOTE} 字")],
        description="例如：两份内容一致，以已收记录为准",
    )
