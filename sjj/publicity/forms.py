"""Forms of publication: which ones, why withdrawn, what is put right."""

from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Length

from sjj.form import Form
from sjj.inspections.parts import holder_of, results_of
from sjj.publicity.models import Notice
from sjj.publicity.services import MAX_REASON
from sjj.rules.results import RESULTS

ITEM_FIELD = "item_{}"
_REASON = [DataRequired("请写明原因"), Length(max=MAX_REASON, message=f"不超过 {MAX_REASON} 字")]


class PublishForm(Form):
    """The ticked inspections."""

    id = SelectMultipleField("待公示的结果", coerce=int, validate_choice=False)
    part = SelectMultipleField("待公示的联合检查结果", coerce=int, validate_choice=False)


class WithdrawForm(Form):
    """Why a notice is taken back; the public reads it."""

    reason = TextAreaField("撤回原因", _REASON, description="原因会公开，不要写个人信息")


class CorrectForm(Form):
    """Why a notice is corrected; the results are added by `correct_form`."""

    reason = TextAreaField("更正原因", _REASON, description="原因会公开，不要写个人信息")

    def results(self) -> dict[int, str]:
        """Item id → the label chosen."""
        return {
            int(field.short_name.removeprefix(ITEM_FIELD.format(""))): field.data
            for field in self
            if field.short_name.startswith(ITEM_FIELD.format(""))
        }


def correct_form(notice: Notice) -> CorrectForm:
    """The form with one choice for each item of the inspection."""
    rows = results_of(holder_of(notice.inspection, notice.agency_id))
    fields = {
        ITEM_FIELD.format(row.item_id): SelectField(
            row.item.name, choices=list(_labels(row.result)), default=row.result
        )
        for row in rows
    }
    return type("CorrectThisForm", (CorrectForm,), fields)()  # type: ignore[no-any-return]


def _labels(current: str) -> tuple[str, ...]:
    return RESULTS if current in RESULTS else (*RESULTS, current)
