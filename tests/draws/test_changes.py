"""递补 and substitution as the draw sees them: the rule says who comes, the receipt grows and still verifies."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import changes_services as services
from sjj.draws import integrity
from sjj.draws.changes_queries import counts_of, full_receipt, versions_of
from sjj.draws.changes_services import REPLACE, SUBSTITUTE, AlreadyDecided, ChangeRefused, Wanted
from sjj.draws.models import Draw, DrawChange, DrawMessage
from sjj.draws.refusals import SamePerson
from sjj.rules import draw_changes, verify
from sjj.rules.lifecycle import ChangeState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import ASKED_AT, EVIDENCE_ON, evidence, make_ask, make_change, to_visit
from tests.makers.draws import make_draw
from tests.makers.plans import by_class, make_campaign, make_register
from tests.makers.registers import make_entity, make_officer


@pytest.fixture
def draw(app: Flask) -> Draw:
    """A held draw with reserves in every layer and officers to spare."""
    agency = make_agency()
    make_register(agency, entities=18)
    return make_draw(make_campaign(agency, register=False, strata=by_class("34%", "34%", "34%")))


def sound(draw: Draw) -> bool:
    """Whether the receipt with its changes passes every check."""
    checks = verify.verify(full_receipt(draw), draw.commitment_sha256)
    return all(check.status == verify.OK for check in checks)


def test_the_first_reserve_of_the_layer_comes(draw: Draw) -> None:
    replaced = to_visit(draw)[0]
    change = make_change(draw, reason="吊销")
    came = to_visit(draw)[-1]
    entry = json.loads(change.entry)
    assert (entry["code"], entry["by"], entry["team"]) == (replaced.code, came.code, came.team)
    assert (came.stratum, came.place, came.came_by) == (replaced.stratum, len(draw.objects), 1)
    assert came.team_now == came.team
    assert (replaced.left_by, change.number, entry["approver"]) == (1, 1, "周正")
    base = verify.parse(draw.receipt.encode())
    rest = (entry["reason"], entry["evidence_sha256"], entry["approver"], entry["at"])
    assert draw_changes.replace(base, replaced.code, *rest) == full_receipt(draw)
    assert base["changes"] == [], "the receipt of the draw itself never changes"
    assert sound(draw)
    assert integrity.faults() == []


def test_an_officer_is_substituted_by_the_rule(draw: Draw) -> None:
    row = to_visit(draw)[0]
    before, out = list(row.team), row.team[1]
    change = make_change(draw, SUBSTITUTE, out=out, reason="回避")
    came = json.loads(change.entry)["in"]
    assert row.team == before, "how it was drawn stays"
    assert row.team_now == [before[0], came]
    assert came not in before
    assert sound(draw)
    assert integrity.faults() == []


def test_changes_follow_one_another_and_each_version_has_its_hash(draw: Draw) -> None:
    first = make_change(draw)
    came = to_visit(draw)[-1]
    make_change(draw, SUBSTITUTE, row=came, at=ASKED_AT + timedelta(days=1))
    make_change(draw, row=came, reason="停业", at=ASKED_AT + timedelta(days=2))
    assert (came.came_by, came.left_by) == (1, 3)
    versions = versions_of(draw)
    assert [one.number for one in versions] == [0, 1, 2, 3]
    assert [one.sha256 for one in versions[:2]] == [draw.receipt_sha256, first.receipt_sha256]
    assert versions[-1].sha256 == verify.sha256_of(full_receipt(draw))
    counts = counts_of(draw_id=draw.id)
    assert (counts.replacements, counts.substitutions) == (2, 1)
    assert (counts.replaced["注销"], counts.replaced["停业"], counts.substituted["病假"]) == (1, 1, 1)
    assert sound(draw)
    assert integrity.faults() == []


def test_the_log_and_the_supervisor_are_told(draw: Draw) -> None:
    name = to_visit(draw)[0].name
    change = make_change(draw, note="邻居称已搬走")
    told = db.session.query(AuditEntry).filter_by(action="draw.change_made").one()
    assert told.details["receipt_sha256"] == change.receipt_sha256
    said = [one.sentence for one in db.session.query(DrawMessage).order_by(DrawMessage.id)][-2:]
    assert "申请递补（事由：注销）" in said[0]
    assert change.receipt_sha256 in said[1]
    assert not any(name in one for one in said), "messages name no drawn object"


def refusal(act: Callable[[], object]) -> str:
    """Why an act is refused."""
    with pytest.raises(ChangeRefused) as refused:
        act()
    db.session.rollback()
    return str(refused.value)


def test_a_request_is_refused_with_every_reason_at_once(draw: Draw) -> None:
    clerk = make_user(Role.OFFICE, agency=draw.agency)
    code = to_visit(draw)[0].code
    wanted = Wanted(REPLACE, code, "不方便", "", EVIDENCE_ON + timedelta(days=9))
    said = refusal(lambda: services.ask(draw, wanted, clerk, ASKED_AT, ["这一户已有检查记录"]))
    for reason in ("事由只能是", "须附证明材料", "不能晚于今天", "已有检查记录"):
        assert reason in said
    assert db.session.query(DrawChange).count() == 0


def test_one_request_at_a_time_for_an_object(draw: Draw) -> None:
    row = to_visit(draw)[0]
    make_ask(draw)
    assert "等待决定" in refusal(lambda: make_ask(draw, row=row))
    assert "等待决定" in refusal(lambda: make_ask(draw, SUBSTITUTE, row=row))
    other = to_visit(draw)[1]
    make_ask(draw, SUBSTITUTE, row=other, out=other.team[0])
    make_ask(draw, SUBSTITUTE, row=other, out=other.team[1])
    assert "等待决定" in refusal(lambda: make_ask(draw, SUBSTITUTE, row=other, out=other.team[1]))
    assert "等待决定" in refusal(lambda: make_ask(draw, REPLACE, row=other))


def test_who_has_left_is_not_changed_again(draw: Draw) -> None:
    row = to_visit(draw)[0]
    make_change(draw)
    assert "不在应检查的对象之中" in refusal(lambda: make_ask(draw, row=row))
    stays = to_visit(draw)[0]
    out = stays.team_now[0]
    make_change(draw, SUBSTITUTE, row=stays, at=ASKED_AT + timedelta(days=1))
    assert "不在这一户现在的检查组中" in refusal(
        lambda: make_ask(draw, SUBSTITUTE, row=stays, out=out, at=ASKED_AT + timedelta(days=2))
    )


def test_nobody_decides_on_their_own_request_or_twice(draw: Draw) -> None:
    both = make_user(Role.OFFICE, Role.APPROVER, agency=draw.agency)
    change = make_ask(draw, actor=both)
    with pytest.raises(SamePerson, match="自己提出"):
        services.approve(change, both, ASKED_AT)
    with pytest.raises(SamePerson, match="自己提出"):
        services.refuse(change, "不必", both, ASKED_AT)
    db.session.rollback()
    other = make_user(Role.APPROVER, agency=draw.agency)
    services.refuse(change, "照片看不清门牌", other, ASKED_AT)
    db.session.commit()
    assert (change.state, change.refused_reason) == (ChangeState.REFUSED, "照片看不清门牌")
    with pytest.raises(AlreadyDecided, match="不予变更"):
        services.approve(change, other, ASKED_AT)
    assert len(versions_of(draw)) == 1
    assert integrity.faults() == []


def test_a_clock_set_back_adds_nothing(draw: Draw) -> None:
    assert "校准时钟" in refusal(lambda: make_ask(draw, at=ASKED_AT - timedelta(days=9)))
    make_change(draw)
    change = make_ask(draw, at=ASKED_AT + timedelta(hours=3))
    approver = make_user(Role.APPROVER, agency=draw.agency)
    assert "校准时钟" in refusal(lambda: services.approve(change, approver, ASKED_AT))
    assert change.state is ChangeState.ASKED


def test_without_a_reserve_only_a_new_draw_helps(app: Flask) -> None:
    draw = make_draw(make_campaign(strata=by_class("100%", "25%", "25%")))
    row = next(one for one in to_visit(draw) if one.stratum == "特殊")
    change = make_ask(draw, row=row)
    approver = make_user(Role.APPROVER, agency=draw.agency)
    assert "须重新组织抽取" in refusal(lambda: services.approve(change, approver, ASKED_AT))
    assert (change.state, change.entry, row.left_by) == (ChangeState.ASKED, "", None)
    assert integrity.faults() == []


def test_without_an_officer_only_a_new_draw_helps(app: Flask) -> None:
    agency = make_agency()
    make_register(agency, officers=2)
    draw = make_draw(make_campaign(agency, register=False))
    change = make_ask(draw, SUBSTITUTE)
    approver = make_user(Role.APPROVER, agency=agency)
    assert "已无人可派，须重新组织抽取" in refusal(lambda: services.approve(change, approver, ASKED_AT))
    assert integrity.faults() == []


def test_a_voided_or_frozen_draw_is_not_changed(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk = make_user(Role.OFFICE, agency=draw.agency)
    wanted = Wanted(REPLACE, "91", "注销", "0" * 64, EVIDENCE_ON)
    assert "只有已抽取、未作废" in refusal(lambda: services.ask(draw, wanted, clerk, ASKED_AT))


def test_an_edited_receipt_takes_no_change(draw: Draw) -> None:
    change = make_ask(draw)
    draw.receipt_sha256 = "0" * 64
    db.session.commit()
    approver = make_user(Role.APPROVER, agency=draw.agency)
    assert "立即报告监督人员" in refusal(lambda: services.approve(change, approver, ASKED_AT))


def test_a_group_is_substituted_by_a_group(app: Flask) -> None:
    agency = make_agency()
    for _ in range(6):
        make_entity(agency)
    for group in "甲乙丙":
        for _ in range(2 + (group == "丙")):
            make_officer(agency, group=f"{group}组")
    campaign = make_campaign(
        agency, register=False, strata=by_class("0", "0", "40%"), team_unit="group", team_size=1
    )
    draw = make_draw(campaign)
    row = to_visit(draw)[0]
    change = make_change(draw, SUBSTITUTE, reason="公差")
    assert row.team_now == [json.loads(change.entry)["in"]] != row.team
    assert sound(draw)
    assert integrity.faults() == []


def test_evidence_is_named_by_what_it_is(draw: Draw) -> None:
    digest = evidence("迁出通知")
    change = make_change(draw, reason="迁出", evidence_sha256=digest)
    assert json.loads(change.entry)["evidence_sha256"] == digest
