"""谁检查、谁录入、谁公示: each agency of a joint visit reviews and publishes its own items, and nobody else's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.followups.models import Problem
from sjj.followups.services import open_problems
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection
from sjj.inspections.own_results import correct_own
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.review import ReviewRefused, accept, send_back
from sjj.plans.models import CampaignPartner
from sjj.publicity.models import Notice
from sjj.publicity.queries import parts_ticked, timeliness_of
from sjj.publicity.services import PublicationRefused, correct, publish, withdraw
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState, ResultState
from sjj.rules.results import CORRECTION_ORDERED, NOTHING_FOUND
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_submission
from tests.makers.plans import make_campaign
from tests.makers.registers import make_item, make_officer
from tests.visitor import Visitor

NOW = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
CODE = "01"  # both agencies number their items alike


@dataclass
class Joint:
    """A joint visit of a forestry and a market agency, recorded; the market's item has a problem."""

    host: Agency
    other: Agency
    host_clerk: User
    other_clerk: User
    visit: Inspection
    host_item: Item
    other_item: Item

    @property
    def part(self) -> InspectionPart:
        (one,) = self.visit.parts
        return one


@pytest.fixture
def joint(app: Flask) -> Joint:
    host, other = make_agency(), make_agency()
    clerks = [
        make_user(Role.OFFICE, agency=one, display_name=f"{one.short_name}科员") for one in (host, other)
    ]
    items = [make_item(one, code=CODE, name=f"{one.short_name}事项") for one in (host, other)]
    campaign = make_campaign(host, items=items, register=False, state=CampaignState.IN_PROGRESS)
    campaign.partners.append(CampaignPartner(place=2, agency=other, consent="yes"))
    visit = make_inspection(host, campaign=campaign, officers=[make_officer(host), make_officer(other)])
    found = Joint(host, other, *clerks, visit, *items)
    record(visit, problem_at=found.other_item)
    return found


def record(visit: Inspection, *, problem_at: Item | None = None, **more: Any) -> None:
    """A record comes from the phone; one item may have a problem."""
    form = served(visit)
    codes = [one["code"] for one in form["items"]]
    wrong = codes[1] if problem_at is not None else None
    point = next((one["id"] for one in form["points"] if one["item"] == wrong), None)
    said: dict[str, Any] = {
        "results": [
            {"item": one, "result": CORRECTION_ORDERED if one == wrong else NOTHING_FOUND} for one in codes
        ]
    }
    if wrong:
        said["answers"] = [
            {"point": one["id"], "value": "problem" if one["id"] == point else "ok"} for one in form["points"]
        ]
        said["problems"] = [
            {
                "item": wrong,
                "point": point,
                "kind": "责令改正",
                "clause": "第一条",
                "due": "2026-03-20",
                "text": "没有台账",
            }
        ]
    answer = make_submission(visit, **said, **more)
    assert answer.status == 201, answer.body
    db.session.commit()
    db.session.refresh(visit)


def done(joint: Joint, one: Inspection | InspectionPart, clerk: User) -> Notice:
    """Reviewed and published by its agency."""
    accept(one, clerk, NOW)
    open_problems(one, clerk, NOW)
    return publish(one, clerk, NOW)


def test_each_agency_publishes_its_own_items(joint: Joint) -> None:
    assert joint.visit.result == NOTHING_FOUND
    assert joint.part.result == CORRECTION_ORDERED
    theirs = done(joint, joint.part, joint.other_clerk)
    assert joint.visit.campaign.state is CampaignState.IN_PROGRESS
    assert joint.visit.state is ResultState.AWAITING_REVIEW
    own = done(joint, joint.visit, joint.host_clerk)
    assert joint.visit.campaign.state is CampaignState.FINISHED
    assert [item["name"] for item in own.content["items"]] == [joint.host_item.name]
    assert [item["name"] for item in theirs.content["items"]] == [joint.other_item.name]
    assert (own.content["agency"], theirs.content["agency"]) == (joint.host.name, joint.other.name)
    assert (own.result, theirs.result) == (NOTHING_FOUND, CORRECTION_ORDERED)
    (problem,) = db.session.query(Problem)
    assert problem.agency_id == joint.other.id
    assert problem.item_id == joint.other_item.id


def test_the_clock_runs_for_each_agency(joint: Joint) -> None:
    late = Deadlines(date(2026, 5, 20))
    assert joint.visit.ended_on == date(2026, 3, 5)
    for agency in (joint.host, joint.other):
        figures = timeliness_of(agency.id, 2026, late)
        assert (figures.in_time, figures.open_late) == (0, 1)
    done(joint, joint.part, joint.other_clerk)
    db.session.commit()
    assert timeliness_of(joint.other.id, 2026, late).percent == 100
    assert timeliness_of(joint.host.id, 2026, late).percent == 0


def test_sent_back_by_one_it_is_reviewed_anew_by_all(joint: Joint) -> None:
    accept(joint.visit, joint.host_clerk, NOW)
    own = [one["id"] for one in served(joint.visit)["points"] if one["item"] != CODE]
    theirs = {one["id"]: "牵头部门的要点" for one in served(joint.visit)["points"] if one["item"] == CODE}
    with pytest.raises(ReviewRefused, match="不在这次检查的检查表中"):
        send_back(joint.part, "", joint.other_clerk, NOW, theirs)
    send_back(joint.part, "", joint.other_clerk, NOW, {own[0]: "请补照片"})
    assert joint.visit.state is ResultState.SENT_BACK
    assert joint.other.name in joint.visit.sent_back_reason
    assert joint.visit.sent_back_points == {own[0]: "请补照片"}
    record(joint.visit, revises=joint.visit.revision)
    assert joint.visit.state is joint.part.state is ResultState.AWAITING_REVIEW
    assert joint.part.result == NOTHING_FOUND


def test_once_one_has_published_the_record_stands(joint: Joint) -> None:
    done(joint, joint.part, joint.other_clerk)
    db.session.commit()
    with pytest.raises(ReviewRefused, match="记录不能再退回"):
        send_back(joint.visit, "再看一遍", joint.host_clerk, NOW)
    answer = make_submission(joint.visit, revises=joint.visit.revision)
    assert (answer.status, answer.code) == (409, "closed")
    with pytest.raises(ReviewRefused, match="没有改动"):
        correct_own(joint.visit, {}, "看错了", joint.host_clerk, NOW)
    correct_own(joint.visit, {joint.host_item.id: CORRECTION_ORDERED}, "笔误", joint.host_clerk, NOW)
    assert done(joint, joint.visit, joint.host_clerk).result == CORRECTION_ORDERED
    assert joint.part.result == CORRECTION_ORDERED  # its own, from the record


def test_correction_and_withdrawal_touch_one_agency_only(joint: Joint) -> None:
    theirs, own = done(joint, joint.part, joint.other_clerk), done(joint, joint.visit, joint.host_clerk)
    changed = {joint.other_item.id: NOTHING_FOUND, joint.host_item.id: CORRECTION_ORDERED}
    newer = correct(theirs, changed, "复核", joint.other_clerk, NOW)
    assert (newer.result, joint.part.state) == (NOTHING_FOUND, ResultState.CORRECTED)
    assert joint.visit.result == NOTHING_FOUND  # what they said of another's item was not heard
    assert joint.visit.state is ResultState.PUBLISHED
    withdraw(newer, "认定有误", joint.other_clerk, NOW)
    assert joint.part.state is ResultState.WITHDRAWN
    assert own.is_live
    with pytest.raises(PublicationRefused):
        publish(joint.part, joint.other_clerk, NOW)


def test_nobody_touches_another_agencys_part(joint: Joint, visitor: Visitor, app: Flask) -> None:
    """An accept, a send-back, a publication, a correction: found nowhere by the other side."""
    part, visit = joint.part.id, joint.visit.id
    visitor.sign_in(joint.host_clerk).open("/notices/")
    for path in (f"/inspections/parts/{part}/accept", f"/inspections/parts/{part}/send-back"):
        visitor.post(path, 404, reason="x")
    visitor.open(f"/inspections/parts/{part}/results", 404)
    assert parts_ticked(joint.host_clerk, [part]) == []
    visitor.post("/notices/publish", 422, part=part)
    guest = Visitor(app).sign_in(joint.other_clerk)
    guest.open(f"/inspections/{visit}")  # they may read the whole visit
    guest.post(f"/inspections/{visit}/accept", 404)
    guest.post("/notices/publish", 422, id=visit)
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/inspections/{visit}", 404)
    accept(joint.visit, joint.host_clerk, NOW)
    notice = publish(joint.visit, joint.host_clerk, NOW)
    db.session.commit()
    guest.open(f"/notices/{notice.id}", 404)
    guest.open(f"/notices/{notice.id}/withdraw", 404)
    assert joint.part.state is ResultState.AWAITING_REVIEW


def test_reviewed_and_published_through_the_pages(joint: Joint, visitor: Visitor) -> None:
    visitor.sign_in(joint.other_clerk).open("/")
    assert "审核本部门的联合检查事项" in visitor.text()
    visitor.open("/inspections/joint")
    assert joint.visit.entity.name in visitor.text()
    visitor.open(f"/inspections/{joint.visit.id}")
    visitor.submit('form[action*="/parts/"]')
    assert "1 个问题转入本部门的后续处置" in visitor.follow().get_text()
    visitor.open("/notices/")
    assert "牵头，公示" in visitor.text()
    visitor.open(f"/notices/preview?part={joint.part.id}")
    assert joint.host_item.name not in visitor.text()
    visitor.submit()
    visitor.follow()
    (notice,) = db.session.query(Notice)
    page = visitor.open(f"/public/results/{notice.id}")
    assert joint.other.name in page.get_text()
    done(joint, joint.visit, joint.host_clerk)
    db.session.commit()
    visitor.open(f"/public/results/{notice.id}")
    assert "其他部门的结果" in visitor.text()
    visitor.open("/followups/")
    assert "没有台账" in visitor.text()


def test_what_is_done_is_done_once(joint: Joint) -> None:
    """The second of two presses finds it done, whoever is first."""
    accept(joint.part, joint.other_clerk, NOW)
    publish(joint.part, joint.other_clerk, NOW)
    db.session.commit()
    with pytest.raises(PublicationRefused, match="已公示"):
        publish(joint.part, joint.other_clerk, NOW)
    with pytest.raises(ReviewRefused, match="只有“待审核”的可以审核"):
        accept(joint.part, joint.other_clerk, NOW)
    assert db.session.query(Notice).count() == 1
