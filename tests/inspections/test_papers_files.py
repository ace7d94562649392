"""The papers of a visit as files: complete, the same bytes each time, for the team and the office only."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.files.store import original_path
from sjj.inspections.field_queries import plan_of
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.paper_data import paper
from sjj.inspections.paper_fields import FIELDS, Field
from sjj.inspections.paper_kinds import OF_A_VISIT, PaperKind
from sjj.inspections.paper_texts import FIVE_BANS, RIGHTS
from sjj.inspections.submissions import receive
from sjj.rules.lifecycle import ResultState
from tests.inspections.papers import fetch, file, folded, office, pdf_text, pictures_in, text_in
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import (
    VISITED_AT,
    make_inspection,
    make_officer_user,
    make_photo,
    make_record,
    make_submission,
)
from tests.makers.registers import make_officer
from tests.visitor import Visitor

pytestmark = [
    pytest.mark.slow,  # papers are really set and really read back
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # what they say comes from one record
]

BOTH = pytest.mark.parametrize("suffix", ["pdf", "docx"])
NARRATIVE = "查看原料堆场，抽查台账。\n堆场整洁。"


def with_problem(inspection: Inspection, **changes: Any) -> Submission:
    """A record of the visit that orders one point to be put right; received."""
    form = json.loads(inspection.form.content)
    first, item = form["points"][0], form["items"][0]
    record = make_record(inspection)
    answers = [row | {"value": "ok"} for row in record["answers"]]
    answers[0] |= {"value": "problem", "note": "出库台账缺六笔"}
    problem = {
        "item": item["code"],
        "point": first["id"],
        "kind": "责令改正",
        "clause": "森林法第六十五条",
        "due": "2026-03-20",
        "text": "出库台账缺六笔",
    }
    results = [{"item": one["code"], "result": "发现问题已责令改正"} for one in form["items"]]
    told = {"answers": answers, "problems": [problem], "results": results, "narrative": NARRATIVE}
    assert make_submission(inspection, **{**told, **changes}).status == 201
    db.session.commit()
    return db.session.get_one(Submission, inspection.revision)


@BOTH
def test_the_record_says_all_that_was_recorded(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection(officers=3, items=2)
    submission = with_problem(inspection, assistants=["刘协"], remarks="放了短片")
    said = text_in(fetch(visitor.sign_in(office(inspection)), file(inspection, f"record.{suffix}")), suffix)
    entity, campaign = inspection.entity, inspection.campaign
    for member in inspection.team:
        assert member.officer.name in said
        assert member.officer.certificate_no in said
    for words in (
        "现场检查笔录",
        entity.name,
        entity.code,
        campaign.number + "-001",
        "2026年3月5日 09:02",
        "2026年3月5日 10:10",
        "李四（厂长）",
        "13800000000",
        "刘协",
        "出示执法证",
        "已宣讲",
        "出库台账缺六笔",
        "森林法第六十五条",
        "2026年3月20日",
        "责令改正",
        NARRATIVE,
        "放了短片",
        "原料堆场",
        "2026年3月5日 09:20",
        submission.signed_sha256,
        submission.content_sha256,
        "2026年3月5日 10:08",
    ):
        assert folded(words) in said, words


def test_the_record_shows_signatures_photos_and_pages(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    made = fetch(visitor.sign_in(office(inspection)), file(inspection, "record.pdf"))
    assert pictures_in(made) == 2 + 1 + 1 + 1  # officers, the person present, the photo, the code
    assert "第1页共" in pdf_text(made)
    assert not set("☑☐✓□") & set(pdf_text(made))


@BOTH
def test_the_notice_says_everything_it_must(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection(items=2)
    inspection.agency.frequency_cap = 2
    said = text_in(fetch(visitor.sign_in(office(inspection)), file(inspection, f"notice.{suffix}")), suffix)
    for chosen in inspection.campaign.items:
        assert folded(chosen.item.name) in said
        assert folded(chosen.item.bases[0].law.title) in said
    for words in (
        *FIVE_BANS,
        *RIGHTS,
        inspection.agency.supervision_phone,
        "第 1 次",
        "频次上限 2 次",
        "协助人员",
        inspection.campaign.number,
    ):
        assert folded(words) in said, words


@BOTH
def test_result_and_order_tell_what_was_found(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection()
    with_problem(inspection)
    visitor.sign_in(office(inspection))
    order = text_in(fetch(visitor, file(inspection, f"order.{suffix}")), suffix)
    result = text_in(fetch(visitor, file(inspection, f"result.{suffix}")), suffix)
    for words in ("出库台账缺六笔", "森林法第六十五条", "2026年3月20日"):
        assert words in order
        assert words in result
    assert "待本机关审核确认" in result
    inspection.state = ResultState.AWAITING_PUBLICATION
    db.session.commit()
    assert "待本机关审核确认" not in text_in(fetch(visitor, file(inspection, f"result.{suffix}")), suffix)


def test_there_is_no_paper_before_there_is_something_to_say(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(office(inspection))
    for name in ("record", "result", "order"):
        visitor.open(file(inspection, f"{name}.pdf"), 404)
    for name in ("approval", "notice", "blank"):
        fetch(visitor, file(inspection, f"{name}.pdf"))
    make_submission(inspection)
    db.session.commit()
    fetch(visitor, file(inspection, "record.pdf"))
    visitor.open(file(inspection, "order.pdf"), 404)
    visitor.open(file(inspection, "anything.pdf"), 404)


@BOTH
def test_the_same_data_give_the_same_bytes(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection()
    with_problem(inspection)
    visitor.sign_in(office(inspection))
    for kind in OF_A_VISIT:
        path = file(inspection, f"{kind.value}.{suffix}")
        assert fetch(visitor, path) == fetch(visitor, path)
    before = fetch(visitor, file(inspection, f"record.{suffix}"))
    inspection.entity.legal_representative = "另一人"
    db.session.commit()
    assert fetch(visitor, file(inspection, f"record.{suffix}")) != before


def test_a_file_has_a_chinese_name_and_a_plain_one(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    inspection.entity.name = '甲/乙"厂\r\nX-Evil: 1'
    db.session.commit()
    answer = visitor.sign_in(office(inspection)).client.get(file(inspection, "notice.pdf"))
    told = answer.headers["Content-Disposition"]
    assert told.startswith("inline; filename=notice.pdf; filename*=UTF-8''")
    assert unquote(told).split("''")[1].startswith("行政检查通知书-甲_乙_厂")
    assert told.isascii()
    assert "X-Evil" not in answer.headers
    answer = visitor.client.get(file(inspection, "notice.docx"))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=notice.docx;")


@pytest.mark.parametrize("name", ["notice.pdf", "record.docx"])
def test_papers_are_for_the_team_and_the_agencys_office(app: Flask, visitor: Visitor, name: str) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    visitor.open(file(inspection, name), 303)  # the enterprise and the public have no way in
    member = make_officer_user(inspection.team[1].officer)
    stranger = make_officer_user(make_officer(inspection.agency))
    elsewhere = make_user(Role.OFFICE, agency=make_agency())
    for user in (member, office(inspection), office(inspection, Role.SUPERVISOR)):
        fetch(Visitor(app).sign_in(user), file(inspection, name))
    for user in (stranger, elsewhere, office(inspection, Role.SYSTEM_ADMIN), office(inspection, Role.LEADER)):
        Visitor(app).sign_in(user).open(file(inspection, name), 404)


@BOTH
def test_a_picture_that_is_not_here_is_said_to_be_missing(app: Flask, visitor: Visitor, suffix: str) -> None:
    inspection = make_inspection()
    record = make_record(inspection)
    here, there, gone, damaged = make_photo().sha256, "1" * 64, "2" * 64, make_photo().sha256
    photos = [{"sha256": one, "caption": one[:4]} for one in (here, there, gone, damaged)]
    answers = [row | {"photos": []} for row in record["answers"]]
    user = make_officer_user(inspection.team[0].officer)
    changed = make_record(inspection, photos=photos, answers=answers)
    assert receive(uuid4(), changed, user, VISITED_AT).status == 201
    stored = db.session.get_one(Submission, inspection.revision)
    next(one for one in stored.files if one.sha256 == gone).lost_reason = "手机掉进河里"
    db.session.commit()
    original_path(damaged).unlink()
    said = text_in(fetch(visitor.sign_in(office(inspection)), file(inspection, f"record.{suffix}")), suffix)
    for words in ("照片尚未收到", "照片已声明遗失", "照片无法显示", "签名图尚未收到"):
        assert words in said, words


@BOTH
def test_a_refused_signature_stands_with_its_reason_and_witness(
    app: Flask, visitor: Visitor, suffix: str
) -> None:
    inspection = make_inspection()
    signatures = make_record(inspection)["signatures"]
    signatures[-1] = {"role": "present", "name": "李四", "refused": True, "reason": "对台账有异议"}
    signatures.append({"role": "witness", "name": "村干部孙七", "image": signatures[0]["image"]})
    assert make_submission(inspection, signatures=signatures).status == 201
    said = text_in(fetch(visitor.sign_in(office(inspection)), file(inspection, f"record.{suffix}")), suffix)
    for words in ("拒绝签名：对台账有异议", "见证人", "村干部孙七"):
        assert words in said
    assert "不一致" not in said


def test_a_signature_under_another_text_is_said_so(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    submission = db.session.get_one(Submission, inspection.revision)
    record = json.loads(submission.content)
    record["signatures"][0]["signed_sha256"] = "0" * 64
    submission.content = json.dumps(record, ensure_ascii=False)
    db.session.commit()
    said = pdf_text(fetch(visitor.sign_in(office(inspection)), file(inspection, "record.pdf")))
    assert said.count("所签内容与本记录不一致") == 1


@BOTH
@pytest.mark.parametrize("outcome", ["closed", "moved", "not_found", "refused"])
def test_a_visit_that_came_to_nothing_has_its_record(
    app: Flask, visitor: Visitor, suffix: str, outcome: str
) -> None:
    inspection = make_inspection()
    changes: dict[str, Any] = {
        "outcome": outcome,
        "answers": [],
        "results": [],
        "narrative": "大门上锁，贴有封条。",
    }
    if outcome == "refused":
        changes["signatures"] = [
            {"role": "witness", "name": "孙七", "image": make_record(inspection)["signatures"][0]["image"]}
        ]
    answer = make_submission(inspection, **changes)
    assert answer.status == 201, answer.body
    visitor.sign_in(office(inspection))
    said = text_in(fetch(visitor, file(inspection, f"record.{suffix}")), suffix)
    assert "大门上锁，贴有封条。" in said
    assert "未填" not in said
    fetch(visitor, file(inspection, f"result.{suffix}"))


@BOTH
def test_rare_characters_and_marks_never_stop_a_paper(app: Flask, visitor: Visitor, suffix: str) -> None:
    agency = make_agency()
    names = ("赵\ue000堃", "#set page()$ \\ * _李_ @x <b>&amp;</b>")
    inspection = make_inspection(agency, officers=[make_officer(agency, name=name) for name in names])
    inspection.entity.name = "𪚥喆厂 {{ 文号 }} {% if %} #panic() ]"
    narrative = "一\t二\x07三\u202e四\U0001f600五\n\n" + "长" * 1900
    make_submission(inspection, narrative=narrative)
    db.session.commit()
    said = text_in(fetch(visitor.sign_in(office(inspection)), file(inspection, f"record.{suffix}")), suffix)
    if suffix == "pdf":
        assert "赵〔U+E000〕堃" in said
        assert "不在字库中" in said
        assert folded("#set page()$ \\ * _李_ @x <b>&amp;</b>") in said
    assert folded("{{ 文号 }} {% if %} #panic() ]") in said
    assert said.count("长") >= 1900


def test_a_withdrawn_visit_and_paper_entered_later_are_marked(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    db.session.get_one(Submission, inspection.revision).source = "desk"
    inspection.state, inspection.withdrawn_reason = ResultState.WITHDRAWN, "抽取作废"
    db.session.commit()
    said = pdf_text(fetch(visitor.sign_in(office(inspection)), file(inspection, "record.pdf")))
    assert "本次检查已撤回：抽取作废" in said
    assert "由纸质记录补录" in said
    assert said.count("见所附纸质记录扫描件") == 3


@BOTH
def test_an_urgent_visit_is_approved_afterwards(app: Flask, visitor: Visitor, suffix: str) -> None:
    urgent = make_inspection(approved=False)
    planned = make_inspection(state=ResultState.AWAITING_REVIEW)
    make_submission(urgent, urgent=True)
    for inspection in (urgent, planned):
        who = Visitor(app).sign_in(office(inspection))
        said = text_in(fetch(who, file(inspection, f"approval.{suffix}")), suffix)
        assert ("检查后补办审批" in said) is (inspection is urgent)


def test_an_officer_who_left_later_stays_on_the_record(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(officers=3)
    inspection.team[2].left_at = VISITED_AT.replace(year=2025)
    make_submission(inspection)
    inspection.team[1].left_at = VISITED_AT.replace(year=2027)
    db.session.commit()
    record = pdf_text(fetch(visitor.sign_in(office(inspection)), file(inspection, "record.pdf")))
    assert inspection.team[1].officer.certificate_no in record
    assert inspection.team[2].officer.certificate_no not in record


def test_the_token_of_the_gate_stands_on_no_paper(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    visitor.sign_in(office(inspection))
    for kind in (PaperKind.NOTICE, PaperKind.RECORD):
        said = pdf_text(fetch(visitor, file(inspection, f"{kind.value}.pdf")))
        assert "核对网址：http" in said
        assert inspection.entity.token not in said


@pytest.mark.parametrize("kind", OF_A_VISIT, ids=str)
def test_the_data_have_exactly_the_fields_that_are_listed(app: Flask, kind: PaperKind) -> None:
    inspection = make_inspection(items=2)
    with_problem(inspection)
    with app.test_request_context():
        made = paper(inspection, kind, plan_of(inspection), "https://example.org/", VISITED_AT)
    assert_fields(made.data, FIELDS[kind])


def assert_fields(data: Mapping[str, Any], fields: tuple[Field, ...]) -> None:
    """The data have these fields and no others, rows within rows, no two of one name."""
    assert set(data) == {one.key for one in fields}
    assert len({one.name for one in fields}) == len(fields)
    for one in fields:
        for row in data[one.key] if one.inner else []:
            assert_fields(row, one.inner)


def test_the_office_finds_the_papers_and_the_phone_too(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    with_problem(inspection)
    page = visitor.sign_in(office(inspection)).open(f"/inspections/{inspection.id}")
    links = [str(link["href"]) for link in page.select('a[href^="/papers/"]')]
    for kind in OF_A_VISIT:
        for suffix in ("pdf", "docx"):
            assert file(inspection, f"{kind.value}.{suffix}") in links
    officer = Visitor(app).sign_in(make_officer_user(inspection.team[1].officer))
    page = officer.open(f"/papers/inspections/{inspection.uid}/record")
    links = [str(link["href"]) for link in page.select("a[href]")]
    assert {file(inspection, "record.pdf"), file(inspection, "order.pdf")} <= set(links)
