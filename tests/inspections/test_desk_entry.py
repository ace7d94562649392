"""补录 at the office: the same checks, never without the scan, and marked as what it is."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.review import obstacles
from sjj.rules.lifecycle import ResultState
from tests.inspections.visits import send_form, visit_values
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, picture
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


SIGNED_BY_NOBODY = {f"sign-{slot}-on_paper": None for slot in ("officer-0", "officer-1", "present")}


def clerk(inspection: Inspection) -> User:
    """A clerk of the agency."""
    return make_user(Role.OFFICE, agency=inspection.agency)


def paper_values(inspection: Inspection, scan: bytes, name: str = "scan.pdf") -> dict[str, Any]:
    """A visit as the paper says it, everybody's signature on the scan."""
    values = {key: value for key, value in visit_values(inspection).items() if not key.endswith("-file")}
    on_paper = {f"sign-{slot}-on_paper": "y" for slot in ("officer-0", "officer-1", "present")}
    return {**values, **on_paper, "scan": (BytesIO(scan), name)}


def submissions() -> list[Submission]:
    """Every submission."""
    return list(db.session.scalars(select(Submission)))


@pytest.mark.parametrize(
    ("scan", "name"), [(PDF, "记录.pdf"), (picture("scan"), "记录.jpg")], ids=["PDF", "图片"]
)
def test_a_paper_record_is_entered_with_its_scan(
    app: Flask, visitor: Visitor, scan: bytes, name: str
) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection)).open(f"/inspections/{inspection.uid}/desk-entry")
    send_form(visitor, **paper_values(inspection, scan, name))
    [one] = submissions()
    assert one.source == "desk"
    assert inspection.state is ResultState.AWAITING_REVIEW
    signatures = json.loads(one.content)["signatures"]
    assert {row["image"] for row in signatures} == {one.scan_sha256}
    assert {row["at"] for row in signatures} == {"2026-03-05T10:10:00+08:00"}
    assert "已补录" in visitor.follow().get_text()
    assert "补录" in visitor.open(f"/papers/inspections/{inspection.uid}/record").get_text()


def test_nothing_is_entered_without_the_scan(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection)).open(f"/inspections/{inspection.uid}/desk-entry")
    values = paper_values(inspection, PDF) | {"scan": None, "ended_at": ""}
    page = send_form(visitor, 422, **values).page
    said = [link.get_text() for link in page.select("[data-summary] a")]
    assert said == ["签字纸质记录扫描件：请上传双方签字的纸质记录扫描件", "结束时间：请按纸质记录填写"]
    assert submissions() == []
    assert page.select_one('input[name="present-name"]')["value"] == "李四"  # type: ignore[index]
    assert page.select_one('input[name="sign-present-on_paper"]').has_attr("checked")  # type: ignore[union-attr]


def test_a_scan_that_was_never_stored_does_not_count(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection)).open(f"/inspections/{inspection.uid}/desk-entry")
    values = paper_values(inspection, PDF) | {"scan": None, "scan_kept": "c" * 64}
    page = send_form(visitor, 422, **values).page
    said = [link.get_text() for link in page.select("[data-summary] a")]
    assert said == ["签字纸质记录扫描件：请上传双方签字的纸质记录扫描件"]
    assert page.select_one('input[name="scan_kept"]').get("value", "") == ""  # type: ignore[union-attr]
    assert submissions() == []


def test_review_needs_the_scan_and_another_person(app: Flask, visitor: Visitor) -> None:
    inspection, other = make_inspection(), {"outcome": "closed", "narrative": "大门紧锁"}
    user = clerk(inspection)
    visitor.sign_in(user).open(f"/inspections/{inspection.uid}/desk-entry")
    send_form(visitor, **paper_values(inspection, PDF) | other | SIGNED_BY_NOBODY)
    [one] = submissions()
    assert one.scan_sha256 in {file.sha256 for file in one.files}
    assert "本人录入的记录须由他人审核" in obstacles(inspection, user)
    reviewer = make_user(Role.OFFICE, agency=inspection.agency)
    assert [line for line in obstacles(inspection, reviewer) if "文件" in line] == []
    db.session.delete(db.session.get_one(StoredFile, one.scan_sha256))
    db.session.commit()
    assert [line for line in obstacles(inspection, reviewer) if "还有 1 个文件没有收到" in line]


def test_the_same_checks_hold_and_the_scan_is_kept_meanwhile(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection)).open(f"/inspections/{inspection.uid}/desk-entry")
    values = paper_values(inspection, picture("scan")) | {
        "answers-3-value": "problem",
        "results-0-result": "",
        "sign-officer-1-on_paper": None,
    }
    send_form(visitor, 422, **values)
    assert "要点 4 问题描述或说明：请写明发现的问题" in visitor.text()
    assert "2名执法人员签名" in visitor.text()
    assert visitor.page.select_one('input[name="scan_kept"]')["value"] == hash_of("scan")  # type: ignore[index]
    send_form(
        visitor,
        **{
            "answers-3-note": "无台账",
            "answers-3-kind": "责令改正",
            "results-0-result": "发现问题已责令改正",
            "sign-officer-1-on_paper": "y",
        },
    )
    [one] = submissions()
    assert one.scan_sha256 == hash_of("scan")


def test_desk_entry_is_for_the_agencys_own_clerks_and_open_inspections(app: Flask, visitor: Visitor) -> None:
    mine, other = make_inspection(), make_inspection(make_agency())
    closed = make_inspection(mine.agency, campaign=mine.campaign, state=ResultState.PUBLISHED)
    visitor.sign_in(clerk(mine))
    visitor.open(f"/inspections/{mine.uid}/desk-entry")
    visitor.open(f"/inspections/{other.uid}/desk-entry", 404)
    visitor.open(f"/inspections/{closed.uid}/desk-entry", 404)
    officer = Visitor(app).sign_in(make_officer_user(mine.team[0].officer))
    officer.open(f"/inspections/{mine.uid}/desk-entry", 403)


def test_a_second_entry_corrects_the_first(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    before = inspection.revision
    visitor.sign_in(clerk(inspection))
    page = visitor.open(f"/inspections/{inspection.uid}/desk-entry")
    assert "已有记录" in page.get_text()
    send_form(visitor, **paper_values(inspection, PDF))
    assert inspection.revision != before
    assert db.session.get_one(Submission, before).superseded


def test_the_offices_page_of_an_inspection_leads_to_its_papers_and_to_the_desk(
    app: Flask, visitor: Visitor
) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection))
    page = visitor.open(f"/inspections/{inspection.id}")
    for words in ("检查通知书", "空白笔录", "补录纸质记录"):
        link = page.find("a", string=words)
        visitor.open(str(link["href"]))  # type: ignore[index]
    inspection.state = ResultState.AWAITING_PUBLICATION
    db.session.commit()
    page = visitor.open(f"/inspections/{inspection.id}")
    assert page.find("a", string="补录纸质记录") is None
