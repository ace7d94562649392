"""The forms of a plan's versions: reasons for missed targets, where it was reported, 文号 and stamped scan."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from sjj.form import Form, no_personal_number
from sjj.plans.forms import sound_text, tidy, words

MOST = 500
SCAN_HINT = "PDF 或 JPEG，不超过 20 MB；替换后原件仍留存"


class SubmitForm(Form):
    """Handing a plan in; a field for each missed target is added by `submit_form`."""

    starts = "why-"
    common = TextAreaField(
        "各项共同的理由",
        [Optional(), Length(max=MOST, message=f"不超过 {MOST} 字"), sound_text],
        filters=[tidy],
        description="下面没有单独写理由的，都用这一条",
    )

    @property
    def asked(self) -> list[Field]:
        """The fields of the missed targets."""
        return [field for field in self if field.name.startswith(self.starts)]

    def reasons(self) -> dict[str, str]:
        """Why the plan goes on nevertheless, by the key of the missed target."""
        common = self.common.data or ""
        return {field.name.removeprefix(self.starts): field.data or common for field in self.asked}

    def tell(self, problems: Mapping[str, str]) -> None:
        """Put what is lacking at its field."""
        for key, sentence in problems.items():
            if f"{self.starts}{key}" in self:
                self[f"{self.starts}{key}"].errors = [sentence]


def submit_form(missed: Iterable[Mapping[str, Any]]) -> SubmitForm:
    """The form for these missed targets."""
    fields = {
        f"{SubmitForm.starts}{one['key']}": TextAreaField(
            f"{one['period']}{one['label']}（{one['asked']}）达不到的理由",
            [Optional(), Length(max=MOST, message=f"不超过 {MOST} 字"), sound_text],
            filters=[tidy],
            description=one["sentence"],
        )
        for one in missed
    }
    made: SubmitForm = type("MissedForm", (SubmitForm,), fields)()
    return made


class AdjustForm(Form):
    """Why the published plan is changed; the public reads it."""

    reason = TextAreaField(
        "调整理由",
        [
            DataRequired("请填写调整理由"),
            Length(max=MOST, message=f"不超过 {MOST} 字"),
            sound_text,
            no_personal_number,
        ],
        filters=[tidy],
        description="理由会与调整后的计划一起公示",
    )


class ReportForm(Form):
    """To whom the approved plan was reported."""

    reported_to = words("上报单位", 100, needed="请填写上报单位", description="如“市林业局、县双随机办”")


class DocumentForm(Form):
    """文号 and stamped scan."""

    document_no = words("文号", 60, description="如“迁林字〔2026〕11号”")
    file = FileField("盖章扫描件", [Optional()], description=SCAN_HINT)
