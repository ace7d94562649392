"""The forms of recusals: declaring one, and deciding on one."""

from wtforms import RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from sjj.form import Form as OfficeForm
from sjj.registers.shared_forms import TextField

REASONS = (
    "本人或近亲属在该单位任职",
    "本人或近亲属与该单位有经济利益关系",
    "与该单位有其他可能影响公正的关系",
)

STANDING = 0  # for every draw


class DeclareForm(OfficeForm):
    """Who must keep away from whom, and why."""

    officer_id = SelectField("执法人员", [DataRequired("请选择执法人员")], coerce=int)
    entity_id = RadioField("检查对象", [InputRequired("请先查找，再选择检查对象")], coerce=int)
    campaign_id = SelectField("适用范围", coerce=int, default=STANDING)
    reason = TextField("回避事由", 200, [DataRequired("请写明回避事由")])

    @property
    def only_for(self) -> int | None:
        """The campaign for whose draw alone it is meant; None: for every draw."""
        return self.campaign_id.data or None


class DecideForm(OfficeForm):
    """The approver's decision."""

    note = TextField("审批意见", 200)
