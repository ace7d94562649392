"""合并重复对象: nothing of either row is lost, old rows keep their ids, and what a draw holds is not touched."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.gates_frequency import visit_numbers
from sjj.inspections.visits_made import visits_made
from sjj.plans.pool import pool_of
from sjj.registers.merge_services import MergeRefused, merge, undo
from sjj.registers.models import Entity
from sjj.registers.recusal_models import Recusal
from sjj.registers.upkeep_models import EntityMerge, NotDouble, RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import make_inspection
from tests.makers.plans import make_campaign
from tests.makers.registers import make_entity, make_officer, make_recusal, make_tag
from tests.visitor import Visitor

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def twice(agency: Agency) -> tuple[Entity, Entity]:
    """One mill, entered twice."""
    first = make_entity(agency, "试点县兴旺木材厂", phone="", tags=[make_tag(agency, "木材加工")])
    second = make_entity(
        agency, "试点县兴旺木材厂（个体）", phone="0315-5550101", address=first.address,
        tags=[make_tag(agency, "重点区域")], extra={"许可证编号": "X-1"}, lat=40.1, lon=118.3,
    )  # fmt: skip
    db.session.commit()
    return first, second


def test_a_clerk_finds_compares_and_merges_two_rows_of_one_object(agency: Agency, clerk: Visitor) -> None:
    first, second = twice(agency)
    barred = make_recusal(make_officer(agency), second)
    clerk.open("/registers/doubles/")
    assert "住所相同" in clerk.text()
    compare = f"/registers/doubles/{first.id}/{second.id}"
    clerk.open(compare)
    assert clerk.page.select_one('[name="take-phone"][value="second"]').has_attr("checked")
    clerk.submit(status=422)
    assert "请选择留下哪一户" in clerk.text()
    clerk.submit(kept="first", reason="个体户登记了两次", **{"take-phone": "second", "take-lat": "second"})
    clerk.follow()
    db.session.expire_all()
    assert (first.phone, first.lat, first.lon, first.name) == (
        "0315-5550101",
        40.1,
        118.3,
        "试点县兴旺木材厂",
    )
    assert sorted(tag.name for tag in first.tags) == ["木材加工", "重点区域"]
    assert first.extra == {"许可证编号": "X-1"}
    assert second.merged_into_id == first.id
    assert second.code != first.code
    copied = db.session.scalars(select(Recusal).where(Recusal.entity_id == first.id)).one()
    assert (copied.officer_id, copied.approved) == (barred.officer_id, True)
    kinds = {row.subject_id: row.kind for row in db.session.scalars(select(RegisterChange))}
    assert kinds == {first.id: "changed", second.id: "merged"}
    clerk.open("/registers/entities/")
    assert "试点县兴旺木材厂（个体）" not in clerk.text()
    clerk.open("/registers/entities/?state=merged")
    assert "试点县兴旺木材厂（个体）" in clerk.text()
    clerk.open(f"/registers/entities/{second.id}")
    assert "已并入" in clerk.text()
    clerk.open(f"/registers/entities/{second.id}/edit", status=404)
    export = clerk.client.get("/registers/entities/export.csv").data.decode("utf-8-sig")
    assert (first.code in export, second.code in export) == (True, False)
    outsider = Visitor(clerk.app)
    outsider.open(f"/public/e/{second.token}")
    assert "试点县兴旺木材厂" in outsider.text()
    assert "（个体）" not in outsider.text()


def test_a_merge_is_taken_back_as_long_as_nothing_has_moved_since(agency: Agency, clerk: Visitor) -> None:
    first, second = twice(agency)
    make_recusal(make_officer(agency), second)
    user = make_user(Role.OFFICE, agency=agency)
    row = merge(first, second, {"phone", "lat"}, "同一户", user, NOW)
    db.session.commit()
    first.phone = "138"
    db.session.commit()
    clerk.open(f"/registers/doubles/merges/{row.id}/undo")
    assert "后来又改过" in clerk.text()
    first.phone = "0315-5550101"
    db.session.commit()
    clerk.open(f"/registers/doubles/merges/{row.id}/undo")
    clerk.submit()
    db.session.expire_all()
    assert (first.phone, first.lat, first.extra) == ("", None, {})
    assert [tag.name for tag in first.tags] == ["木材加工"]
    assert second.merged_into_id is None
    assert db.session.scalars(select(Recusal).where(Recusal.entity_id == first.id)).all() == []
    assert db.session.scalar(select(EntityMerge)) is None
    kinds = select(RegisterChange.kind).where(RegisterChange.subject_id == second.id)
    assert list(db.session.scalars(kinds.order_by(RegisterChange.id))) == ["merged", "returned"]


def test_merges_in_a_chain_lead_to_the_last_one_and_come_apart_again(agency: Agency) -> None:
    user = make_user(Role.OFFICE, agency=agency)
    a, b, c = (make_entity(agency, f"{name}木材厂") for name in "甲乙丙")
    merge(a, b, (), "同一户", user, NOW)  # b into a
    last = merge(c, a, (), "同一户", user, NOW)  # a into c, and b with it
    db.session.commit()
    assert (a.merged_into_id, b.merged_into_id) == (c.id, c.id)
    with pytest.raises(MergeRefused, match="先撤销那一次合并"):
        undo(db.session.scalars(select(EntityMerge).where(EntityMerge.gone_id == b.id)).one(), user, NOW)
    db.session.rollback()
    undo(last, user, NOW)
    db.session.commit()
    assert (a.merged_into_id, b.merged_into_id, c.merged_into_id) == (None, a.id, None)


def test_what_a_frozen_draw_holds_is_not_merged_away(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = twice(agency)
    user = make_user(Role.OFFICE, agency=agency)
    listed: dict[int, str] = {first.id: "抽〔2026〕1号", second.id: "抽〔2026〕1号"}
    monkeypatch.setattr("sjj.registers.holds._asked", [lambda _agency: _Held(listed)])
    with pytest.raises(MergeRefused, match="两户都在“抽〔2026〕1号”的名单中"):
        merge(first, second, (), "同一户", user, NOW)
    del listed[first.id]
    with pytest.raises(MergeRefused, match="检查办结后才能并入"):
        merge(first, second, (), "同一户", user, NOW)
    merge(second, first, (), "同一户", user, NOW)  # the one on the list may stay
    assert first.merged_into_id == second.id


class _Held:
    def __init__(self, entities: dict[int, str]) -> None:
        self.entities, self.officers = entities, {}


def test_whoever_comes_second_is_told_and_other_agencies_are_out_of_reach(
    agency: Agency, clerk: Visitor
) -> None:
    first, second = twice(agency)
    path = f"/registers/doubles/{first.id}/{second.id}"
    clerk.open(path)
    merge(first, second, (), "同一户", make_user(Role.OFFICE, agency=agency), NOW)
    db.session.commit()
    clerk.submit(kept="second", reason="同一户", status=404)
    elsewhere = make_entity(make_agency(), "别处的厂")
    db.session.commit()
    clerk.open(f"/registers/doubles/{first.id}/{elsewhere.id}", status=404)
    clerk.open(f"/registers/doubles/{first.id}/{first.id}", status=404)
    assert elsewhere.merged_into_id is None


def test_two_objects_that_only_look_alike_are_not_shown_again(agency: Agency, clerk: Visitor) -> None:
    first, second = twice(agency)
    clerk.open(f"/registers/doubles/{first.id}/{second.id}")
    clerk.submit('main form[action$="/not"]')
    clerk.follow()
    assert "没有疑似重复的对象" in clerk.text()
    assert db.session.scalars(select(NotDouble)).one().first_id == first.id


def test_visits_of_a_merged_row_count_to_the_kept_one(agency: Agency) -> None:
    first, second = twice(agency)
    campaign = make_campaign(agency)
    made: dict[str, Any] = {"ended_on": date(2026, 2, 3)}
    old = make_inspection(campaign=campaign, entity=second, **made)
    new = make_inspection(campaign=campaign, entity=first, ended_on=date(2026, 2, 20))
    assert visit_numbers([old, new], date(2026, 3, 2)) == {old.id: 1, new.id: 1}
    merge(first, second, (), "同一户", make_user(Role.OFFICE, agency=agency), NOW)
    db.session.commit()
    assert visit_numbers([old, new], date(2026, 3, 2)) == {old.id: 1, new.id: 2}
    known = visits_made(agency.id, date(2026, 1, 1), date(2026, 12, 31))
    assert known.made == {first.id: [date(2026, 2, 3), date(2026, 2, 20)]}
    assert old.entity_id == second.id  # the record stays as it was
    listed = [entity.id for entity, _ in pool_of(campaign, date(2026, 3, 2)).members]
    assert second.id not in listed


def test_a_merge_is_taken_back_once_only(agency: Agency) -> None:
    """Of two who press at once the second, who has read the merge already, is told."""
    user = make_user(Role.OFFICE, agency=agency)
    a, b = (make_entity(agency, f"{name}木材厂") for name in "甲乙")
    row = merge(a, b, (), "同一户", user, NOW)
    db.session.commit()
    db.session.refresh(row)
    db.session.execute(delete(EntityMerge), execution_options={"synchronize_session": False})
    with pytest.raises(MergeRefused, match="刚刚已被撤销"):
        undo(row, user, NOW)


def test_a_merge_is_parted_only_by_whoever_keeps_both(agency: Agency, app: Flask) -> None:
    """One section's administrator does not bring another section's object back to life."""
    mine, theirs = make_section(agency, "一科"), make_section(agency, "二科")
    a, b = make_entity(agency, "甲木材厂", section=mine), make_entity(agency, "乙木材厂", section=theirs)
    row = merge(a, b, (), "同一户", make_user(Role.OFFICE, agency=agency), NOW)
    db.session.commit()
    keeper = Visitor(app).sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    keeper.open(f"/registers/doubles/merges/{row.id}/undo", status=404)
    office = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    office.open(f"/registers/doubles/merges/{row.id}/undo")
