"""The forms of 权责对照: search, which list a file is, and what is said of an entry."""

from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired

from sjj.form import Form as OfficeForm
from sjj.registers.duty_queries import SOURCES, STATES
from sjj.registers.shared_forms import FilterForm, TextField, options, or_all
from sjj.registers.sheet_forms import SheetForm


class DutyFilterForm(FilterForm):
    """Search and filters of the entries."""

    q = StringField("名称、编码或依据")
    source = SelectField("清单", choices=or_all((each, each) for each in SOURCES))
    state = SelectField("状态", choices=or_all(STATES.items()))
    section = SelectField("承办科室")
    agency = SelectField("部门")


class DutyUploadForm(SheetForm):
    """A list and which one it is."""

    source = RadioField(
        "哪一份清单", [DataRequired("请选择是哪一份清单")], choices=options((each, each) for each in SOURCES)
    )


class LinkForm(OfficeForm):
    """Which item answers an entry."""

    item_id = SelectField("对应的抽查事项", [DataRequired("请选择一个事项")], coerce=int)


class ExcuseForm(OfficeForm):
    """Why no item is needed."""

    reason = TextField("不需要事项的原因", 300, [DataRequired("请写明为什么不需要抽查事项")])


class ProposalsForm(OfficeForm):
    """Proposals to accept: each “entry-item”."""

    chosen = SelectMultipleField("接受哪几条", [DataRequired("请勾选要接受的对应")])
