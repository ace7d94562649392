"""The forms of items: one to enter or change, one to search."""

from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from sjj.form import Form as OfficeForm
from sjj.form import no_personal_number
from sjj.registers.item_queries import CLAIMS, ENTITY_KINDS, LAW_STATES, LEVELS
from sjj.registers.item_versions import STATES
from sjj.registers.shared_forms import DayField, FilterForm, TextField, or_all, usable_in_a_draw
from sjj.registers.sheet_forms import TakeForm
from sjj.rules.results import CHECK_METHODS

SPARE_ROWS = 2


class BasisForm(Form):
    """One law and its articles; a row without a law does not count."""

    class Meta:
        locales = ("zh",)

    law_id = SelectField("依据", [Optional()], coerce=int, default=0)
    articles = TextField("条款", 120)

    def validate_articles(self, field: TextField) -> None:
        """Articles without a law say nothing."""
        if field.data and not self.law_id.data:
            raise ValidationError("填了条款，请同时选择依据")


class ItemForm(OfficeForm):
    """An item as the office enters it; a change of a published item says why."""

    place = SelectField("归口管理", [DataRequired("请选择归口管理的科室")])
    code = TextField("事项编号", 30, [DataRequired("请填写事项编号，如 LY-14"), usable_in_a_draw])
    name = TextField("事项名称", 100, [DataRequired("请填写事项名称")])
    object_type = TextField("检查对象", 60)
    entity_kind = SelectField("对象类别", [DataRequired("请选择对象类别")], choices=list(ENTITY_KINDS))
    method = SelectField("检查方式", [DataRequired("请选择检查方式")], choices=list(CHECK_METHODS))
    level = SelectField("实施层级", [DataRequired("请选择层级")], choices=list(LEVELS))
    frequency = TextField("抽查频次", 60)
    claimed_on = DayField("认领日期")
    joint_hint = TextField("联合检查提示", 200)
    reason = TextField("修改原因", 300, [Optional(), no_personal_number])
    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])  # the version that was opened
    bases = FieldList(FormField(BasisForm), "法律依据")

    def chosen_bases(self) -> list[tuple[int, str]]:
        """The laws chosen with their articles, in order."""
        return [(row.law_id.data, row.articles.data or "") for row in self.bases if row.law_id.data]


class ItemFilterForm(FilterForm):
    """Search and filters of the list."""

    q = StringField("名称、编号或检查对象")
    section = SelectField("归口科室")
    state = SelectField("状态", choices=or_all(STATES.items()))
    level = SelectField("实施层级", choices=or_all((each, each) for each in LEVELS))
    claim = SelectField("认领", choices=or_all(CLAIMS.items()))
    method = SelectField("检查方式", choices=or_all((each, each) for each in CHECK_METHODS))
    object_type = SelectField("检查对象")
    frequency = SelectField("抽查频次")
    law = SelectField("法律依据", choices=or_all(LAW_STATES.items()))
    agency = SelectField("部门")


class RetireForm(OfficeForm):
    """Why an item is taken out of use; said in public where the item was published."""

    reason = TextField("停用原因", 300, [Optional(), no_personal_number])


class ReturnForm(OfficeForm):
    """Why a retired item comes back."""

    reason = TextField("恢复原因", 300, [DataRequired("请写明恢复的原因"), no_personal_number])


class TakeItemsForm(TakeForm):
    """Take over the items that the preview showed; said in public where a published one changes."""

    reason = TextField("修改原因", 300, [Optional(), no_personal_number])
