"""What a reviewer is told of a record, and what an accepted one says about the register."""

from datetime import timedelta

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept
from sjj.registers.upkeep_models import RegisterChange
from sjj.rules.lifecycle import CampaignState
from tests.inspections.test_desk_entry import PDF, paper_values
from tests.inspections.visits import send_form
from tests.makers.accounts import make_user
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.inspections import DUE_ON, VISITED_AT, make_inspection, make_officer_user, make_submission
from tests.makers.publicity import make_recorded, with_problem
from tests.visitor import Visitor

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


def found_nobody(outcome: str) -> Inspection:
    """A visit that found nobody there, recorded; committed."""
    inspection = make_inspection()
    nothing = {"answers": [], "results": [], "present": None, "signatures": []}
    answer = make_submission(inspection, outcome=outcome, narrative="大门紧锁，邻居说早搬走了。", **nothing)
    assert answer.status == 201, answer.body
    db.session.commit()
    return inspection


@pytest.mark.parametrize(
    ("outcome", "chosen", "kind"),
    [("closed", "停业", "left"), ("moved", "迁出", "left"), ("not_found", "查无下落", "left")],
)
def test_the_register_takes_over_what_an_accepted_visit_found(
    visitor: Visitor, outcome: str, chosen: str, kind: str
) -> None:
    inspection = found_nobody(outcome)
    office = make_user(Role.OFFICE, agency=inspection.agency)
    visitor.sign_in(office).open(f"/inspections/{inspection.id}")
    address = f"/inspections/{inspection.id}/register-state"
    assert not visitor.page.select(f'a[href="{address}"]')
    visitor.open(address, status=404)
    accept(inspection, office, VISITED_AT)
    db.session.commit()
    visitor.open(f"/inspections/{inspection.id}")
    visitor.open(visitor.page.select_one(f'a[href="{address}"]')["href"])
    assert "2026年3月5日检查" in visitor.text()
    assert "不再进入以后的抽查名单" in visitor.text()
    visitor.submit('form[action$="/register-state"]', status=422, state="在业")
    visitor.submit('form[action$="/register-state"]', state=chosen)
    assert f"状态已改为“{chosen}”" in visitor.follow().get_text()
    assert not visitor.page.select(f'a[href="{address}"]')
    db.session.expire_all()
    assert inspection.entity.state == chosen
    change = db.session.scalars(db.select(RegisterChange)).one()
    assert (change.kind, change.source, change.changes) == (kind, "visit", {"state": ["在业", chosen]})
    said = db.session.scalars(
        db.select(AuditEntry.sentence).where(AuditEntry.action == "entity.state_changed")
    ).one()
    assert inspection.campaign.number in said
    visitor.open(address, status=404)


@ON_SQLITE
def test_only_who_keeps_the_register_changes_it(app: Flask, visitor: Visitor) -> None:
    inspection = found_nobody("moved")
    approver = make_user(Role.APPROVER, agency=inspection.agency)
    accept(inspection, approver, VISITED_AT)
    db.session.commit()
    visitor.sign_in(approver).open(f"/inspections/{inspection.id}")
    assert "更改名录库状态" not in visitor.text()
    visitor.open(f"/inspections/{inspection.id}/register-state", status=403)


@ON_SQLITE
def test_an_order_without_a_day_is_pointed_out_before_and_after_review(visitor: Visitor) -> None:
    inspection = make_inspection()
    named = with_problem(inspection)
    named["problems"] = [row | {"due": ""} for row in named["problems"]]
    assert make_submission(inspection, **named).status == 201
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency)).open("/")
    assert "1 户的责令改正没有写期限" in visitor.text()
    visitor.open(f"/inspections/{inspection.id}")
    assert "有 1 项责令改正没有写整改期限" in visitor.text()
    visitor.submit('form[action$="/accept"]')
    assert "其中 1 个还没有整改期限，请补定" in visitor.follow().get_text()
    visitor.open("/")
    assert "没有期限" in visitor.text()
    assert "请补定整改期限" in visitor.text()


@ON_SQLITE
def test_an_order_with_a_day_is_not(visitor: Visitor) -> None:
    inspection = make_recorded()
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency)).open("/")
    assert "没有写期限" not in visitor.text()


@ON_SQLITE
def test_a_paper_dated_before_the_draw_is_flagged(app: Flask, visitor: Visitor) -> None:
    draw = make_draw()
    office = make_user(Role.OFFICE, agency=draw.agency)
    visit = dispatch(draw, DUE_ON, office, DRAWN_AT + timedelta(hours=1))[0]
    draw.campaign.state = CampaignState.IN_PROGRESS
    make_officer_user(visit.team[0].officer)
    db.session.commit()
    visitor.sign_in(office).open(f"/inspections/{visit.uid}/desk-entry")
    early = {"started_at": "2026-03-01T09:00", "ended_at": "2026-03-01T10:00"}
    send_form(visitor, **paper_values(visit, PDF) | early)
    visitor.open(f"/inspections/{visit.id}")
    assert "检查开始时间早于抽取时间" in visitor.text()


@ON_SQLITE
def test_the_draws_page_leads_on_once_the_teams_were_sent_out(app: Flask, visitor: Visitor) -> None:
    draw = make_draw()
    office = make_user(Role.OFFICE, agency=draw.agency)
    visitor.sign_in(office).open(f"/draws/{draw.id}")
    assert visitor.page.select_one(".actions .btn.main").get_text() == "派发检查任务"
    made = dispatch(draw, DUE_ON, office, DRAWN_AT + timedelta(hours=1))
    db.session.commit()
    visitor.open(f"/draws/{draw.id}")
    assert not visitor.page.select(".actions .btn.main")
    link = visitor.page.select_one('.actions a[href*="/inspections/?campaign="]')
    assert link.get_text() == f"看检查（{len(made)} 户）"
    visitor.open(link["href"])
    hall = Visitor(app).sign_in(office)
    hall.open(f"/draws/{draw.id}/hall")
    assert hall.page.select_one(".actions .btn").get_text() == "退出抽取现场"
