"""What an officer shows and writes on site: certificates, the enterprise's page, phrases, a proposed text, a late scan."""

import json
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.store import original_path
from sjj.inspections.models import Submission
from sjj.inspections.scan_models import ScanMadeUp
from sjj.inspections.visit_codes import in_groups
from sjj.inspections.visit_models import Phrase
from sjj.rules.lifecycle import ResultState
from tests.inspections.test_desk_entry import PDF, clerk, paper_values
from tests.inspections.visits import send_form, visit_values
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user
from tests.makers.registers import make_officer
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def portrait(size: tuple[int, int] = (300, 420), kind: str = "PNG") -> tuple[BytesIO, str]:
    """A tall picture, red above and blue below, as a file of a form."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 4))
    written = BytesIO()
    image.save(written, kind)
    written.seek(0)
    return written, f"me.{kind.lower()}"


def test_certificates_are_shown_large_and_an_expired_one_says_so(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    valid, expired = make_officer(agency), make_officer(agency, certificate_until=date(2020, 1, 1))
    inspection = make_inspection(agency, officers=[valid, expired])
    visitor.sign_in(make_officer_user(valid))
    page = visitor.open(f"/field/inspections/{inspection.uid}/certificates")
    shown = page.select(".cert")
    assert [one.select_one("h2").get_text() for one in shown] == [valid.name, expired.name]  # type: ignore[union-attr]
    assert "证件有效" in shown[0].get_text()
    assert "expired" in shown[1]["class"]
    assert "执法证已过期" in shown[1].get_text()
    assert page.select_one("img.code")["src"].startswith("data:image/png")  # type: ignore[index,union-attr]
    assert page.select(".tabs") == []
    assert [link["href"] for link in page.select("main a")] == [f"/field/inspections/{inspection.uid}"]
    assert visitor.response is not None
    assert visitor.response.headers["X-Field-Page"]
    stranger = Visitor(app).sign_in(make_officer_user(make_officer(agency)))
    for name in ("certificates", "for-enterprise"):
        stranger.open(f"/field/inspections/{inspection.uid}/{name}", 404)


def test_the_enterprise_reads_who_why_its_rights_and_then_the_record(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    visitor.open(f"/field/inspections/{inspection.uid}/for-enterprise")
    for words in (
        "有权拒绝检查",
        "严禁逐利检查",
        "任务来源",
        in_groups(inspection.pickup_code),
        inspection.team[1].officer.name,
    ):
        assert words in visitor.text()
    assert [link["href"] for link in visitor.page.select("main a")] == [
        f"/field/inspections/{inspection.uid}"
    ]
    visitor.open(f"/field/inspections/{inspection.uid}")
    send_form(visitor, **visit_values(inspection, problem_at=1))
    visitor.open(f"/field/inspections/{inspection.uid}/for-enterprise")
    assert "缺一车检疫证书，责令改正，2026年3月20日前改正" in visitor.text()


def test_a_photo_is_cut_square_audited_and_seen_only_by_those_who_may(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    officer = make_officer(agency)
    keeper = make_user(Role.OFFICE, agency=agency)
    visitor.sign_in(keeper).open(f"/registers/officers/{officer.id}/photo")
    visitor.submit("main form[enctype]", 422, file=(BytesIO(b"no picture"), "me.jpg"))
    assert "不是可以接收的文件" in visitor.text()
    visitor.submit("main form[enctype]", file=portrait())
    visitor.follow()
    with Image.open(original_path(officer.photo_sha256)) as kept:
        assert kept.size == (300, 300)
        assert kept.format == "JPEG"
        red, _, blue = kept.convert("RGB").getpixel((150, 20))  # type: ignore[misc]
        assert red > 200 > blue
    assert (
        visitor.client.get(f"/registers/officers/{officer.id}/photo.jpg", buffered=True).mimetype
        == "image/jpeg"
    )
    elsewhere = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    elsewhere.open(f"/registers/officers/{officer.id}/photo.jpg", 404)
    own = Visitor(app).sign_in(make_officer_user(officer))
    before = officer.photo_sha256
    own.open("/field/me/photo")
    own.submit("main form[enctype]", file=portrait((500, 400), "JPEG"))
    own.follow()
    db.session.refresh(officer)
    assert officer.photo_sha256 not in ("", before)
    assert own.page.select_one("img.cert-photo") is not None
    own.open(f"/registers/officers/{officer.id}/photo", 403)
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("officer.photo%"))
    ).all()
    assert list(actions) == ["officer.photo_changed"] * 2


def test_phrases_are_kept_by_the_office_and_go_out_with_the_form(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    agency, item = inspection.agency, inspection.campaign.items[0].item
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/papers/phrases/{agency.id}/new")
    visitor.submit("main form", 422, text="")
    visitor.submit("main form", text="台账齐全，\n与现场一致", place="point", item=str(item.id), position="2")
    visitor.follow()
    assert "台账齐全， 与现场一致" in visitor.text()
    visitor.submit('form[action$="/presets"]')
    phrase = db.session.scalars(select(Phrase).where(Phrase.item_id == item.id)).one()
    visitor.open(f"/papers/phrases/{phrase.id}")
    visitor.submit("main form", text="台账与现场一致")
    visitor.open(f"/papers/phrases/{phrase.id}")
    officer = Visitor(app).sign_in(make_officer_user(inspection.team[0].officer))
    data = json.loads(
        officer.open(f"/field/inspections/{inspection.uid}").select_one("#visit-data").get_text()
    )  # type: ignore[union-attr]
    assert data["phrases"][0] == {"place": "point", "item": item.code, "text": "台账与现场一致"}
    assert {one["place"] for one in data["phrases"]} == {"point", "narrative", "remarks"}
    officer.open("/papers/phrases/", 403)
    Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency())).open(
        f"/papers/phrases/{phrase.id}", 404
    )
    visitor.submit('form[action$="/remove"]')
    assert db.session.scalars(select(Phrase).where(Phrase.item_id == item.id)).all() == []


def test_the_text_is_proposed_without_a_script_and_never_takes_the_place_of_ones_own(
    app: Flask, visitor: Visitor
) -> None:
    inspection = make_inspection()
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    page = visitor.open(f"/field/inspections/{inspection.uid}")
    assert "有权拒绝检查" in page.select_one("#told").get_text()  # type: ignore[union-attr]
    values = visit_values(inspection, problem_at=1) | {
        "policy_explained": None,
        "policy_note": "松材线虫病防治",
        "sampling-name": "锯材",
        "sampling-quantity": "2 份",
        "remarks": "天气晴。",
    }
    proposed = str(
        send_form(visitor, 200, **values, propose="1").page.select_one("#narrative").get_text()
    ).strip()  # type: ignore[union-attr]
    assert "要点2" in proposed
    assert "现场抽样：样品名称 锯材；数量 2 份。" in proposed
    assert "宣讲有关政策" in proposed
    again = {"answers-1-note": "少两车检疫证书"}
    assert "少两车" in send_form(visitor, 200, **again, propose="1").page.select_one("#narrative").get_text()  # type: ignore[union-attr]
    refused = send_form(visitor, 200, narrative="我自己写的。", propose="1").page
    assert refused.select_one("#narrative").get_text().strip() == "我自己写的。"  # type: ignore[union-attr]
    assert "没有改动" in refused.select_one("#problems").get_text()  # type: ignore[union-attr]
    send_form(visitor)
    [one] = db.session.scalars(select(Submission)).all()
    record = json.loads(one.content)
    assert record["narrative"] == "我自己写的。"
    assert record["policy_explained"] is True
    assert record["remarks"] == "政策宣讲：松材线虫病防治\n抽样：样品名称 锯材；数量 2 份\n天气晴。"
    page = visitor.open(f"/field/inspections/{inspection.uid}?revise=1")
    assert page.select_one("#sampling-name")["value"] == "锯材"  # type: ignore[index]
    assert page.select_one("#policy_note")["value"] == "松材线虫病防治"  # type: ignore[index]
    assert page.select_one("#remarks").get_text().strip() == "天气晴。"  # type: ignore[union-attr]


def test_the_desk_has_the_same_fields_and_button(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(clerk(inspection)).open(f"/inspections/{inspection.uid}/desk-entry")
    values = paper_values(inspection, PDF) | {"sampling-name": "锯材"}
    page = send_form(visitor, 200, **values, propose="1").page
    assert "抽样：样品名称 锯材" in page.select_one("#narrative").get_text()  # type: ignore[union-attr]
    send_form(visitor)
    [one] = db.session.scalars(select(Submission)).all()
    assert json.loads(one.content)["remarks"] == "抽样：样品名称 锯材"


def test_a_scan_is_made_up_with_its_reason_and_shown_to_the_reviewer(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.AWAITING_REVIEW)
    visitor.sign_in(make_officer_user(inspection.team[1].officer))
    path = f"/field/inspections/{inspection.uid}/scan-made-up"
    visitor.open(path)
    visitor.submit("main form", 422, code="", reason="")
    assert "请写明原因" in visitor.text()
    visitor.submit(
        "main form", code=f"https://x.example/field/scan/{inspection.entity.token}?a=1", reason="当时没有信号"
    )
    visitor.follow()
    assert "码与本单位相符" in visitor.text()
    visitor.open(path)
    visitor.submit("main form", code="https://x.example/field/scan/another", reason="再试")
    made = db.session.scalars(select(ScanMadeUp).order_by(ScanMadeUp.id)).all()
    assert [(one.matches, one.reason) for one in made] == [(True, "当时没有信号"), (False, "再试")]
    current = db.session.get_one(Submission, inspection.revision)
    told = [flag["sentence"] for flag in current.flags if flag["code"] == "scan_late"]
    assert len(told) == 2
    assert "超过10个自然日：当时没有信号" in told[0]
    assert "扫的不是这家单位的码" in told[1]
    unvisited = make_inspection(
        inspection.agency, officers=[inspection.team[1].officer, make_officer(inspection.agency)]
    )
    visitor.open(f"/field/inspections/{unvisited.uid}/scan-made-up", 404)


def test_the_scanners_page_alone_may_compile_wasm(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(make_officer_user(inspection.team[0].officer))
    for path, may in (
        ("/field/scan", True),
        ("/field/", False),
        (f"/field/inspections/{inspection.uid}", False),
    ):
        visitor.open(path)
        assert visitor.response is not None
        policy = visitor.response.headers["Content-Security-Policy"]
        assert ("'wasm-unsafe-eval'" in policy) is may
        assert "'unsafe-eval'" not in policy
