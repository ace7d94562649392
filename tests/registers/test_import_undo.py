"""An import taken back: what nobody touched since goes or comes back, everything else stays and says why."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.jobs.runner_cli import run_one
from sjj.registers import import_jobs, import_undo
from sjj.registers.holds import Held
from sjj.registers.import_models import ImportRow
from sjj.registers.models import Entity
from sjj.registers.recusal_models import Recusal
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import credit_code, make_entity, make_officer
from tests.makers.workbooks import ENTITY_HEAD
from tests.registers.imported import NOW, how_many, take_in
from tests.visitor import Visitor

CODES = [credit_code(number) for number in range(6100, 6110)]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def the(code: str) -> Entity | None:
    return db.session.scalar(select(Entity).where(Entity.code == code))


def test_an_import_is_taken_back_as_far_as_nothing_happened_since(clerk: Visitor, agency: Agency) -> None:
    make_entity(agency, "老厂", code=CODES[0], address="一号")
    commit()
    take_in(agency, [ENTITY_HEAD, ("老厂", CODES[0], "2020-1-2", "二号", "苗圃")])
    rows = [(f"第{n}厂", code, "", "", "苗圃") for n, code in enumerate(CODES[1:4])]
    batch = take_in(agency, [ENTITY_HEAD, ("新名", CODES[0], "2021-1-2", "三号", "木材"), *rows])
    touched, recused = the(CODES[1]), the(CODES[2])
    assert touched is not None
    assert recused is not None
    touched.phone, touched.updated_at = "1", NOW + timedelta(days=1)
    officer = make_officer(agency)
    db.session.add(Recusal(officer=officer, entity=recused, reason="亲属", declared_at=NOW))
    commit()
    clerk.open(f"/registers/imports/{batch.id}/undo")
    assert "导入之后又改过" in clerk.text()
    assert "导入之后已有回避记录，保留" in clerk.text()
    clerk.submit("form[action$='/undo']")
    clerk.follow()
    assert "已撤销 2 条，2 条导入后有变动，没有撤销。" in clerk.text()
    db.session.expire_all()
    mine = the(CODES[0])
    assert mine is not None
    assert (mine.name, mine.address, str(mine.registered_on)) == ("老厂", "二号", "2020-01-02")
    assert [tag.name for tag in mine.tags] == ["苗圃"]
    assert the(CODES[3]) is None
    assert how_many() == 3
    undone = db.session.scalars(select(RegisterChange).where(RegisterChange.kind == "undone")).all()
    assert {row.code for row in undone} == {CODES[0], CODES[3]}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import.undone")).one()
    assert entry.sentence.endswith("撤回 2 条，2 条因导入后有变动而保留")
    clerk.post(f"/registers/imports/{batch.id}/undo")
    clerk.follow()
    assert "不能再次处理" in clerk.text()


def test_a_large_one_is_taken_back_in_the_background(
    clerk: Visitor, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = take_in(agency, [ENTITY_HEAD, *[(f"第{n}厂", code) for n, code in enumerate(CODES)]])
    first = db.session.scalars(select(ImportRow).order_by(ImportRow.number)).first()
    assert first is not None
    first.reason = "与“第一厂”名称相近"  # what the import remarked of a row is no word about its undoing
    commit()
    monkeypatch.setattr(import_jobs, "MANY_ROWS", 5)
    clerk.open(f"/registers/imports/{batch.id}/undo")
    assert "全部可以撤销" in clerk.text()
    clerk.submit("form[action$='/undo']")
    assert run_one()
    clerk.open(f"/registers/imports/{batch.id}")
    assert "这次导入已撤销" in clerk.text()
    assert how_many() == 0


def test_an_object_in_a_list_frozen_a_moment_ago_stays(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who froze the list was first at the agency's row: what the list holds is asked only after waiting for it."""
    batch = take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0]), ("乙厂", CODES[1])])
    frozen = the(CODES[0])
    assert frozen is not None
    draws: dict[int, str] = {}
    monkeypatch.setattr(import_undo, "held", lambda _agency_id: Held(entities=draws))
    monkeypatch.setattr(import_undo, "hold", lambda _agency: draws.update({frozen.id: "抽〔2026〕1号"}))
    assert import_undo.undo_rows(batch, import_undo.rows_behind(batch, 0), System(), NOW) == (1, 1)
    commit()
    assert the(CODES[0]) is not None
    assert the(CODES[1]) is None
