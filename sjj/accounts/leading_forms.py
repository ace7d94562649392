"""The form of an agency's 领导小组: its paper, its office, its members with their posts."""

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, Field, FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from sjj.accounts.models import User
from sjj.form import Form, no_personal_number

HEAD, DEPUTY, MEMBER = "组长", "副组长", "成员"
ROLES = (HEAD, DEPUTY, MEMBER)
SPARE_ROWS, MOST_MEMBERS = 4, 40
NO_SECTION = 0
NO_ACCOUNT = 0


class _Words(StringField):
    """One line of text without white space around it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed."""
        self.data = " ".join(valuelist[0].split()) if valuelist else ""


class MemberForm(PlainForm):
    """One member; a row without a name is no member."""

    role = SelectField("组内职务", choices=[SelectChoice(one, one) for one in ROLES], default=MEMBER)
    name = _Words("姓名", [Optional(), Length(max=60, message="姓名不超过 60 字"), no_personal_number])
    post = _Words("单位和职务", [Optional(), Length(max=100, message="不超过 100 字"), no_personal_number])
    user_id = SelectField("登录账号", coerce=int, default=NO_ACCOUNT, choices=[])

    def validate_post(self, field: Field) -> None:
        """A post belongs to somebody. Raises ValidationError."""
        if field.data and not (self.name.data or ""):
            raise ValidationError("这一行没有填写姓名")


class LeadingForm(Form):
    """A 领导小组 as its paper says."""

    name = _Words("名称", [DataRequired("请填写名称"), Length(max=100, message="名称不超过 100 字")])
    document_no = _Words("成立（调整）文号", [Optional(), Length(max=60, message="文号不超过 60 字")])
    since_on = DateField("自哪天起", [Optional()])
    office_section_id = SelectField("办公室设在", coerce=int, default=NO_SECTION)
    office_phone = _Words("办公室电话", [Optional(), Length(max=40, message="电话不超过 40 字")])
    duties = TextAreaField("职责", [Optional(), Length(max=1000, message="职责不超过 1000 字")])
    members = FieldList(FormField(MemberForm), "成员", max_entries=MOST_MEMBERS)

    def offer_sections(self, sections: list[Any]) -> None:
        """The sections in which the office may be."""
        self.office_section_id.choices = [
            SelectChoice(NO_SECTION, "（未定）"),
            *(SelectChoice(one.id, one.name) for one in sections),
        ]

    def add_spare_rows(self) -> None:
        """Some empty rows to write in; saved, there are some again."""
        for _ in range(min(SPARE_ROWS, MOST_MEMBERS - len(self.members))):
            self.members.append_entry()

    def offer_accounts(self, users: Iterable[User]) -> None:
        """The accounts that a member may sign in with."""
        choices = [SelectChoice(NO_ACCOUNT, "（没有）")]
        choices += [SelectChoice(one.id, f"{one.display_name}（{one.username}）") for one in users]
        for row in self.members:
            row.form.user_id.choices = choices

    def rows(self) -> list[tuple[str, str, str, int | None]]:
        """Role, name, post and account of each member, the head first, otherwise as typed."""
        typed = [
            (
                row.form.role.data,
                row.form.name.data,
                row.form.post.data or "",
                row.form.user_id.data or None,
            )
            for row in self.members
            if row.form.name.data and row.form.role.data in ROLES
        ]
        return sorted(typed, key=lambda one: ROLES.index(one[0]))

    def validate_members(self, _field: Field) -> None:
        """One head, nobody twice. Raises ValidationError."""
        rows = self.rows()
        heads = [name for role, name, _, _ in rows if role == HEAD]
        if len(heads) != 1:
            raise ValidationError("请填写一名组长" if not heads else "组长只能有一名")
        names = [(name, post) for _, name, post, _ in rows]
        if len(set(names)) < len(names):
            raise ValidationError("同一人填了两次")
        accounts = [number for *_, number in rows if number]
        if len(set(accounts)) < len(accounts):
            raise ValidationError("一个登录账号只能对应一名成员")
