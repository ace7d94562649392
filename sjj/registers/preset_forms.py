"""The form that loads a preset pack."""

from wtforms import SelectField

from sjj.form import Form as OfficeForm


class LoadForm(OfficeForm):
    """Which pack, into which agency."""

    pack = SelectField("预置包")
    agency_id = SelectField("载入部门", coerce=int)
