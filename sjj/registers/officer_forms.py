"""The forms of officers: one to enter or change, one to search."""

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Optional, Regexp

from sjj.form import Form as OfficeForm
from sjj.registers.officer_queries import CERTIFICATES, PRESENCES
from sjj.registers.shared_forms import (
    DayField,
    FilterForm,
    TagChoices,
    TextField,
    new_tags_fit,
    options,
    or_all,
    usable_in_a_draw,
)


class OfficerForm(OfficeForm):
    """An officer as the office enters them."""

    place = SelectField("归口管理", [DataRequired("请选择归口管理的科室")])
    name = TextField("姓名", 60, [DataRequired("请填写姓名"), usable_in_a_draw])
    code = TextField(
        "人员编号",
        40,
        [Optional(), Regexp(r"^[0-9A-Za-z._-]+$", message="编号只用字母、数字、点和横线")],
    )
    gender = SelectField("性别", [Optional()], choices=options([("", "未填"), ("男", "男"), ("女", "女")]))
    post = TextField("职务", 60)
    phone = TextField("电话", 40)
    group = TextField("执法组", 40, [Optional(), usable_in_a_draw])
    certificate_no = TextField("执法证号", 40)
    certificate_until = DayField("执法证有效期至")
    issuer = TextField("发证机关", 100)
    tags = TagChoices("专长")
    new_tags = TextField("新专长", 200, [Optional(), new_tags_fit])
    on_duty = BooleanField("在岗，可以被抽取", default=True)
    reason = TextField("调整原因", 100)


class PhotoForm(OfficeForm):
    """A picture file to stand beside a certificate."""

    file = FileField("照片", description="正面免冠照片，JPEG、PNG 或 HEIC，不超过 20 MB；自动裁成方形")


class OfficerFilterForm(FilterForm):
    """Search and filters of the list."""

    q = StringField("姓名、编号、证号或拼音首字母")
    section = SelectField("归口科室")
    tag = SelectField("专长")
    group = SelectField("执法组")
    validity = SelectField("执法证", choices=or_all(CERTIFICATES.items()))
    presence = SelectField("在岗", choices=or_all(PRESENCES.items()))
    agency = SelectField("部门")
