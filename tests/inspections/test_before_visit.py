"""Before going out: the day in order, what was found last time, the way there, another day with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.followups.models import Problem
from sjj.inspections.before import before, dialled, map_links
from sjj.inspections.day_list import day_list
from sjj.inspections.found_before import found_before
from sjj.inspections.gates import gates_of
from sjj.inspections.models import Inspection
from sjj.inspections.reschedule import OtherDay, RescheduleRefused, reschedule
from sjj.inspections.visit_models import Reschedule
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import ProblemState, ResultState
from sjj.web import now, today
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
DAY = date(2026, 3, 5)


def failing(inspection: Inspection, day: date = DAY) -> list[str]:
    """What is not in order."""
    return [one.sentence for one in gates_of(inspection, day) if not one.passed]


def test_the_gates_go_by_the_registers_on_the_day_of_the_visit(app: Flask) -> None:
    one = make_inspection()
    assert failing(one) == []
    first, second = (member.officer for member in one.team)
    second.certificate_until = DAY
    assert failing(one) == []
    one.planned_on = DAY + timedelta(days=1)
    assert failing(one) == [f"持有效执法证的只有 1 人，须 2 人以上：{second.name}执法证2026年3月5日已到期"]
    second.certificate_until = date(2030, 1, 1)
    recusal = Recusal(officer=first, entity=one.entity, reason="近亲属任职", declared_at=NOW, approved=None)
    db.session.add(recusal)
    db.session.flush()
    assert failing(one) == [f"{first.name}的回避申请待决定（近亲属任职）"]
    recusal.approved = False
    db.session.flush()
    assert failing(one) == []
    recusal.approved, one.team[0].left_at = True, NOW
    one.team[1].officer.on_duty = False
    db.session.flush()
    assert failing(one) == [f"持有效执法证的只有 0 人，须 2 人以上：{second.name}不在岗"]
    item = one.campaign.items[0].item
    item.published_at = None
    assert failing(one)[0] == f"“{item.name}”没有公布，不得检查"


def test_the_day_list_is_in_order_with_what_one_should_know(app: Flask, visitor: Visitor) -> None:
    day = today(now())
    officer = make_officer(make_agency())
    mate = make_officer(officer.agency)

    def visit(lat: float | None = None, **more: object) -> Inspection:
        entity = make_entity(
            officer.agency, lat=lat, lon=118.31 if lat else None, phone="联系人 0315-1234567转8"
        )
        return make_inspection(officer.agency, entity=entity, officers=[officer, mate], **more)

    far, near = visit(40.9, due_on=day + timedelta(days=9)), visit(40.2, due_on=day + timedelta(days=30))
    late = visit(40.1, due_on=day - timedelta(days=1))
    planned = visit(due_on=day + timedelta(days=9), planned_on=day)
    back = visit(state=ResultState.SENT_BACK, approved=False)
    earlier = make_inspection(officer.agency, entity=near.entity, state=ResultState.PUBLISHED)
    for text, state in (("出库台账缺 2 月份", ProblemState.OPEN), ("标签不全", ProblemState.CLOSED)):
        problem = Problem(
            inspection=earlier,
            agency_id=earlier.agency_id,
            kind="责令改正",
            text=text,
            state=state,
            opened_at=NOW,
        )
        db.session.add(problem)
    db.session.commit()

    listed = day_list([far, near, planned, late, back], day)
    assert [stop.inspection for stop in listed] == [back, late, planned, near, far]
    assert [stop.far for stop in listed] == ["", "", "", "11.1 公里", "77.8 公里"]
    assert listed[3].last.result == "未发现问题"
    assert [one.text for one in listed[3].last.open] == ["出库台账缺 2 月份"]

    page = visitor.sign_in(make_officer_user(officer)).open("/field/")
    cards = [str(card.select_one("strong").get_text()) for card in page.select(".stop")]
    assert cards == [stop.inspection.entity.name for stop in listed]
    assert [head.get_text() for head in page.select("[data-stops] h2")][:2] == [
        "退回更正（1）",
        "已超期（1）",
    ]
    text = page.get_text()
    assert "1 个问题未闭环" in text
    assert "未办检查审批" in text
    card = page.select(".stop")[3]
    assert card["data-lat"] == "40.2"
    assert card.select_one("a[href^='tel:']")["href"] == "tel:03151234567"
    assert card.select_one("a[href^='geo:']")["href"].startswith("geo:40.200000,118.310000?q=")
    assert "coordinate=gaode" in card.select_one("a[href^='https:']")["href"]

    form = visitor.open(f"/field/inspections/{near.uid}")
    told = form.select_one("details.before").get_text()
    for words in ("都符合", "出库台账缺 2 月份", "整改中", "标签不全", "已闭环", "检查通知书"):
        assert words in told


def test_what_was_found_before_is_of_the_visits_before(app: Flask) -> None:
    first = make_inspection(state=ResultState.PUBLISHED)
    second = make_inspection(first.agency, entity=first.entity)
    taken_back = make_inspection(first.agency, entity=first.entity, state=ResultState.PUBLISHED)
    taken_back.state = ResultState.WITHDRAWN
    other = make_inspection(first.agency)
    db.session.flush()
    found = found_before([first, second, other])
    assert {key: last.inspection_id for key, last in found.items()} == {second.id: first.id}
    assert before(second, DAY).last == found[second.id]


def test_map_links_and_numbers(app: Flask) -> None:
    placed = make_entity(make_agency(), lat=31.1774276, lon=121.5272106, name="示例厂(一)")
    links = map_links(placed)
    assert (
        links.own
        == "geo:31.177428,121.527211?q=31.177428,121.527211(%E7%A4%BA%E4%BE%8B%E5%8E%82%28%E4%B8%80%29)"
    )
    assert "position=121.531542,31.175304" in links.app
    placed.lat = 1234.0
    assert map_links(placed).own.startswith("geo:0,0?q=")
    placed.address = ""
    assert map_links(placed) == type(links)()
    assert dialled("张三 138 0000 0000/0315-1234567") == "13800000000"
    assert dialled("+86 315-1234567") == "+863151234567"
    assert dialled("未登记") == ""


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        (OtherDay(date(2026, 3, 4), "停产"), ["不能改到过去的日子"]),
        (OtherDay(date(2026, 3, 10), "停产"), ["就是现在计划的日子"]),
        (OtherDay(date(2026, 3, 11)), ["请写明改期的原因"]),
        (
            OtherDay(date(2026, 4, 1), "停产"),
            ["晚于检查完成日期 2026年3月31日，确要改到这一天的，请勾选下面一项"],
        ),
        (OtherDay(date(2026, 4, 1), "停产", beyond=True), []),
        (OtherDay(DAY, "停产"), []),
        (OtherDay(date(2026, 3, 4), "长" * 301), ["不能改到过去的日子", "不超过 300 字"]),
    ],
    ids=["past", "same", "no reason", "after the last day", "meant", "today", "two problems"],
)
def test_another_day_is_taken_only_with_sense(app: Flask, wanted: OtherDay, refused: list[str]) -> None:
    one = make_inspection(planned_on=date(2026, 3, 10))
    user = make_user(Role.OFFICE, agency=one.agency)
    if refused:
        with pytest.raises(RescheduleRefused) as told:
            reschedule(one, wanted, user, NOW)
        assert [sentence for _, sentence in told.value.problems] == refused
        assert one.planned_on == date(2026, 3, 10)
        return
    reschedule(one, wanted, user, NOW)
    db.session.flush()
    assert one.planned_on == wanted.to_on
    row = db.session.scalars(db.select(Reschedule)).one()
    assert (row.from_on, row.to_on, row.reason) == (date(2026, 3, 10), wanted.to_on, "停产")


@pytest.mark.parametrize("state", [ResultState.AWAITING_REVIEW, ResultState.PUBLISHED, ResultState.WITHDRAWN])
def test_a_visit_that_is_over_has_no_other_day(app: Flask, state: ResultState) -> None:
    one = make_inspection(state=state)
    with pytest.raises(RescheduleRefused, match="不能再改期"):
        reschedule(one, OtherDay(DAY, "停产"), make_user(Role.OFFICE, agency=one.agency), NOW)


def test_the_team_and_the_office_move_a_visit_without_a_script(app: Flask) -> None:
    tomorrow = today(now()) + timedelta(days=1)
    one = make_inspection(due_on=tomorrow + timedelta(days=1))
    phone = Visitor(app).sign_in(make_officer_user(one.team[0].officer))
    path = f"/field/inspections/{one.uid}/reschedule"
    phone.open(path)
    phone.submit("main form", to_on="", status=422)
    phone.submit("main form", to_on=tomorrow.isoformat())
    assert "出发前" in phone.follow().get_text()
    phone.open(path)
    phone.submit("main form", to_on=(tomorrow + timedelta(days=2)).isoformat(), status=422)
    assert "晚于检查完成日期" in phone.text()
    assert "请写明改期的原因" in phone.text()

    desk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=one.agency))
    desk.open(f"/inspections/{one.id}/reschedule")
    desk.submit("main form", to_on=(tomorrow + timedelta(days=2)).isoformat(), reason="企业停电", beyond="y")
    told = desk.follow().select_one("#gates").get_text()
    assert "首次安排" in told
    assert "企业停电" in told
    said = db.session.scalars(
        db.select(AuditEntry.sentence).where(AuditEntry.action == "inspection.rescheduled")
    ).all()
    assert len(said) == 2
    assert "企业停电" in said[1]
    stranger = Visitor(app).sign_in(make_officer_user(make_officer(one.agency)))
    stranger.open(path, 404)
    Visitor(app).sign_in(make_user(Role.APPROVER, agency=one.agency)).open(
        f"/inspections/{one.id}/reschedule", 403
    )
