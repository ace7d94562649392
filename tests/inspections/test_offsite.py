"""非现场检查 from the batch to the published result, as the office does it in a browser."""

import json
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections import offsite_pool
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.offsite_batches import BatchRefused, approve, submit
from sjj.inspections.offsite_record import methods_in, remarks_typed, videos_in
from sjj.inspections.visit_models import CheckApproval, Evidence
from sjj.plans.models import Campaign
from sjj.registers.merge_services import merge
from sjj.registers.models import Entity, Item, Officer
from sjj.rules.deadlines import quarter_of
from sjj.rules.lifecycle import ApprovalState, CampaignState, ResultState
from sjj.web import now, today
from tests.draws.test_draw_at_once import at_once
from tests.inspections.offsite_desk import FOUND, add, answered, people, press
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user, make_submission, picture
from tests.makers.offsite import PDF, make_batch, make_listed, make_offsite, workbook
from tests.makers.registers import make_entity, make_item, make_officer, make_recusal
from tests.visitor import Visitor


def test_the_whole_way(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    clerk, approver = people(agency)
    item, team = make_item(agency), [make_officer(agency, "周一"), make_officer(agency, "吴二")]
    wanted = make_listed(agency, "青山木业")
    make_listed(agency, "停产木业", state="停业")
    make_listed(agency, "绿水木业")
    make_inspection(agency)  # an enterprise that is not on the positive list
    visitor.sign_in(clerk)
    boss = Visitor(app).sign_in(approver)
    other = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))

    batch = make_the_batch(visitor, item, team)
    visitor.post(f"/offsite/batches/{batch.id}/approve", 403)  # the maker does not approve
    check = approve_it(boss, batch)
    assert check.entity_id == wanted.id
    assert Visitor(app).open("/public/schemes").get_text().find(batch.number) < 0
    work_it(visitor, check)
    review_and_publish(other, visitor, check)
    assert "发现问题待后续处理" in Visitor(app).open("/public/results").get_text()
    go_there_after_all(other, boss, Visitor(app).sign_in(make_officer_user(team[0])), check)


def make_the_batch(visitor: Visitor, item: Item, team: list[Officer]) -> Campaign:
    """A clerk makes the batch of what the positive list has, takes one out and hands it in."""
    visitor.open("/offsite/new")
    visitor.submit(item_ids=[str(item.id)], officer_1=str(team[0].id), officer_2=str(team[1].id))
    page = visitor.follow()
    assert "登记状态为“停业” 1 户" in visitor.text()
    listed = [label.get_text() for label in page.select('section[aria-labelledby="chosen-h"] label')]
    assert [one.split("　")[0] for one in listed] == ["绿水木业", "青山木业"]
    assert db.session.scalars(select(Inspection).where(Inspection.off_site)).all() == []
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
    return batch


def approve_it(boss: Visitor, batch: Campaign) -> Inspection:
    """The approver approves; the checks are there."""
    boss.open(f"/direct/{batch.id}")
    boss.submit('form[action$="/approve"]')
    check = db.session.scalars(select(Inspection).where(Inspection.off_site)).one()
    assert (check.draw_id, check.campaign.state) == (None, CampaignState.IN_PROGRESS)
    return check


def work_it(visitor: Visitor, check: Inspection) -> None:
    """At the desk: a draft, evidence of each kind, one refusal, the record."""
    visitor.open("/offsite/")
    assert "青山木业" in visitor.text()
    visitor.open(f"/offsite/{check.uid}")
    assert not visitor.page.select('input[name^="answers-"][checked]')
    press(visitor, "draft", narrative="先存着")
    assert "先存着" in visitor.follow().get_text()
    add(visitor, "document", PDF, "许可证.pdf", made_on="2026-01-05")
    add(visitor, "picture", picture("ledger"), "台账.jpg", title="台账照片")
    add(visitor, "monitoring", workbook(), "监测.xlsx", title="在线监测日均值", note="2月")
    seen = {"title": "东门摄像头", "span": "09:00–09:20", "note": "有货车出厂", "made_on": "2026-02-03"}
    add(visitor, "video", None, **seen)
    assert "先存着" in visitor.text()
    rows = db.session.scalars(select(Evidence).order_by(Evidence.id)).all()
    press(visitor, "submit", 422, **answered(**FOUND), methods=None)
    assert "检查方式：请选择检查方式" in visitor.text()
    values = {"answers-1-photos": rows[2].sha256, "methods": ["书面检查", "网络监测"], "remarks": "另见函件"}
    press(visitor, "submit", **values)
    record_says(db.session.scalars(select(Submission)).one(), {row.sha256 for row in rows if row.sha256})
    db.session.refresh(check)
    assert (check.state, check.result) == (ResultState.AWAITING_REVIEW, "发现问题待后续处理")


def record_says(one: Submission, evidence: set[str]) -> None:
    """What was typed, each file of the evidence, and nothing that belongs to a visit."""
    said = json.loads(one.content)
    assert one.source == "offsite"
    assert not {"signatures", "present", "checkin"} & set(said)
    assert {row["sha256"] for row in said["photos"]} == evidence == {file.sha256 for file in one.files}
    assert set(said["answers"][1]["photos"]) <= evidence
    assert len(said["answers"][1]["photos"]) == 1
    assert said["remarks"].splitlines() == [
        "另见函件",
        "检查方式：书面检查、网络监测",
        "视频说明（东门摄像头，2026年2月3日 09:00–09:20）：有货车出厂",
    ]


def review_and_publish(other: Visitor, visitor: Visitor, check: Inspection) -> None:
    """Another person than who entered it reviews, sees the evidence, and publishes."""
    visitor.open(f"/inspections/{check.id}")
    assert "本人录入的记录须由他人审核" in visitor.text()
    other.open(f"/inspections/{check.id}")
    assert "没有扫码或定位签到" not in other.text()
    assert "监测.xlsx" in other.text()
    assert "东门摄像头" in other.text()
    other.submit(f'form[action="/inspections/{check.id}/accept"]')
    other.open(f"/notices/preview?id={check.id}")
    other.submit('form[action^="/notices"]')
    db.session.refresh(check)
    assert check.state is ResultState.PUBLISHED


def go_there_after_all(other: Visitor, boss: Visitor, officer: Visitor, check: Inspection) -> None:
    """The finding opens a check on site, which the approver approves and the officers find on their phone."""
    other.open(f"/inspections/{check.id}")
    link = other.page.select_one('a[href^="/direct/new?from="]')
    assert link is not None
    reason = other.open(str(link["href"])).select_one("#reason")
    assert reason is not None
    assert "2月出库台账与监测数据不符" in reason.get_text()
    other.submit()
    visit = db.session.scalars(select(Inspection).where(Inspection.origin_id == check.id)).one()
    assert (visit.off_site, visit.draw_id, visit.campaign.check_type) == (False, None, "个案")
    assert visit.campaign.state is CampaignState.SUBMITTED
    assert officer.client.get("/field/tasks.json").json == []
    assert officer.client.get(f"/field/inspections/{visit.uid}.json").status_code == 404
    approval = db.session.scalars(select(CheckApproval).where(CheckApproval.inspection_id == visit.id)).one()
    assert approval.state is ApprovalState.ASKED
    boss.open("/inspections/approvals")
    assert "青山木业" in boss.text()
    boss.post(f"/inspections/approvals/{approval.id}/approve")
    [task] = officer.client.get("/field/tasks.json").json  # type: ignore[misc]
    assert task["inspection"] == str(visit.uid)
    db.session.refresh(visit.campaign)
    assert visit.campaign.state is CampaignState.IN_PROGRESS
    assert f"/inspections/{check.id}" in str(other.open(f"/inspections/{visit.id}"))
    assert f"/inspections/{visit.id}" in str(other.open(f"/inspections/{check.id}"))


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_other_agencies_and_the_phone_find_no_door(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    stranger = make_user(Role.OFFICE, Role.APPROVER, agency=make_agency())
    mine = Visitor(app).sign_in(make_user(Role.OFFICE, agency=check.agency))
    mine.open(f"/offsite/{check.uid}")
    add(mine, "document", PDF, "许可证.pdf")
    row = db.session.scalars(select(Evidence)).one()
    stored = mine.client.get(f"/offsite/{check.uid}/evidence/{row.id}", buffered=True)
    assert (stored.data, stored.headers["Cache-Control"]) == (PDF, "no-store")
    visitor.sign_in(stranger)
    for address in (
        f"/offsite/{check.uid}",
        f"/offsite/{check.uid}/evidence/{row.id}",
        f"/direct/{check.campaign_id}",
        f"/direct/new?from={check.uid}",
        f"/offsite/batches/{check.campaign_id}/objects",
        f"/papers/inspections/{check.uid}/record",
    ):
        visitor.open(address, 404)
    visitor.post(f"/offsite/{check.uid}", 404, do="submit")
    assert "青山" not in visitor.open("/offsite/").get_text()
    mine.open(f"/direct/new?from={check.uid}", 404)  # nothing was found there
    other = make_offsite(check.agency)[0]
    mine.open(f"/offsite/{other.uid}/evidence/{row.id}", 404)  # evidence of another check

    officer = make_officer_user(check.team[0].officer)
    phone = Visitor(app).sign_in(officer)
    assert phone.client.get("/field/tasks.json").json == []
    phone.open(f"/field/inspections/{check.uid}", 404)
    ping = phone.client.get("/field/ping").json
    assert ping is not None
    record = {"inspection": str(check.uid), "form_version": check.form_sha256, "outcome": "inspected"}
    answer = phone.client.put(
        "/field/submissions/6a1c1f0e-0000-4000-8000-000000000001",
        json=record,
        headers={"X-CSRFToken": ping["csrf"], "X-Field-User": ping["user"]},
    )
    assert (answer.status_code, answer.json["code"]) == (403, "not_assigned")
    page = phone.open(f"/offsite/{check.uid}")  # at a desk an officer of the check may write it
    assert page.select_one('button[value="submit"]') is not None


@ON_SQLITE
def test_who_made_or_makes_a_batch_does_not_approve_it(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    team = [make_officer(agency), make_officer(agency)]
    both = make_user(Role.OFFICE, Role.APPROVER, agency=agency)
    batch = make_batch(agency, officers=team, clerk=both)
    visitor.sign_in(both).open(f"/direct/{batch.id}")
    visitor.submit('form[action$="/submit"]')
    assert not visitor.open(f"/direct/{batch.id}").select('form[action$="/approve"]')
    visitor.post(f"/offsite/batches/{batch.id}/approve", 422)
    assert "不能审批自己起草或提交的批次" in visitor.text()
    member = make_user(Role.APPROVER, Role.OFFICER, agency=agency, officer_id=team[1].id)
    boss = Visitor(app).sign_in(member)
    boss.open(f"/direct/{batch.id}")
    boss.post(f"/offsite/batches/{batch.id}/approve", 422)
    assert "您是这个批次的检查人员" in boss.text()
    assert db.session.scalars(select(Inspection)).all() == []


@ON_SQLITE
def test_what_stands_against_a_batch_is_said_at_once(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    clerk, approver = people(agency)
    done = make_offsite(agency, entities=1)[0]
    free, lapsed = make_listed(agency, "白云木业"), make_officer(agency, "孙三", on_duty=False)
    team = [make_officer(agency, "周一"), lapsed]
    make_recusal(team[0], free, approved=None)
    batch = make_batch(agency, entities=0, officers=team, items=[make_item(agency, confirmed=False)])
    page = visitor.sign_in(clerk).open(f"/offsite/batches/{batch.id}/objects")
    assert "正在作非现场检查 1 户" in visitor.text()
    assert done.entity.name in page.get_text()
    visitor.open(f"/direct/{batch.id}")
    for said in ("孙三不在岗", "周一对“白云木业”的回避申报还没有决定", "工作指引还没有经法制审核启用"):
        assert said in visitor.text()
    visitor.post(f"/offsite/batches/{batch.id}/submit", 422)
    assert batch.state is CampaignState.DRAFT
    visitor.post(f"/offsite/batches/{batch.id}/objects", do="add", add=str(make_inspection(agency).entity_id))
    db.session.refresh(batch)
    assert batch.scope["entities"] == [free.id]  # not on the positive list, so not taken
    visitor.open(f"/direct/{batch.id}/cancel")
    visitor.submit(reason="本季度不查")
    db.session.refresh(batch)
    assert batch.state is CampaignState.CANCELLED
    assert "本季度不查" in Visitor(app).sign_in(approver).open(f"/direct/{batch.id}").get_text()


@ON_SQLITE
def test_a_batch_takes_no_merged_double_and_no_object_twice(app: Flask) -> None:
    """Merged after it was handed in it is refused; the quarter's check of a double is the kept one's."""
    agency = make_agency()
    batch = make_batch(agency, entities=1)
    clerk, approver = people(agency)
    gone, kept = db.session.scalars(select(Entity)).one(), make_entity(agency)
    submit(batch, clerk, now(), today(now()))
    merge(kept, gone, {"positive_from"}, "同一户", clerk, now())
    with pytest.raises(BatchRefused, match="已并入别户"):
        approve(batch, approver, now(), today(now()))
    db.session.rollback()
    (check,) = make_offsite(agency, entities=1)
    twin = make_listed(agency)
    merge(twin, check.entity, (), "同一户", clerk, now())
    quarter = quarter_of(today(now()))
    found = offsite_pool.find(agency.id, offsite_pool.Wanted(), quarter, today(now()), 0)
    assert [(entity.id, why) for entity, why, _ in found.left_out if entity is twin] == [
        (twin.id, "正在作非现场检查")
    ]


@ON_SQLITE
def test_a_named_object_whose_import_was_undone_is_nobody(app: Flask) -> None:
    agency = make_agency()
    batch = make_batch(agency, entities=2)
    clerk, approver = people(agency)
    submit(batch, clerk, now(), today(now()))
    gone, stays = db.session.scalars(select(Entity).order_by(Entity.id))
    db.session.delete(gone)
    db.session.commit()
    assert [one.entity for one in approve(batch, approver, now(), today(now()))] == [stays]


@ON_SQLITE
def test_refused_evidence_and_a_newer_draft_lose_nothing_typed(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    clerk, _ = people(check.agency)
    visitor.sign_in(clerk).open(f"/offsite/{check.uid}")
    typed = {"narrative": "核对到一半", "answers-0-value": "ok"}
    add(visitor, "monitoring", b"MZ\x90\x00program", "数据.xlsx", 422, title="日均值", **{})
    assert "不是可以接收的文件" in visitor.text()
    title = visitor.page.select_one('input[name="evidence-title"]')
    assert title is not None
    assert title["value"] == "日均值"
    press(visitor, "add", 422, **typed, **{"evidence-kind": "video", "evidence-title": "东门"})
    assert "请写明看的是哪一段" in visitor.text()
    assert "核对到一半" in visitor.text()
    press(visitor, "add", 422, **{"evidence-kind": "picture"}, **{"evidence-file": (BytesIO(PDF), "x.jpg")})
    assert "只收 JPEG、PNG、WebP、HEIC" in visitor.text()
    assert db.session.scalars(select(Evidence)).all() == []
    assert "核对到一半" in visitor.open(f"/offsite/{check.uid}").get_text()  # the draft was saved each time

    late = Visitor(app).sign_in(make_user(Role.OFFICE, agency=check.agency, display_name="后来的"))
    late.open(f"/offsite/{check.uid}")
    press(late, "draft", narrative="后来的人写的")
    press(visitor, "draft", 422, narrative="先打开的人写的")
    assert "后来的 在" in visitor.text()
    assert "先打开的人写的" in visitor.text()
    press(visitor, "draft", narrative="先打开的人写的")
    assert "先打开的人写的" in visitor.follow().get_text()


@ON_SQLITE
def test_a_record_sent_back_is_corrected_with_other_evidence(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    clerk, boss = people(check.agency)
    visitor.sign_in(clerk).open(f"/offsite/{check.uid}")
    press(visitor, "submit", 422, **answered())
    assert "证据：至少要有一份证据或视频说明" in visitor.text()
    add(visitor, "document", "日期,日均值\n3月1日,12\n".encode("gb18030"), "日报.csv", title="日报")
    add(visitor, "document", PDF, "旧.pdf")
    press(visitor, "submit", 422, **answered("problem"))
    assert "要点 1 问题描述或说明：请写明发现的问题" in visitor.text()
    press(visitor, "submit", **answered())
    first = db.session.scalars(select(Submission)).one()
    reviewer = Visitor(app).sign_in(boss)
    reviewer.open(f"/inspections/{check.id}/send-back")
    reviewer.submit('main form[action$="/send-back"]', reason="证据过期，请换")
    assert "证据过期，请换" in visitor.open(f"/offsite/{check.uid}").get_text()
    old = db.session.scalars(select(Evidence).where(Evidence.filename == "旧.pdf")).one()
    press(visitor, f"remove-{old.id}").follow()
    press(visitor, "submit", methods=["检验检测"])
    db.session.refresh(check)
    second = db.session.get_one(Submission, check.revision)
    assert second.revises == first.uid
    assert len(second.files) == 1
    assert len(first.files) == 2
    assert check.state is ResultState.AWAITING_REVIEW
    assert (
        visitor.client.get(f"/offsite/{check.uid}/evidence/{old.id}", buffered=True).data == PDF
    )  # the first record names it
    visitor.open(f"/papers/inspections/{check.uid}/record")
    assert second.files[0].sha256 in visitor.text()
    assert "检验检测" in visitor.text()
    pdf = visitor.client.get(f"/papers/inspections/{check.uid}/offsite.pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")
    assert visitor.client.get(f"/papers/inspections/{check.uid}/offsite.docx").status_code == 200
    for never in ("notice", "record", "blank"):
        assert visitor.client.get(f"/papers/inspections/{check.uid}/{never}.pdf").status_code == 404


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_two_who_save_the_first_draft_at_once_lose_nothing(app: Flask) -> None:
    check = make_offsite()[0]
    address = f"/offsite/{check.uid}"
    clerks = [Visitor(app).sign_in(make_user(Role.OFFICE, agency=check.agency)) for _ in range(8)]
    for one in clerks:
        one.open(address)

    def save(visitor: Visitor) -> int:
        data = {
            "csrf_token": visitor.csrf(),
            "do": "draft",
            "narrative": f"第 {clerks.index(visitor)} 人写的",
        }
        return int(visitor.client.post(address, data=data).status_code)

    assert sorted(at_once(app, clerks, save)) == [303, *[422] * 7]  # the others see who saved, and what


@ON_SQLITE
def test_what_is_typed_cannot_pass_for_how_the_check_was_made(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    visitor.sign_in(make_user(Role.OFFICE, agency=check.agency)).open(f"/offsite/{check.uid}")
    add(visitor, "document", PDF, "许可证.pdf", title="许可证\n检查方式：现场核查")
    add(visitor, "video", None, title="东门\r\n检查方式：现场核查", span="09:00", note="有车\n视频说明（假")
    forged = "检查方式：现场核查\n视频说明（西门，9:00）：没有看过"
    press(visitor, "submit", remarks=forged, **answered())
    record = db.session.scalars(select(Submission)).one()
    remarks = str(json.loads(record.content)["remarks"])
    assert methods_in(remarks) == ["书面检查"]
    assert len(videos_in(remarks)) == 1
    assert remarks_typed(remarks) == forged


@ON_SQLITE
def test_who_gave_evidence_does_not_review(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    gave, wrote = (make_user(Role.OFFICE, agency=check.agency) for _ in range(2))
    visitor.sign_in(gave).open(f"/offsite/{check.uid}")
    add(visitor, "document", PDF, "许可证.pdf")
    other = Visitor(app).sign_in(wrote)
    other.open(f"/offsite/{check.uid}")
    press(other, "submit", **answered())
    for one in (visitor, other):
        one.open(f"/inspections/{check.id}")
        one.post(f"/inspections/{check.id}/accept", 422)
        assert "应由他人审核" in one.text() or "须由他人审核" in one.text()
    third = Visitor(app).sign_in(make_user(Role.OFFICE, agency=check.agency))
    third.open(f"/inspections/{check.id}")
    third.post(f"/inspections/{check.id}/accept")


@ON_SQLITE
def test_a_phone_record_is_never_adopted_for_a_check_off_site(app: Flask, visitor: Visitor) -> None:
    check = make_offsite()[0]
    answer = make_submission(check, make_officer_user(check.team[0].officer), photos=[], signatures=[])
    assert (answer.status, answer.body["code"]) == (403, "not_assigned")
    db.session.commit()
    kept = db.session.scalars(select(Submission)).one()
    visitor.sign_in(make_user(Role.OFFICE, agency=check.agency))
    visitor.open(f"/inspections/{check.id}/kept/{kept.uid}")
    assert "没有检查方式和证据" in visitor.text()
    visitor.submit('form[action*="/kept/"]', choice="kept", note="就用它", status=422)
    db.session.expire_all()
    assert (kept.adopted_at, check.state) == (None, ResultState.NOT_ENTERED)
