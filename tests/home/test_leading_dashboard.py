"""领导小组's dashboard: numbers that add up, links that open, and no name of an object before its visit is over."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.home.leading_figures import figures_of, progress_of
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.feedback_models import Objection
from sjj.rules.lifecycle import CampaignState, ResultState
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.publicity import make_problem, make_recorded
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
TODAY = date(2026, 6, 3)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


def test_the_figures_count_what_is_near_and_what_is_missed(agency: Agency) -> None:
    make_recorded(make_inspection(agency))  # ended 2026-03-05: its publication is late
    late = make_inspection(agency, due_on=TODAY - timedelta(days=1))
    for planned in (TODAY, TODAY + timedelta(days=6), TODAY + timedelta(days=7), None):
        make_inspection(agency, campaign=late.campaign, planned_on=planned, due_on=None)
    make_inspection(agency, campaign=late.campaign, state=ResultState.WITHDRAWN, due_on=TODAY)
    make_inspection(agency, campaign=late.campaign, off_site=True)
    problem = make_problem(make_inspection(agency, campaign=late.campaign))
    problem.due_on = TODAY - timedelta(days=3)
    problem.inspection.state = ResultState.PUBLISHED
    db.session.add(
        Objection(inspection=problem.inspection, by_name="厂长", text="不认可", at=NOW - timedelta(days=5))
    )
    make_problem(make_inspection(make_agency()))
    db.session.flush()
    f = figures_of(agency.id, Deadlines(TODAY))
    assert (f.publish_waiting, f.publish_late, f.publish_soon) == (1, 1, 0)
    assert (f.visits_late, f.visits_this_week, f.visits_later) == (1, 2, 2)
    assert (f.problems_open, f.problems_late, f.problems_soon) == (1, 1, 0)
    assert (f.objections, f.objections_days) == (1, 5)


def test_the_plan_stands_by_quarter(agency: Agency) -> None:
    done, running = (make_plan_line(agency, quarter=1) for _ in range(2))
    make_plan_line(agency, month=3)
    make_plan_line(agency, quarter=2)
    make_plan_line(agency)
    make_plan_line(agency, quarter=2, dropped_at=NOW)
    more = {"register": False, "agency": agency}
    make_campaign(state=CampaignState.FINISHED, plan_line_id=done.id, **more)
    started = make_campaign(state=CampaignState.IN_PROGRESS, plan_line_id=running.id, **more)
    make_campaign(state=CampaignState.CANCELLED, plan_line_id=running.id, **more)
    make_inspection(agency, campaign=started, ended_on=date(2026, 5, 5))
    make_inspection(agency, campaign=started, ended_on=date(2025, 5, 5))
    said = [
        (one.label, one.lines, one.waiting, one.under_way, one.finished, one.visits)
        for one in progress_of(agency.id, 2026)
    ]
    assert said == [
        ("第一季度", 3, 1, 1, 1, 0),
        ("第二季度", 1, 1, 0, 0, 1),
        ("第三季度", 0, 0, 0, 0, 0),
        ("第四季度", 0, 0, 0, 0, 0),
        ("不定季度", 1, 1, 0, 0, 0),
    ]


@time_machine.travel(NOW, tick=False)
def test_no_object_is_named_before_its_visit_is_over(agency: Agency, visitor: Visitor) -> None:
    secret = make_entity(agency, "还没去的木材厂", section=make_section(agency))
    line = make_plan_line(agency, skip_inspected="year")
    drawn = make_campaign(
        agency, state=CampaignState.PUBLISHED, register=False, plan_line_id=line.id, name="春季抽查"
    )
    visit = make_inspection(agency, entity=secret, planned_on=TODAY)
    named = visit.campaign
    named.by_draw, named.name = False, "核查还没去的木材厂"
    named.state = CampaignState.IN_PROGRESS
    make_officer(agency)
    db.session.commit()
    visitor.sign_in(make_user(Role.LEADER, agency=agency))
    for path in (
        "/",
        "/dashboard/",
        "/leading/",
        "/campaigns/",
        f"/campaigns/{drawn.id}",
        "/notices/",
        "/plan-lines/",
        "/registers/upkeep/",
    ):
        visitor.open(path)
        assert "还没去的木材厂" not in visitor.text(), path
    visitor.open(f"/campaigns/{drawn.id}/excluded.csv", status=404)
    visitor.open(f"/campaigns/{named.id}", status=404)
    visitor.open(f"/direct/{named.id}", status=404)
    named.state = CampaignState.FINISHED
    db.session.commit()
    visitor.open(f"/direct/{named.id}")
    assert "还没去的木材厂" in visitor.text()
    approver = Visitor(visitor.app).sign_in(make_user(Role.APPROVER, agency=agency))
    named.state = CampaignState.IN_PROGRESS
    db.session.commit()
    approver.open(f"/direct/{named.id}")
    approver.open(f"/campaigns/{drawn.id}")
    assert "还没去的木材厂" in approver.text()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("role", [Role.LEADER, Role.APPROVER])
def test_every_link_of_the_dashboard_opens(role: Role, agency: Agency, visitor: Visitor) -> None:
    make_recorded(make_inspection(agency))
    make_problem(make_inspection(agency))
    make_plan_line(agency, quarter=2)
    make_entity(agency)
    visitor.sign_in(make_user(role, agency=agency)).open("/dashboard/")
    assert "从未核对" in visitor.text()
    links = {
        str(a["href"]) for a in visitor.page.select("main a[href]") if not str(a["href"]).startswith("#")
    }
    assert links
    for link in links:
        visitor.open(link)


def test_another_agency_s_dashboard_is_not_found(agency: Agency, visitor: Visitor) -> None:
    other = make_agency()
    db.session.commit()
    visitor.sign_in(make_user(Role.LEADER, agency=agency)).open(f"/dashboard/?agency={other.id}", status=404)
    county = Visitor(visitor.app).sign_in(make_user(Role.LEADER))
    county.open(f"/dashboard/?agency={other.id}")
    assert other.name in county.text()
    clerk = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open("/dashboard/", status=403)
