"""Who goes out: every member of a drawn group, and officers of several agencies in one team."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.cli import cli
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.changes_services import SUBSTITUTE
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.dispatch import dispatch
from sjj.inspections.form_versions import served
from sjj.inspections.integrity import visit_faults
from sjj.inspections.models import Inspection
from sjj.inspections.submission_queries import tasks_of
from sjj.inspections.submissions import receive
from sjj.plans.models import CampaignPartner
from sjj.publicity.content import published_content
from sjj.registers.models import Officer
from sjj.rules.lifecycle import ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import make_change, to_visit
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.inspections import (
    VISITED_AT,
    make_inspection,
    make_officer_user,
    make_record,
    make_submission,
)
from tests.makers.plans import ENDS_ON, by_class, make_campaign
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor


def send_out(draw: Draw) -> list[Inspection]:
    """The teams are sent out."""
    made = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    return made


def names_in(inspection: Inspection) -> set[str]:
    """Who is in the team today."""
    return {one.officer.name for one in inspection.team if one.left_at is None}


# --- groups ------------------------------------------------------------------------------------------------


@pytest.fixture
def groups(app: Flask) -> tuple[Draw, dict[str, list[Officer]]]:
    """A draw by groups of different size, and who is in each group."""
    agency = make_agency()
    for _ in range(6):
        make_entity(agency)
    sizes = {"一组": 2, "二组": 3, "三组": 2}
    found = {
        name: [make_officer(agency, f"{name}{number}号", group=name) for number in range(size)]
        for name, size in sizes.items()
    }
    more = {"team_unit": "group", "team_size": 1, "register": False}
    return make_draw(make_campaign(agency, strata=by_class("0", "0", "60%"), **more)), found


def test_every_member_of_the_drawn_group_gets_the_task(groups: tuple[Draw, dict[str, list[Officer]]]) -> None:
    draw, members = groups
    for inspection, row in zip(send_out(draw), to_visit(draw), strict=True):
        people = members[row.team[0]]
        assert names_in(inspection) == {one.name for one in people}
        assert all(inspection in tasks_of(make_officer_user(one)) for one in people[:1])
    assert visit_faults() == integrity.faults() == []


def test_pages_papers_and_the_form_list_every_member(
    app: Flask, groups: tuple[Draw, dict[str, list[Officer]]]
) -> None:
    draw, members = groups
    inspection = send_out(draw)[0]
    people = members[to_visit(draw)[0].team[0]]
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    for address in (
        f"/draws/{draw.id}",
        f"/inspections/{inspection.id}",
        f"/papers/inspections/{inspection.uid}/notice",
        f"/papers/inspections/{inspection.uid}/record?blank=1",
    ):
        clerk.open(address)
        assert all(one.name in clerk.text() for one in people), address
    officer = Visitor(app).sign_in(make_officer_user(people[-1]))
    officer.open(f"/field/inspections/{inspection.uid}")
    assert all(one.name in officer.text() for one in people)


def test_a_group_hands_over_to_a_group(groups: tuple[Draw, dict[str, list[Officer]]]) -> None:
    draw, members = groups
    inspection, row = send_out(draw)[0], to_visit(draw)[0]
    gone = make_officer_user(members[row.team[0]][0])
    make_change(draw, SUBSTITUTE, reason="公差")
    assert row.team_now != row.team
    assert names_in(inspection) == {one.name for one in members[row.team_now[0]]}
    assert {one.officer.name for one in inspection.team if one.left_at} == {
        one.name for one in members[row.team[0]]
    }
    assert inspection not in tasks_of(gone)
    assert visit_faults() == integrity.faults() == []


# --- several agencies --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Joint:
    """A joint draw, its partner, one visit of it and the officers of both sides."""

    draw: Draw
    partner: Agency
    inspection: Inspection
    own: Officer
    theirs: Officer


@pytest.fixture
def joint(app: Flask) -> Joint:
    """A forestry bureau draws with the market bureau at place 2; both number their officers alike."""
    agency, partner = make_agency(), make_agency("试点县市场监督管理局", short_name="试市监")
    for _ in range(4):
        make_entity(agency)
    for number in range(4):
        make_officer(agency, f"林业{number}", code=f"ZF-{number}")
        make_officer(partner, f"市监{number}", code=f"ZF-{number}")
    campaign = make_campaign(agency, register=False, strata=by_class("0", "0", "50%"))
    campaign.partners = [CampaignPartner(place=2, agency_id=partner.id)]
    db.session.flush()
    draw = make_draw(campaign)
    inspection = send_out(draw)[0]
    officers = sorted((one.officer for one in inspection.team), key=lambda one: one.agency_id == partner.id)
    own, theirs = officers
    return Joint(draw, partner, inspection, own, theirs)


def test_each_side_supplies_one_and_both_get_the_task(joint: Joint) -> None:
    assert (joint.own.agency_id, joint.theirs.agency_id) == (joint.draw.agency_id, joint.partner.id)
    assert joint.inspection in tasks_of(make_officer_user(joint.theirs))
    assert visit_faults() == integrity.faults() == []


def test_two_officers_of_one_code_sign_apart(joint: Joint) -> None:
    """Whichever codes the draw chose: with one and the same both places of the form must still differ."""
    joint.theirs.code = joint.own.code = "ZF-77"
    db.session.commit()
    apart = {joint.own.code, f"试市监:{joint.own.code}"}
    assert {one["officer"] for one in served(joint.inspection)["team"]} == apart
    record = make_record(joint.inspection)
    answer = receive(uuid4(), record, make_officer_user(joint.theirs), VISITED_AT)
    assert (answer.status, answer.code) == (201, "received")
    assert joint.inspection.state is ResultState.AWAITING_REVIEW
    assert not [flag for flag in joint.inspection.submissions[0].flags if "sign" in flag["code"]]
    joint.inspection.agency.shows_officers = True
    assert set(published_content(joint.inspection)["officers"]) == apart


def test_the_partners_officer_sees_this_visit_and_nothing_else(app: Flask, joint: Joint) -> None:
    other = make_inspection(joint.draw.agency)
    officer = Visitor(app).sign_in(make_officer_user(joint.theirs))
    listed = officer.client.get("/field/tasks.json").json
    assert str(joint.inspection.uid) in {one["inspection"] for one in listed}
    assert str(other.uid) not in {one["inspection"] for one in listed}
    officer.open(f"/field/inspections/{joint.inspection.uid}")
    officer.open(f"/papers/inspections/{joint.inspection.uid}/notice")
    assert officer.client.get(f"/field/scan/{joint.inspection.entity.token}").status_code == 200
    for address in (
        f"/field/inspections/{other.uid}",
        f"/field/inspections/{other.uid}.json",
        f"/papers/inspections/{other.uid}/notice",
    ):
        assert officer.client.get(address).status_code == 404, address
    for address in (f"/inspections/{joint.inspection.id}", f"/draws/{joint.draw.id}", "/registers/entities/"):
        assert officer.client.get(address).status_code == 403, address


def test_the_partners_office_sees_nothing_of_the_draw(app: Flask, joint: Joint) -> None:
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, Role.APPROVER, agency=joint.partner))
    for address in (
        f"/draws/{joint.draw.id}",
        f"/inspections/{joint.inspection.id}",
        f"/papers/inspections/{joint.inspection.uid}/notice",
        f"/changes/new/{joint.draw.id}/1/substitute",
    ):
        assert clerk.client.get(address).status_code == 404, address


def test_a_code_in_a_joint_draw_is_held_in_the_partners_register(app: Flask, joint: Joint) -> None:
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=joint.partner))
    clerk.open(f"/registers/officers/{joint.theirs.id}/edit")
    clerk.submit("form.card", 422, code="ZF-999")
    assert "检查办结前不能改编号" in clerk.text()


def test_the_partners_officer_is_substituted_by_another_of_theirs(joint: Joint) -> None:
    row = db.session.query(DrawnObject).filter_by(entity_id=joint.inspection.entity_id).one()
    out = next(code for code in row.team if joint.draw.officer_ids[code] == joint.theirs.id)
    make_change(joint.draw, SUBSTITUTE, row=row, out=out)
    team = [one.officer for one in joint.inspection.team if one.left_at is None]
    newcomer = next(one for one in team if one.agency_id == joint.partner.id)
    assert {one.id for one in team} == {joint.own.id, newcomer.id}
    assert newcomer.id != joint.theirs.id
    assert make_submission(joint.inspection, make_officer_user(newcomer)).status == 201
    assert visit_faults() == integrity.faults() == []


# --- `sjj check` -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["team", "left", "stranger", "withdrawn", "missing", "not taken back"])
def test_a_visit_that_no_draw_made_so_is_found(app: Flask, joint: Joint, case: str) -> None:
    visit = joint.inspection
    if case == "team":
        visit.team[0].place, visit.team[1].place = visit.team[1].place, visit.team[0].place
    elif case == "left":
        visit.team[0].left_at = VISITED_AT
    elif case == "stranger":
        visit.entity_id = make_entity(joint.draw.agency).id
    elif case == "withdrawn":
        visit.state = ResultState.WITHDRAWN
    elif case == "missing":
        for table, column in (
            ("team_member", "inspection_id"),
            ("check_approval", "inspection_id"),
            ("inspection", "id"),
        ):
            db.session.execute(text(f"DELETE FROM {table} WHERE {column} = {visit.id}"))
    else:
        make_change(joint.draw)
        visit.state = ResultState.NOT_ENTERED
    db.session.commit()
    assert visit_faults()
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert (result.exit_code, "FAIL" in result.output) == (1, True)
