"""回避: an officer declares for themself, the office for anyone, the approver decides, granted ones bar."""

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_queries import bars, waiting
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import make_entity, make_officer, make_recusal
from tests.visitor import Visitor


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


def test_only_granted_recusals_bar(agency: Agency) -> None:
    officers = [make_officer(agency) for _ in range(3)]
    entity, other = make_entity(agency), make_entity(agency)
    for officer, approved in zip(officers, (True, False, None), strict=True):
        make_recusal(officer, entity, approved=approved)
    make_recusal(officers[0], other)
    assert bars([entity.id]) == {entity.id: {officers[0].id: "近亲属"}}
    assert bars([]) == {}
    assert [recusal.officer for recusal in waiting([agency.id])] == [officers[2]]


def test_bars_are_found_among_very_many(agency: Agency) -> None:
    officer, entity = make_officer(agency), make_entity(agency)
    make_recusal(officer, entity)
    assert list(bars(range(entity.id, entity.id + 70_000))) == [entity.id]


def test_an_officer_declares_and_sees_only_their_own(agency: Agency, visitor: Visitor) -> None:
    me, colleague = make_officer(agency, "王建国"), make_officer(agency, "李红")
    entity = make_entity(agency, "试点县兴旺木材加工厂", credit_risk="D")
    make_recusal(colleague, entity, reason="李红的私事")
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICER, agency=agency, officer_id=me.id))
    visitor.open("/registers/recusals/new?q=xingwang")
    assert "没有找到" in visitor.text()
    visitor.open("/registers/recusals/new?q=兴旺")
    assert [option["value"] for option in visitor.page.select("#officer_id option")] == [str(me.id)]
    visitor.submit(entity_id=str(entity.id), officer_id=str(colleague.id), reason="同学", status=422)
    visitor.open("/registers/recusals/new?q=兴旺")
    visitor.submit(entity_id=str(entity.id), reason="同学")
    visitor.follow()
    assert "待审批" in visitor.text()
    assert "李红的私事" not in visitor.text()
    recusal = db.session.scalars(select(Recusal).where(Recusal.officer_id == me.id)).one()
    assert recusal.approved is None
    assert bars([entity.id]) == {entity.id: {colleague.id: "李红的私事"}}


def test_the_office_declares_and_the_approver_decides(agency: Agency, app: Flask) -> None:
    officer, entity = make_officer(agency, "王建国"), make_entity(agency, "兴旺厂")
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open(f"/registers/recusals/new?entity={entity.id}&officer={officer.id}")
    clerk.submit(reason="近亲属任职")
    recusal = db.session.scalars(select(Recusal)).one()
    clerk.open(f"/registers/recusals/{recusal.id}/decide", status=403)
    approver = Visitor(app).sign_in(make_user(Role.APPROVER, agency=agency))
    approver.open(f"/registers/recusals/{recusal.id}/decide")
    approver.submit(do="approve", note="情况属实")
    assert bars([entity.id]) == {entity.id: {officer.id: "近亲属任职"}}
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.sentence == "批准回避 王建国 — 兴旺厂"
    assert entry.details["changes"] == {"approved": [None, True]}
    clerk.open(f"/registers/recusals/new?entity={entity.id}&officer={officer.id}")
    clerk.submit(reason="再报一次", status=422)
    assert "已经批准" in clerk.text()


def test_refusing_and_lifting_need_a_reason(agency: Agency, visitor: Visitor) -> None:
    recusal = make_recusal(make_officer(agency), make_entity(agency), approved=None)
    visitor.sign_in(make_user(Role.APPROVER, agency=agency))
    for before, after in ((None, False), (True, False)):
        recusal.approved = before
        db.session.commit()
        visitor.open(f"/registers/recusals/{recusal.id}/decide")
        visitor.submit(do="refuse", status=422)
        assert "须写明理由" in visitor.text()
        visitor.submit(do="refuse", note="关系已经不存在")
        db.session.refresh(recusal)
        assert recusal.approved is after
    visitor.open(f"/registers/recusals/{recusal.id}/decide")
    visitor.submit(do="approve", status=422)
    assert "请重新申报" in visitor.text()
    visitor.submit(do="nonsense", status=422)


def test_a_refused_recusal_may_be_declared_again(agency: Agency, visitor: Visitor) -> None:
    officer, entity = make_officer(agency), make_entity(agency)
    recusal = make_recusal(officer, entity, approved=False)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/registers/recusals/new?entity={entity.id}&officer={officer.id}")
    visitor.submit(reason="新的情况")
    db.session.refresh(recusal)
    assert (recusal.approved, recusal.reason, recusal.decided_at) == (None, "新的情况", None)


def test_nobody_decides_on_what_they_declared_themself(agency: Agency, visitor: Visitor) -> None:
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    recusal = make_recusal(make_officer(agency), make_entity(agency), approved=None)
    recusal.declared_by_id = both.id
    db.session.commit()
    visitor.sign_in(both)
    visitor.open(f"/registers/recusals/{recusal.id}/decide")
    visitor.submit(do="approve", status=422)
    assert "不能审批自己申报的回避" in visitor.text()


def test_another_agency_s_recusals_are_out_of_reach(agency: Agency, visitor: Visitor) -> None:
    other = make_agency()
    officer, entity = make_officer(other, "别局的人"), make_entity(other, "别局的厂")
    recusal = make_recusal(officer, entity, approved=None)
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, Role.APPROVER, agency=agency))
    visitor.open(f"/registers/recusals/{recusal.id}/decide", status=404)
    visitor.open("/registers/recusals/")
    assert "别局" not in visitor.text()
    make_officer(agency)
    db.session.commit()
    visitor.open("/registers/recusals/new?q=别局")
    assert "没有找到" in visitor.text()
    visitor.submit(entity_id=str(entity.id), reason="越权", status=422)


def test_the_office_must_choose_whose_recusal_it_is(agency: Agency, visitor: Visitor) -> None:
    entity = make_entity(agency)
    make_officer(agency)
    make_officer(agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/registers/recusals/new?entity={entity.id}")
    visitor.submit(reason="近亲属", status=422)
    assert "请选择执法人员" in visitor.text()
    assert db.session.scalar(select(Recusal)) is None


def test_an_account_without_an_officer_is_told_so(agency: Agency, visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICER, agency=agency))
    visitor.open("/registers/recusals/new")
    assert "没有对应的执法人员" in visitor.text()
