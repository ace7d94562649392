"""Leave: not drawn, not sent out, said why; certificates that end; the year's work without a rank."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.home.dues import dues_of
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.direct_checks import officers_on_offer
from sjj.inspections.gates import gates_of
from sjj.plans.staff import staff_of
from sjj.registers.upkeep_models import OfficerLeave, RegisterChange
from sjj.rules.gates import CERTIFICATES
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.makers.people import make_leave
from tests.makers.plans import make_campaign
from tests.makers.registers import make_officer
from tests.registers.imported import take_in
from tests.visitor import Visitor

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
TODAY = date(2026, 6, 3)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    with time_machine.travel(NOW, tick=False):
        return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def names(page: BeautifulSoup) -> list[str]:
    return [link.get_text(strip=True) for link in page.select("#officers tbody td:first-child a")]


@time_machine.travel(NOW, tick=False)
def test_a_leave_is_noted_ends_early_and_stands_in_the_log(agency: Agency, clerk: Visitor) -> None:
    officer = make_officer(agency, "王建国")
    path = f"/registers/officers/{officer.id}/leave"
    clerk.open(path)
    clerk.submit(
        kind="学习", from_on="2026-06-01", until_on="2026-06-09", note="市局培训<script>alert(1)</script>"
    )
    clerk.follow()
    assert "今天学习（6月1日至6月9日），不抽取、不派出" in clerk.text()
    assert "市局培训<script>" in clerk.text()
    clerk.open("/registers/officers/?presence=away")
    assert names(clerk.page) == ["王建国"]
    assert "学习（6月1日至6月9日）" in clerk.text()
    assert "市局培训" not in clerk.text()
    leave = db.session.scalars(select(OfficerLeave)).one()
    clerk.open(f"/registers/officers/leave/{leave.id}/end")
    clerk.submit()
    clerk.follow()
    db.session.refresh(leave)
    assert leave.until_on == date(2026, 6, 2)
    assert names(clerk.open("/registers/officers/?presence=on")) == ["王建国"]
    said = [entry.sentence for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert said[-2].startswith("登记 王建国 学习：市局培训")
    assert said[-1].endswith("2026-06-03 起销假")
    clerk.open(f"/registers/officers/leave/{leave.id}/end")
    clerk.submit()
    clerk.follow()
    assert "这次请假已经结束" in clerk.text()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"from_on": "2026-06-10", "until_on": "2026-06-01"}, "结束日期不能早于开始日期"),
        ({"from_on": "2026-05-20", "until_on": "2026-06-05"}, "有重叠"),
        ({"from_on": "2026-06-09", "until_on": "2026-06-09"}, "有重叠"),
        ({"from_on": "2026-07-01", "until_on": "2036-07-01"}, "超过三年"),
        ({"from_on": "", "until_on": ""}, "请填写开始日期"),
        ({"kind": "旅游"}, "事由"),
        ({"note": "130227199003079000"}, "身份证号"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_leave_that_cannot_be_is_told(
    values: dict[str, str], problem: str, agency: Agency, clerk: Visitor
) -> None:
    officer = make_officer(agency)
    make_leave(officer, date(2026, 6, 5), date(2026, 6, 9))
    clerk.open(f"/registers/officers/{officer.id}/leave")
    good = {"kind": "请假", "from_on": "2026-07-01", "until_on": "2026-07-02"}
    clerk.submit(status=422, **{**good, **values})
    assert problem in clerk.text()
    assert len(db.session.scalars(select(OfficerLeave)).all()) == 1


@time_machine.travel(NOW, tick=False)
def test_only_whoever_keeps_an_officer_notes_a_leave(agency: Agency, visitor: Visitor) -> None:
    mine, theirs = make_section(agency, "林政科"), make_section(agency, "种苗站")
    own, other = make_officer(agency, section=mine), make_officer(agency, section=theirs)
    foreign = make_officer(make_agency())
    leaves = [
        make_leave(one, date(2026, 6, 1), date(2026, 6, 9), "请假：住院") for one in (own, other, foreign)
    ]
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    for one, leave, status in zip((own, other, foreign), leaves, (200, 404, 404), strict=True):
        visitor.open(f"/registers/officers/{one.id}/leave", status=status)
        visitor.open(f"/registers/officers/leave/{leave.id}/end", status=status)
    visitor.open(f"/registers/officers/{other.id}")
    assert "请假，6月1日至6月9日" in visitor.text()
    assert "住院" not in visitor.text()
    assert "年工作量" not in visitor.text()


def test_who_is_away_on_the_first_possible_day_is_not_drawn(agency: Agency) -> None:
    campaign = make_campaign(agency, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 30), register=False)
    away, later, back = (make_officer(agency, name) for name in ("在外", "以后", "回来"))
    make_leave(away, date(2026, 6, 3), date(2026, 6, 9), "借调：市局")
    make_leave(later, date(2026, 7, 1), date(2026, 7, 9))
    make_leave(back, date(2026, 6, 1), date(2026, 6, 9), cancelled_at=NOW)
    staff = staff_of(campaign, TODAY)
    assert [one.officer for one in staff.members] == [later, back]
    assert staff.left_out == [(away, "借调（6月3日至6月9日）")]
    assert away in [one.officer for one in staff_of(campaign, date(2026, 6, 10)).members]
    early = make_campaign(agency, starts_on=date(2026, 7, 5), ends_on=date(2026, 9, 30), register=False)
    assert [one for one, _ in staff_of(early, TODAY).left_out] == [later]
    assert officers_on_offer(agency.id, TODAY) == [later, back]


def test_the_gate_before_a_visit_names_who_is_away(agency: Agency) -> None:
    visit = make_inspection(agency, planned_on=date(2026, 6, 5), officers=2)
    first = visit.team[0].officer
    make_leave(first, date(2026, 6, 5), date(2026, 6, 5), "请假：住院")

    def gate() -> tuple[bool, str]:
        [found] = [one for one in gates_of(visit, TODAY) if one.code == CERTIFICATES]
        return found.passed, found.sentence

    assert gate() == (
        False,
        f"能到场的持证人员只有 1 人，须 2 人以上：{first.name}请假（6月5日）",
    )
    visit.planned_on = date(2026, 6, 8)
    assert gate()[0]
    visit.ended_on = date(2026, 6, 5)
    leave = db.session.scalars(select(OfficerLeave)).one()
    leave.at = datetime(2026, 6, 20, tzinfo=UTC)  # noted after the visit: they were there
    assert gate()[0]


def test_a_team_of_three_goes_without_the_one_who_is_away(agency: Agency) -> None:
    visit = make_inspection(agency, planned_on=date(2026, 6, 5), officers=3)
    make_leave(visit.team[2].officer, date(2026, 6, 1), date(2026, 6, 9))
    [gate] = [one for one in gates_of(visit, TODAY) if one.code == CERTIFICATES]
    assert gate.passed
    assert gate.sentence.endswith("请假（6月1日至6月9日），不到场")


def test_certificates_that_end_are_due_with_the_visits_after_it(agency: Agency) -> None:
    section = make_section(agency)
    ends = {
        "过期": date(2026, 6, 2),
        "一周": date(2026, 6, 10),
        "一月": date(2026, 7, 3),
        "一季": date(2026, 9, 1),
    }
    people = {name: make_officer(agency, name, certificate_until=day) for name, day in ends.items()}
    make_officer(agency, "还早", certificate_until=date(2026, 9, 2))
    make_officer(agency, "离岗", certificate_until=date(2026, 6, 2), on_duty=False)
    people["一月"].section = section
    make_inspection(agency, officers=[people["一月"], people["一季"]], planned_on=date(2026, 7, 4))
    make_inspection(agency, officers=[people["一月"], people["一季"]], due_on=date(2026, 7, 3))
    lines = [
        one
        for one in dues_of(make_user(Role.OFFICE, agency=agency), Deadlines(TODAY))
        if "执法证" in one.title
    ]
    assert [(one.when, one.title, one.tone) for one in lines] == [
        ("已过期", "1 名人员的执法证已过期", "late"),
        ("7 天内到期", "1 名人员的执法证 7 天内到期", "soon"),
        ("30 天内到期", "1 名人员的执法证 30 天内到期", "soon"),
        ("90 天内到期", "1 名人员的执法证 90 天内到期", ""),
    ]
    assert lines[2].note == "一月（7月3日，之后还安排了 1 户）"
    mine = dues_of(make_user(Role.SECTION_ADMIN, agency=agency, section=section), Deadlines(TODAY))
    assert [one.title for one in mine] == ["1 名人员的执法证 30 天内到期"]
    assert not dues_of(make_user(Role.OFFICE, agency=make_agency()), Deadlines(TODAY))


@time_machine.travel(NOW, tick=False)
def test_the_officer_sees_the_own_certificate_and_leave(agency: Agency, visitor: Visitor) -> None:
    officer = make_officer(agency, "王建国", certificate_until=date(2026, 6, 26))
    make_leave(officer, date(2026, 6, 20), date(2026, 6, 21))
    make_inspection(agency, officers=[officer, make_officer(agency)], planned_on=date(2026, 7, 4))
    visitor.sign_in(make_officer_user(officer)).open("/field/me")
    assert "执法证2026年6月26日到期，还有 23 天" in visitor.text()
    assert "到期以后还安排了 1 户检查" in visitor.text()
    assert "请假，6月20日至6月21日" in visitor.text()
    assert "已检查 0 户次，0 天；还要检查 1 户次" in visitor.text()


@time_machine.travel(NOW, tick=False)
def test_the_year_s_work_is_days_and_visits_in_the_order_of_the_list(agency: Agency, clerk: Visitor) -> None:
    busy, idle = make_officer(agency, "甲", code="ZF-100"), make_officer(agency, "乙", code="ZF-101")
    for _ in range(2):
        make_inspection(agency, officers=[busy, idle], ended_on=date(2026, 3, 5))
    make_inspection(agency, officers=[busy, idle], ended_on=date(2025, 3, 5))
    make_inspection(agency, officers=[idle, busy], off_site=True, ended_on=date(2026, 4, 1))
    make_leave(idle, date(2025, 12, 30), date(2026, 1, 3))
    clerk.open("/registers/officers/work")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in clerk.page.select("tbody tr")]
    assert [(row[0], row[4:]) for row in rows] == [("甲", ["1", "2", "0", "0"]), ("乙", ["1", "2", "0", "3"])]
    assert not clerk.page.select("th a")
    clerk.open("/registers/officers/work?year=2025")
    assert clerk.page.select("tbody tr")[1].get_text(" ", strip=True).endswith("1 1 0 2")
    clerk.open(f"/registers/officers/work?agency={make_agency().id}", status=404)


@time_machine.travel(NOW, tick=False)
def test_whoever_leaves_the_list_leaves_it_with_a_reason(agency: Agency, clerk: Visitor) -> None:
    officer = make_officer(agency, "王建国", group="一组")
    path = f"/registers/officers/{officer.id}/edit"
    clerk.open(path)
    clerk.submit(status=422, on_duty=[], group="二组")
    assert "不再在岗的，请写明原因" in clerk.text()
    clerk.open(path)
    clerk.submit(on_duty=[], group="二组", reason="调离至市局")
    change = db.session.scalars(select(RegisterChange)).one()
    assert (change.kind, change.reason, change.source) == ("left", "调离至市局", "form")
    assert change.changes == {"执法组": ["一组", "二组"], "在岗状态": ["在岗", "离岗"]}
    clerk.follow()
    assert "移出 执法组：一组 → 二组；在岗状态：在岗 → 离岗" in clerk.text()
    clerk.open(path)
    clerk.submit(on_duty=["y"])
    assert db.session.scalars(select(RegisterChange.kind).order_by(RegisterChange.id)).all() == [
        "left",
        "returned",
    ]


def test_a_workbook_takes_officers_off_the_list_and_brings_them_back(agency: Agency) -> None:
    officer = make_officer(agency, "王建国", code="ZF-900")
    for state in ("离岗", "在岗"):
        row = [officer.name, officer.code, officer.certificate_no, state]
        take_in(agency, [["姓名", "人员编号", "执法证号", "在岗状态"], row], "officers")
    kept = db.session.execute(select(RegisterChange.kind, RegisterChange.changes).order_by(RegisterChange.id))
    assert [tuple(one) for one in kept] == [
        ("left", {"在岗状态": ["在岗", "离岗"]}),
        ("returned", {"在岗状态": ["离岗", "在岗"]}),
    ]


@time_machine.travel(NOW, tick=False)
def test_the_list_is_narrowed_and_taken_along_as_it_is_shown(agency: Agency, clerk: Visitor) -> None:
    make_officer(agency, "组员", group="一组、三组")
    make_officer(agency, "快到", certificate_until=date(2026, 6, 9))
    make_officer(agency, "下月", certificate_until=date(2026, 7, 3))
    make_officer(agency, "离岗", on_duty=False)
    db.session.commit()
    for query, wanted in (
        ("group=三组", ["组员"]),
        ("validity=in7", ["快到"]),
        ("validity=in30", ["快到", "下月"]),
        ("presence=off", ["离岗"]),
        ("presence=on&group=一组", ["组员"]),
        ("presence=无", ["组员", "快到", "下月", "离岗"]),
    ):
        assert names(clerk.open(f"/registers/officers/?{query}")) == wanted, query
        table = clerk.client.get(f"/registers/officers/export.csv?{query}").get_data(as_text=True)
        assert len(table.strip().splitlines()) == 1 + len(wanted), query
