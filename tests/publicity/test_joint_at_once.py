"""Two people press at the same instant, on both databases: one does it, the other is told."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from werkzeug.datastructures import FileStorage

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.part_models import InspectionPart
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import CampaignState, ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_submission
from tests.makers.plans import make_campaign, make_plan_line
from tests.makers.registers import make_entity, make_item, make_officer
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 6, 2, 0, tzinfo=UTC), tick=True):
        yield


def at_once(app: Flask, visitors: list[Visitor], press: Callable[[Visitor], int]) -> list[int]:
    """Let everybody press together; their answers in order of size."""
    gate, answers = threading.Barrier(len(visitors)), []
    db.session.rollback()  # let go of the database: the others write now

    def run(visitor: Visitor) -> None:
        gate.wait()
        with app.app_context():
            answers.append(press(visitor))

    threads = [threading.Thread(target=run, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(answers)


def clerks(app: Flask, agency: Agency, number: int = 2) -> list[Visitor]:
    made: list[User] = [make_user(Role.OFFICE, agency=agency) for _ in range(number)]
    return [Visitor(app).sign_in(one) for one in made]


def test_both_agencies_and_two_of_one_review_at_once(app: Flask) -> None:
    """Of two of one agency one accepts; the other agency's own review goes through beside it."""
    host, other = make_agency(), make_agency()
    items = [make_item(host), make_item(other)]
    campaign = make_campaign(host, items=items, register=False, state=CampaignState.IN_PROGRESS)
    visit = make_inspection(host, campaign=campaign)
    assert make_submission(visit).status == 201
    db.session.commit()
    (part,) = visit.parts
    visit_id, part_id = visit.id, part.id
    two, (leader,) = clerks(app, other), clerks(app, host, 1)
    for visitor in (*two, leader):
        visitor.open(f"/inspections/{visit_id}")

    def press(visitor: Visitor) -> int:
        path = (
            f"/inspections/{visit_id}/accept" if visitor is leader else f"/inspections/parts/{part_id}/accept"
        )
        return visitor.client.post(path, data={"csrf_token": visitor.csrf()}).status_code

    assert at_once(app, [*two, leader], press) == [303, 303, 422]
    states = {
        db.session.get_one(Inspection, visit_id).state,
        db.session.get_one(InspectionPart, part_id).state,
    }
    assert states == {ResultState.AWAITING_PUBLICATION}

    def announce(visitor: Visitor) -> int:
        named = {"id": visit_id} if visitor is leader else {"part": part_id}
        return visitor.client.post(
            "/notices/publish", data={"csrf_token": visitor.csrf(), **named}
        ).status_code

    assert at_once(app, [*two, leader], announce) == [303, 303, 422]
    assert db.session.get_one(Campaign, campaign.id).state is CampaignState.FINISHED


def test_one_line_becomes_one_campaign(app: Flask) -> None:
    agency = make_agency()
    line = make_plan_line(agency, year=2026)
    db.session.commit()
    line_id, visitors = line.id, clerks(app, agency)
    for visitor in visitors:
        visitor.open(f"/campaigns/from-line/{line_id}")

    def press(visitor: Visitor) -> int:
        data = {"csrf_token": visitor.csrf()}
        return visitor.client.post(f"/campaigns/from-line/{line_id}", data=data).status_code

    assert at_once(app, visitors, press) == [303, 422]
    assert db.session.query(Campaign).count() == 1


def test_one_list_of_the_platform_is_taken_over_once(app: Flask) -> None:
    agency = make_agency()
    make_officer(agency, "王一")
    make_officer(agency, "李二")
    entity, item = make_entity(agency), make_item(agency)
    data = f"代码,名称,执法人员\n{entity.code},{entity.name},王一、李二".encode()
    visitors = clerks(app, agency)
    for visitor in visitors:
        visitor.open("/platform-lists/new")
        visitor.submit(
            file=FileStorage(BytesIO(data), "名单.csv"),
            where="省平台",
            drawn_at="2月27日",
            drawn_by="县双随机办",
            name="省平台检查",
            item_ids=[item.id],
            starts_on="2026-03-02",
            ends_on="2026-12-31",
        )
        visitor.follow()

    def press(visitor: Visitor) -> int:
        path = visitor.response.request.path if visitor.response else ""
        return visitor.client.post(path, data={"csrf_token": visitor.csrf()}).status_code

    assert at_once(app, visitors, press) == [303, 422]
    assert db.session.query(Inspection).count() == 1
