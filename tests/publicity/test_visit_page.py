"""The enterprise's own page of a visit: who is here and why, at each stage; told to nobody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.void_services import agree_void, ask_void
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.inspections.paper_texts import FIVE_BANS, RIGHTS
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.registers.models import EntityKind, Officer
from sjj.rules.lifecycle import ApprovalState, ResultState
from sjj.rules.verify import verify_line
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.feedback import make_arrival, make_objection, page_of
from tests.makers.inspections import MADE_AT, make_inspection, make_photo
from tests.makers.publicity import make_notice
from tests.makers.registers import make_entity, make_officer
from tests.publicity.test_privacy import MARK, plant_everywhere
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
LONG_VALID = date(2999, 12, 31)


def team_of(agency: Agency, **more: Any) -> list[Officer]:
    """Two officers whose certificates outlast these tests."""
    return [make_officer(agency, **{"certificate_until": LONG_VALID, **more}) for _ in range(2)]


def test_it_says_who_is_here_why_and_on_what_basis(app: Flask, visitor: Visitor) -> None:
    agency = make_agency(frequency_cap=2)
    team = team_of(agency, photo_sha256=make_photo().sha256)
    inspection = make_inspection(agency, officers=team, items=2)
    inspection.campaign.items[0].item.bases[0].law.repealed_on = date(2020, 1, 1)
    page = visitor.open(page_of(inspection))
    said = visitor.text()
    for officer in team:
        for words in (officer.name, officer.certificate_no, officer.issuer):
            assert words in said
    assert said.count("✓ 证件有效") == 2
    assert len(page.select(".officers img[src^='data:image/jpeg']")) == 2
    for chosen in inspection.campaign.items:
        assert chosen.item.name in said
        assert chosen.item.bases[0].law.title in said
        assert chosen.item.guides[0].points[0].text in said
    told = (*RIGHTS, *FIVE_BANS, "依据已失效", "第 1 次", "上限 2 次", agency.supervision_phone)
    for words in (*told, inspection.campaign.number, "还没有到场记录"):
        assert words in said
    assert not page.select("form")


def test_nobody_keeps_it_finds_it_or_passes_its_address_on(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    for address in (page_of(inspection), page_of(inspection, "record"), page_of(inspection, "record.pdf")):
        answer = visitor.client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    page = visitor.open(page_of(inspection))
    links = [str(link["href"]) for link in page.select("a[href]")]
    assert not [link for link in links if inspection.entity.token in link or link.startswith("http")]
    assert inspection.entity.token not in str(page)
    assert inspection.pickup_code not in str(page)


def test_an_unknown_address_is_not_found_whatever_it_looks_like(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    token = inspection.visit_token
    strange = (
        "x",
        "0" * 43,
        token[:-1],
        token + "A",
        token.swapcase(),
        inspection.entity.token,
        "%00" * 43,
        "é" * 43,
    )
    for one in (*strange, str(inspection.uid), str(inspection.id)):
        for rest in ("", "/why", "/record", "/record.pdf", "/pictures/" + "0" * 64):
            assert visitor.client.get(f"/public/visits/{one}{rest}").status_code == 404, one


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"certificate_until": date(2020, 1, 1)}, "✗ 执法证已过期", id="run out"),
        pytest.param({"certificate_no": ""}, "✗ 执法证未登记", id="none registered"),
        pytest.param({"on_duty": False}, "✗ 不在岗", id="not on duty"),
    ],
)
def test_a_certificate_that_is_no_good_is_said_so_and_two_are_needed(
    app: Flask, visitor: Visitor, change: dict[str, Any], words: str
) -> None:
    agency = make_agency()
    good, bad = team_of(agency)
    for name, value in change.items():
        setattr(bad, name, value)
    visitor.open(page_of(make_inspection(agency, officers=[good, bad])))
    assert visitor.text().count("✓ 证件有效") == 1
    assert words in visitor.text()
    assert "持有效证件的执法人员不足两人" in visitor.text()


def test_each_stage_of_a_visit_is_said_plainly(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    now = datetime.now(UTC)
    make_arrival(inspection, now - timedelta(days=3))
    page = visitor.open(page_of(inspection))
    assert "已经到场检查" in visitor.text()
    make_arrival(inspection, now)
    page = visitor.open(page_of(inspection))
    assert "正在检查" in visitor.text()
    assert page.select("form[action$='/rating']")
    assert not page.select("form[action$='/pickup']")
    inspection.off_site = True
    db.session.commit()
    visitor.open(page_of(inspection))
    assert "不上门" in visitor.text()
    over = make_inspection(state=ResultState.AWAITING_REVIEW)
    page = visitor.open(page_of(over))
    assert "2026年3月5日结束" in visitor.text()
    assert page.select("form[action$='/pickup']")
    notice = make_notice(make_inspection(over.agency))
    visitor.open(page_of(notice.inspection))
    assert notice.result in visitor.text()


def test_a_visit_taken_back_may_be_refused_and_names_nobody(app: Flask, visitor: Visitor) -> None:
    draw = make_draw()
    office = make_user(Role.OFFICE, agency=draw.agency)
    first = dispatch(draw, date(2026, 3, 31), office, DRAWN_AT)[0]
    db.session.commit()
    visitor.open(page_of(first, "why"))
    _void(draw)
    page = visitor.open(page_of(first))
    assert "本次检查已撤回，可以拒绝" in visitor.text()
    assert not [m for m in first.team if m.officer.name in visitor.text()]
    assert not page.select("form")
    visitor.open(page_of(first, "why"), 404)
    withdrawn = make_inspection(state=ResultState.AWAITING_REVIEW)
    withdrawn.state, withdrawn.withdrawn_reason = ResultState.WITHDRAWN, "对象有误"
    db.session.commit()
    visitor.open(page_of(withdrawn))
    assert "可以拒绝" not in visitor.text()
    assert "对象有误" in visitor.text()


def _void(draw: Draw) -> None:
    approver = make_user(Role.APPROVER, agency=draw.agency)
    witness = make_user(Role.SUPERVISOR, agency=draw.agency)
    ask_void(draw, "录入有误", approver, DRAWN_AT)
    from_now = DRAWN_AT + timedelta(hours=1)
    agree_void(draw, witness, from_now)
    db.session.commit()


def test_the_approval_of_the_check_is_said(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    query = db.select(CheckApproval).where(CheckApproval.inspection_id == inspection.id)
    row = db.session.scalar(query) or CheckApproval(inspection_id=inspection.id, asked_at=MADE_AT)
    db.session.add(row)
    for state, urgent, words in (
        (ApprovalState.ASKED, False, "还没有批准"),
        (ApprovalState.ASKED, True, "检查后补办审批"),
        (ApprovalState.APPROVED, True, "已经本机关负责人批准"),
        (ApprovalState.REFUSED, False, "没有批准"),
    ):
        row.state, row.urgent = state, urgent
        visitor.open(page_of(inspection))
        assert words in visitor.text()


def test_why_it_was_drawn_can_be_checked_before_anything_is_public(app: Flask, visitor: Visitor) -> None:
    draw = make_draw()
    visit = dispatch(draw, date(2026, 3, 31), make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)[0]
    db.session.commit()
    page = visitor.open(page_of(visit))
    link = page.select_one("a[href$='/why']")
    assert link is not None
    page = visitor.open(str(link["href"]))
    assert visit.entity.token not in str(page)
    line = page.select_one("a[href$='line.json']")
    assert line is not None
    checks = verify_line(visitor.client.get(str(line["href"])).get_json(), draw.commitment_sha256)
    assert not [check for check in checks if check.status == "FAIL"]
    assert not [one for one in draw.objects if one.entity_id != visit.entity_id and one.code in str(page)]


def test_a_natural_person_stands_masked_until_the_code_is_shown(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    person = make_entity(agency, "欧阳小明", kind=EntityKind.PERSON, phone="13800000009")
    visitor.open(page_of(make_inspection(agency, entity=person)))
    assert "欧***" in visitor.text()
    assert "欧阳小明" not in visitor.text()


def test_the_gate_tells_only_visits_that_were_begun(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    entity = make_entity(agency)
    coming = make_inspection(agency, entity=entity)
    gate = f"/field/scan/{entity.token}"
    visitor.open(gate)
    assert "没有正在进行或者已经记录的检查" in visitor.text()
    make_arrival(coming, datetime.now(UTC))
    page = visitor.open(gate)
    assert "正在检查" in visitor.text()
    for secret in (coming.visit_token, coming.pickup_code, str(coming.uid), coming.team[0].officer.name):
        assert secret not in str(page)
    make_inspection(agency, entity=entity, off_site=True, state=ResultState.AWAITING_REVIEW)
    make_notice(make_inspection(agency, entity=entity))
    page = visitor.open(gate)
    assert len(page.select("main tbody tr")) == 2
    assert page.select("a[href='/public/e/" + entity.token + "']")
    assert visitor.response is not None
    assert visitor.response.headers["Cache-Control"] == "private, no-store"


def test_nothing_internal_stands_on_it(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    entity = make_entity(
        agency, credit_risk="D", phone="1", legal_representative="甲", address="乙", extra={"身份证号": "x"}
    )
    inspection = make_inspection(agency, entity=entity, state=ResultState.AWAITING_REVIEW)
    make_objection(inspection)
    own = {
        "officer": {"name", "certificate_no", "issuer", "post"},
        "inspection": {"visit_token", "pickup_code", "over_cap_reason"},
        "agency": {"name", "phone", "supervision_phone", "address", "theme"},
        "campaign": {"number", "name", "check_type", "method", "source"},
        "form_version": {"content"},  # what it is made of; of a record only the number of assistants is read
        "submission": {"content"},
    }
    plant_everywhere(own)
    answer = visitor.client.get(page_of(inspection))
    assert answer.status_code == 200
    assert MARK not in answer.get_data(as_text=True)
    assert db.session.get_one(Inspection, inspection.id).entity.credit_risk == MARK
    assert db.session.get_one(Campaign, inspection.campaign_id).source_reason == MARK
