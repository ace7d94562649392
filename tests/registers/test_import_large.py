"""Workbooks too large for one request: read, applied and undone in the background, all or nothing for readers."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import commit, db
from sjj.jobs.runner_cli import run_one
from sjj.registers import import_jobs, import_services
from sjj.registers.import_models import ImportBatch, ImportState
from sjj.registers.import_staging import STAGED, STAGED_TAG
from sjj.registers.models import Entity
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import credit_code, make_entity
from tests.makers.workbooks import ENTITY_HEAD, make_xlsx
from tests.registers.imported import how_many
from tests.visitor import Visitor

CODES = [credit_code(number) for number in range(7100, 7140)]
ROWS = [(f"第{n}厂", code, "2020-1-2", f"{n}号", "苗圃") for n, code in enumerate(CODES)]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    monkeypatch.setattr(import_jobs, "MANY_ROWS", 10)
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def upload(clerk: Visitor, data: bytes, name: str = "名录.xlsx") -> None:
    clerk.open("/registers/imports/new")
    clerk.submit(file=(BytesIO(data), name))
    clerk.follow()


def batch() -> ImportBatch:
    db.session.expire_all()
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()  # type: ignore[return-value]


def left_over() -> int:
    tables = (STAGED["entities"], STAGED["officers"], STAGED_TAG)
    return sum(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in tables)


def test_a_large_file_is_read_and_applied_while_others_work(clerk: Visitor, agency: Agency) -> None:
    make_entity(agency, "旧名", code=CODES[0])
    commit()
    upload(clerk, make_xlsx([ENTITY_HEAD, *ROWS, ("坏厂", "123")]))
    assert "正在读取和核对" in clerk.text()
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    assert "确认导入 40 条" in clerk.text()
    assert "不能导入 1 行" in clerk.text()
    assert how_many() == 1
    clerk.submit("form[action$='/apply']")
    clerk.follow()
    assert "正在写入名录库" in clerk.text()
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    assert "已导入：新增 39 条，更新 1 条" in clerk.text()
    assert how_many() == 40
    one = db.session.scalars(select(Entity).where(Entity.code == CODES[0])).one()
    assert (one.name, one.address, [tag.name for tag in one.tags]) == ("第0厂", "0号", ["苗圃"])
    noted = select(RegisterChange.kind, func.count()).group_by(RegisterChange.kind)
    assert dict(db.session.execute(noted).all()) == {"added": 39, "changed": 1}
    assert left_over() == 0


def test_a_register_that_moves_while_rows_are_laid_ready_makes_it_begin_again(
    clerk: Visitor, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(clerk, make_xlsx([ENTITY_HEAD, *ROWS]))
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    clerk.submit("form[action$='/apply']")
    marks = iter([1, 2, 3, 3])
    monkeypatch.setattr(import_jobs, "mark", lambda *_: next(marks))
    assert run_one()
    assert batch().state is ImportState.APPLIED
    assert (how_many(), left_over()) == (40, 0)


def test_a_preview_that_no_longer_holds_is_told_and_made_again(clerk: Visitor, agency: Agency) -> None:
    mine = make_entity(agency, "第0厂", code=CODES[0], address="一号")
    commit()
    upload(clerk, make_xlsx([ENTITY_HEAD, *ROWS]))
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    mine = db.session.get_one(Entity, mine.id)
    mine.address = "三号"
    commit()
    clerk.submit("form[action$='/apply']")
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    assert "预览之后名录库有改动，有 1 行的结果与预览不同" in clerk.text()
    assert (how_many(), left_over()) == (1, 0)
    clerk.submit("form[action$='/preview']")
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}?q=第0厂")
    assert "住所： 三号 → 0号" in clerk.text()
    clerk.submit("form[action$='/apply']")
    assert run_one()
    assert how_many() == 40


def test_a_file_that_cannot_be_read_says_why(clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_jobs, "MANY_BYTES", 10)
    upload(clerk, make_xlsx([["甲", "乙"]]))
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    assert "这个文件没有读成" in clerk.text()
    assert "没有认出表头" in clerk.text()


class Killed(BaseException):
    """Stands for kill -9."""


@pytest.mark.parametrize("piece", [1, 2])
def test_a_killed_runner_s_work_is_taken_up_again(
    clerk: Visitor, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    upload(clerk, make_xlsx([ENTITY_HEAD, *ROWS]))
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    clerk.submit("form[action$='/apply']")
    whose, at = (import_services, "carry_over") if piece == 1 else (import_jobs, "note_piece")
    real = getattr(whose, at)

    def die(*_a: object) -> None:
        raise Killed

    monkeypatch.setattr(whose, at, die)
    with pytest.raises(Killed):
        run_one()
    db.session.rollback()
    assert how_many() == (0 if piece == 1 else 40)
    monkeypatch.setattr(whose, at, real)
    job = batch().job
    assert job is not None
    job.heartbeat_at = job.asked_at.replace(year=2000)
    commit()
    assert run_one()
    assert batch().state is ImportState.APPLIED
    assert (how_many(), how_many(RegisterChange), left_over()) == (40, 40, 0)


def test_a_heading_that_a_person_matched_is_remembered_for_the_next_file(clerk: Visitor) -> None:
    head = ("企业名称", "统一社会信用代码", "甲栏", "乙栏")
    data = make_xlsx([head, ("甲厂", CODES[0], "某村一号", "无关")])
    upload(clerk, data)
    clerk.open(f"/registers/imports/{batch().id}/headings")
    clerk.submit(h0="address", h1="")
    assert run_one()
    clerk.open(f"/registers/imports/{batch().id}")
    assert "按本单位以前的对应" in clerk.text()
    clerk.submit("form[action$='/apply']")
    one = db.session.scalars(select(Entity)).one()
    assert (one.address, one.extra) == ("某村一号", {})
    upload(clerk, data)
    assert "无变化 1 行" in clerk.text()


def test_a_name_written_almost_alike_is_shown_and_not_refused(clerk: Visitor, agency: Agency) -> None:
    make_entity(agency, "迁山木业有限责任公司", code=CODES[0])
    commit()
    upload(clerk, make_xlsx([ENTITY_HEAD, ("迁山木业有限公司", CODES[1])]))
    assert f"与名录库中的“迁山木业有限责任公司”（{CODES[0]}）名称相近，请核对是否同一家" in clerk.text()
    clerk.submit("form[action$='/apply']")
    assert how_many() == 2


def test_a_merged_double_is_not_written_over(clerk: Visitor, agency: Agency) -> None:
    kept = make_entity(agency, "甲厂", code=CODES[0])
    make_entity(agency, "旧甲厂", code=CODES[1], merged_into_id=kept.id)
    commit()
    upload(clerk, make_xlsx([ENTITY_HEAD, ("旧甲厂", CODES[1], "", "新址")]))
    assert "名录库中这个对象已并入“甲厂”" in clerk.text()
    assert "不能导入 1 行" in clerk.text()
