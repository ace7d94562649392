"""导入手机记录: a phone's export at the office, ids and authors kept, nothing doubled, nothing of others."""

import json
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.store import is_stored
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.submission_queries import missing_files
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, make_record, picture
from tests.phone import Phone
from tests.visitor import Visitor

MARKS = ("甲", "乙", "被", "现场")


@pytest.fixture
def inspection(app: Flask) -> Inspection:
    """A visit that was made and never sent."""
    return make_inspection()


@pytest.fixture
def officer(inspection: Inspection) -> User:
    """Who made it."""
    return make_officer_user(inspection.team[0].officer)


@pytest.fixture
def clerk(inspection: Inspection) -> User:
    """Who takes the export in."""
    return make_user(Role.OFFICE, agency=inspection.agency)


def export(*records: tuple[UUID, str, dict[str, Any]], files: dict[str, bytes], **more: bytes) -> BytesIO:
    """A ZIP as the phone writes it."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("说明.txt", "本文件含有未加密的个人信息")
        for uid, user, record in records:
            told = {"submission": str(uid), "user": user, "entity": "某厂", "record": record}
            made.writestr(f"records/{uid}.json", json.dumps(told, ensure_ascii=False))
        for name, data in files.items():
            made.writestr(f"files/{name}.jpg", data)
        for path, data in more.items():
            made.writestr(path, data)
    written.seek(0)
    return written


def pictures(inspection: Inspection) -> dict[str, bytes]:
    """The files of `make_record`."""
    return {hash_of(f"{inspection.uid}{mark}"): picture(f"{inspection.uid}{mark}") for mark in MARKS}


def carry(visitor: Visitor, clerk: User, file: BytesIO, status: int = 200) -> BeautifulSoup:
    """Upload the export."""
    if visitor.client.get("/inspections/").status_code != 200:
        visitor.sign_in(clerk)
    visitor.open("/inspections/from-phone")
    visitor.post("/inspections/from-phone", status, file=(file, "未发送记录.zip"))
    return visitor.page


def stored(uid: UUID) -> Submission:
    """The record as it lies there."""
    db.session.expire_all()
    return db.session.get_one(Submission, uid)


def test_a_record_comes_in_under_its_id_and_its_author(
    visitor: Visitor, app: Flask, inspection: Inspection, officer: User, clerk: User
) -> None:
    uid, record = uuid4(), make_record(inspection)
    page = carry(visitor, clerk, export((uid, officer.username, record), files=pictures(inspection)))
    assert "已收进" in page.get_text()
    one = stored(uid)
    assert (one.user_id, one.source, one.kept_code) == (officer.id, "import", "")
    assert json.loads(one.content) == record
    assert missing_files(one) == []
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.actor_id == clerk.id)).all()
    assert [entry.action for entry in said if "carried" in entry.action] == ["inspection.record_carried_in"]
    db.session.rollback()
    assert Phone(app, officer).put(uid, record).status_code == 200  # the phone came back to life


def test_whoever_carried_a_record_in_neither_reviews_nor_settles(
    visitor: Visitor, app: Flask, inspection: Inspection, officer: User, clerk: User
) -> None:
    """An export is a plain file: whoever wrote one could otherwise accept it alone."""
    first, second = ((uuid4(), officer.username, make_record(inspection, narrative=word)) for word in "一二")
    carry(visitor, clerk, export(first, second, files=pictures(inspection)))
    uid, kept = (one[0] for one in (first, second))
    if stored(kept).kept_status is None:
        uid, kept = kept, uid
    accept, settle = f"/inspections/{inspection.id}/accept", f"/inspections/{inspection.id}/kept/{kept}"
    visitor.open(f"/inspections/{inspection.id}")
    assert not visitor.page.select(f'form[action="{accept}"]')
    visitor.post(accept, 422)
    assert "收进，应由他人审核" in visitor.text()
    visitor.open(settle)
    visitor.post(settle, 422, choice="kept", note="用这份")
    assert "收进，应由他人比对" in visitor.text()
    other = Visitor(app).sign_in(make_user(Role.OFFICE, agency=inspection.agency))
    other.open(settle)
    other.submit('form[action*="/kept/"]', choice="kept", note="用这份")
    db.session.expire_all()
    assert inspection.revision == kept
    other.open(f"/inspections/{inspection.id}")
    other.post(accept)


def test_the_same_file_twice_doubles_nothing(
    visitor: Visitor, inspection: Inspection, officer: User, clerk: User
) -> None:
    uid, record, files = uuid4(), make_record(inspection), pictures(inspection)
    carry(visitor, clerk, export((uid, officer.username, record), files=files))
    page = carry(visitor, clerk, export((uid, officer.username, record), files=files))
    assert "服务器早已收到" in page.get_text()
    assert len(db.session.scalars(select(Submission)).all()) == 1
    carried = select(AuditEntry).where(AuditEntry.action == "inspection.record_carried_in")
    assert len(db.session.scalars(carried).all()) == 1


def test_photos_may_come_in_a_second_file(
    visitor: Visitor, inspection: Inspection, officer: User, clerk: User
) -> None:
    uid, record, files = uuid4(), make_record(inspection), pictures(inspection)
    first, *others = files
    page = carry(visitor, clerk, export((uid, officer.username, record), files={first: files[first]}))
    assert "还缺文件的，请接着导入" in page.get_text()
    carry(visitor, clerk, export(files={name: files[name] for name in others}))
    assert missing_files(stored(uid)) == []


def test_a_correction_follows_what_it_corrects(
    visitor: Visitor, inspection: Inspection, officer: User, clerk: User
) -> None:
    first, second = UUID(int=9), UUID(int=1)  # the later one stands first in the file
    corrected = make_record(inspection, revises=first, narrative="更正")
    records = [(second, officer.username, corrected), (first, officer.username, make_record(inspection))]
    carry(visitor, clerk, export(*records, files=pictures(inspection)))
    assert [stored(uid).kept_code for uid in (first, second)] == ["", ""]
    assert stored(first).superseded


def test_what_is_not_this_offices_stays_outside(
    visitor: Visitor, inspection: Inspection, officer: User
) -> None:
    stranger = make_user(Role.OFFICE, agency=make_agency())
    uid, files = uuid4(), pictures(inspection)
    page = carry(visitor, stranger, export((uid, officer.username, make_record(inspection)), files=files))
    assert "不是本单位的检查" in page.get_text()
    assert db.session.get(Submission, uid) is None
    assert not any(is_stored(name) for name in files)


def test_what_is_wrong_is_said_and_the_rest_comes_in(
    visitor: Visitor, inspection: Inspection, officer: User, clerk: User
) -> None:
    good, bad, files = uuid4(), uuid4(), pictures(inspection)
    damaged = next(iter(files))
    files[damaged] = picture("another")
    records = [
        (bad, officer.username, {"inspection": str(inspection.uid)}),
        (good, officer.username, make_record(inspection)),
    ]
    page = carry(
        visitor, clerk, export(*records, files=files, **{"../../etc/passwd": b"x", "records/x.json": b"{"})
    )
    text = page.get_text()
    assert "内容有误" in text
    assert "已收进" in text
    for name in (f"files/{damaged}.jpg", "../../etc/passwd", "records/x.json"):
        assert name in text
    assert missing_files(stored(good)) == [damaged]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 but no zip", b"%PDF-1.7"])
def test_any_other_file_is_refused_in_words(visitor: Visitor, clerk: User, data: bytes) -> None:
    page = carry(visitor, clerk, BytesIO(data), 422)
    assert "手机导出" in page.select_one(".problem").get_text()  # type: ignore[union-attr]


def test_only_the_desk_may(visitor: Visitor, officer: User) -> None:
    visitor.sign_in(officer).open("/inspections/from-phone", 403)
