"""The filters of the 调整名单: a period, a register, what kind of change, for whom it is written."""

from datetime import date
from typing import Any

from wtforms import Field, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from sjj.registers.change_queries import ChangeFilter
from sjj.registers.change_words import KINDS, REGISTERS, SOURCES
from sjj.registers.shared_forms import DayField, FilterForm, options, or_all
from sjj.rules.deadlines import quarter_bounds, quarter_of

OUTSIDE = "outside"
AUDIENCES = {"": "内部版", OUTSIDE: "对外上报版"}


class ChangeReportForm(FilterForm):
    """Everything that the report goes by; it lives in the address."""

    since = DayField("从哪天起")
    until = DayField("到哪天止")
    register = SelectField("名录", choices=or_all(REGISTERS.items()), default="")
    kind = SelectField("调整类型", choices=or_all(KINDS.items()), default="")
    section = SelectField("归口科室", default="")
    source = SelectField("来源", choices=or_all(SOURCES.items()), default="")
    q = StringField("名称或代码")
    audience = SelectField("用途", choices=options(AUDIENCES.items()), default="")
    number = StringField("文号", [Optional(), Length(max=60, message="文号不超过 60 字")])

    def fill_period(self, today: date) -> None:
        """The quarter so far, where nobody asked for a period."""
        if not self.since.raw_data and not self.until.raw_data:
            self.since.data, self.until.data = quarter_bounds(*quarter_of(today))[0], today
        self.since.data = self.since.data or self.until.data
        self.until.data = self.until.data or today

    def validate_until(self, field: Field) -> None:
        """Not before it begins. Raises ValidationError."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError("结束日期不能早于开始日期")

    @property
    def is_outside(self) -> bool:
        """Whether it goes to somebody outside: nothing internal is told."""
        return bool(self.audience.data == OUTSIDE)

    def wanted(self, agency_id: int) -> ChangeFilter:
        """As the changes are looked for."""
        section: Any = self.section.data or ""
        return ChangeFilter(
            agency_id=agency_id,
            since=self.since.data,
            until=self.until.data,
            register=self.register.data or "",
            kind=self.kind.data or "",
            section_id=int(section) if section.isdigit() else 0,
            source=self.source.data or "",
            words=(self.q.data or "").strip(),
            outside=self.is_outside,
        )
