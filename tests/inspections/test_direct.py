"""Checks of named objects without a draw, as the office asks for them in a browser."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.approval_services import approve, refuse
from sjj.inspections.direct_take_back import TakeBackRefused, take_back
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.models import Campaign
from sjj.registers.merge_services import merge
from sjj.registers.models import Item
from sjj.rules.lifecycle import CampaignState, ResultState
from sjj.web import now, today
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection, make_officer_user, make_record, make_submission
from tests.makers.offsite import make_offsite
from tests.makers.registers import make_entity, make_item, make_officer, make_recusal
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Office:
    """An agency with a clerk, an approver, two officers and an item."""

    def __init__(self) -> None:
        self.agency = make_agency(frequency_cap=2)
        self.clerk: User = make_user(Role.OFFICE, agency=self.agency)
        self.approver: User = make_user(Role.APPROVER, agency=self.agency)
        self.team = [make_officer(self.agency, "周一"), make_officer(self.agency, "吴二")]
        self.item: Item = make_item(self.agency)

    def wanted(self, **more: object) -> dict[str, object]:
        """A form filled in."""
        day = today(now())
        return {
            "name": "木材经营加工个案检查",
            "check_type": "个案",
            "source": "投诉举报",
            "reason": "群众反映夜间收购来源不明木材",
            "item_ids": [str(self.item.id)],
            "officer_1": str(self.team[0].id),
            "officer_2": str(self.team[1].id),
            "planned_on": str(day + timedelta(days=1)),
            "ends_on": str(day + timedelta(days=5)),
            **more,
        }


def test_several_named_entities_are_found_ticked_and_approved(app: Flask, visitor: Visitor) -> None:
    office = Office()
    one, two = make_entity(office.agency, "青山木业"), make_entity(office.agency, "绿水木业")
    make_entity(make_agency(), "青山分店")
    visitor.sign_in(office.clerk).open("/direct/new")
    visitor.submit(status=200, words="青山", do="find", reason="先写下的理由")
    assert "青山木业" in visitor.text()
    assert "青山分店" not in visitor.text()
    assert "先写下的理由" in visitor.text()
    visitor.submit(status=200, words="绿水", do="find", entity_ids=[str(one.id)])
    assert visitor.page.select_one(f'input[value="{one.id}"][checked]') is not None
    visitor.submit(entity_ids=[str(one.id), str(two.id)], **office.wanted())
    page = visitor.follow()
    assert "等待负责人批准" in page.get_text()
    campaign = db.session.scalars(select(Campaign)).one()
    assert (campaign.by_draw, campaign.is_off_site, campaign.source) == (False, False, "投诉举报")
    officer = Visitor(app).sign_in(make_officer_user(office.team[0]))
    assert officer.client.get("/field/tasks.json").json == []
    assert "青山木业" not in officer.open("/field/").get_text()
    boss = Visitor(app).sign_in(office.approver)
    boss.open("/inspections/approvals")
    approvals = db.session.scalars(select(CheckApproval).order_by(CheckApproval.id)).all()
    boss.post(f"/inspections/approvals/{approvals[0].id}/approve")
    boss.open(f"/inspections/approvals/{approvals[1].id}")
    boss.post(f"/inspections/approvals/{approvals[1].id}/refuse", reason="证据不足")
    assert [task["entity"] for task in officer.client.get("/field/tasks.json").json] == [
        approvals[0].inspection.entity.name
    ]
    page = boss.open(f"/direct/{campaign.id}")
    assert "检查已批准" in page.get_text()
    assert "证据不足" in page.get_text()
    assert "检查中" in boss.text()
    listed = visitor.open("/inspections/?way=case").get_text()
    assert "青山木业" in listed
    assert "青山木业" not in visitor.open("/inspections/?way=off_site").get_text()
    assert campaign.number in visitor.open("/campaigns/?way=named").get_text()
    assert campaign.number not in visitor.open("/campaigns/?way=draw").get_text()


def test_urgent_ones_go_at_once_and_the_reason_stays_inside(app: Flask, visitor: Visitor) -> None:
    office = Office()
    entity = make_entity(office.agency, "青山木业")
    visitor.sign_in(office.clerk).open(f"/direct/new?entity={entity.id}")
    values = office.wanted(entity_ids=[str(entity.id)], urgent="y")
    visitor.submit(status=422, **values)
    assert "请写明为什么不能等审批" in visitor.text()
    visitor.submit(**values, urgent_reason="木材正在转移")
    visit = db.session.scalars(select(Inspection)).one()
    assert visit.campaign.state is CampaignState.IN_PROGRESS
    officer = make_officer_user(office.team[0])
    phone = Visitor(app).sign_in(officer)
    assert [task["inspection"] for task in phone.client.get("/field/tasks.json").json] == [str(visit.uid)]
    page = phone.open(f"/field/inspections/{visit.uid}")
    assert "夜间收购来源不明木材" not in page.get_text()  # who complained is not told on site
    answer = make_submission(visit, officer, **{"urgent": True})
    db.session.commit()
    assert answer.status == 201
    assert visit.state is ResultState.AWAITING_REVIEW
    notice = phone.client.get(f"/papers/inspections/{visit.uid}/notice", buffered=True).get_data(as_text=True)
    assert "投诉举报" in notice
    assert "夜间收购来源不明木材" not in notice


def test_everything_against_it_is_said_at_once(app: Flask, visitor: Visitor) -> None:
    office = Office()
    entity, gone = make_entity(office.agency, "青山木业"), make_entity(office.agency, "旧厂", state="注销")
    for _ in range(2):
        visit = make_inspection(office.agency, entity=entity)
        make_submission(visit, **_today(visit))
    db.session.commit()
    make_recusal(office.team[0], entity)
    visitor.sign_in(office.clerk).open(f"/direct/new?entity={entity.id}&entity={gone.id}")
    day = today(now())
    values = office.wanted(
        entity_ids=[str(entity.id), str(gone.id)],
        officer_2=str(office.team[0].id),
        planned_on=str(day - timedelta(days=1)),
    )
    visitor.submit(status=422, **values)
    for said in (
        "“旧厂”登记状态为“注销”",
        "两名执法人员不能是同一个人",
        "周一对“青山木业”应当回避",
        "计划日期不能早于今天",
        "超过频次上限 2 次，请写明理由",
    ):
        assert said in visitor.text()
    assert db.session.scalar(select(Campaign.id).where(Campaign.by_draw.is_(False))) is None
    reason = visitor.page.select_one("#reason")
    assert reason is not None
    assert "夜间收购" in reason.get_text()
    visitor.submit(status=422, **office.wanted(entity_ids=[]))
    assert "还没有选检查对象" in visitor.text()


def _today(visit: Inspection) -> dict[str, object]:
    """A record of today, so that the visit counts to this year."""
    record = make_record(visit)
    day = today(now()).isoformat()
    return {key: f"{day}{record[key][10:]}" for key in ("started_at", "ended_at")}


def test_nobody_decides_on_a_check_in_which_they_take_part(app: Flask, visitor: Visitor) -> None:
    office = Office()
    entity = make_entity(office.agency)
    member = make_user(
        Role.APPROVER, Role.OFFICER, agency=office.agency, officer_id=office.team[1].id, username="zf-boss"
    )
    visitor.sign_in(office.clerk).open(f"/direct/new?entity={entity.id}")
    visitor.submit(**office.wanted(entity_ids=[str(entity.id)]))
    approval = db.session.scalars(select(CheckApproval)).one()
    boss = Visitor(app).sign_in(member)
    boss.open("/inspections/approvals")
    boss.post(f"/inspections/approvals/{approval.id}/approve", 422)
    assert "您参加这次检查" in boss.text()
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/direct/{approval.inspection.campaign_id}", 404)
    stranger.open(f"/direct/{approval.inspection.campaign_id}/cancel", 404)
    visitor.open(f"/direct/{approval.inspection.campaign_id}/cancel")
    visitor.submit(reason="举报人撤回")
    db.session.refresh(approval.inspection)
    assert approval.inspection.state is ResultState.WITHDRAWN
    assert approval.inspection.campaign.state is CampaignState.CANCELLED
    assert entity.name not in boss.open("/inspections/approvals").get_text()
    gone = Visitor(app).open(f"/public/visits/{approval.inspection.visit_token}")
    assert "本次检查已撤回" in gone.get_text()
    assert "举报人" not in gone.get_text()


def test_whoever_named_the_objects_never_approves_even_if_a_colleague_asks_again(
    app: Flask, visitor: Visitor
) -> None:
    office = Office()
    entity = make_entity(office.agency)
    both = make_user(Role.OFFICE, Role.APPROVER, agency=office.agency)
    visitor.sign_in(both).open(f"/direct/new?entity={entity.id}")
    visitor.submit(**office.wanted(entity_ids=[str(entity.id)]))
    approval = db.session.scalars(select(CheckApproval)).one()
    boss = Visitor(app).sign_in(office.approver)
    boss.open(f"/inspections/approvals/{approval.id}")
    boss.submit("form[action$='/refuse']", reason="证据不足")
    colleague = Visitor(app).sign_in(office.clerk)
    colleague.open(f"/inspections/approvals/{approval.id}")
    colleague.submit("form[action$='/ask-again']", reason="有了新的照片")
    page = visitor.open(f"/inspections/approvals/{approval.id}")
    assert not page.select("main form[action$='/approve']")
    visitor.post(f"/inspections/approvals/{approval.id}/approve", 422)
    assert "应由另一位负责人批准" in visitor.text()
    colleague.open(f"/inspections/{approval.inspection_id}/urgent")
    colleague.submit(status=422, reason="等不及了")
    officer = Visitor(app).sign_in(make_officer_user(office.team[0]))
    assert officer.client.get("/field/tasks.json").json == []
    boss.open(f"/inspections/approvals/{approval.id}")
    boss.submit("form[action$='/approve']")
    assert len(officer.client.get("/field/tasks.json").json) == 1


def test_one_of_several_is_taken_back_and_the_others_stand(app: Flask, visitor: Visitor) -> None:
    """Also when its siblings are approved already; with the last one the campaign is over."""
    office = Office()
    entities = [make_entity(office.agency, name) for name in ("不批的", "等着的", "批了的")]
    visitor.sign_in(office.clerk).open("/direct/new")
    visitor.submit(**office.wanted(entity_ids=[str(one.id) for one in entities]))
    rows = {one.inspection.entity.name: one for one in db.session.scalars(select(CheckApproval))}
    refuse(rows["不批的"], "证据不足", office.approver, now())
    approve(rows["批了的"], office.approver, now())
    db.session.commit()
    campaign = rows["批了的"].inspection.campaign
    for name in ("不批的", "等着的"):
        visitor.open(f"/direct/{campaign.id}")
        visitor.open(f"/direct/checks/{rows[name].inspection_id}/take-back")
        visitor.submit(status=422)
        visitor.submit(reason="不再检查")
        visitor.follow()
    assert "撤回对 等着的 的检查" in visitor.text()
    db.session.expire_all()
    states = [rows[name].inspection.state for name in ("不批的", "等着的", "批了的")]
    assert states == [ResultState.WITHDRAWN, ResultState.WITHDRAWN, ResultState.NOT_ENTERED]
    assert campaign.state is CampaignState.IN_PROGRESS
    take_back(rows["批了的"].inspection, "企业已搬迁", office.clerk, now())
    assert campaign.state is CampaignState.FINISHED
    with pytest.raises(TakeBackRefused, match="已撤回"):
        take_back(rows["批了的"].inspection, "再来一次", office.clerk, now())


def test_a_check_of_an_approved_batch_is_taken_back_singly(app: Flask, visitor: Visitor) -> None:
    first, second, *_ = make_offsite()
    clerk = make_user(Role.OFFICE, agency=first.agency)
    visitor.sign_in(clerk).open(f"/direct/checks/{first.id}/take-back")
    visitor.submit(reason="已不在正面清单")
    db.session.expire_all()
    assert (first.state, second.state) == (ResultState.WITHDRAWN, ResultState.NOT_ENTERED)
    drawn = make_inspection(first.agency)
    visitor.open(f"/direct/checks/{drawn.id}/take-back", 404)  # a drawn one is replaced by the rule
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/direct/checks/{second.id}/take-back", 404)


def test_a_merged_double_is_checked_only_as_the_kept_one(app: Flask, visitor: Visitor) -> None:
    """Named by its old number it is refused; a finding at it leads to a check of the kept one."""
    office = Office()
    found = make_offsite(office.agency, officers=office.team, items=[office.item], entities=1)[0]
    found.state, found.result, found.ended_on = ResultState.PUBLISHED, "发现问题待后续处理", today(now())
    kept, moment = make_entity(office.agency, "留下的木业"), now()
    merge(kept, found.entity, (), "同一户", office.clerk, moment)
    db.session.commit()
    visitor.sign_in(office.clerk).open(f"/direct/new?entity={found.entity_id}")
    visitor.submit(status=422, entity_ids=[str(found.entity_id)], **office.wanted())
    assert "已并入别户" in visitor.text()
    visitor.open(f"/direct/new?from={found.uid}")
    visitor.submit(**{k: v for k, v in office.wanted().items() if k not in ("source", "check_type")})
    assert db.session.scalars(select(Inspection).where(Inspection.origin_id == found.id)).one().entity == kept
