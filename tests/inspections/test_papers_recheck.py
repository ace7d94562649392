"""复查记录: what was done about a problem, for those who follow it up."""

from datetime import date

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.followups.models import Problem
from sjj.followups.recheck import recheck_paper
from sjj.followups.services import add_step, close, open_problems, reopen
from sjj.inspections.paper_fields import FIELDS
from sjj.inspections.paper_kinds import PaperKind
from tests.inspections.papers import fetch, office, text_in
from tests.inspections.test_papers_files import assert_fields, with_problem
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import VISITED_AT, make_inspection, make_officer_user
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
BOTH = pytest.mark.parametrize("suffix", ["pdf", "docx"])


def opened(office_of: dict[str, User]) -> Problem:
    """A problem of a visit that was found in order; its office is put under "user"."""
    inspection = make_inspection()
    with_problem(inspection)
    office_of["user"] = office(inspection)
    (problem,) = open_problems(inspection, office_of["user"], VISITED_AT)
    db.session.commit()
    return problem


@BOTH
def test_the_steps_and_the_end_are_told(app: Flask, visitor: Visitor, suffix: str) -> None:
    people: dict[str, User] = {}
    problem = opened(people)
    path = f"/papers/problems/{problem.id}/recheck.{suffix}"
    visitor.sign_in(people["user"])
    before = text_in(fetch(visitor, path), suffix)
    assert "部分改正" in before  # boxes for ink while it is open
    add_step(problem, "责令改正", date(2026, 3, 5), "送达责令改正通知书", people["user"], VISITED_AT)
    close(problem, "复查，六笔台账已补齐", date(2026, 3, 5), people["user"], VISITED_AT)
    db.session.commit()
    said = text_in(fetch(visitor, path), suffix)
    for words in (
        "复查记录",
        problem.inspection.entity.name,
        "出库台账缺六笔",
        "送达责令改正通知书",
        "复查，六笔台账已补齐",
        people["user"].display_name,
    ):
        assert words in said, words
    assert "部分改正" not in said
    assert fetch(visitor, path) == fetch(visitor, path)
    reopen(problem, "又缺一笔", people["user"], VISITED_AT)
    db.session.commit()
    assert "部分改正" in text_in(fetch(visitor, path), suffix)


def test_the_data_have_exactly_the_fields_that_are_listed(app: Flask) -> None:
    problem = opened({})
    with app.test_request_context():
        assert_fields(recheck_paper(problem, "").data, FIELDS[PaperKind.RECHECK])


def test_only_who_follows_up_in_this_agency_has_it(app: Flask, visitor: Visitor) -> None:
    people: dict[str, User] = {}
    problem = opened(people)
    path = f"/papers/problems/{problem.id}/recheck.pdf"
    visitor.open(path, 303)
    Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency())).open(path, 404)
    officer = make_officer_user(problem.inspection.team[0].officer)
    Visitor(app).sign_in(officer).open(path, 403)
    page = visitor.sign_in(people["user"]).open(f"/followups/{problem.id}")
    assert path in [str(link["href"]) for link in page.select("a[href]")]
