"""The form of an officer's leave: what kind, from when until when."""

from wtforms import SelectField
from wtforms.validators import DataRequired, Optional

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import DayField, TextField, not_before, options

KINDS = ("请假", "学习", "借调")
BETWEEN = "："  # the kind and what is said of it


class LeaveForm(OfficeForm):
    """Days on which somebody is away; both days counted."""

    kind = SelectField("事由", [DataRequired("请选择事由")], choices=options((one, one) for one in KINDS))
    from_on = DayField("从哪天起", [DataRequired("请填写开始日期")])
    until_on = DayField(
        "到哪天止", [DataRequired("请填写结束日期"), not_before("from_on", "结束日期不能早于开始日期")]
    )
    note = TextField("说明", 90, [Optional()])

    @property
    def reason(self) -> str:
        """As it is kept: 学习：市局执法培训."""
        said = (self.note.data or "").strip()
        return f"{self.kind.data}{BETWEEN}{said}" if said else str(self.kind.data)
