"""Every target of the year from real records: by quarter, with its numbers and its state."""

from datetime import UTC, date, datetime

from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.home.indicators import Indicator, indicators_of, year_of
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.models import Inspection
from sjj.plans.models import CampaignPartner
from sjj.plans.plan_models import PlanSettings
from sjj.registers.merge_services import merge
from sjj.registers.models import EntityKind, SupervisionClass
from sjj.rules.indicators import State
from sjj.rules.lifecycle import CampaignState, ProblemState
from tests.makers.accounts import MADE_AT, make_agency, make_section, make_user
from tests.makers.draws import make_draw
from tests.makers.inspections import make_inspection
from tests.makers.plans import by_credit, make_campaign
from tests.makers.publicity import make_problem
from tests.makers.registers import make_entity
from tests.visitor import Visitor

MAY = date(2026, 5, 20)


def visit(agency: Agency, day: date, kind: SupervisionClass, **more: object) -> Inspection:
    """A visit that ended on a day, to a new object of this class."""
    campaign = more.pop("campaign", None) or make_campaign(
        agency, register=False, state=CampaignState.IN_PROGRESS
    )
    listed = more.pop("listed", None)
    one = make_inspection(agency, campaign=campaign, ended_on=day, **more)
    one.entity.supervision_class, one.entity.positive_from = kind, listed
    return one


def shown(agency: Agency) -> dict[tuple[str, int | None], Indicator]:
    """The indicators of 2026 by key and quarter."""
    db.session.commit()
    user = make_user(Role.OFFICE, agency=agency)
    return {
        (one.reading.target.indicator, one.reading.span.quarter): one
        for one in year_of(agency, user, 2026, Deadlines(MAY))
    }


def numbers(one: Indicator) -> tuple[int | None, int | None]:
    """Its two numbers."""
    return one.reading.upper, one.reading.lower


def test_class_shares_are_counted_by_quarter_in_objects(app: Flask) -> None:
    agency = make_agency(theme="生态")
    twice = visit(agency, date(2026, 2, 3), SupervisionClass.SPECIAL)
    again = make_inspection(agency, ended_on=date(2026, 3, 3))
    again.entity_id = twice.entity_id
    visit(agency, date(2026, 4, 8), SupervisionClass.KEY)
    visit(agency, date(2026, 4, 9), SupervisionClass.GENERAL, listed=date(2026, 1, 1), off_site=True)
    gone = visit(agency, date(2026, 4, 9), SupervisionClass.KEY)
    gone.entity.state = "注销"
    for kind in SupervisionClass:
        make_entity(agency, supervision_class=kind)
    found = shown(agency)
    special = found["special_quarter", 1]
    assert numbers(special) == (1, 2)
    assert special.reading.state is State.MET
    assert numbers(found["special_quarter", 2]) == (0, 2)
    assert found["special_quarter", 2].reading.state is State.NOT_YET_DUE
    assert numbers(found["key_quarter", 1]) == (0, 2)
    assert found["key_quarter", 1].reading.state is State.NOT_MET
    assert numbers(found["key_quarter", 2]) == (1, 2), "who has left the register counts nowhere"
    assert numbers(found["positive_quarter", 2]) == (1, 1)
    assert found["positive_quarter", 1].reading.state is State.NOT_MET


def test_joint_draws_credit_and_follow_ups(app: Flask) -> None:
    agency, other = make_agency(theme="生态"), make_agency()
    section = make_section(agency)
    inside = make_campaign(agency)
    outside = make_campaign(agency, register=False, strata=by_credit())
    for one in (inside, outside):
        make_draw(one)
    inside.partners.append(CampaignPartner(place=2, agency_id=agency.id, section_id=section.id))
    outside.partners.append(CampaignPartner(place=2, agency_id=other.id))
    problem = make_problem()
    problem.agency_id, problem.due_on = agency.id, date(2026, 4, 1)
    closed = make_problem()
    closed.agency_id, closed.due_on = agency.id, date(2026, 4, 1)
    closed.state, closed.closed_at = ProblemState.CLOSED, datetime(2026, 3, 30, tzinfo=UTC)
    row = PlanSettings(agency_id=agency.id, year=2026, changed_at=MADE_AT, targets=[
        {"indicator": key, "value": value, "source": "本局", "since": "2026-01-01", "measure": measure}
        for key, value, measure in (
            ("credit_share", "80", "enterprise_draws"), ("internal_joint_share", "30", ""),
            ("cross_joint_quarter", "1", ""), ("followup_in_time", "100", ""))
    ])  # fmt: skip
    db.session.add(row)
    found = shown(agency)
    assert numbers(found["credit_share", None]) == (1, 2)
    assert numbers(found["internal_joint_share", None]) == (1, 2)
    drawn = outside.drawn_at or MADE_AT
    assert numbers(found["cross_joint_quarter", (drawn.month + 2) // 3])[0] == 1
    assert numbers(found["followup_in_time", None]) == (1, 2)
    db.session.commit()
    theirs = {(one.reading.target.indicator, one.reading.span.quarter): one
              for one in year_of(other, make_user(Role.OFFICE, agency=other), 2026, Deadlines(MAY))}  # fmt: skip
    assert ("cross_joint_quarter", 1) not in theirs, "forestry's paper has no such target"


def test_what_counts_beside_draws_is_a_setting(app: Flask) -> None:
    agency = make_agency()
    named = make_campaign(
        agency, register=False, by_draw=False, check_type="个案", state=CampaignState.IN_PROGRESS
    )
    visit(agency, date(2026, 4, 8), SupervisionClass.GENERAL, campaign=named)
    make_entity(agency)
    make_entity(agency, kind=EntityKind.OTHER)
    assert numbers(shown(agency)["inspected_share", None]) == (1, 2)
    rows = [{"indicator": "inspected_share", "value": "3", "source": "本局", "since": "2026-01-01"}]
    db.session.add(
        PlanSettings(
            agency_id=agency.id,
            year=2026,
            changed_at=MADE_AT,
            targets=rows,
            counting={"targets": {"individual_cases": False}},
        )
    )
    assert numbers(shown(agency)["inspected_share", None]) == (0, 2)


def test_other_agencies_visits_count_if_the_office_says_so(app: Flask) -> None:
    agency, other = make_agency(), make_agency()
    theirs = make_inspection(other, ended_on=date(2026, 4, 8))
    make_entity(agency, code=theirs.entity.code)
    make_entity(agency)
    assert numbers(shown(agency)["inspected_share", None]) == (0, 2)
    rows = [{"indicator": "inspected_share", "value": "3", "source": "本局", "since": "2026-01-01"}]
    db.session.add(
        PlanSettings(
            agency_id=agency.id,
            year=2026,
            changed_at=MADE_AT,
            targets=rows,
            counting={"targets": {"other_agencies": True}},
        )
    )
    assert numbers(shown(agency)["inspected_share", None]) == (1, 2)


def test_the_page_shows_every_quarter_and_home_only_this_one(visitor: Visitor) -> None:
    agency = make_agency(theme="生态")
    visit(agency, date(2026, 2, 3), SupervisionClass.SPECIAL)
    db.session.commit()
    user = make_user(Role.LEADER, agency=agency)
    assert {one.reading.span.quarter for one in indicators_of(agency, user, Deadlines(MAY))} == {None, 2}
    visitor.sign_in(user).open("/indicators?year=2026")
    assert "特殊监管对象季度抽查占比 不低于50%" in visitor.text()
    assert "本季度部门联合抽取次数" in visitor.text()
    assert visitor.text().count("第1季度") >= 5
    visitor.open(f"/indicators?agency={make_agency().id}", 404)
    visitor.open("/indicators?year=1900", 404)
    visitor.open("/")
    assert "各季度" in visitor.text()


def test_the_visit_of_a_merged_double_is_the_kept_ones(app: Flask) -> None:
    """Merging loses no visit and counts none twice; another agency's is found by the gone row's code too."""
    agency, other = make_agency(), make_agency()
    clerk = make_user(Role.OFFICE, agency=agency)
    gone, twice = (visit(agency, date(2026, 4, day), SupervisionClass.GENERAL) for day in (8, 9))
    kept = make_entity(agency)
    theirs = make_inspection(other, ended_on=date(2026, 5, 8))
    known = make_entity(agency, code=theirs.entity.code)
    elsewhere = make_entity(agency)
    for into, one in ((kept, gone.entity), (kept, twice.entity), (elsewhere, known)):
        merge(into, one, (), "同一户", clerk, datetime(2026, 5, 10, tzinfo=UTC))
    make_entity(agency)
    assert numbers(shown(agency)["inspected_share", None]) == (1, 3)
    rows = [{"indicator": "inspected_share", "value": "3", "source": "本局", "since": "2026-01-01"}]
    counting = {"targets": {"other_agencies": True}}
    db.session.add(
        PlanSettings(agency_id=agency.id, year=2026, changed_at=MADE_AT, targets=rows, counting=counting)
    )
    assert numbers(shown(agency)["inspected_share", None]) == (2, 3)
