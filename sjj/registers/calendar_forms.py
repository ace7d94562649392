"""The form of a year's days off and make-up days, checked against what the law fixes."""

from datetime import date

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.calendar_text import days_in
from sjj.registers.shared_forms import TextField
from sjj.rules.workdays import SATURDAY

# Days off in every year, whatever the notice moves (全国年节及纪念日放假办法 第二条). A list without one of
# them is not whole.
ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))
MOST_TEXT = 2000


class YearForm(OfficeForm):
    """One year as the State Council's notice gives it."""

    off = TextAreaField(
        "放假日期", [DataRequired("请填写全年的放假日期"), Length(max=MOST_TEXT, message="内容太长，请核对")]
    )
    makeup = TextAreaField("调休上班日期", [Optional(), Length(max=MOST_TEXT, message="内容太长，请核对")])
    source = TextField("依据", 120, [DataRequired("请填写国务院办公厅通知的文号或名称")])

    def __init__(self, year: int, **more: object) -> None:
        super().__init__(**more)
        self.year = year
        self.days_off: dict[date, str] = {}
        self.makeup_days: frozenset[date] = frozenset()

    def validate_off(self, field: TextAreaField) -> None:
        """Every line is a day of the year, and the list is whole."""
        self.days_off, problems = days_in(field.data, self.year)
        missing = [
            f"{month}月{day}日"
            for month, day in ALWAYS_OFF
            if date(self.year, month, day) not in self.days_off
        ]
        if missing and not problems:
            problems.append(f"没有{'、'.join(missing)}，放假日期不全，请核对")
        _tell(field, problems)

    def validate_makeup(self, field: TextAreaField) -> None:
        """Make-up days are weekend days that are not days off."""
        found, problems = days_in(field.data or "", self.year)
        self.makeup_days = frozenset(found)
        for day in sorted(found):
            if day in self.days_off:
                problems.append(f"{day.month}月{day.day}日不能既放假又上班")
            elif day.weekday() < SATURDAY:
                problems.append(f"{day.month}月{day.day}日不是周末，本来就上班")
        _tell(field, problems)


def _tell(field: TextAreaField, problems: list[str]) -> None:
    if problems:
        field.errors = [*field.errors, *problems[:-1]]
        raise ValidationError(problems[-1])
