"""领导小组 of an agency: set up, changed, its history kept; nobody of another agency touches it."""

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.leading_models import LeadingGroup, LeadingMember
from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from tests.makers.accounts import make_agency, make_section, make_user
from tests.visitor import Visitor

PEOPLE = {
    "members-0-role": "副组长",
    "members-0-name": "副甲",
    "members-0-post": "副局长",
    "members-1-role": "组长",
    "members-1-name": "头乙",
    "members-1-post": "局长",
    "members-3-role": "成员",
    "members-3-name": "员<i>丙</i>",
}


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency("试点县林业局")


def rows(visitor: Visitor) -> list[str]:
    return [row.get_text(" ", strip=True) for row in visitor.page.select("tbody tr")]


def test_it_is_set_up_changed_and_remembers(agency: Agency, visitor: Visitor) -> None:
    section = make_section(agency, "执法队")
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open("/leading/")
    assert "还没有登记领导小组" in visitor.text()
    path = f"/leading/{agency.id}/edit"
    visitor.open(path)
    visitor.submit(
        document_no="试林字〔2024〕11号",
        office_section_id=str(section.id),
        duties="<b>审议计划</b>",
        **PEOPLE,
    )
    visitor.follow()
    assert rows(visitor) == ["组长 头乙 局长", "副组长 副甲 副局长", "成员 员<i>丙</i> —"]
    assert not visitor.page.select("main td i, main p b")
    assert "办公室设在 执法队" in visitor.text()
    page = visitor.open(path)
    assert len(page.select(".member")) == 3 + 4
    visitor.submit()
    visitor.follow()
    assert "没有改动" in visitor.text()
    visitor.open(path)
    visitor.submit(**{"members-0-name": "新丁", "members-2-name": "", "members-2-post": ""})
    visitor.follow()
    assert rows(visitor) == ["组长 新丁 局长", "副组长 副甲 副局长"]
    assert (
        "成员：组长 头乙（局长）；副组长 副甲（副局长）；成员 员<i>丙</i> → 组长 新丁（局长）；副组长 副甲（副局长）"
        in (visitor.text())
    )
    said = db.session.scalars(
        select(AuditEntry.sentence).where(AuditEntry.action == "leading.saved").order_by(AuditEntry.id)
    ).all()
    assert said[0].startswith("设立试点县林业局")
    assert said[1].endswith("：成员")
    assert len(db.session.scalars(select(LeadingMember)).all()) == 2


def test_members_have_accounts_of_their_own(agency: Agency, visitor: Visitor) -> None:
    leader = make_user(Role.LEADER, agency=agency)
    stranger = make_user(Role.LEADER, agency=make_agency("别的局"))
    path = f"/leading/{agency.id}/edit"
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(path)
    offered = {option["value"] for option in visitor.page.select('[name="members-0-user_id"] option')}
    assert (str(leader.id) in offered, str(stranger.id) in offered) == (True, False)
    both = {"members-0-user_id": str(leader.id), "members-1-user_id": str(leader.id)}
    visitor.submit(**PEOPLE, **both, status=422)
    assert "一个登录账号只能对应一名成员" in visitor.text()
    visitor.submit(**{"members-0-user_id": "0"})
    visitor.follow()
    linked = {one.name: one.user_id for one in db.session.scalars(select(LeadingMember))}
    assert (linked["头乙"], linked["副甲"]) == (leader.id, None)
    visitor.open(path)
    visitor.submit()
    visitor.follow()
    assert "没有改动" in visitor.text()
    visitor.open(path)
    visitor.submit(**{"members-0-user_id": "0"})
    visitor.follow()
    assert f"组长 头乙（局长），账号 {leader.username}；副组长 副甲（副局长）" in visitor.text()


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"members-1-role": "成员"}, "请填写一名组长"),
        ({"members-0-role": "组长"}, "组长只能有一名"),
        ({"members-3-name": "头乙", "members-3-post": "局长"}, "同一人填了两次"),
        ({"members-3-name": "", "members-3-post": "科长"}, "这一行没有填写姓名"),
        ({"members-3-role": "顾问"}, "有"),
        ({"members-3-post": "130227199003079000"}, "身份证"),
        ({"name": ""}, "请填写名称"),
        ({"duties": "职" * 1001}, "不超过 1000 字"),
        ({"since_on": "2024-02-30"}, "有"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_told_at_its_place(
    values: dict[str, str], problem: str, agency: Agency, visitor: Visitor
) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/leading/{agency.id}/edit")
    visitor.submit(status=422, **{**PEOPLE, **values})
    summary = visitor.page.select_one("[data-summary]")
    assert summary is not None
    assert problem in summary.get_text()
    assert visitor.page.select_one("#members-0-name")["value"] == "副甲"  # type: ignore[index]
    assert db.session.scalar(select(LeadingGroup)) is None


def test_nobody_touches_another_agency_s(agency: Agency, visitor: Visitor) -> None:
    other = make_agency()
    section = make_section(other, "外局科室")
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/leading/{other.id}/edit", status=404)
    visitor.open(f"/leading/?agency={other.id}", status=404)
    visitor.open(f"/leading/{agency.id}/edit")
    visitor.submit(status=422, office_section_id=str(section.id), **PEOPLE)
    leader = Visitor(visitor.app).sign_in(make_user(Role.LEADER, agency=agency))
    leader.open("/leading/")
    leader.open(f"/leading/{agency.id}/edit", status=403)
    admin = Visitor(visitor.app).sign_in(make_user(Role.SYSTEM_ADMIN))
    admin.open(f"/leading/{other.id}/edit")
    admin.submit(office_section_id=str(section.id), **PEOPLE)
    admin.follow()
    assert rows(admin)[0] == "组长 头乙 局长"
