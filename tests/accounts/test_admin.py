"""Keeping agencies, sections and accounts; who may and who may not."""

import pytest
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from tests.makers.accounts import make_agency, make_section, make_user
from tests.visitor import Visitor


def test_the_system_administrator_enters_an_agency_and_a_section(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.SYSTEM_ADMIN))
    visitor.open("/admin/agencies/new")
    visitor.submit(name="试点县林业局", short_name="试林", theme="林业", division_code="13022", status=422)
    assert "行政区划代码为 6 位数字" in visitor.text()
    visitor.submit(name="试点县林业局", short_name="试林", theme="林业", division_code="130227")
    agency = db.session.scalars(select(Agency)).one()
    visitor.open(f"/admin/agencies/{agency.id}/sections/new")
    visitor.submit(name="种苗站")
    visitor.open(f"/admin/agencies/{agency.id}/sections/new")
    visitor.submit(name="种苗站", status=422)
    assert "已有内设机构" in visitor.text()


def test_the_security_administrator_makes_an_account_whose_password_shows_once(visitor: Visitor) -> None:
    agency = make_agency()
    make_section(agency)
    visitor.sign_in(make_user(Role.SECURITY_ADMIN))
    visitor.open("/admin/accounts/new")
    visitor.submit(
        username="wang", display_name="王工", agency_id=str(agency.id), roles=["office"], status=200
    )
    assert "只显示这一次" in visitor.text()
    made = db.session.scalars(select(User).where(User.username == "wang")).one()
    assert made.must_change_password
    assert [grant.agency_id for grant in made.grants] == [agency.id]
    assert "新建账号 wang（业务科室人员）" in db.session.scalars(select(AuditEntry.sentence)).all()


def test_an_officer_account_names_an_officer_of_the_register(visitor: Visitor) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.SECURITY_ADMIN))
    visitor.open("/admin/accounts/new")
    values = {"username": "zhang", "display_name": "张明", "agency_id": str(agency.id), "roles": ["officer"]}
    visitor.submit(**values, officer_code="ZF-404", status=422)
    assert "没有编号“ZF-404”" in visitor.text()


def test_nobody_stops_their_own_account(visitor: Visitor) -> None:
    user = make_user(Role.SECURITY_ADMIN)
    visitor.sign_in(user)
    visitor.open(f"/admin/accounts/{user.id}")
    visitor.submit(disabled="y", status=422)
    assert "不能停用自己的账号" in visitor.text()


@pytest.mark.parametrize("path", ["/admin/agencies", "/admin/accounts", "/audit/", "/admin/accounts/new"])
@pytest.mark.parametrize("role", [Role.OFFICE, Role.OFFICER, Role.APPROVER, Role.SUPERVISOR])
def test_the_office_does_not_administer(visitor: Visitor, role: Role, path: str) -> None:
    visitor.sign_in(make_user(role, agency=make_agency()))
    visitor.open(path, 403)


def test_the_three_powers_stand_apart(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.SYSTEM_ADMIN))
    visitor.open("/admin/accounts", 403)
    visitor.open("/audit/", 403)


def test_an_agencys_own_security_administrator_sees_only_its_accounts(visitor: Visitor) -> None:
    ours, theirs = make_agency(), make_agency()
    stranger = make_user(Role.OFFICE, agency=theirs)
    visitor.sign_in(make_user(Role.SECURITY_ADMIN, agency=ours))
    visitor.open(f"/admin/accounts/{stranger.id}", 404)
    visitor.open("/admin/accounts")
    assert stranger.username not in visitor.text()


def test_the_log_can_be_searched(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.AUDITOR, username="shen"))
    visitor.open("/audit/?q=shen&action=account")
    assert "shen 登录" in visitor.text()
    visitor.open("/audit/?q=%25")
    assert "没有符合条件的日志" in visitor.text()


def test_nobody_changes_their_own_roles(visitor: Visitor) -> None:
    user = make_user(Role.SECURITY_ADMIN)
    visitor.sign_in(user)
    visitor.open(f"/admin/accounts/{user.id}")
    visitor.submit(roles=["security_admin", "approver"], status=422)
    assert "不能改自己的角色" in visitor.text()


def test_the_three_powers_are_not_joined_by_the_form(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.SECURITY_ADMIN))
    visitor.open("/admin/accounts/new")
    visitor.submit(username="wang", display_name="王工", roles=["system_admin", "auditor"], status=422)
    assert "不能由一人兼任" in visitor.text()


def test_a_section_administrator_has_a_section(visitor: Visitor) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.SECURITY_ADMIN))
    visitor.open("/admin/accounts/new")
    values = {"username": "wang", "display_name": "王工", "agency_id": str(agency.id)}
    visitor.submit(**values, roles=["section_admin"], status=422)
    assert "须选定内设机构" in visitor.text()


@pytest.mark.parametrize(
    "path", ["/public/draws/9999999999999999999999999", "/public/?agency=99999999999999999999"]
)
def test_an_impossible_number_in_an_address_is_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.client.get(path).status_code in (200, 404)
