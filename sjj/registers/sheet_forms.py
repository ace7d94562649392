"""The form that takes a small list: for which agency, which list, and the file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from sjj.accounts.models import Agency
from sjj.form import Form as OfficeForm
from sjj.registers.import_forms import ENDINGS
from sjj.registers.shared_forms import options


class SheetForm(OfficeForm):
    """Choose and upload."""

    agency_id = SelectField("部门", coerce=int)
    file = FileField("表格文件", [FileRequired("请选择表格文件")])

    def validate_file(self, field: FileField) -> None:
        """Only tables, by their ending; what is inside is looked at later. Raises ValidationError."""
        name = (field.data.filename or "").lower()
        if name.endswith((".xlsm", ".xltm", ".xlsb")):
            raise ValidationError("这种文件可能带有宏，不能上传。请另存为 .xlsx 后再上传")
        if not name.endswith(ENDINGS):
            raise ValidationError("只能上传 .xlsx、.xls、.ods 或 .csv 表格")

    def offer(self, agencies: list[Agency]) -> None:
        """The agencies to choose from."""
        self.agency_id.choices = options((agency.id, agency.name) for agency in agencies)


class TakeForm(OfficeForm):
    """Take over what the preview showed."""

    seen = HiddenField()
