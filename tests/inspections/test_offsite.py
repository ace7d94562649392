"""非现场检查 from the batch to the published result, as the office does it in a browser."""

import json
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.visit_models import CheckApproval, Evidence
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import ApprovalState, CampaignState, ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user, picture
from tests.makers.offsite import PDF, make_listed, workbook
from tests.makers.registers import make_item, make_officer
from tests.visitor import Visitor, controls


def people(agency: Agency) -> tuple[User, User]:
    """A clerk and an approver of the agency."""
    return make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)


def press(visitor: Visitor, do: str, status: int = 303, **values: Any) -> Visitor:
    """Press a button of the desk form with these values; None leaves a control out."""
    form = visitor.page.select_one("main form[enctype]")
    assert form is not None
    data = {name: value for name, value in {**controls(form), **values}.items() if value is not None}
    visitor.post(str(form["action"]), status, **data, do=do)
    return visitor


def add(visitor: Visitor, kind: str, content: bytes | None, name: str = "", status: int = 303, **more: Any) -> None:
    """Add a piece of evidence on the open desk page."""
    file = {"evidence-file": (BytesIO(content), name)} if content is not None else {}
    values = {f"evidence-{key}": value for key, value in more.items()}
    press(visitor, "add", status, **{"evidence-kind": kind}, **file, **values)
    if status == 303:
        visitor.follow()


def answered(value: str = "ok", **more: Any) -> dict[str, Any]:
    """Every point answered, one result."""
    return {f"answers-{place}-value": value for place in range(4)} | {"results-0-result": "未发现问题"} | more


FOUND = {
    "answers-1-value": "problem",
    "answers-1-note": "2月出库台账与监测数据不符",
    "answers-1-kind": "责令改正",
    "answers-1-due": "2030-01-15",
    "results-0-result": "发现问题待后续处理",
}


def test_the_whole_way(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    clerk, approver = people(agency)
    item, team = make_item(agency), [make_officer(agency, "周一"), make_officer(agency, "吴二")]
    wanted = make_listed(agency, "青山木业")
    make_listed(agency, "停产木业", state="停业")
    make_listed(agency, "绿水木业")
    make_inspection(agency)  # an enterprise that is not on the positive list

    # A clerk makes the batch and hands it in.
    visitor.sign_in(clerk).open("/offsite/new")
    visitor.submit(item_ids=[str(item.id)], officer_1=str(team[0].id), officer_2=str(team[1].id))
    page = visitor.follow()
    assert "登记状态为“停业” 1 户" in visitor.text()
    listed = [label.get_text() for label in page.select('section[aria-labelledby="chosen-h"] label')]
    assert [one.split("　")[0] for one in listed] == ["绿水木业", "青山木业"]
    leaves = db.session.scalars(select(Inspection).where(Inspection.off_site)).all()
    assert leaves == []
    drop = page.select_one('section[aria-labelledby="chosen-h"] input[name="drop"]')
    assert drop is not None
    visitor.post(visitor.response.request.full_path, drop=drop["value"], do="drop")  # type: ignore[union-attr]
    batch = db.session.scalars(select(Campaign).where(Campaign.by_draw.is_(False))).one()
    visitor.open(f"/direct/{batch.id}")
    assert "不经抽取" in visitor.text()
    assert "冻结名单" not in visitor.text()
    visitor.submit('form[action$="/submit"]')
    visitor.open(f"/campaigns/{batch.id}", 303)
    for gone in ("edit", "scope", "strata", "team", "publish", "cancel"):
        visitor.open(f"/campaigns/{batch.id}/{gone}", 404)
    visitor.open(f"/freeze/{batch.id}", 404)

    # The approver approves; the maker could not have.
    visitor.post(f"/offsite/batches/{batch.id}/approve", 403)
    boss = Visitor(app).sign_in(approver)
    boss.open(f"/direct/{batch.id}")
    boss.submit('form[action$="/approve"]')
    check = db.session.scalars(select(Inspection).where(Inspection.off_site)).one()
    assert (check.entity_id, check.draw_id, check.campaign.state) == (wanted.id, None, CampaignState.IN_PROGRESS)
    assert Visitor(app).open("/public/schemes").get_text().find(batch.number) < 0

    # It is worked at the desk.
    visitor.open("/offsite/")
    assert "青山木业" in visitor.text()
    visitor.open(f"/offsite/{check.uid}")
    assert not visitor.page.select('input[name^="answers-"][checked]')
    press(visitor, "draft", narrative="先存着")
    assert "先存着" in visitor.follow().get_text()
    add(visitor, "document", PDF, "许可证.pdf", made_on="2026-01-05")
    add(visitor, "picture", picture("ledger"), "台账.jpg", title="台账照片")
    add(visitor, "monitoring", workbook(), "监测.xlsx", title="在线监测日均值", note="2月")
    add(visitor, "video", None, title="东门摄像头", span="09:00–09:20", note="有货车出厂", made_on="2026-02-03")
    assert "先存着" in visitor.text()
    rows = db.session.scalars(select(Evidence).order_by(Evidence.id)).all()
    press(visitor, "submit", 422, **answered(**FOUND), methods=None)
    assert "检查方式：请选择检查方式" in visitor.text()
    values = {"answers-1-photos": rows[2].sha256, "methods": ["书面检查", "网络监测"], "remarks": "另见函件"}
    press(visitor, "submit", **values)
    one = db.session.scalars(select(Submission)).one()
    said = json.loads(one.content)
    assert one.source == "offsite"
    assert "signatures" not in said and "present" not in said and "checkin" not in said
    assert {row["sha256"] for row in said["photos"]} == {row.sha256 for row in rows if row.sha256}
    assert said["answers"][1]["photos"] == [rows[2].sha256]
    assert said["remarks"].splitlines() == [
        "另见函件",
        "检查方式：书面检查、网络监测",
        "视频说明（东门摄像头，2026年2月3日 09:00–09:20）：有货车出厂",
    ]
    assert {file.sha256 for file in one.files} == {row.sha256 for row in rows if row.sha256}
    db.session.refresh(check)
    assert (check.state, check.result) == (ResultState.AWAITING_REVIEW, "发现问题待后续处理")

    # Another person reviews, sees the evidence, and publishes.
    visitor.open(f"/inspections/{check.id}")
    assert "本人录入的记录须由他人审核" in visitor.text()
    other = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    page = other.open(f"/inspections/{check.id}")
    assert "没有扫码或定位签到" not in other.text()
    assert "监测.xlsx" in other.text() and "东门摄像头" in other.text()
    other.submit(f'form[action="/inspections/{check.id}/accept"]')
    other.open(f"/notices/preview?id={check.id}")
    other.submit('form[action^="/notices"]')
    db.session.refresh(check)
    assert check.state is ResultState.PUBLISHED
    assert "发现问题待后续处理" in Visitor(app).open("/public/results").get_text()

    # The finding opens a check on site, which the approver approves and the officers find on their phone.
    other.open(f"/inspections/{check.id}")
    link = other.page.select_one('a[href^="/direct/new?from="]')
    assert link is not None
    page = other.open(str(link["href"]))
    assert "2月出库台账与监测数据不符" in page.select_one("#reason").get_text()  # type: ignore[union-attr]
    other.submit()
    visit = db.session.scalars(select(Inspection).where(Inspection.origin_id == check.id)).one()
    assert (visit.off_site, visit.draw_id, visit.campaign.check_type) == (False, None, "个案")
    assert visit.campaign.state is CampaignState.SUBMITTED
    officer = Visitor(app).sign_in(make_officer_user(team[0]))
    assert officer.client.get("/field/tasks.json").json == []
    assert officer.client.get(f"/field/inspections/{visit.uid}.json").status_code == 404
    approval = db.session.scalars(select(CheckApproval).where(CheckApproval.inspection_id == visit.id)).one()
    assert approval.state is ApprovalState.ASKED
    page = boss.open("/inspections/approvals")
    assert "青山木业" in boss.text()
    boss.post(f"/inspections/approvals/{approval.id}/approve")
    [task] = officer.client.get("/field/tasks.json").json
    assert task["inspection"] == str(visit.uid)
    db.session.refresh(visit.campaign)
    assert visit.campaign.state is CampaignState.IN_PROGRESS
    assert f"/inspections/{check.id}" in str(other.open(f"/inspections/{visit.id}"))
    assert f"/inspections/{visit.id}" in str(other.open(f"/inspections/{check.id}"))
