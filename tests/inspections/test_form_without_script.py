"""The form of a visit as an ordinary form: exactly once, nothing lost on refusal, honest about what was received."""

import json
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.models import Inspection, Submission
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import signed_sha256
from tests.inspections.visits import send_form, upload, visit_values
from tests.makers.inspections import hash_of, make_inspection, make_officer_user
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def opened(visitor: Visitor, inspection: Inspection, query: str = "") -> Visitor:
    """The form, opened by the first officer of the team."""
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    visitor.open(f"/field/inspections/{inspection.uid}{query}")
    return visitor


def stored() -> list[Submission]:
    """Every submission, oldest first."""
    return list(db.session.scalars(select(Submission).order_by(Submission.received_at)))


def test_a_finished_visit_is_received_once_with_its_files(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    send_form(opened(visitor, inspection), **visit_values(inspection, problem_at=1))
    page = visitor.follow()
    assert page.select_one("h1").get_text() == "服务器已收"  # type: ignore[union-attr]
    assert "3 张" in page.get_text()
    assert "3 个" in page.get_text()
    [one] = stored()
    record = json.loads(one.content)
    assert one.source == "form"
    assert record["started_at"] == "2026-03-05T09:02:00+08:00"
    assert record["assistants"] == ["王五", "赵六"]
    assert record["answers"][1] == {
        "point": record["answers"][1]["point"],
        "value": "problem",
        "note": "缺一车检疫证书",
        "photos": [hash_of(f"{inspection.uid}问题")],
    }
    [problem] = record["problems"]
    assert (problem["kind"], problem["due"], problem["text"]) == ("责令改正", "2026-03-20", "缺一车检疫证书")
    assert {row["signed_sha256"] for row in record["signatures"]} == {signed_sha256(record)}
    assert inspection.state is ResultState.AWAITING_REVIEW
    assert inspection.result == "发现问题已责令改正"


def test_a_second_click_is_the_same_record(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    opened(visitor, inspection)
    form_page = visitor.page
    without_end = {"ended_at": ""}  # the server fills it in: another second at the second click
    send_form(visitor, **visit_values(inspection) | without_end)
    first = visitor.response.headers["Location"]  # type: ignore[union-attr]
    [one] = stored()
    one.received_at = one.received_at.replace(year=2026, month=3, day=5)
    visitor.page = form_page
    again = visit_values(inspection) | without_end
    record = json.loads(one.content)
    db.session.rollback()
    send_form(visitor, **again)
    assert visitor.response.headers["Location"] == first  # type: ignore[union-attr]
    assert [json.loads(row.content) for row in stored()] == [record]


def test_the_same_form_with_other_content_afterwards_is_refused_and_kept_on_the_page(
    app: Flask, visitor: Visitor
) -> None:
    inspection = make_inspection()
    opened(visitor, inspection)
    form_page = visitor.page
    send_form(visitor, **visit_values(inspection))
    visitor.page = form_page
    send_form(visitor, 422, **visit_values(inspection) | {"present-name": "王二"})
    assert "已经提交过" in visitor.text()
    assert visitor.page.select_one('input[name="present-name"]')["value"] == "王二"  # type: ignore[index]
    assert len(stored()) == 1


def test_a_refusal_names_everything_at_once_and_keeps_answers_and_photos(
    app: Flask, visitor: Visitor
) -> None:
    inspection = make_inspection()
    values = visit_values(inspection, problem_at=1)
    values |= {"answers-0-value": None, "answers-1-kind": "", "present-name": "", "sign-officer-1-file": None}
    page = send_form(opened(visitor, inspection), 422, **values).page
    said = [link.get_text() for link in page.select("#problems li")]
    assert "要点 1：还没有作答" in said
    assert "要点 2 处置方式：请选择处置方式" in said
    assert any("现场人员姓名" in line for line in said)
    assert any("2名执法人员签名" in line for line in said)
    for link in page.select("#problems a"):
        assert page.select_one(f'[id="{link["href"][1:]}"]') is not None
    kept = [box["value"] for box in page.select('input[name="photos"]')]
    assert kept == [hash_of(f"{inspection.uid}现场一"), hash_of(f"{inspection.uid}现场二")]
    assert page.select_one('input[name="answers-1-photos"]')["value"] == hash_of(f"{inspection.uid}问题")  # type: ignore[index]
    assert page.select_one('textarea[name="answers-1-note"]').get_text().strip() == "缺一车检疫证书"  # type: ignore[union-attr]
    for picture in page.select(".photos img, .sign img[src]:not([src=''])"):
        assert visitor.client.get(str(picture["src"]), buffered=True).mimetype == "image/jpeg"
    assert stored() == []
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 5
    kept_page = {"answers-0-value": "ok", "answers-1-kind": "责令改正", "present-name": "李四"}
    send_form(visitor, **kept_page, **{"sign-officer-1-file": upload(f"{inspection.uid}乙")})
    [one] = stored()
    assert [photo["sha256"] for photo in json.loads(one.content)["photos"]] == [
        hash_of(f"{inspection.uid}问题"),
        *kept,
    ]


def test_photos_can_be_stored_first_and_taken_out_again(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    page = send_form(
        opened(visitor, inspection), 200, keep="1", files=[upload("一"), upload("二")], narrative="机器已搬走"
    ).page
    assert len(page.select('input[name="photos"]')) == 2
    assert page.select_one("#problems").has_attr("hidden")  # type: ignore[union-attr]
    values = {"outcome": "moved", "photos": [hash_of("二")]}
    send_form(visitor, **values)
    [one] = stored()
    assert [photo["sha256"] for photo in json.loads(one.content)["photos"]] == [hash_of("二")]
    assert inspection.result == "通过登记的住所（经营场所）无法联系"


@pytest.mark.parametrize("bad", [b"<script>alert(1)</script>", b"", b"\xff\xd8\xff\xe0 not a picture"])
def test_what_is_no_picture_is_refused_at_its_field(app: Flask, visitor: Visitor, bad: bytes) -> None:
    inspection = make_inspection()
    values = visit_values(inspection) | {"answers-2-files": (BytesIO(bad), "x.jpg")}
    page = send_form(opened(visitor, inspection), 422, **values).page
    [link] = page.select("#problems a")
    assert link["href"] == "#answers-2-files"
    assert "x.jpg" in link.get_text()
    assert stored() == []


@pytest.mark.parametrize(
    ("outcome", "more", "complaint"),
    [
        ("closed", {}, "至少要有一张照片"),
        ("not_found", {"files": "门口"}, "须写明情况"),
        ("refused", {"narrative": "拒不开门"}, "见证人签名"),
    ],
    ids=["停业关闭要照片", "查无下落要写明情况", "拒绝检查要见证人"],
)
def test_short_paths_ask_only_for_what_they_need(
    app: Flask, visitor: Visitor, outcome: str, more: dict[str, str], complaint: str
) -> None:
    inspection = make_inspection()
    given = {name: upload(words) if name == "files" else words for name, words in more.items()}
    send_form(opened(visitor, inspection), 422, outcome=outcome, **given)
    assert complaint in visitor.text()
    whole = {
        "files": upload("门口"),
        "narrative": "大门紧锁",
        "sign-witness-file": upload("证"),
        "sign-witness-name": "村主任",
    }
    send_form(visitor, outcome=outcome, **whole)
    [one] = stored()
    record = json.loads(one.content)
    assert record["outcome"] == outcome
    assert "answers" not in record
    assert record["signatures"][0]["name"] == "村主任"


def test_refusal_to_sign_needs_a_reason_and_a_witness(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    values = visit_values(inspection) | {"sign-present-refused": "y", "sign-present-file": None}
    send_form(opened(visitor, inspection), 422, **values)
    assert "拒签理由" in visitor.text()
    assert "见证人签名" in visitor.text()
    send_form(
        visitor,
        **{
            "sign-present-reason": "不同意结论",
            "sign-witness-name": "村主任",
            "sign-witness-file": upload("证"),
        },
    )
    [one] = stored()
    refused = next(row for row in json.loads(one.content)["signatures"] if row["role"] == "present")
    assert refused == {
        "role": "present",
        "name": "李四",
        "at": refused["at"],
        "refused": True,
        "reason": "不同意结论",
    }


def test_a_result_that_contradicts_its_points_is_asked_about(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    values = visit_values(inspection, problem_at=0) | {"results-0-result": "未发现问题"}
    send_form(opened(visitor, inspection), 422, **values)
    assert "有要点发现问题" in visitor.text()


def test_a_correction_names_what_it_corrects(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.SENT_BACK)
    before = inspection.revision
    signed = {name: value for name, value in visit_values(inspection).items() if name.startswith("sign-")}
    send_form(opened(visitor, inspection), files=upload("补拍"), **signed)
    assert inspection.revision != before
    old, new = stored()
    assert json.loads(new.content)["revises"] == str(before)
    photos = json.loads(new.content)["photos"]
    assert json.loads(old.content)["photos"][0] in photos  # with its time and caption
    assert {"sha256": hash_of("补拍")} in photos
    assert inspection.state is ResultState.AWAITING_REVIEW


def test_a_record_that_comes_too_late_is_kept_aside_and_said_so(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    opened(visitor, inspection)
    inspection.state = ResultState.PUBLISHED
    db.session.commit()
    send_form(visitor, **visit_values(inspection))
    page = visitor.follow()
    assert page.select_one("h1").get_text() == "已另行保存"  # type: ignore[union-attr]
    assert stored()[0].kept_code == "closed"


def test_a_submitted_visit_shows_its_state_and_can_be_corrected(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    opened(visitor, inspection)
    assert "等待审核" in visitor.text()
    page = visitor.open(f"/field/inspections/{inspection.uid}?revise=1")
    assert page.select_one('input[name="revises"]')["value"] == str(inspection.revision)  # type: ignore[index]
