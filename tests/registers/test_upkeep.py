"""底数维护: how current each section's lists are, 核对, 提醒 that waits until the list was looked over."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, Section
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.home.dues import dues_of
from sjj.inspections.deadlines import Deadlines
from sjj.registers.models import EntityKind
from sjj.registers.upkeep_models import ListReview, UpkeepReminder
from sjj.registers.upkeep_queries import Named, list_of, lists_of, summary_of
from sjj.registers.upkeep_services import press_section, review_list
from sjj.registers.upkeep_state import KeptList
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.people import make_change
from tests.makers.registers import make_entity, make_guide, make_item, make_law, make_officer
from tests.visitor import Visitor

NOW = datetime(2026, 6, 3, 1, 0, tzinfo=UTC)
TODAY = date(2026, 6, 3)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def section(agency: Agency) -> Section:
    return make_section(agency, "林政科")


def the_list(agency: Agency, section: Section | None, register: str) -> KeptList:
    found = list_of(agency, section.id if section else 0, register, TODAY)
    assert found is not None
    return found


def faults(kept: KeptList) -> dict[str, int]:
    return {one.label: one.number for one in kept.open_faults}


def test_each_count_of_objects_leads_to_exactly_these_objects(
    agency: Agency, section: Section, visitor: Visitor
) -> None:
    whole = {"class_by": "rule", "phone": "0315-1", "lat": 40.1, "lon": 118.3}
    make_entity(agency, "齐全的", section=section, **whole)
    make_entity(agency, "没电话的", section=section, **{**whole, "phone": ""})
    make_entity(agency, "没坐标的", section=section, **{**whole, "lon": None})
    make_entity(agency, "没分类的", section=section, **{**whole, "class_by": ""})
    make_entity(agency, "没科室也没电话的", **{**whole, "phone": ""})
    make_entity(agency, "注销了的", section=section, state="注销")
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open("/registers/upkeep/")
    links = {(a.get_text(), str(a["href"])) for a in visitor.page.select('td[data-label="需要补正"] a')}
    shown = {}
    for words, address in sorted(links):
        names = [a.get_text() for a in visitor.open(address).select("#entities tbody td:first-child a")]
        assert int(words.split()[-1]) == len(names)
        assert all(name in visitor.client.get(address.replace("?", "export.csv?")).text for name in names)
        shown.setdefault(words.split()[0], []).extend(names)
    assert {label: sorted(names) for label, names in shown.items()} == {
        "没有分类": ["没分类的"],
        "没有坐标": ["没坐标的"],
        "没有电话": ["没电话的", "没科室也没电话的"],
        "没有归口科室": ["没科室也没电话的"],
    }


def test_each_list_counts_what_is_to_be_put_right(agency: Agency, section: Section) -> None:
    whole = {"section": section, "class_by": "rule", "phone": "0315-1", "lat": 40.1, "lon": 118.3}
    make_entity(agency, **whole)
    make_entity(agency, **{**whole, "class_by": "", "phone": "", "lat": None}, kind=EntityKind.OTHER)
    kept = make_entity(agency, **whole)
    make_entity(agency, **{**whole, "phone": ""}, merged_into_id=kept.id)
    make_entity(agency, **{**whole, "phone": ""}, state="注销")
    make_entity(agency, phone="1", class_by="rule")
    assert (the_list(agency, section, "entity").rows, faults(the_list(agency, section, "entity"))) == (
        3,
        {"没有分类": 1, "没有坐标": 1, "没有电话": 1},
    )
    assert faults(the_list(agency, None, "entity")) == {"没有归口科室": 1, "没有坐标": 1}
    make_officer(agency, section=section, certificate_until=TODAY - timedelta(days=1))
    make_officer(agency, section=section, certificate_no="")
    make_officer(agency, section=section, certificate_no="", on_duty=False)
    officers = the_list(agency, section, "officer")
    assert (officers.rows, faults(officers)) == (2, {"执法证已过期": 1, "执法证未登记": 1})
    make_item(agency, section=section, published_at=None, confirmed=False)
    repealed = make_item(agency, section=section)
    repealed.bases[0].law = make_law(agency, repealed_on=date(2026, 1, 1))
    repealed.guides.append(make_guide(2, repealed.code, confirmed=False))
    make_item(agency, section=section, retired_at=NOW, published_at=None)
    bare = make_item(agency, section=section)
    bare.bases.clear()
    bare.guides.clear()
    db.session.flush()
    assert faults(the_list(agency, section, "item")) == {"没有公布": 1, "没有法律依据": 1, "依据已失效": 1}
    assert faults(the_list(agency, section, "guide")) == {
        "还是草案": 1,
        "没有指引的事项": 1,
        "有新版草案未启用": 1,
    }


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (0, "按期核对", "ok"),
        (76, "按期核对", "ok"),
        (77, "还有 13 天到期", "warn"),
        (90, "还有 0 天到期", "warn"),
        (91, "逾期 1 天", "bad"),
        (None, "从未核对", "bad"),
    ],
)
def test_how_current_a_list_is_stands_in_words(
    days: int | None, words: str, tone: str, agency: Agency, section: Section
) -> None:
    make_entity(agency, section=section)
    if days is not None:
        clerk = make_user(Role.OFFICE, agency=agency)
        which = Named(agency, section, "entity")
        review_list(which, TODAY - timedelta(days=days), "", clerk, NOW)
    kept = the_list(agency, section, "entity")
    assert (kept.words, kept.tone) == (words, tone)
    if days == 76:
        agency.review_days = 30  # a setting of the agency
        assert the_list(agency, section, "entity").words == "逾期 46 天"


def test_the_last_change_is_the_register_s(agency: Agency, section: Section) -> None:
    make_entity(agency, section=section)
    make_change(agency, section=section, at=datetime(2026, 5, 1, 3, tzinfo=UTC), kind="left")
    assert the_list(agency, section, "entity").changed_at == datetime(2026, 5, 1, 3, tzinfo=UTC)
    assert the_list(agency, section, "officer").words == "没有内容"
    assert summary_of(lists_of(agency, TODAY)).late == 1


@time_machine.travel(NOW, tick=False)
def test_a_reminder_waits_until_the_list_was_looked_over(
    agency: Agency, section: Section, visitor: Visitor
) -> None:
    make_entity(agency, section=section, phone="")
    keeper = make_user(Role.SECTION_ADMIN, agency=agency, section=section)
    other = make_user(Role.SECTION_ADMIN, agency=agency, section=make_section(agency, "种苗站"))
    admin = make_user(Role.SYSTEM_ADMIN, display_name="管理员王")
    visitor.sign_in(admin).open(f"/registers/upkeep/?agency={agency.id}")
    assert "从未核对" in visitor.text()
    address = f"/registers/upkeep/{agency.id}/{section.id}/entity"
    visitor.open(f"{address}/press")
    assert "检查对象名录从未核对" in visitor.page.select_one("#text").get_text()  # type: ignore[union-attr]
    visitor.submit(status=422, text=" ")
    visitor.submit(text="请补电话<script>alert(1)</script>")
    visitor.open(f"{address}/review", status=403)

    deadlines = Deadlines(TODAY)
    assert not [line for line in dues_of(other, deadlines) if line.when == "请核对"]
    [line] = [line for line in dues_of(keeper, deadlines) if line.when == "请核对"]
    assert line.title == "核对检查对象名录：林政科"
    assert line.note.startswith("管理员王 2026年6月3日 09:00：请补电话")
    visitor = Visitor(visitor.app).sign_in(keeper)
    visitor.open("/")
    assert "请补电话<script>" in visitor.text()
    visitor.open(f"{address}/review")
    assert "管理员王 2026年6月3日 09:00 提醒" in visitor.text()
    visitor.submit(status=422, reviewed_on="2026-06-04")
    assert "核对日期不能晚于今天" in visitor.text()
    visitor.submit(reviewed_on="2026-06-02", note="<b>逐户打过电话</b>")
    visitor.follow()
    assert "1 天前" in visitor.text()
    assert "<b>逐户打过电话</b>" in visitor.text()
    assert "已核对" in visitor.text()
    assert not [line for line in dues_of(keeper, deadlines) if line.when == "请核对"]
    assert len(db.session.scalars(select(UpkeepReminder)).all()) == 1
    said = db.session.scalars(
        select(AuditEntry.sentence).where(AuditEntry.action.startswith("upkeep.")).order_by(AuditEntry.id)
    ).all()
    assert said[-2].startswith("提醒 林政科 维护检查对象名录：请补电话")
    assert said[-1] == "核对 林政科 检查对象名录，截至 2026-06-02"

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        press_section(Named(agency, section, "entity"), "再核一次", admin, NOW + timedelta(hours=1))
        assert [line for line in dues_of(keeper, deadlines) if line.when == "请核对"]


def test_nobody_looks_over_or_presses_what_is_not_theirs(
    agency: Agency, section: Section, visitor: Visitor
) -> None:
    theirs, foreign = make_section(agency, "种苗站"), make_section(make_agency(), "外局科室")
    db.session.commit()
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=section))
    for one, status in (
        (f"{agency.id}/{section.id}/entity", 200),
        (f"{agency.id}/{theirs.id}/entity", 404),
        (f"{agency.id}/0/entity", 404),
        (f"{foreign.agency_id}/{foreign.id}/entity", 404),
        (f"{agency.id}/{foreign.id}/entity", 404),
        (f"{agency.id}/{section.id}/notice", 404),
    ):
        visitor.open(f"/registers/upkeep/{one}/review", status=status)
    visitor.open(f"/registers/upkeep/{agency.id}/{section.id}/entity/press", status=403)
    visitor.open(f"/registers/upkeep/?agency={foreign.agency_id}", status=404)
    visitor = Visitor(visitor.app).sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/registers/upkeep/{agency.id}/0/entity/press")
    visitor.open(f"/registers/upkeep/{foreign.agency_id}/{foreign.id}/entity/press", status=404)
    assert not db.session.scalars(select(ListReview)).all()


@time_machine.travel(NOW, tick=False)
def test_the_administrator_guides_without_seeing_inspections(
    agency: Agency, section: Section, visitor: Visitor
) -> None:
    make_officer(agency, section=section, certificate_until=TODAY - timedelta(days=1))
    visitor.sign_in(make_user(Role.SYSTEM_ADMIN)).open("/registers/upkeep/")
    link = visitor.page.select_one('a[href*="validity=expired"]')
    assert link is not None
    visitor.open(str(link["href"]))
    assert "共 1 名人员" in visitor.text()
    visitor.open(f"/admin/agencies/{agency.id}")
    visitor.submit(status=422, review_days="0")
    visitor.submit(review_days="30")
    visitor.open(f"/registers/upkeep/?agency={agency.id}")
    assert "每 30 天核对一次" in visitor.text()
    visitor.open("/inspections/", status=403)
