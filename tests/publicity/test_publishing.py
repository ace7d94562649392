"""Publishing: reviewed results only, all or none, whitelisted, withdrawn and corrected in the open."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.deadlines import due_of
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept
from sjj.publicity.models import Notice
from sjj.publicity.services import PublicationRefused, correct, publish, publish_all, withdraw
from sjj.registers.models import EntityKind
from sjj.rules.lifecycle import CampaignState, ResultState
from sjj.rules.privacy import personal_number_problem
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection
from tests.makers.publicity import PUBLISHED_AT, make_accepted, make_notice, make_recorded
from tests.makers.registers import make_entity
from tests.visitor import Visitor

LATE = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def ready(app: Flask) -> Inspection:
    """An inspection that waits for publication, the only one of its campaign."""
    return make_accepted()


@pytest.fixture
def clerk(visitor: Visitor, ready: Inspection) -> Visitor:
    """Somebody of the office, signed in."""
    return visitor.sign_in(make_user(Role.OFFICE, agency=ready.agency))


def test_the_deadline_is_20_working_days_after_the_visit(ready: Inspection) -> None:
    assert ready.ended_on == date(2026, 3, 5)
    assert due_of(ready) == date(2026, 4, 2)


def test_the_deadline_may_count_from_the_end_of_the_campaign(app: Flask) -> None:
    agency = make_agency(clock_starts="campaign")
    first = make_recorded(make_inspection(agency))
    second = make_inspection(agency, campaign=first.campaign)
    assert due_of(first) is None
    second.ended_on = date(2026, 3, 12)
    db.session.flush()
    assert due_of(first) == due_of(second) == date(2026, 4, 10)


def test_a_year_without_its_calendar_shows_undecided_and_never_blocks(
    clerk: Visitor, ready: Inspection
) -> None:
    ready.ended_on = date(2027, 12, 20)
    db.session.commit()
    clerk.open("/notices/")
    assert "待定" in clerk.text()
    notice = publish(ready, make_user(Role.OFFICE, agency=ready.agency), PUBLISHED_AT)
    assert notice.due_on is None


def test_ticked_results_are_previewed_then_published_and_the_campaign_is_finished(
    clerk: Visitor, ready: Inspection
) -> None:
    clerk.open("/notices/")
    assert ready.entity.name in clerk.text()
    clerk.open(f"/notices/preview?id={ready.id}")
    assert ready.entity.code in clerk.text()
    assert "公示这 1 户" in clerk.text()
    clerk.submit('form[action$="/publish"]')
    clerk.follow()
    assert "已公示 1 户检查结果" in clerk.text()
    db.session.expire_all()
    assert ready.state is ResultState.PUBLISHED
    assert ready.campaign.state is CampaignState.FINISHED
    assert {"notice.published", "campaign.finished"} <= set(db.session.scalars(db.select(AuditEntry.action)))


def test_a_campaign_goes_on_while_one_result_is_not_public(app: Flask) -> None:
    ready = make_accepted()
    make_inspection(ready.agency, campaign=ready.campaign)
    make_notice(ready)
    assert ready.campaign.state is CampaignState.IN_PROGRESS


def test_several_are_published_all_or_none(clerk: Visitor, ready: Inspection) -> None:
    unready = make_recorded(make_inspection(ready.agency, campaign=ready.campaign))
    clerk.open(f"/notices/preview?id={ready.id}&id={unready.id}")
    clerk.submit('form[action$="/publish"]', status=422, id=[str(ready.id), str(unready.id)])
    assert "这一批都没有公示" in clerk.text()
    db.session.expire_all()
    assert ready.state is ResultState.AWAITING_PUBLICATION
    assert db.session.scalar(db.select(Notice.id)) is None


def test_nothing_ticked_and_another_agencys_are_refused(clerk: Visitor) -> None:
    clerk.open("/notices/preview")
    assert "还没有选中结果" in clerk.text()
    clerk.post("/notices/publish", status=422)
    other = make_accepted()
    clerk.post("/notices/publish", status=422, id=str(other.id))
    db.session.expire_all()
    assert other.state is ResultState.AWAITING_PUBLICATION


def test_publishing_twice_makes_one_notice(app: Flask, ready: Inspection) -> None:
    office = make_user(Role.OFFICE, agency=ready.agency)
    publish_all([ready], office, PUBLISHED_AT)
    with pytest.raises(PublicationRefused, match="只有“待公示”"):
        publish(ready, office, PUBLISHED_AT)
    assert db.session.scalar(db.select(db.func.count()).select_from(Notice)) == 1


def test_a_natural_person_is_masked_and_officers_stand_only_where_the_agency_says_so(app: Flask) -> None:
    quiet, open_house = make_agency(), make_agency(shows_officers=True)
    person = make_entity(quiet, "王小明", kind=EntityKind.PERSON)
    hidden = make_notice(make_inspection(quiet, entity=person))
    assert hidden.entity_name == hidden.content["entity_name"] == "王**"
    assert hidden.content["officers"] == []
    shown = make_notice(make_inspection(open_house))
    assert shown.content["officers"] == [m.officer.code for m in shown.inspection.team]
    assert "王小明" not in str(hidden.content)


def test_withdrawing_asks_for_a_reason_and_hides_the_content(clerk: Visitor, ready: Inspection) -> None:
    notice = make_notice(ready)
    clerk.open(f"/notices/{notice.id}/withdraw")
    clerk.submit('form[action$="/withdraw"]', status=422)
    clerk.submit('form[action$="/withdraw"]', status=422, reason="联系 13812345678")
    assert "请不要写身份证号或电话号码" in clerk.text()
    clerk.submit('form[action$="/withdraw"]', reason="对象有误")
    db.session.expire_all()
    assert (ready.state, ready.withdrawn_reason) == (ResultState.WITHDRAWN, "对象有误")
    public = Visitor(clerk.app)
    public.open(f"/public/results/{notice.id}")
    assert "对象有误" in public.text()
    assert ready.entity.name not in public.text()
    public.open("/public/results")
    assert ready.entity.name not in public.text()
    clerk.open("/notices/?show=withdrawn")
    assert ready.entity.name in clerk.text()


def test_correcting_makes_a_new_notice_and_keeps_the_old(clerk: Visitor, ready: Inspection) -> None:
    old = make_notice(ready)
    item = ready.results[0].item_id
    clerk.open(f"/notices/{old.id}/correct")
    clerk.submit('form[action$="/correct"]', status=422, reason="录错了")
    assert "结果没有改动" in clerk.text()
    clerk.submit('form[action$="/correct"]', reason="结果录错", **{f"item_{item}": "发现问题待后续处理"})
    db.session.expire_all()
    new = db.session.scalars(db.select(Notice).order_by(Notice.id.desc())).first()
    assert new is not None
    assert (new.replaces_id, new.result, new.is_live) == (old.id, "发现问题待后续处理", True)
    assert (old.is_live, old.content["result"]) == (False, "发现问题已责令改正")
    assert new.first_published_on == old.first_published_on
    assert ready.state is ResultState.CORRECTED
    public = Visitor(clerk.app)
    public.open(f"/public/results/{new.id}")
    assert "更正原因：结果录错" in public.text()
    public.open(f"/public/results/{old.id}")
    assert "这条公示已更正" in public.text()
    assert ready.entity.name not in public.text()


def test_a_notice_that_is_no_longer_live_cannot_be_changed(app: Flask, ready: Inspection) -> None:
    office = make_user(Role.OFFICE, agency=ready.agency)
    notice = make_notice(ready)
    withdraw(notice, "对象有误", office, LATE)
    with pytest.raises(PublicationRefused, match="已经撤回"):
        correct(notice, {}, "再改", office, LATE)


def test_timeliness_counts_late_and_open_ones(clerk: Visitor, ready: Inspection) -> None:
    make_notice(ready)
    make_notice(make_inspection(ready.agency), at=LATE)
    make_accepted(make_inspection(ready.agency))
    clerk.open("/notices/")
    assert "按期公示 1 户次 ÷ 应公示 3 户次" in clerk.text()
    assert "逾期公示 1，逾期未公示 1" in clerk.text()


@pytest.mark.parametrize(
    "text",
    [
        "请拨13812345678",
        "请拨138 1234 5678",
        "请拨１３８１２３４５６７８",
        "身份证130227199001011234",
        "电话0315-5612345",
    ],
)
def test_a_sentence_with_a_personal_number_is_not_published(text: str) -> None:
    assert personal_number_problem(text)


@pytest.mark.parametrize(
    "text", ["信用代码91130227MA0936X835有误", "文号迁林抽查〔2026〕3号", "共 20 个工作日"]
)
def test_other_numbers_may_stand_in_a_sentence(text: str) -> None:
    assert personal_number_problem(text) is None


def test_steps_of_one_transaction_do_not_undo_each_other(app: Flask) -> None:
    """A row is read again before each step; what an earlier step changed must not be lost by that."""
    inspection = make_recorded()
    office = make_user(Role.OFFICE, agency=inspection.agency)
    accept(inspection, office, PUBLISHED_AT)
    notice = publish(inspection, office, PUBLISHED_AT)
    withdraw(notice, "对象有误", office, PUBLISHED_AT)
    db.session.commit()
    db.session.expire_all()
    assert inspection.state is ResultState.WITHDRAWN
    assert inspection.reviewed_by_id == office.id
    assert notice.withdrawn_reason == "对象有误"
