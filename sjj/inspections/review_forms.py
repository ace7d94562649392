"""Forms of reviewing: why a record goes back, why a file is lost, what a comparison came to."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from sjj.form import Form
from sjj.inspections.review import MAX_NOTE, MAX_POINT, MAX_REASON


class AcceptForm(Form):
    """Nothing but the token: the button says it."""


class SendBackForm(Form):
    """Why a record goes back. `send_back_form` makes the one that also asks at each point."""

    reason = TextAreaField(
        "退回原因",
        [Length(max=MAX_REASON, message=f"不超过 {MAX_REASON} 字")],
        description="写清楚要补什么、改什么，执法人员在手机上能看到",
    )

    def points(self) -> dict[str, str]:
        """What is to be put right, by the id of the point; only those that say something."""
        said = {field.point: (field.data or "").strip() for field in self if isinstance(field, PointField)}
        return {point: text for point, text in said.items() if text}

    def validate(self, *arguments: Any, **more: Any) -> bool:
        """A general reason, or one at a point at least."""
        sound = bool(super().validate(*arguments, **more))
        if sound and not (self.reason.data or "").strip() and not self.points():
            self.reason.errors = ["请写明退回的原因，执法人员要照此更正"]
            return False
        return sound


class PointField(StringField):
    """What is to be put right at one check point."""

    def __init__(self, *arguments: Any, point: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.point = point


def send_back_form(points: Mapping[str, str], **more: Any) -> SendBackForm:
    """The form with a line for each check point (id → text), named by its place."""
    limit = Length(max=MAX_POINT, message=f"不超过 {MAX_POINT} 字")
    lines = {
        f"point_{place}": PointField(text, [limit], point=point)
        for place, (point, text) in enumerate(points.items())
    }
    form: SendBackForm = type("SendBackAtPointsForm", (SendBackForm,), lines)(**more)
    return form


class LostForm(Form):
    """Why a file will never come."""

    reason = TextAreaField(
        "丢失原因",
        [DataRequired("请写明文件丢失的原因"), Length(max=MAX_NOTE, message=f"不超过 {MAX_NOTE} 字")],
        description="例如：手机损坏，照片未能传出",
    )


class SettleForm(Form):
    """Which of two records counts, and why. The view offers the choices that are possible."""

    choice = RadioField("采用哪一份", [InputRequired("请选择采用哪一份")])
    note = TextAreaField(
        "理由",
        [DataRequired("请写明理由"), Length(max=MAX_NOTE, message=f"不超过 {MAX_NOTE} 字")],
        description="例如：两份内容一致，以先收到的为准",
    )


class RegisterStateForm(Form):
    """Which state the register takes over. The view offers those that the visit speaks for."""

    state = RadioField("改为", [InputRequired("请选择状态")])
