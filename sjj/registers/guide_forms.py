"""The forms of a guide: its check points, to be put in order without JavaScript, and the review."""

from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from sjj.form import Form as OfficeForm
from sjj.registers.guide_services import MOST_POINTS, PointValues
from sjj.registers.models import CheckPoint
from sjj.registers.shared_forms import TextField, no_id_number

SAVE = "save"


class PointForm(Form):
    """One check point."""

    class Meta:
        locales = ("zh",)

    code = HiddenField()
    text = TextField("检查要点", 300, [DataRequired("请填写检查要点，或删去这一条")])
    standard = TextAreaField(
        "判定标准",
        [
            DataRequired("请写明什么算发现问题，什么不算"),
            Length(max=1000, message="不超过 1000 字"),
            no_id_number,
        ],
    )
    how = TextAreaField("检查方法", [Optional(), Length(max=1000, message="不超过 1000 字"), no_id_number])
    basis = TextField("依据条款", 200)
    penalty = TextField("罚则", 200)
    required = BooleanField("必查", default=True)

    def values(self) -> PointValues:
        """What the office wrote of this point."""
        return PointValues(
            code=self.code.data or "",
            text=self.text.data or "",
            standard=(self.standard.data or "").strip(),
            how=(self.how.data or "").strip(),
            basis=self.basis.data or "",
            penalty=self.penalty.data or "",
            required=bool(self.required.data),
        )


class GuideForm(OfficeForm):
    """The check points of a guide, in order; `seen` marks what stood when the form was opened."""

    seen = HiddenField()
    points = FieldList(FormField(PointForm), "检查要点", max_entries=MOST_POINTS)

    def values(self) -> list[PointValues]:
        """What the office wrote, in order."""
        return [row.form.values() for row in self.points]


class ConfirmForm(OfficeForm):
    """The legal review of a draft."""

    reviewer = TextField("法制审核人", 60, [DataRequired("请填写法制审核人姓名")])
    reviewed = BooleanField("检查要点、判定标准和罚则已经法制审核", [DataRequired("未经法制审核不能启用")])


def rows_of(points: list[CheckPoint]) -> list[dict[str, Any]]:
    """Check points as the rows of the form."""
    names = ("code", "text", "standard", "how", "basis", "penalty", "required")
    return [{name: getattr(point, name) for name in names} for point in points]


def rearranged(rows: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """The rows after “add”, “up-3”, “down-3” or “drop-3”; anything else leaves them as they are."""
    verb, _, number = what.partition("-")
    if verb == "add" and len(rows) < MOST_POINTS:
        return [*rows, {"required": True}]
    if not (number.isascii() and number.isdigit()) or int(number) >= len(rows):
        return rows
    place = int(number)
    if verb == "drop":
        return rows[:place] + rows[place + 1 :]
    target = place + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= target < len(rows):
        moved = list(rows)
        moved[place], moved[target] = moved[target], moved[place]
        return moved
    return rows
