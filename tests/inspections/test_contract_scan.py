"""GET /field/scan/<token>: what an entity's code opens, for whom; it changes nothing (field.md §3)."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.models import Inspection, Submission
from tests.makers.accounts import make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.makers.registers import make_officer
from tests.visitor import Visitor


@pytest.fixture
def inspection(app: Flask) -> Inspection:
    """A visit that is to be made."""
    return make_inspection()


def code_of(inspection: Inspection) -> str:
    """What the entity's code holds."""
    return f"/field/scan/{inspection.entity.token}"


def test_the_assigned_officer_gets_the_form(visitor: Visitor, inspection: Inspection) -> None:
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    page = visitor.open(code_of(inspection))
    form = page.select_one("main form[method=post]")
    assert form is not None
    assert str(inspection.uid) in str(form["action"])
    assert inspection.entity.name in visitor.text()


def test_signed_out_one_sees_the_public_page_with_a_way_in_and_back(
    visitor: Visitor, inspection: Inspection
) -> None:
    page = visitor.open(code_of(inspection))
    assert inspection.entity.name in visitor.text()
    for secret in (inspection.entity.phone, inspection.team[0].officer.name, str(inspection.uid)):
        assert not secret or secret not in str(page)
    way_in = page.select_one('main a[href*="/sign-in"]')
    assert way_in is not None
    user = make_officer_user(inspection.team[0].officer)
    visitor.open(str(way_in["href"]))
    visitor.submit(username=user.username, password="right-horse-7")
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == code_of(inspection)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OFFICE, Role.AUDITOR], ids=lambda role: role.label)
def test_anybody_else_signed_in_sees_no_task(visitor: Visitor, inspection: Inspection, role: Role) -> None:
    officer = make_officer(inspection.agency)
    visitor.sign_in(make_user(role, agency=inspection.agency, officer_id=officer.id))
    page = visitor.open(code_of(inspection))
    assert str(inspection.uid) not in str(page)
    assert "没有检查任务" in visitor.text()


def test_an_unknown_token_is_not_found(visitor: Visitor, inspection: Inspection) -> None:
    visitor.open("/field/scan/unknown", 404)
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    visitor.open("/field/scan/unknown", 404)


def test_scanning_changes_nothing(visitor: Visitor, inspection: Inspection) -> None:
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    db.session.rollback()
    visitor.open(code_of(inspection))
    visitor.open(code_of(inspection))
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    db.session.refresh(inspection)
    assert inspection.state.value == "not_entered"
