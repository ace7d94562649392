"""The form on which an officer declares a relation to an object of a coming draw."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from sjj.form import Form
from sjj.registers.shared_forms import TextField

REACH = (("once", "仅本次抽取"), ("standing", "长期，每次抽取都回避"))


class RelationForm(Form):
    """To whom, why, and for how long."""

    entity_id = RadioField("检查对象", [InputRequired("请选择检查对象，没有列出的请先查找")], coerce=int)
    reach = RadioField("适用范围", choices=[SelectChoice(*pair) for pair in REACH], default="once")
    reason = TextField("回避事由", 200, [DataRequired("请写明回避事由")])

    @property
    def is_standing(self) -> bool:
        """Whether it is meant for every draw."""
        return self.reach.data == "standing"
