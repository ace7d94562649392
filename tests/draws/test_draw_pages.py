"""A draw as the room sees it: freeze, outside values, result, proof, receipt, void."""

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.queries import counts, full_receipt
from sjj.plans.models import Campaign
from sjj.registers.models import Entity
from sjj.rules import verify
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, FROZEN_AT, VALUES, make_draw, void_by_two
from tests.makers.plans import by_class, by_credit, make_campaign, make_register
from tests.makers.registers import make_entity, make_item, make_officer, make_recusal, make_tag
from tests.room import hold_in_room
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
VERIFIER = Path(verify.__file__)


def clerk_of(campaign: Campaign, app: Flask) -> Visitor:
    """The office, signed in."""
    return Visitor(app).sign_in(make_user(Role.OFFICE, agency=campaign.agency))


def freeze_in_browser(visitor: Visitor, campaign: Campaign) -> Draw:
    """Put the list up with the sources that the page proposes; a second person confirms it."""
    address = f"/draws/freeze/{campaign.id}"
    visitor.open(address)
    visitor.submit("form.card")
    second = Visitor(visitor.app).sign_in(make_user(Role.APPROVER, agency=campaign.agency))
    second.open(address)
    second.submit("#confirm")
    return db.session.query(Draw).filter_by(live_campaign_id=campaign.id).one()


def test_frozen_drawn_and_verified_by_a_program_outside(app: Flask, tmp_path: Path) -> None:
    campaign = make_campaign()
    visitor = clerk_of(campaign, app)
    visitor.open(f"/draws/freeze/{campaign.id}")
    assert "不低于25%，3户取1户" in visitor.text()
    draw = freeze_in_browser(visitor, campaign)
    visitor.open(f"/draws/{draw.id}")
    assert visitor.page.select_one(".groups").get_text() == draw.commitment_sha256
    assert draw.secret not in visitor.text(), "the secret stays sealed until the draw"
    visitor.open(f"/draws/{draw.id}/commitment")
    assert "本机关第 1 号" in visitor.text()
    visitor.open(f"/draws/{draw.id}/hall")
    assert draw.secret not in visitor.text()
    hold_in_room(visitor, draw.id)
    db.session.refresh(draw)
    assert draw.state is DrawState.DRAWN
    assert draw.campaign.state is CampaignState.IN_PROGRESS
    assert len(visitor.page.select("ol.drawn li")) == 4
    page = visitor.open(f"/draws/{draw.id}")
    lines = [item.get_text(" ", strip=True) for item in page.select("#checks li")]

    answer = visitor.client.get(f"/draws/{draw.id}/receipt.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    (tmp_path / "receipt.json").write_bytes(answer.data)
    shutil.copy(VERIFIER, tmp_path / "verify.py")
    ran = subprocess.run(
        [sys.executable, "-I", "verify.py", "receipt.json", "--commitment", draw.commitment_sha256],
        cwd=tmp_path,
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = [line[4:].strip() for line in ran.stdout.splitlines()]
    assert len(told) == len(lines)
    for line, shown in zip(told, lines, strict=True):
        name, reason = line.split("：", 1)
        assert name in shown
        assert reason.replace(" ", "") in shown.replace(" ", "")
    assert "FAIL" not in ran.stdout


def test_the_stored_draw_is_the_receipt(app: Flask) -> None:
    draw = make_draw(make_campaign(strata=by_class("50%", "25%", "100%")))
    receipt = full_receipt(draw)
    assert receipt["draw_no"] == f"{draw.campaign.number}-1"
    assert receipt["values"] == list(VALUES) == draw.outside_values, "leading zeros stay"
    assert [(one.place, one.entity.code, one.team) for one in draw.objects] == [
        (row["place"], row["code"], row["team"]) for row in receipt["drawn"]
    ]
    assert draw.receipt_sha256 == verify.sha256_of(receipt)
    assert {one["take"] for one in receipt["rule"]["strata"].values()} == {2, 1, 3}


def test_closed_layers_stay_closed_before_witnesses(app: Flask) -> None:
    agency = make_agency()
    make_register(agency, entities=12)
    campaign = make_campaign(agency, register=False, strata=by_credit("50%"))
    visitor = clerk_of(campaign, app)
    draw = freeze_in_browser(visitor, campaign)
    hall = hold_in_room(visitor, draw.id)
    names = {one.entity.name for one in draw.objects}
    said = hall.get_text()
    assert not [name for name in names if name in said]
    assert not [f"G{n} " for n in range(1, 5) if f"G{n} " in said]
    rule = full_receipt(draw)["rule"]
    assert set(rule["strata"]) == {"G1", "G2", "G3", "G4"}
    assert "信用" not in draw.rule
    visitor.open(f"/draws/{draw.id}/commitment")
    assert "信用" not in visitor.page.select_one(".paper").get_text()
    inside = visitor.open(f"/draws/{draw.id}")
    assert all(name in inside.get_text() for name in names), "the office sees whom it visits"


def test_a_barred_officer_is_never_drawn(app: Flask) -> None:
    agency = make_agency()
    officers = [make_officer(agency) for _ in range(4)]
    entities = [make_entity(agency) for _ in range(3)]
    for entity in entities:
        make_recusal(officers[0], entity)
    make_recusal(officers[1], entities[0], approved=None)
    campaign = make_campaign(agency, register=False, strata=by_class("0%", "0%", "100%"))
    visitor = clerk_of(campaign, app)
    visitor.open(f"/draws/freeze/{campaign.id}")
    assert "回避 3 项" in visitor.text()
    drawn: set[str] = set()
    for attempt in range(6):
        draw = make_draw(campaign, values=(f"{attempt:06d}", "0271"), at=FROZEN_AT + timedelta(hours=attempt))
        drawn |= {code for one in draw.objects for code in one.team}
        assert len(full_receipt(draw)["rule"]["barred"]) == 3
        void_by_two(draw, "演练", draw.drawn_at + timedelta(minutes=5))
        db.session.refresh(draw.campaign)
    assert officers[0].code not in drawn
    assert drawn == {officer.code for officer in officers[1:]}


def test_expertise_sits_in_its_place_and_the_year_is_balanced(app: Flask) -> None:
    agency = make_agency()
    wood = make_tag(agency, "木材检疫", on="officer")
    expert = make_officer(agency, tags=[wood])
    others = [make_officer(agency) for _ in range(3)]
    make_entity(agency)
    campaign = make_campaign(agency, register=False, strata=by_class("0", "0", "1"), needs=[[], ["木材检疫"]])
    draw = make_draw(campaign)
    assert draw.objects[0].team[0] == expert.code, "the scarcest place comes first"
    again = make_campaign(agency, register=False, items=[make_item(agency)], strata=by_class("0", "0", "1"))
    second = make_draw(again, state=DrawState.FROZEN, at=DRAWN_AT + timedelta(days=1))
    loads = {one["code"]: one["load"] for one in verify.parse(second.rule.encode())["officers"]}
    assert loads[expert.code] == 1
    assert sum(loads.values()) == 2
    assert set(loads) == {expert.code, *(other.code for other in others)}


def test_before_publication_nothing_can_be_frozen(app: Flask) -> None:
    campaign = make_campaign(state=CampaignState.APPROVED)
    visitor = clerk_of(campaign, app)
    visitor.open(f"/draws/freeze/{campaign.id}")
    assert not visitor.page.select("form.card")
    rows = {f"sources-{n}-kind": "lottery" for n in range(4)}
    data = {
        **rows,
        "sources-0-from_": "公开彩票",
        "sources-0-issue": "第 2026021 期",
        "sources-0-digits": "8",
    }
    visitor.post(f"/draws/freeze/{campaign.id}", 422, **data)
    assert "方案公示后才能冻结名单" in visitor.text()


def test_the_chain_has_no_gaps_and_voids_stay_in_it(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    first = make_draw(make_campaign(agency, register=False), state=DrawState.VOIDED)
    second = make_draw(first.campaign, at=FROZEN_AT + timedelta(hours=1))
    third = make_draw(make_campaign(agency, register=False), at=FROZEN_AT + timedelta(hours=2))
    other = make_draw(at=FROZEN_AT + timedelta(hours=3))
    assert [draw.serial for draw in (first, second, third, other)] == [1, 2, 3, 1]
    assert [draw.draw_no[-2:] for draw in (first, second, third)] == ["-1", "-2", "-1"]
    previous = [verify.parse(draw.commitment.encode())["previous"] for draw in (first, second, third, other)]
    assert previous == ["", first.commitment_sha256, second.commitment_sha256, ""]
    assert counts(agency.id) == {DrawState.FROZEN: 0, DrawState.DRAWN: 2, DrawState.VOIDED: 1}


def test_no_receipt_before_the_draw(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    visitor = clerk_of(draw.campaign, app)
    visitor.open(f"/draws/{draw.id}/receipt.json", 404)


def test_a_frozen_list_does_not_follow_the_register(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    for entity in db.session.query(Entity):
        entity.name, entity.code = f"改名{entity.id}", f"X{entity.id}"
    db.session.commit()
    visitor = clerk_of(draw.campaign, app)
    hold_in_room(visitor, draw.id)
    page = visitor.open(f"/draws/{draw.id}")
    assert "全部相符" in visitor.text()
    codes = [small.get_text() for small in page.select("tbody td small")]
    assert codes == [row["code"] for row in json.loads(db.session.get(Draw, draw.id).receipt)["drawn"]]
