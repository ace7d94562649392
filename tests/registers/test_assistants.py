"""协助人员: a list of their own, never drawn, never one of the two, offered where a record names who came along."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.direct_checks import officers_on_offer
from sjj.plans.staff import staff_of
from sjj.registers.models import Officer
from sjj.registers.upkeep_models import Assistant
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.makers.people import make_assistant
from tests.makers.plans import make_campaign
from tests.makers.registers import make_officer
from tests.visitor import Visitor


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


def names(visitor: Visitor) -> list[str]:
    return [row.td.get_text(strip=True) for row in visitor.page.select("#assistants tbody tr")]  # type: ignore[union-attr]


def test_an_assistant_is_entered_changed_and_goes_along_no_more(agency: Agency, visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open("/registers/assistants/")
    assert "还没有登记协助人员" in visitor.text()
    visitor.open("/registers/assistants/new")
    visitor.submit(status=422, place=f"{agency.id}-0", name="", note="130227199003079000")
    assert "请填写姓名" in visitor.text()
    assert "身份证号" in visitor.text()
    visitor.submit(place=f"{agency.id}-0", name="<b>林小树</b>", post="护林员", note="熟悉山路")
    visitor.follow()
    assert names(visitor) == ["<b>林小树</b>"]
    assert not visitor.page.select("td b")
    one = db.session.scalars(select(Assistant)).one()
    visitor.open(f"/registers/assistants/{one.id}")
    visitor.submit(on_duty=[], name="林小树")
    visitor.follow()
    assert names(visitor) == ["林小树不再随行"]
    for query, found in (("state=on", 0), ("state=off", 1), ("q=护林", 1), ("q=%", 0)):
        visitor.open(f"/registers/assistants/?{query}")
        assert len(names(visitor)) == found, query
    table = visitor.client.get("/registers/assistants/export.csv?state=off").get_data(as_text=True)
    assert "林小树,护林员" in table
    said = db.session.scalars(select(AuditEntry.sentence).order_by(AuditEntry.id)).all()
    assert said[-2:] == ["登记协助人员 <b>林小树</b>", "修改协助人员 林小树：名称、在岗"]


def test_other_agencies_and_sections_are_out_of_reach(agency: Agency, visitor: Visitor) -> None:
    mine, theirs = make_section(agency, "林政科"), make_section(agency, "种苗站")
    own, other = (make_assistant(agency, name, section=one) for name, one in (("甲", mine), ("乙", theirs)))
    foreign = make_assistant(make_agency(), "丙")
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    visitor.open("/registers/assistants/")
    assert sorted(names(visitor)) == ["乙", "甲"]
    for one, status in ((own, 200), (other, 404), (foreign, 404)):
        visitor.open(f"/registers/assistants/{one.id}", status=status)
    visitor.open("/registers/assistants/new")
    visitor.submit(status=422, place=f"{agency.id}-{theirs.id}", name="丁")
    reader = Visitor(visitor.app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    reader.open("/registers/assistants/")
    reader.open("/registers/assistants/new", status=403)


def test_an_assistant_is_never_an_officer(agency: Agency) -> None:
    campaign = make_campaign(agency, register=False)
    make_assistant(agency)
    officer = make_officer(agency)
    staff = staff_of(campaign, date(2026, 6, 3))
    assert [one.officer for one in staff.members] == [officer]
    assert not staff.left_out
    assert officers_on_offer(agency.id, date(2026, 6, 3)) == [officer]
    assert len(db.session.scalars(select(Officer)).all()) == 1


def test_the_record_offers_the_names_of_the_list(agency: Agency, visitor: Visitor) -> None:
    make_assistant(agency, "林小树")
    make_assistant(agency, "不去的", on_duty=False)
    make_assistant(make_agency(), "外单位的")
    visit = make_inspection(agency)
    visitor.sign_in(make_officer_user(visit.team[0].officer)).open(f"/field/inspections/{visit.uid}")
    hint = visitor.page.select_one("#assistants-hint")
    assert hint is not None
    assert hint.get_text() == "协助人员不是执法人员，多人用顿号隔开。名录中有：林小树"
