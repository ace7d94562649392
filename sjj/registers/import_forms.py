"""The form that takes a workbook: where to, what, and the file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.validators import DataRequired, ValidationError

from sjj.form import Form as OfficeForm
from sjj.registers.import_settling import SETTLES
from sjj.registers.scope import Place
from sjj.registers.shared_forms import options

WHATS = (("entities", "检查对象（企业、个体户、项目、自然人等）"), ("officers", "执法人员"))
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".txt")


class ImportForm(OfficeForm):
    """Choose and upload."""

    place = SelectField("导入到", [DataRequired("请选择导入到哪里")])
    what = RadioField("导入什么", [DataRequired("请选择导入什么")], choices=options(WHATS))
    file = FileField("表格文件", [FileRequired("请选择表格文件")])

    def validate_file(self, field: FileField) -> None:
        """Only tables, by their ending; what is inside is looked at later. Raises ValidationError."""
        name = (field.data.filename or "").lower()
        if name.endswith((".xlsm", ".xltm", ".xlsb")):
            raise ValidationError("这种文件可能带有宏，不能上传。请另存为 .xlsx 后再上传")
        if not name.endswith(ENDINGS):
            raise ValidationError("只能上传 .xlsx、.xls、.ods 或 .csv 表格")

    def offer(self, places: list[Place]) -> None:
        """The places to choose from; a single one is chosen already."""
        named = [(each.key, each.label if each.section else each.agency.name) for each in places]
        first = [("", "请选择")] if len(places) > 1 else []
        self.place.choices = options([*first, *named])


class SettleForm(OfficeForm):
    """What becomes of what people have changed since the last import."""

    settle = RadioField("与手工改动不一致的", choices=options(SETTLES.items()), validate_choice=False)
