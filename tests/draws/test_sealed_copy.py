"""The sealed copy: for a supervisor who is neither of the two, before any value, and enough to finish the draw."""

import json
from pathlib import Path

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.cli import cli
from sjj.database import db
from sjj.draws.models import Draw
from sjj.draws.sealed_services import SealedCopyDamaged, content, finish
from sjj.draws.services import run_draw
from sjj.rules.draw import Frozen, run
from sjj.rules.lifecycle import DrawState
from sjj.rules.verify import canonical
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, VALUES, make_draw, make_draw_in_room
from tests.room import hall, press_draw, type_value
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def taken(draw: Draw) -> list[bool]:
    """Each taking that the audit log tells of: whether it was not the first."""
    entries = db.session.query(AuditEntry).filter_by(action="draw.sealed_copy_taken").order_by(AuditEntry.id)
    return [entry.details["again"] for entry in entries]


def test_the_supervisor_can_finish_the_draw_with_it(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    supervisor = make_user(Role.SUPERVISOR, agency=draw.agency)
    visitor = Visitor(app).sign_in(supervisor)
    page = visitor.open(f"/draws/{draw.id}")
    visitor.open(page.find("a", string="领取封存件")["href"])
    assert draw.secret not in visitor.text()
    assert "不要打开" in visitor.text()
    visitor.submit("#take", 200)
    assert "attachment" in visitor.response.headers["Content-Disposition"]
    assert visitor.response.headers["Cache-Control"] == "no-store"
    sealed = json.loads(visitor.response.get_data())
    texts = [canonical(sealed[name]).decode() for name in ("commitment", "pool", "rule")]
    frozen = Frozen.restore(*texts, sealed["secret"])
    assert frozen.commitment_sha256 == draw.commitment_sha256 == sealed["commitment_sha256"]
    db.session.refresh(draw)
    assert draw.sealed_taken_by_id == supervisor.id
    first = draw.sealed_taken_at
    visitor.open(f"/draws/{draw.id}/sealed")
    visitor.submit("#take", 200)
    db.session.refresh(draw)
    assert draw.sealed_taken_at == first
    assert taken(draw) == [False, True]
    elsewhere = run(frozen, VALUES, "2026-03-02T09:31:00+08:00")
    run_draw(draw, VALUES, supervisor, DRAWN_AT)
    assert elsewhere["drawn"] == json.loads(draw.receipt)["drawn"]


def test_whoever_took_it_types_no_value(app: Flask) -> None:
    """One person with the secret, two invented witnesses and both values would choose who is drawn."""
    draw = make_draw_in_room(values=())
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    holders = [Visitor(app).sign_in(make_user(*Role, agency=draw.agency)) for _ in range(2)]
    for holder in holders:
        holder.open(f"/draws/{draw.id}/sealed")
        holder.submit("#take", 200)
        assert holder.open(hall(draw.id)).select_one("form[action$=value]") is None
        assert "请由另一人录入数字" in holder.text()
        type_value(holder, draw.id, 0, VALUES[0], status=403)
        assert "知道密数" in holder.text()
        type_value(holder, draw.id, 0, "12", status=403)
    db.session.refresh(draw)
    assert not any(draw.values_entered)
    assert draw.values_seen_at is None, "nothing was given to the room"
    for place, value in enumerate(VALUES):
        type_value(clerk, draw.id, place, value)
    press_draw(clerk, draw.id)
    db.session.refresh(draw)
    assert draw.state is DrawState.DRAWN


def test_a_command_finishes_the_draw_from_the_file_alone(app: Flask, tmp_path: Path) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    sealed, receipt = tmp_path / "封存件.json", tmp_path / "凭据.json"
    sealed.write_bytes(canonical(content(draw)))
    runner = app.test_cli_runner()
    wrong = runner.invoke(cli, ["draw", "finish", str(sealed), "12", VALUES[1], "--to", str(receipt)])
    assert wrong.exit_code == 1
    assert "应为6位" in wrong.output
    assert not receipt.exists()
    done = runner.invoke(cli, ["draw", "finish", str(sealed), *VALUES, "--to", str(receipt)])
    assert (done.exit_code, "FAIL" in done.output) == (0, False), done.output
    assert json.loads(receipt.read_bytes())["commitment_sha256"] == draw.commitment_sha256
    again = runner.invoke(cli, ["draw", "finish", str(sealed), *VALUES, "--to", str(receipt)])
    assert "不覆盖" in again.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"secret": "0" * 64}, "与承诺不符"),
        ({"format": "sjj-sealed/2"}, "不是抽取的封存件"),
        ({"pool": []}, "与承诺不符"),
        ({"rule": 3}, "已损坏"),
        ({"secret": None}, "不能有这种值|已损坏|不完整"),
    ],
)
def test_a_damaged_sealed_copy_is_refused(app: Flask, change: dict[str, object], said: str) -> None:
    held = content(make_draw(state=DrawState.FROZEN)) | change
    with pytest.raises(SealedCopyDamaged, match=said):
        finish(json.dumps(held).encode(), VALUES, DRAWN_AT)


def test_nobody_else_gets_it(app: Flask) -> None:
    confirmer = make_user(Role.APPROVER, Role.SUPERVISOR)
    draw = make_draw(state=DrawState.FROZEN, actor=confirmer)
    address = f"/draws/{draw.id}/sealed"
    for person, status in (
        (make_user(Role.OFFICE, Role.APPROVER, agency=draw.agency), 403),
        (make_user(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR), 403),
        (make_user(Role.SUPERVISOR, agency=make_agency()), 404),
    ):
        visitor = Visitor(app).sign_in(person)
        visitor.open(address, status)
        visitor.post(address, status)
    for one in (confirmer, draw.proposed_by):
        one.grants[-1].role = Role.SUPERVISOR
        db.session.commit()
        visitor = Visitor(app).sign_in(one)
        visitor.open(address)
        assert not visitor.page.select("#take")
        visitor.post(address, 403)
        assert "须由另一位监督人员领取" in visitor.text()
    assert taken(draw) == []


def test_not_once_a_value_is_typed_or_the_draw_is_over(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    visitor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=draw.agency))
    address = f"/draws/{draw.id}/sealed"
    visitor.open(address)
    draw.values_seen_at = DRAWN_AT
    db.session.commit()
    visitor.post(address, 409)
    assert "已经开始录入外部数字" in visitor.text()
    over = make_draw()
    visitor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=over.agency))
    visitor.open(f"/draws/{over.id}/sealed")
    assert not visitor.page.select("#take")
    visitor.post(f"/draws/{over.id}/sealed", 409)
    assert "不再需要封存件" in visitor.text()
    assert taken(draw) == []
