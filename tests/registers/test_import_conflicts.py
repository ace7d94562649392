"""What people have changed since the last import: shown three ways, and never written over unasked."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import commit, db
from sjj.jobs.runner_cli import run_one
from sjj.registers import import_jobs
from sjj.registers.change_log import note
from sjj.registers.import_models import ImportBatch
from sjj.registers.models import Entity
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import credit_code
from tests.makers.workbooks import make_xlsx
from tests.registers.imported import NOW, take_in
from tests.visitor import Visitor

HEAD = ("企业名称", "统一社会信用代码", "住所", "联系电话", "备注")
CODES = [credit_code(number) for number in range(7300, 7304)]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def person(agency: Agency) -> User:
    return make_user(Role.OFFICE, agency=agency, display_name="王科员")


@pytest.fixture
def clerk(person: User, visitor: Visitor) -> Visitor:
    return visitor.sign_in(person)


def sheet(address: str, phone: str, remark: str = "甲") -> bytes:
    return make_xlsx([HEAD, *((f"第{n}厂", code, address, phone, remark) for n, code in enumerate(CODES))])


def one(place: int) -> Entity:
    db.session.expire_all()
    return db.session.scalars(select(Entity).where(Entity.code == CODES[place])).one()


def by_hand(place: int, person: User, **values: str) -> None:
    """Somebody edits an object as the page does."""
    entity = one(place)
    changes = {name: [getattr(entity, name), value] for name, value in values.items()}
    for name, value in values.items():
        setattr(entity, name, value)
    note("entity", entity, "changed", changes, "现场核实", "form", person, NOW)
    commit()


def newest() -> ImportBatch:
    db.session.expire_all()
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()  # type: ignore[return-value]


def upload(clerk: Visitor, data: bytes) -> None:
    clerk.open("/registers/imports/new")
    clerk.submit(file=(BytesIO(data), "名录.xlsx"))
    clerk.follow()


@pytest.fixture
def twice_edited(agency: Agency, person: User, clerk: Visitor) -> Visitor:
    """An import, then two objects changed by hand, then a newer file that says otherwise of all."""
    rows = [(f"第{n}厂", code, "一号", "100", "甲") for n, code in enumerate(CODES)]
    take_in(agency, [HEAD, *rows])
    by_hand(0, person, address="二号")
    by_hand(1, person, address="二号", phone="200")
    by_hand(2, person, address="二号")
    by_hand(2, person, address="一号")  # put back as it was: nothing of a person's is left
    upload(clerk, sheet("三号", "300"))
    return clerk


def test_all_three_are_shown_and_nothing_goes_in_before_a_choice(twice_edited: Visitor) -> None:
    text = twice_edited.text()
    assert "有 2 行 在上次导入之后有人改过，与表格不一致" in text
    assert "上次导入 一号 现在（王科员 2026-03-05 改） 二号 表格 三号" in text
    twice_edited.submit("form[action$='/apply']", status=422)
    assert "请先选择怎么处理" in twice_edited.text()
    assert (one(0).address, one(3).address) == ("二号", "一号")
    twice_edited.open(f"/registers/imports/{newest().id}?verdict=conflict")
    assert "第1厂" in twice_edited.text()
    assert "第3厂" not in twice_edited.text()


def test_the_file_wins_where_the_clerk_says_so(twice_edited: Visitor) -> None:
    twice_edited.submit("form[action$='/apply']", settle="file")
    assert [(one(n).address, one(n).phone) for n in range(4)] == [("三号", "300")] * 4


@pytest.mark.parametrize("many", [1, 2000], ids=["in the background", "at once"])
def test_what_people_changed_stays_and_the_rest_goes_in(
    twice_edited: Visitor, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(import_jobs, "MANY_ROWS", many)
    twice_edited.submit("form[action$='/apply']", settle="kept")
    run_one()
    found = [(one(n).address, one(n).phone) for n in range(4)]
    assert found == [("二号", "300"), ("二号", "200"), ("三号", "300"), ("三号", "300")]
    twice_edited.open(f"/registers/imports/{newest().id}")
    assert "更新 3 条" in twice_edited.text()
    assert "保留手工改动：住所、联系电话" in twice_edited.text()
    noted = db.session.scalars(select(RegisterChange).where(RegisterChange.batch_id == newest().id)).all()
    assert sorted(row.name for row in noted) == ["第0厂", "第2厂", "第3厂"]
    assert next(row for row in noted if row.name == "第0厂").changes == {"联系电话": ["100", "300"]}
    upload(twice_edited, sheet("三号", "300"))  # it is still a person's word: the same question again
    run_one()
    assert newest().conflicts == 2


def test_rows_are_decided_one_by_one(twice_edited: Visitor) -> None:
    twice_edited.submit("form[action$='/apply']", settle="each")
    twice_edited.follow()
    assert "逐行决定" in twice_edited.text()
    twice_edited.submit("main form", r3="file")
    twice_edited.follow()
    twice_edited.submit("form[action$='/apply']", settle="each")
    found = [(one(n).address, one(n).phone) for n in range(2)]
    assert found == [("二号", "300"), ("三号", "300")]
    twice_edited.open(f"/registers/imports/{newest().id}/undo")
    twice_edited.submit("main form")
    assert [(one(n).address, one(n).phone) for n in range(2)] == [("二号", "100"), ("二号", "200")]


def test_an_object_entered_by_hand_is_a_person_s_word_too(
    agency: Agency, person: User, clerk: Visitor
) -> None:
    rows = [(f"第{n}厂", code, "一号", "100", "甲") for n, code in enumerate(CODES[1:], start=1)]
    take_in(agency, [HEAD, *rows])
    entity = Entity(
        agency_id=agency.id, kind=one(1).kind, code=CODES[0], name="第0厂", address="二号", phone="300",
        token="t", extra={}, updated_at=NOW,
    )  # fmt: skip
    db.session.add(entity)
    db.session.flush()
    note("entity", entity, "added", {}, "", "form", person, NOW)
    commit()
    upload(clerk, sheet("三号", "300"))
    assert "现在（王科员 2026-03-05 手工登记） 二号" in clerk.text()
    clerk.submit("form[action$='/apply']", settle="kept")
    assert (one(0).address, one(1).address) == ("二号", "三号")
