"""The forms of signing in, changing a password and keeping accounts, agencies and sections."""

from wtforms import BooleanField, IntegerField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange, Optional, Regexp

from sjj.accounts.roles import Role
from sjj.form import Form


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        "用户名", [DataRequired("请填写用户名"), Length(max=60, message="用户名不超过 60 字")]
    )
    password = PasswordField(
        "密码", [DataRequired("请填写密码"), Length(max=200, message="密码不超过 200 位")]
    )


class ChangePasswordForm(Form):
    """The old password and the new one twice."""

    old = PasswordField("原密码", [DataRequired("请填写原密码")])
    new = PasswordField(
        "新密码", [DataRequired("请填写新密码"), Length(max=200, message="密码不超过 200 位")]
    )
    again = PasswordField("再输一次新密码", [EqualTo("new", "两次输入的新密码不一致")])


class AccountForm(Form):
    """An account: who, where, which roles."""

    username = StringField(
        "用户名",
        [
            DataRequired("请填写用户名"),
            Length(min=2, max=60, message="用户名为 2–60 位"),
            Regexp(r"^[A-Za-z0-9._-]+$", message="用户名只能用英文字母、数字、点、横线和下划线"),
        ],
    )
    display_name = StringField(
        "姓名", [DataRequired("请填写姓名"), Length(max=60, message="姓名不超过 60 字")]
    )
    agency_id = SelectField("部门", coerce=int, default=0)
    section_id = SelectField("内设机构", coerce=int, default=0)
    officer_code = StringField("对应的执法人员编号", [Optional(), Length(max=40, message="不超过 40 字")])
    roles = SelectMultipleField(
        "角色",
        [DataRequired("请至少选一个角色")],
        choices=[SelectChoice(role.value, role.label) for role in Role],
    )
    disabled = BooleanField("停用此账号")


class AgencyForm(Form):
    """A 部门 and its settings."""

    name = StringField("部门全称", [DataRequired("请填写部门全称"), Length(max=100, message="不超过 100 字")])
    short_name = StringField(
        "机关简称",
        [DataRequired("请填写机关简称"), Length(max=20, message="不超过 20 字")],
        description="文号开头，如“迁林”",
    )
    theme = SelectField("类别", choices=[SelectChoice("林业", "林业"), SelectChoice("生态", "生态环境")])
    division_code = StringField(
        "行政区划代码",
        [DataRequired("请填写行政区划代码"), Regexp(r"^[0-9]{6}$", message="行政区划代码为 6 位数字")],
    )
    phone = StringField("联系电话", [Optional(), Length(max=40, message="不超过 40 字")])
    supervision_phone = StringField("监督电话", [Optional(), Length(max=40, message="不超过 40 字")])
    address = StringField("地址", [Optional(), Length(max=200, message="不超过 200 字")])
    shows_officers = BooleanField("公示时显示执法人员编号")
    clock_starts = SelectField(
        "公示期限从何时起算",
        choices=[SelectChoice("visit", "本户检查结束"), SelectChoice("campaign", "整个抽查任务结束")],
    )
    frequency_cap = IntegerField(
        "年度检查频次上限（每户次数）",
        [Optional(), NumberRange(1, 366, "频次上限为 1–366 次")],
        description="公布的上限；达到的对象不再抽取。不填则没有上限",
    )
    review_days = IntegerField(
        "清单名录多少天核对一次",
        [Optional(), NumberRange(1, 366, "核对期限为 1–366 天")],
        description="超过的在“底数维护”中标为逾期。不填按 90 天",
    )


class SectionForm(Form):
    """A 内设机构."""

    name = StringField("内设机构名称", [DataRequired("请填写名称"), Length(max=60, message="不超过 60 字")])
