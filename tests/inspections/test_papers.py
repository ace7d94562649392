"""The papers of an inspection: complete, for the team and the office only, the record bound to what was signed."""

import json
from datetime import date

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.paper_texts import FIVE_BANS
from sjj.rules.lifecycle import ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def papers(inspection: Inspection, name: str) -> str:
    """The address of a paper."""
    return f"/papers/inspections/{inspection.uid}/{name}"


def office(inspection: Inspection, role: Role = Role.OFFICE) -> User:
    """Somebody of the inspection's agency."""
    return make_user(role, agency=inspection.agency)


def test_the_notice_says_everything_it_must(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(items=2)
    text = " ".join(
        visitor.sign_in(office(inspection)).open(papers(inspection, "notice")).get_text(" ").split()
    )
    agency, campaign = inspection.agency, inspection.campaign
    for member in inspection.team:
        assert member.officer.name in text
        assert member.officer.certificate_no in text
    for chosen in campaign.items:
        assert chosen.item.name in text
        assert chosen.item.bases[0].law.title in text
    for words in (
        *FIVE_BANS,
        agency.supervision_phone,
        campaign.number + "-001",
        "第 1 次",
        "申请回避",
        "协助人员",
    ):
        assert words in text


def test_a_repealed_law_is_marked_on_the_notice(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    inspection.campaign.items[0].item.bases[0].law.repealed_on = date(2020, 1, 1)
    page = visitor.sign_in(office(inspection)).open(papers(inspection, "notice"))
    assert "依据已失效" in page.get_text()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.APPROVER, Role.SUPERVISOR], ids=str)
def test_the_office_reads_the_papers_of_its_own_agency(app: Flask, visitor: Visitor, role: Role) -> None:
    mine = make_inspection(state=ResultState.AWAITING_REVIEW)
    other = make_inspection(make_agency(), state=ResultState.AWAITING_REVIEW)
    visitor.sign_in(office(mine, role))
    visitor.open(papers(mine, "record"))
    for name in ("record", "notice"):
        visitor.open(papers(other, name), 404)
    record = json.loads(db.session.get_one(Submission, other.revision).content)
    visitor.open(papers(other, f"pictures/{record['photos'][0]['sha256']}"), 404)


def test_papers_need_a_sign_in(app: Flask, visitor: Visitor) -> None:
    visitor.open(papers(make_inspection(), "notice"), 303)


def test_the_blank_record_has_boxes_to_tick_by_hand_and_lines_to_sign(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(points=5)
    page = visitor.sign_in(office(inspection)).open(papers(inspection, "record"))
    assert len(page.select("td.ans .box")) == 5 * 3
    assert page.get_text().count("签名：") == 1 + len(inspection.team) + 1
    assert not set("☑☐✓□") & set(page.get_text())


def test_the_filled_record_shows_signatures_photos_and_what_was_signed(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    officer = make_officer_user(inspection.team[1].officer)
    page = visitor.sign_in(officer).open(papers(inspection, "record"))
    submission = db.session.get_one(Submission, inspection.revision)
    assert submission.signed_sha256 in page.get_text()
    assert len(page.select(".signed img")) == 3
    assert len(page.select(".shots img")) == 1
    for picture in page.select(".paper img"):
        answer = visitor.client.get(str(picture["src"]), buffered=True)
        assert answer.mimetype == "image/jpeg"
    assert len(page.select("td.ans .choice.on")) == 4
    blank = visitor.open(papers(inspection, "record?blank=1"))
    assert not blank.select(".choice.on")
