"""The form of a scan that is made up."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from sjj.form import Form

MOST_CODE, MOST_REASON = 400, 200


class ScanForm(Form):
    """A code and why it is scanned only now."""

    code = StringField(
        "二维码内容",
        [
            InputRequired("请扫码，或粘贴二维码里的网址"),
            Length(max=MOST_CODE, message=f"不超过 {MOST_CODE} 字"),
        ],
    )
    reason = TextAreaField(
        "为什么现在才扫",
        [InputRequired("请写明原因"), Length(max=MOST_REASON, message=f"不超过 {MOST_REASON} 字")],
    )
