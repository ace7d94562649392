"""Keeping agencies, sections and accounts. Never commits.

Nobody may stop their own account or take away their own last administrator role.
"""

from datetime import datetime

from sqlalchemy import column, select, table
from wtforms.fields.choices import SelectChoice

from sjj.accounts import events
from sjj.accounts.forms import AccountForm, AgencyForm
from sjj.accounts.models import Agency, Section, User
from sjj.accounts.queries import agencies_of
from sjj.accounts.roles import Role
from sjj.accounts.services import AccountRefused, add_account, set_roles
from sjj.accounts.sessions import close_all_sessions
from sjj.audit.services import record
from sjj.database import db

# The officers' register lies above accounts; an account only needs to know a row's number by its code.
_OFFICER = table("officer", column("id"), column("agency_id"), column("code"))


def add_agency(form: AgencyForm, actor: User, now: datetime) -> Agency:
    """Enter an agency from its form. Raises AccountRefused for a name in use."""
    agency = Agency()
    db.session.add(agency)
    return change_agency(agency, form, actor, now)


def change_agency(agency: Agency, form: AgencyForm, actor: User, now: datetime) -> Agency:
    """Take over what the form says. Raises AccountRefused for a name in use."""
    with db.session.no_autoflush:
        for column, value in ((Agency.name, form.name.data), (Agency.short_name, form.short_name.data)):
            other = db.session.scalar(select(Agency).where(column == value))
            if other is not None and other is not agency:
                raise AccountRefused(f"“{value}”已有部门使用")
        form.populate_obj(agency)
    db.session.flush()
    record(events.AgencySaved(subject_id=agency.id, agency_id=agency.id, name=agency.name), actor, now)
    return agency


def save_section(agency: Agency, section: Section, name: str, actor: User, now: datetime) -> None:
    """Name a new or old section. Raises AccountRefused for a name in use."""
    if any(other.name == name and other is not section for other in agency.sections):
        raise AccountRefused(f"“{agency.name}”已有内设机构“{name}”")
    section.name = name
    db.session.add(section)
    db.session.flush()
    record(events.SectionSaved(subject_id=section.id, agency_id=agency.id, name=name), actor, now)


def fill_choices(form: AccountForm, admin: User) -> None:
    """The places an account may belong to, as this administrator sees them."""
    agencies = agencies_of(admin, "account.manage")
    none = [SelectChoice(0, "（不属于任何部门）")] if admin.agencies("account.manage") is None else []
    form.agency_id.choices = none + [SelectChoice(agency.id, agency.name) for agency in agencies]
    form.section_id.choices = [SelectChoice(0, "（整个部门）")] + [
        SelectChoice(section.id, f"{agency.short_name} · {section.name}")
        for agency in agencies
        for section in agency.sections
    ]


def add_from_form(form: AccountForm, password: str, actor: User, now: datetime) -> User:
    """Make the account that the form describes. Raises AccountRefused."""
    agency, section = _place(form)
    _refuse_joined_powers({Role(role) for role in form.roles.data}, set())
    return add_account(
        form.username.data,
        form.display_name.data,
        password,
        [Role(role) for role in form.roles.data],
        actor,
        now,
        agency=agency,
        section=section,
        officer_id=_officer_id(agency, form),
    )


def change_from_form(account: User, form: AccountForm, actor: User, now: datetime) -> None:
    """Take over what the form says of an account. Raises AccountRefused."""
    agency, section = _place(form)
    roles = [Role(role) for role in form.roles.data]
    before = {grant.role for grant in account.grants}
    if account.id == actor.id and set(roles) != before:
        raise AccountRefused("不能改自己的角色，请另一位安全管理员办理")
    _refuse_joined_powers(set(roles), before)
    if account.id == actor.id and (form.disabled.data or Role.SECURITY_ADMIN not in roles):
        raise AccountRefused("不能停用自己的账号，也不能取消自己的安全管理员角色")
    account.display_name = form.display_name.data
    account.agency, account.section = agency, section
    account.officer_id = _officer_id(agency, form)
    account.grants.clear()
    db.session.flush()
    set_roles(account, roles)
    account.disabled = form.disabled.data
    if account.disabled:
        close_all_sessions(account)
    what = f"角色由{'、'.join(sorted(role.label for role in before))}改为{'、'.join(sorted(role.label for role in roles))}"
    what += "，已停用" if account.disabled else ""
    record(
        events.AccountChanged(
            subject_id=account.id, agency_id=account.agency_id, username=account.username, what=what
        ),
        actor,
        now,
    )


def _place(form: AccountForm) -> tuple[Agency | None, Section | None]:
    agency = db.session.get(Agency, form.agency_id.data) if form.agency_id.data else None
    section = db.session.get(Section, form.section_id.data) if form.section_id.data else None
    if section is not None and (agency is None or section.agency_id != agency.id):
        raise AccountRefused("所选内设机构不属于所选部门")
    return agency, section


POWERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


def _refuse_joined_powers(roles: set[Role], before: set[Role]) -> None:
    """The three powers stand apart; a small office joins the first two by `sjj user add`, which is audited."""
    powers = roles & POWERS
    if len(powers) > 1 and powers != before & POWERS:
        raise AccountRefused("系统管理员、安全管理员、审计员的角色不能由一人兼任")


def officer_code(account: User) -> str:
    """The register's code of the officer that this account belongs to; "" for none."""
    if account.officer_id is None:
        return ""
    return db.session.scalar(select(_OFFICER.c.code).where(_OFFICER.c.id == account.officer_id)) or ""


def _officer_id(agency: Agency | None, form: AccountForm) -> int | None:
    code = (form.officer_code.data or "").strip()
    if not code:
        if Role.OFFICER.value in form.roles.data:
            raise AccountRefused("执法检查人员的账号须填对应的执法人员编号")
        return None
    query = select(_OFFICER.c.id).where(
        _OFFICER.c.code == code, _OFFICER.c.agency_id == (agency.id if agency else 0)
    )
    found = db.session.scalar(query)
    if found is None:
        raise AccountRefused(f"该部门的执法人员名录中没有编号“{code}”")
    return int(found)
