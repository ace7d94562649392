"""A draw is voided while officers are on their way: its visits come back, nothing of them goes public."""

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.review import ReviewRefused, accept, send_back
from sjj.inspections.submission_queries import tasks_of
from sjj.publicity.services import PublicationRefused, finish_if_over, publish
from sjj.rules.lifecycle import CampaignState, ResultState
from tests.makers.accounts import make_user
from tests.makers.draws import DRAWN_AT, make_draw, void_by_two
from tests.makers.inspections import VISITED_AT, make_officer_user, make_submission
from tests.makers.plans import ENDS_ON
from tests.makers.publicity import PUBLISHED_AT, make_accepted
from tests.visitor import Visitor


@pytest.fixture
def visits(app: Flask) -> list[Inspection]:
    """The dispatched visits of a held draw."""
    draw = make_draw()
    made = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    return made


def void(draw: Draw | None) -> User:
    """The approver and the supervisor void it."""
    assert draw is not None
    approver = void_by_two(draw, "名单漏了一户").voided_by
    assert approver is not None
    return approver


def test_no_task_and_no_record_counts_any_more(visits: list[Inspection]) -> None:
    visit = visits[0]
    officer = make_officer_user(visit.team[0].officer)
    assert visit in tasks_of(officer)
    void(visit.draw)
    assert tasks_of(officer) == []
    answer = make_submission(visit, officer)
    assert (answer.status, answer.code, answer.body["kept"]) == (409, "closed", True)
    assert visit.revision is None
    assert db.session.query(Submission).one().kept_code == "closed"


def test_a_record_is_neither_accepted_nor_sent_back(visits: list[Inspection]) -> None:
    make_submission(visits[0])
    db.session.commit()
    void(visits[0].draw)
    office = make_user(Role.OFFICE, agency=visits[0].agency)
    with pytest.raises(ReviewRefused, match="已撤回"):
        accept(visits[0], office, VISITED_AT)
    with pytest.raises(ReviewRefused, match=r"已撤回，不能退回.*名单漏了一户"):
        send_back(visits[0], "请补照片", office, VISITED_AT)


def test_a_result_is_not_published(visits: list[Inspection]) -> None:
    make_accepted(visits[0], problem=False)
    void(visits[0].draw)
    with pytest.raises(PublicationRefused, match="已撤回"):
        publish(visits[0], make_user(Role.OFFICE, agency=visits[0].agency), PUBLISHED_AT)


def test_what_is_public_stays_and_the_next_draw_can_finish(visits: list[Inspection]) -> None:
    campaign, office = visits[0].campaign, make_user(Role.OFFICE, agency=visits[0].agency)
    publish(make_accepted(visits[0], problem=False), office, PUBLISHED_AT)
    db.session.commit()
    void(visits[0].draw)
    assert visits[0].standing is ResultState.PUBLISHED
    assert {one.standing for one in visits[1:]} == {ResultState.WITHDRAWN}
    campaign.state = CampaignState.IN_PROGRESS
    finish_if_over(campaign, office, PUBLISHED_AT)
    assert campaign.state is CampaignState.FINISHED


def test_the_office_and_the_officer_read_that_it_was_taken_back(
    visits: list[Inspection], app: Flask, visitor: Visitor
) -> None:
    officer = make_officer_user(visits[0].team[0].officer)
    void(visits[0].draw)
    visitor.sign_in(make_user(Role.OFFICE, agency=visits[0].agency))
    visitor.open("/inspections/?state=withdrawn")
    assert len(visitor.page.select("#inspection-rows tbody tr")) == len(visits)
    assert "已撤回" in visitor.page.select_one("#inspection-rows tbody").get_text()
    visitor.open("/inspections/?state=open")
    assert not visitor.page.select("#inspection-rows tbody tr")
    visitor.open(f"/inspections/{visits[0].id}")
    assert "名单漏了一户" in visitor.text()
    phone = Visitor(app).sign_in(officer)
    phone.open(f"/field/inspections/{visits[0].uid}")
    assert "这次检查已撤回" in phone.text()
    assert phone.client.get("/field/tasks.json").json == []
