"""The lines of a year's plan as the office keeps them in a browser, and what may not be done to them."""

import threading
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_line_services import move_line, stand_of
from sjj.plans.plan_models import Plan
from sjj.registers.models import SupervisionClass
from sjj.rules.lifecycle import PlanState
from tests.makers.accounts import MADE_AT, make_agency, make_section, make_user
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.registers import make_entity, make_item
from tests.visitor import Visitor, controls

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LISTED = date(2026, 1, 1)
FORM = "form.plan-line"


def register(agency: Agency, *, special: int = 4, key: int = 9, listed: int = 3, general: int = 20) -> None:
    """Enterprises of each class, some of the general ones on the positive list."""
    for kind, number, since in (
        (SupervisionClass.SPECIAL, special, None),
        (SupervisionClass.KEY, key, None),
        (SupervisionClass.GENERAL, listed, LISTED),
        (SupervisionClass.GENERAL, general, None),
    ):
        for _ in range(number):
            make_entity(agency, supervision_class=kind, positive_from=since, industry="木材加工")


def clerk_of(agency: Agency) -> User:
    """Who makes the plan."""
    return make_user(Role.OFFICE, agency=agency)


def lines(agency: Agency) -> list[PlanLine]:
    """The lines that stand, in order."""
    db.session.expire_all()
    query = select(PlanLine).where(PlanLine.agency_id == agency.id, PlanLine.dropped_at.is_(None))
    return list(db.session.scalars(query.order_by(PlanLine.number)))


def publish(agency: Agency, state: PlanState = PlanState.PUBLISHED, version: int = 1) -> Plan:
    """A version of the plan in this state."""
    plan = Plan(agency_id=agency.id, year=2026, version=version, state=state, content={}, created_at=MADE_AT)
    db.session.add(plan)
    db.session.commit()
    return plan


def test_a_line_from_the_empty_plan_to_its_numbers(app: Flask, visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    register(agency)
    item, section = make_item(agency), make_section(agency, "法规科")
    visitor.sign_in(clerk_of(agency)).open("/plan-lines/?year=2026")
    assert "2026年还没有计划项" in visitor.text()
    visitor.open("/plan-lines/new?year=2026")
    typed = {
        "name": "一般监管对象检查", "item_ids": [str(item.id)], "quarter": "2", "positive": "no",
        "layer_by": "supervision_class", "take_supervision_class_2": "不低于3%",
        "least_supervision_class_2": "2", "section_id": str(section.id), "skip_inspected": "half",
    }  # fmt: skip
    visitor.submit(FORM, 200, do="preview", **typed)
    assert (
        "一般监管对象 23 户 − 正面清单 3 户 = 20 户 × 3% = 0.6 → 1 户；不少于 2 户 → 2 户" in visitor.text()
    )
    assert "本项预计抽取 2 户，需 2 人日" in visitor.text().replace(" 户 ，", " 户，").replace("取 2", "取 2")
    assert not lines(agency), "a calculation keeps nothing"
    visitor.submit(FORM, **typed)
    visitor.follow()
    [line] = lines(agency)
    assert (line.number, line.quarter, line.skip_inspected) == (1, 2, "half")
    assert line.layers == [{"by": "supervision_class", "value": "一般", "take": "不低于3%", "minimum": 2}]
    row = visitor.page.select_one(f"#line-{line.id}").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "20 2" in row, "objects and how many of them are drawn"
    assert "本半年已检查的不再抽" in row
    assert "部门联合抽查次数" in visitor.text()
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.action == "plan_line.saved"))
    assert list(said) == ["保存2026年计划第1项“一般监管对象检查”"]


def test_the_fragment_says_what_an_edit_does_to_the_targets(visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    register(agency)
    line = make_plan_line(
        agency, quarter=1, layers=[{"by": "supervision_class", "value": "特殊", "take": "25%", "minimum": 0}]
    )
    visitor.sign_in(clerk_of(agency)).open(f"/plan-lines/{line.id}")
    typed = {
        "do": "preview",
        "name": "特殊",
        "layer_by": "supervision_class",
        "take_supervision_class_0": "50%",
        "quarter": "1",
    }
    visitor.submit(FORM, 200, **typed)
    whole = visitor.page.select_one("#numbers")
    data = {**controls(visitor.page.select_one(FORM)), "do": "preview"}  # type: ignore[arg-type]
    answer = visitor.client.post(f"/plan-lines/{line.id}", data=data, headers={"HX-Request": "true"})
    assert BeautifulSoup(answer.data, "html.parser").get_text() == whole.get_text()  # type: ignore[union-attr]
    numbers = visitor.page.select_one("#numbers").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "特殊监管对象 4 户 × 50% = 2 → 2 户" in numbers
    assert "2026年第1季度特殊监管对象季度抽查占比 25%（达不到）→ 50% 一定达到" in numbers
    visitor.submit(FORM, 200, **{**typed, "take_supervision_class_0": "100%", "directed": ""})
    assert "100%" in visitor.page.select_one("#numbers").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"take_all_0": "1e9%"}, "请填写比例（如25%）或户数（如3）", id="a ratio nobody writes"),
        pytest.param({"take_all_0": "101%"}, "比例101%超过100%", id="more than all"),
        pytest.param({"take_all_0": "-3"}, "请填写比例（如25%）或户数（如3）", id="less than nothing"),
        pytest.param({"least_all_0": "2"}, "填了“不少于”，还要填比例或户数", id="a minimum of nothing"),
        pytest.param(
            {"take_credit_risk_0": "5%"}, "分层方式选的是“不分层”", id="a quota of a way that was not chosen"
        ),
        pytest.param(
            {"quarter": "1", "month": "7"}, "7月在第3季度，与计划季度不一致", id="a month elsewhere"
        ),
        pytest.param({"frequency_cap": "0"}, "频次上限为 1–366 次", id="a cap of nothing"),
        pytest.param({"joint": "internal"}, "内部联合至少有两个科室", id="joint with nobody"),
        pytest.param({"joint": "industry"}, "一业一查请至少选一个其他部门", id="an industry alone"),
        pytest.param({"name": ""}, "请填写任务名称", id="no name"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(visitor: Visitor, typed: dict[str, str], said: str) -> None:
    agency = make_agency()
    visitor.sign_in(clerk_of(agency)).open("/plan-lines/new?year=2026")
    visitor.submit(FORM, 422, **{"name": "检查", **typed})
    assert said in visitor.text()
    assert not lines(agency)


def test_all_problems_at_once_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    agency = make_agency()
    make_plan_line(agency, number=1)
    visitor.sign_in(clerk_of(agency)).open("/plan-lines/new?year=2026")
    visitor.submit(FORM, 422, name="", take_all_0="许多", month="7", quarter="1", basis="森林法")
    assert "有 3 处需要改正" in visitor.text()
    assert visitor.page.select_one("#basis")["value"] == "森林法"  # type: ignore[index]
    visitor.submit(FORM, 422, name="又一项", number="1", take_all_0="3", month="", quarter="")
    assert "2026年计划已有第1项" in visitor.text()


def test_partners_and_items_are_ones_own(visitor: Visitor) -> None:
    agency, other = make_agency(), make_agency()
    foreign, strange = make_section(other, "水政科"), make_item(other)
    retired = make_item(agency, "已停用的事项", retired_at=MADE_AT)
    line = make_plan_line(agency, items=[retired.id])
    visitor.sign_in(clerk_of(agency)).open(f"/plan-lines/{line.id}")
    assert "已停用的事项" in visitor.text()
    visitor.submit(FORM, 422)
    assert "“已停用的事项”已停用或未公布，请取消勾选" in visitor.text()
    for field, value in (("partner_keys", f"s{foreign.id}"), ("item_ids", str(strange.id))):
        visitor.submit(FORM, 422, **{"item_ids": [], "joint": "cross", field: [value]})
    visitor.submit(FORM, item_ids=[], joint="cross", partner_keys=[f"a{other.id}"])
    [kept] = lines(agency)
    assert (kept.joint, kept.partners) == ("cross", [{"agency": other.id, "section": None}])
    outsider = Visitor(visitor.app).sign_in(clerk_of(other))
    outsider.open(f"/plan-lines/{line.id}", 404)
    outsider.open(f"/plan-lines/new?agency={agency.id}", 404)
    outsider.open(f"/plan-lines/?agency={agency.id}", 404)
    outsider.open(f"/plan-generate/{agency.id}/2026", 404)
    outsider.open(f"/plan-merge/{agency.id}/2026", 404)
    outsider.open(f"/plan-settings/{agency.id}/2026", 404)


def test_copying_moving_and_deleting(visitor: Visitor) -> None:
    agency = make_agency()
    for number, name in enumerate(("甲", "乙", "丙"), 1):
        make_plan_line(agency, number=number, name=name, ratio="3%")
    visitor.sign_in(clerk_of(agency)).open("/plan-lines/?year=2026")
    third = lines(agency)[2]
    key = third.id
    visitor.submit(f"#line-{third.id} form.line-acts", do="up")
    assert [one.name for one in lines(agency)] == ["甲", "丙", "乙"]
    visitor.open("/plan-lines/?year=2026")
    visitor.submit(f"#line-{third.id} form.line-acts", do="copy")
    visitor.follow()
    assert visitor.page.select_one("#name")["value"] == "丙（副本）"  # type: ignore[index]
    assert [one.number for one in lines(agency)] == [1, 2, 3, 4]
    visitor.open(f"/plan-lines/{key}/drop")
    visitor.submit("form.card")
    assert [one.name for one in lines(agency)] == ["甲", "乙", "丙（副本）"]
    assert db.session.get(PlanLine, key) is None
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"plan_line.moved", "plan_line.copied", "plan_line.dropped"} <= actions


def test_last_years_lines_are_taken_over_without_what_is_retired(visitor: Visitor) -> None:
    agency = make_agency()
    good, gone = make_item(agency), make_item(agency, "旧事项", retired_at=MADE_AT)
    make_plan_line(agency, year=2025, number=1, name="木材检查", items=[good.id, gone.id], quarter=3)
    make_plan_line(agency, year=2025, number=2, name="种苗检查")
    make_plan_line(agency, year=2026, number=1, name="种苗检查")
    visitor.sign_in(clerk_of(agency)).open(f"/plan-lines/from-year/{agency.id}/2026")
    visitor.submit("form.card", line=[str(one.id) for one in db.session.query(PlanLine).filter_by(year=2025)])
    visitor.follow()
    assert (
        "已复制 1 项，1 项本年已有同名任务，没有再加。已停用或未公布的抽查事项没有带过来：旧事项。"
        in visitor.text()
    )
    made = [one for one in lines(agency) if one.year == 2026][-1]
    assert (made.name, made.number, made.items, made.quarter) == ("木材检查", 2, [good.id], 3)


def test_a_published_plan_is_changed_only_by_an_adjustment(visitor: Visitor) -> None:
    agency = make_agency()
    line = make_plan_line(agency, number=1, ratio="3%")
    publish(agency)
    visitor.sign_in(clerk_of(agency)).open(f"/plan-lines/{line.id}")
    assert "2026年计划已公示，要改先开启调整并说明理由" in visitor.text()
    visitor.post(f"/plan-lines/{line.id}", 422, name="改名", check_type="日常", section_id="0", level="县级",
                 method="实地检查", quarter="", month="", skip_inspected="", seen=stand_of(line))  # fmt: skip
    visitor.post(f"/plan-lines/{line.id}/step", do="copy")
    visitor.post(f"/plan-lines/{line.id}/drop", 422)
    visitor.post(f"/plan-generate/{agency.id}/2026", 422, keys="1-key_quarter")
    assert [one.name for one in lines(agency)] == ["木材经营加工监督检查"]
    publish(agency, PlanState.DRAFT, version=2)
    visitor.open(f"/plan-lines/{line.id}/drop")
    visitor.submit("form.card")
    visitor.follow()
    assert "调整中取消的 1 项" in visitor.text()
    db.session.refresh(line)
    assert line.dropped_at is not None, "what was published stays readable"
    visitor.submit("details form", do="restore")
    assert [one.id for one in lines(agency)] == [line.id]


def test_a_line_that_a_campaign_carries_out_is_struck_and_not_deleted(visitor: Visitor) -> None:
    agency = make_agency()
    line = make_plan_line(agency)
    make_campaign(agency, plan_line_id=line.id, register=False)
    visitor.sign_in(clerk_of(agency)).open(f"/plan-lines/{line.id}/drop")
    visitor.submit("form.card")
    db.session.refresh(line)
    assert line.dropped_at is not None


def test_two_clerks_at_once(app: Flask) -> None:
    agency = make_agency()
    line = make_plan_line(agency, number=1)
    address = f"/plan-lines/{line.id}"
    visitors = [Visitor(app).sign_in(clerk_of(agency)) for _ in range(2)]
    forms = []
    for visitor in visitors:
        visitor.open(address)
        forms.append(controls(visitor.page.select_one(FORM)))  # type: ignore[arg-type]
    gate, answers = threading.Barrier(2), list[int]()
    db.session.rollback()  # let go of the database: the others write now

    def change(visitor: Visitor, form: dict[str, object], name: str) -> None:
        gate.wait()
        with app.app_context():
            answers.append(visitor.client.post(address, data={**form, "name": name}).status_code)

    threads = [
        threading.Thread(target=change, args=given)
        for given in zip(visitors, forms, ("甲改的", "乙改的"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]
    db.session.rollback()
    visitors[0].submit(FORM, 422, name="又改")
    assert "刚被别人改过，请打开最新的再改" in visitors[0].text()


def test_moving_beyond_the_end_changes_nothing(app: Flask) -> None:
    agency = make_agency()
    line = make_plan_line(agency, number=7)
    move_line(line, "down", clerk_of(agency), NOW)
    assert line.number == 7


def test_who_only_reads_sees_the_plan_and_no_button(visitor: Visitor) -> None:
    agency = make_agency()
    line = make_plan_line(agency, ratio="3%")
    visitor.sign_in(make_user(Role.LEADER, agency=agency)).open("/plan-lines/?year=2026")
    assert line.name in visitor.text()
    assert not visitor.page.select("main form")
    visitor.open(f"/plan-lines/{line.id}", 403)
