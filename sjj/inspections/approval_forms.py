"""The forms around a check's approval: reasons, and another day."""

from wtforms import BooleanField, DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from sjj.form import Form
from sjj.inspections.approval_services import MAX_CAP_REASON, MAX_REASON
from sjj.inspections.reschedule import MAX_REASON as MAX_DAY_REASON


def _at_most(number: int) -> Length:
    return Length(max=number, message=f"不超过 {number} 字")


class RefuseCheckForm(Form):
    """Why a check is not approved."""

    reason = TextAreaField("不予批准的理由", [DataRequired("请写明不予批准的理由"), _at_most(MAX_REASON)])


class AskAgainForm(Form):
    """What has changed since it was refused."""

    reason = TextAreaField("再次呈报的理由", [DataRequired("请写明再次呈报的理由"), _at_most(MAX_REASON)])


class UrgentForm(Form):
    """Why a check cannot wait for its approval."""

    reason = TextAreaField(
        "为什么必须先行检查", [DataRequired("请写明为什么必须先行检查"), _at_most(MAX_REASON)]
    )


class OverCapForm(Form):
    """Why a visit is made above the yearly cap."""

    reason = TextAreaField(
        "超过频次上限仍要检查的理由",
        [DataRequired("请写明超过年度频次上限仍要检查的理由"), _at_most(MAX_CAP_REASON)],
    )


class OtherDayForm(Form):
    """改期."""

    to_on = DateField("改到哪一天", [InputRequired("请选择日期")])
    reason = TextAreaField("改期的原因", [Optional(), _at_most(MAX_DAY_REASON)])
    beyond = BooleanField("晚于检查完成日期，已向办公室说明")
