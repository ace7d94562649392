"""What everybody sees of a draw afterwards: counters, every hash, the public receipt; and each enterprise its own line."""

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.changes_services import SUBSTITUTE
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.void_services import agree_void, ask_void
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept
from sjj.registers.models import Entity, EntityKind
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import ASKED_AT, make_change, to_visit
from tests.makers.draws import DRAWN_AT, FROZEN_AT, make_draw
from tests.makers.inspections import VISITED_AT, make_submission
from tests.makers.plans import ENDS_ON, by_class, by_credit, make_campaign, make_register
from tests.makers.registers import make_entity
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
NOBODY = {"outcome": "not_found", "answers": [], "results": [], "signatures": []}


@pytest.fixture
def draw(app: Flask) -> Draw:
    """A held draw of two objects in one layer, with reserves."""
    agency = make_agency()
    make_register(agency, entities=18)
    return make_draw(make_campaign(agency, register=False, strata=by_class("34%", "0", "0")))


def send_out(draw: Draw) -> list[Inspection]:
    """The visits, handed out."""
    made = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    return made


def visit(inspection: Inspection, **said: object) -> None:
    """The record of a visit arrives."""
    assert make_submission(inspection, **said).status == 201
    db.session.commit()


def receipt(visitor: Visitor, draw: Draw) -> dict[str, object] | None:
    """The public receipt, if it is public."""
    answer = visitor.client.get(f"/public/draws/{draw.id}/receipt.json")
    return answer.get_json() if answer.status_code == 200 else None


def test_counts_and_hashes_are_public_at_once_the_names_only_with_the_receipt(
    draw: Draw, visitor: Visitor
) -> None:
    first, second = to_visit(draw)[:2]
    names = [first.name, second.name]
    change = make_change(draw, reason="停业")
    make_change(draw, SUBSTITUTE, row=second, reason="回避", at=ASKED_AT + timedelta(days=1))
    visitor.open(f"/public/draws?agency={draw.agency_id}")
    said = visitor.text()
    assert "停业 1 户" in said
    assert "回避 1 次" in said
    assert "病假 0 次" in said
    visitor.open(f"/public/draws/{draw.id}")
    said = visitor.text()
    assert draw.receipt_sha256 in said
    assert change.receipt_sha256 in said
    assert "（递补，停业）" in said
    assert not any(name in said for name in [*names, to_visit(draw)[-1].name])
    assert receipt(visitor, draw) is None


def test_the_receipt_with_its_changes_is_public_after_the_last_visit_and_verifies(
    draw: Draw, visitor: Visitor
) -> None:
    send_out(draw)
    replaced = to_visit(draw)[0]
    make_change(draw)
    came = to_visit(draw)[-1]
    for inspection in db.session.query(Inspection).filter(Inspection.entity_id != replaced.entity_id):
        assert receipt(visitor, draw) is None
        visit(inspection)
    found = receipt(visitor, draw)
    assert found is not None
    assert [(one["code"], one["by"]) for one in found["changes"]] == [(replaced.code, came.code)]  # type: ignore[attr-defined]
    checks = verify.verify(found, draw.commitment_sha256)
    assert verify.FAIL not in {one.status for one in checks}
    assert {one.name for one in checks if one.status == verify.OK} >= {"抽中对象", "变更"}
    visitor.open(f"/public/draws/{draw.id}")
    assert replaced.name in visitor.text()
    assert came.name in visitor.text()


def test_a_visit_that_found_nobody_holds_the_receipt_back_until_it_is_accepted(
    draw: Draw, visitor: Visitor
) -> None:
    first, *others = send_out(draw)
    for one in others:
        visit(one)
    visit(first, **NOBODY)
    assert receipt(visitor, draw) is None, "whoever knew it could tell who comes next"
    accept(first, make_user(Role.OFFICE, agency=draw.agency), VISITED_AT)
    db.session.commit()
    assert receipt(visitor, draw) is not None


def test_a_closed_receipt_names_only_whom_it_came_to_in_the_end(app: Flask, visitor: Visitor) -> None:
    draw = make_draw(make_campaign(strata=by_credit("30%")))
    send_out(draw)
    replaced = to_visit(draw)[0]
    make_change(draw)
    for inspection in db.session.query(Inspection).filter(Inspection.entity_id != replaced.entity_id):
        visit(inspection)
    found = receipt(visitor, draw)
    assert found is not None
    assert found["drawn"] == sorted(one.code for one in to_visit(draw))
    assert replaced.code not in found["drawn"]  # type: ignore[operator]


def test_a_persons_name_is_masked_beside_its_code(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_register(agency, entities=0, officers=6)
    for number in range(4):
        make_entity(agency, f"欧阳小{'明强刚华'[number]}", kind=EntityKind.PERSON)
    draw = make_draw(
        make_campaign(agency, register=False, strata=by_class("0", "0", "50%"), publishes_at_once=True)
    )
    visitor.open(f"/public/draws/{draw.id}")
    assert "欧***" in visitor.text()
    assert "欧阳" not in visitor.text()


def test_a_missing_number_is_seen_and_the_table_can_be_taken_along(app: Flask, visitor: Visitor) -> None:
    campaign = make_campaign()
    first = make_draw(campaign, state=DrawState.VOIDED)
    second = make_draw(campaign, state=DrawState.FROZEN, at=FROZEN_AT + timedelta(hours=1))
    number = first.draw_no
    for table in ("draw_message", "drawn_object"):
        db.session.execute(text(f"DELETE FROM {table} WHERE draw_id = {first.id}"))
    db.session.execute(text(f"DELETE FROM draw WHERE id = {first.id}"))
    db.session.commit()
    visitor.open(f"/public/draws?agency={campaign.agency_id}")
    assert "这一号没有公布" in visitor.text()
    assert number not in visitor.text()
    table = visitor.client.get(f"/public/draws.csv?agency={campaign.agency_id}").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(table.lstrip("\ufeff"))))
    assert [row[1:3] for row in rows[1:]] == [["2", second.draw_no], ["1", "缺失"]]


def test_a_void_by_two_says_so_without_names(draw: Draw, visitor: Visitor) -> None:
    approver = make_user(Role.APPROVER, agency=draw.agency, display_name="周正")
    supervisor = make_user(Role.SUPERVISOR, agency=draw.agency, display_name="吴监")
    ask_void(draw, "名单漏了一户", approver, ASKED_AT)
    db.session.commit()
    visitor.open(f"/public/draws/{draw.id}")
    assert "名单漏了一户" not in visitor.text(), "it was only asked for"
    agree_void(draw, supervisor, ASKED_AT)
    db.session.commit()
    visitor.open(f"/public/draws/{draw.id}")
    said = visitor.text()
    assert "由负责人和监督人员共同作废。原因：名单漏了一户" in said
    assert draw.secret in said
    assert not any(name in said for name in ("周正", "吴监"))
    assert receipt(visitor, draw) is not None


# --- 为什么抽到我 ------------------------------------------------------------------------------------------


def page_of(visitor: Visitor, entity: Entity) -> str:
    """The page behind an entity's code."""
    visitor.open(f"/public/e/{entity.token}")
    return visitor.text()


def undrawn(draw: Draw) -> Entity:
    """Somebody of the same layer who was not drawn."""
    drawn = {one.entity_id for one in draw.objects}
    rows = verify.parse(draw.pool.encode())
    codes = [row["code"] for row in rows if row["stratum"] == "特殊"]
    return next(
        db.session.get_one(Entity, draw.entity_ids[code])
        for code in codes
        if draw.entity_ids[code] not in drawn
    )


def test_an_enterprise_is_told_after_its_own_visit_and_nobody_else_before_the_receipt(
    draw: Draw, visitor: Visitor
) -> None:
    visits, other = send_out(draw), undrawn(draw)
    mine, theirs = visits[0].entity, visits[1].entity
    for entity in (mine, theirs, other):
        assert "为什么抽到我" not in page_of(visitor, entity)
        visitor.open(f"/public/e/{entity.token}/draws/{draw.id}", status=404)
        visitor.open(f"/public/e/{entity.token}/draws/{draw.id}/line.json", status=404)
    visit(visits[0])
    assert "为什么抽到我" in page_of(visitor, mine)
    for entity in (theirs, other):
        assert draw.campaign.name not in page_of(visitor, entity)
    for one in visits[1:]:
        visit(one)
    assert "没有抽中" in page_of(visitor, other)
    visitor.open(f"/public/e/{other.token}/draws/{draw.id}")
    assert "您的签号大于入选的界限" in visitor.text()


def test_its_own_line_can_be_checked_and_names_nobody_else(draw: Draw, visitor: Visitor) -> None:
    visits = send_out(draw)
    visit(visits[0])
    row = db.session.query(DrawnObject).filter_by(draw_id=draw.id, entity_id=visits[0].entity_id).one()
    address = f"/public/e/{visits[0].entity.token}/draws/{draw.id}"
    visitor.open(address)
    said = visitor.text()
    assert row.ticket in said
    assert "共有 6 户，抽取签号最小的 3 户" in said
    answer = visitor.client.get(f"{address}/line.json")
    document = json.loads(answer.data)
    checks = verify.verify_bytes(answer.data, draw.commitment_sha256)
    assert {one.status for one in checks} <= {verify.OK, verify.UNPROVEN}
    assert verify.OK in {one.status for one in checks}
    assert (document["ticket"], document["is_drawn"]) == (row.ticket, True)
    others = {name for one in to_visit(draw)[1:] for name in (one.name, one.code)}
    told = said + answer.get_data(as_text=True)
    assert not any(name in told for name in others)


def test_pages_behind_a_code_are_kept_by_nobody(draw: Draw, visitor: Visitor) -> None:
    visits = send_out(draw)
    visit(visits[0])
    token = visits[0].entity.token
    for address in (
        f"/public/e/{token}",
        f"/public/e/{token}/draws/{draw.id}",
        f"/public/e/{token}/draws/{draw.id}/line.json",
    ):
        headers = visitor.client.get(address).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_who_was_replaced_or_came_later_reads_why(draw: Draw, visitor: Visitor) -> None:
    send_out(draw)
    replaced = to_visit(draw)[0]
    make_change(draw)
    came = to_visit(draw)[-1]
    assert "为什么抽到我" not in page_of(visitor, came.entity)
    for inspection in db.session.query(Inspection).filter(Inspection.entity_id != replaced.entity_id):
        visit(inspection)
    assert "由别的对象递补" in page_of(visitor, replaced.entity)
    assert "递补后检查" in page_of(visitor, came.entity)
    visitor.open(f"/public/e/{came.entity.token}/draws/{draw.id}")
    assert "同一组里签号最小的备选" in visitor.text()


def test_another_agencys_draw_is_not_explained(draw: Draw, visitor: Visitor) -> None:
    visits = send_out(draw)
    visit(visits[0])
    stranger = make_entity(make_agency())
    db.session.commit()
    visitor.open(f"/public/e/{stranger.token}/draws/{draw.id}", status=404)
    visitor.open(f"/public/e/{visits[0].entity.token}/draws/{draw.id + 99}", status=404)
