"""Problems are followed until they are closed; every step stays."""

from datetime import date
from io import BytesIO

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.followups.models import Problem
from sjj.followups.services import FollowUpRefused, add_step, close
from sjj.rules.lifecycle import ProblemState
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import picture
from tests.makers.publicity import PROBLEM_TEXT, PUBLISHED_AT, make_problem
from tests.visitor import Visitor


@pytest.fixture
def problem(app: Flask) -> Problem:
    """An open problem, to be put right by 2026-03-20."""
    return make_problem()


@pytest.fixture
def clerk(visitor: Visitor, problem: Problem) -> Visitor:
    """Somebody of the office, signed in."""
    return visitor.sign_in(make_user(Role.OFFICE, agency=problem.inspection.agency))


def test_a_problem_is_listed_by_its_due_day(clerk: Visitor, problem: Problem) -> None:
    clerk.open("/followups/")
    assert PROBLEM_TEXT in clerk.text()
    assert "已超" in clerk.text()
    clerk.open("/followups/?show=overdue")
    assert PROBLEM_TEXT in clerk.text()
    clerk.open("/followups/?show=closed")
    assert "没有这样的问题" in clerk.text()
    clerk.open(f"/followups/?q={problem.inspection.entity.code}&kind=责令改正")
    assert PROBLEM_TEXT in clerk.text()
    assert PROBLEM_TEXT in clerk.client.get("/followups/export.csv").get_data(as_text=True)
    assert_swap_equals_reload(clerk.client, "/followups/?show=overdue")


def test_a_step_with_its_paper_and_the_close_are_kept(clerk: Visitor, problem: Problem) -> None:
    clerk.open(f"/followups/{problem.id}")
    paper = (BytesIO(picture("复查照片")), "复查.jpg")
    clerk.submit(
        'form[action$="/steps"]', on="2026-03-12", text="送达责令改正通知书", kind="责令改正", file=paper
    )
    clerk.follow()
    assert "送达责令改正通知书" in clerk.text()
    link = clerk.page.select_one('a[href*="/files/"]')
    assert link is not None
    answer = clerk.client.get(str(link["href"]), buffered=True)
    assert answer.data == picture("复查照片")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    clerk.submit('form[action$="/close"]', closed_on="2026-03-18", reason="复查已补齐台账")
    clerk.follow()
    assert "已闭环" in clerk.text()
    db.session.expire_all()
    assert problem.state is ProblemState.CLOSED
    assert [step.closes for step in problem.steps] == [False, True]
    actions = set(db.session.scalars(db.select(AuditEntry.action)))
    assert {"problem.opened", "problem.step_added", "problem.closed"} <= actions


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"text": "", "on": "2026-03-12"}, "请写明处置情况", id="without words"),
        pytest.param({"text": "复查", "on": ""}, "请填写日期", id="without a day"),
        pytest.param({"text": "复查", "on": "2999-01-01"}, "处置日期不能晚于今天", id="in the future"),
        pytest.param({"text": "复查", "on": "2026-03-12", "kind": "罚站"}, "不是有效的选择", id="of no kind"),
        pytest.param(
            {"text": "复查", "on": "2026-03-12", "file": (BytesIO(b"<script>alert(1)</script>"), "x.jpg")},
            "附件",
            id="with a script for a paper",
        ),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_a_sentence(
    clerk: Visitor, problem: Problem, values: dict[str, object], said: str
) -> None:
    if isinstance(values.get("file"), tuple):
        values = {**values, "file": (BytesIO(b"<script>alert(1)</script>"), "x.jpg")}
    clerk.open(f"/followups/{problem.id}")
    clerk.submit('form[action$="/steps"]', status=422, **values)
    assert said in " ".join(line.get_text() for line in clerk.page.select(".summary li"))
    db.session.expire_all()
    assert not problem.steps


def test_a_closed_problem_takes_no_step_until_it_is_opened_again(clerk: Visitor, problem: Problem) -> None:
    office = make_user(Role.OFFICE, agency=problem.inspection.agency)
    close(problem, "已整改", date(2026, 3, 9), office, PUBLISHED_AT)
    db.session.commit()
    with pytest.raises(FollowUpRefused, match="已经闭环"):
        add_step(problem, "责令改正", date(2026, 3, 9), "复查", office, PUBLISHED_AT)
    clerk.open(f"/followups/{problem.id}/reopen")
    clerk.submit('form[action$="/reopen"]', status=422)
    clerk.submit('form[action$="/reopen"]', reason="复查发现台账是补造的")
    db.session.expire_all()
    assert problem.state is ProblemState.OPEN
    assert problem.closed_at is None


def test_another_due_day_leaves_its_reason(clerk: Visitor, problem: Problem) -> None:
    clerk.open(f"/followups/{problem.id}/due")
    clerk.submit('form[action$="/due"]', due_on="2026-04-10", reason="设备到货推迟")
    db.session.expire_all()
    assert problem.due_on == date(2026, 4, 10)
    assert "设备到货推迟" in problem.steps[-1].text
    assert "2026-03-20" in problem.steps[-1].text


def test_problems_are_of_their_agency_and_the_supervisor_only_reads(app: Flask, problem: Problem) -> None:
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/followups/{problem.id}", status=404)
    stranger.open("/followups/?show=all")
    assert PROBLEM_TEXT not in stranger.text()
    supervisor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=problem.inspection.agency))
    supervisor.open(f"/followups/{problem.id}")
    assert not supervisor.page.select('form[action$="/steps"]')
    supervisor.post(f"/followups/{problem.id}/steps", status=403)
