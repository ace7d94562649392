"""Who is where today: each visit in its true state, and what phones may tell of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.models import Inspection
from sjj.inspections.review import send_back
from sjj.inspections.settle_services import Choice, settle
from sjj.inspections.visit_models import Reschedule, VisitStep
from sjj.inspections.whereabouts_steps import Kind, midnight, note_step
from sjj.web import today
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.inspections import make_inspection, make_officer_user, make_record, make_submission
from tests.makers.registers import make_officer
from tests.phone import Phone
from tests.visitor import Visitor

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


@pytest.fixture
def moment() -> datetime:
    """Now, as the page takes it."""
    return datetime.now(UTC)


@pytest.fixture
def visit(app: Flask, moment: datetime) -> Inspection:
    """A visit planned for today."""
    return make_inspection(planned_on=today(moment))


@pytest.fixture
def clerk(visitor: Visitor, visit: Inspection) -> Visitor:
    """Somebody of the office, signed in."""
    return visitor.sign_in(make_user(Role.OFFICE, agency=visit.agency))


def shown(clerk: Visitor, path: str = "/inspections/today") -> dict[str, str]:
    """What the page says of each visit."""
    clerk.open(path)
    return {
        row.select_one("th a").get_text(strip=True): row.select_one('td[data-label="进展"]').get_text(
            " ", strip=True
        )
        for row in clerk.page.select(".where tbody tr")
    }


def tell(phone: Phone, body: Any, **headers: str) -> tuple[int, str]:
    """Tell a step; status and code."""
    answer = phone.client.post("/field/steps", json=body, headers=phone.headers | headers)
    return answer.status_code, answer.get_json()["code"]


def test_one_visit_from_the_office_to_the_complete_record(
    app: Flask, clerk: Visitor, visit: Inspection, moment: datetime
) -> None:
    name, officers = visit.entity.name, [make_officer_user(member.officer) for member in visit.team]
    visit.team[0].officer.phone = "0315-7000001"
    db.session.commit()
    assert shown(clerk) == {name: "未下载"}
    assert "还没有联系" in clerk.text()
    assert clerk.page.select_one('a[href="tel:0315-7000001"]')
    phone, colleague = (Phone(app, officer) for officer in officers)
    assert tell(phone, {"inspection": str(visit.uid), "kind": "fetched"}) == (201, "noted")
    assert shown(clerk)[name].startswith(f"已下载到手机 {visit.team[0].officer.name}")
    assert tell(colleague, {"inspection": str(visit.uid).upper(), "kind": "arrived"}) == (201, "noted")
    assert shown(clerk)[name].startswith("已到现场 ")
    record = make_record(visit, photos=[{"sha256": "a" * 64, "caption": "没有传到的"}])
    record["answers"] = [row | {"photos": []} for row in record["answers"]]
    answer = make_submission(visit, officers[0], photos=record["photos"], answers=record["answers"])
    assert answer.status == 201
    visit.submissions[0].received_at = moment
    db.session.commit()
    assert shown(clerk)[name].startswith("记录已收，缺 1 个文件")
    db.session.add(StoredFile(sha256="a" * 64, size=1, media_type="image/jpeg", stored_at=moment))
    db.session.commit()
    assert shown(clerk)[name].startswith("已收齐")
    late = make_submission(visit, officers[1], narrative="另一份")
    assert late.body["code"] == "already_submitted"
    kept = next(one for one in visit.submissions if one.kept_status)
    db.session.commit()
    assert "等待比对" in shown(clerk)[name]
    assert clerk.page.select_one(f'a[href$="/kept/{kept.uid}"]')
    office = make_user(Role.OFFICE, agency=visit.agency)
    later = datetime.now(UTC)
    settle(kept, Choice.CURRENT, "先到的为准", office, later)
    send_back(visit, "照片看不清", office, later)
    db.session.commit()
    assert shown(clerk) == {name: "退回 照片看不清"}
    db.session.add(step_of(visit, "arrived", later + timedelta(seconds=5)))
    db.session.commit()
    assert shown(clerk)[name].startswith("已到现场 ")
    clerk.open("/inspections/")
    link = next(a for a in clerk.page.select("nav.side a") if a.get_text(strip=True) == "今天的检查")
    assert link["href"] == "/inspections/today"
    assert_swap_equals_reload(clerk.client, "/inspections/today")


def step_of(visit: Inspection, kind: str, at: datetime, place: int = 0) -> VisitStep:
    """A step that was told before."""
    return VisitStep(inspection_id=visit.id, officer_id=visit.team[place].officer_id, kind=kind, at=at)


def test_what_a_phone_tells_is_checked_and_kept_once_a_day(app: Flask, visit: Inspection) -> None:
    body = {"inspection": str(visit.uid), "kind": "arrived"}
    assert tell(Phone(app), body) == (401, "signed_out")
    officer = make_officer_user(visit.team[0].officer)
    phone = Phone(app, officer)
    stranger = Phone(app, make_officer_user(make_officer(visit.agency)))
    assert tell(phone, body, **{"X-CSRFToken": "nonsense"}) == (403, "csrf")
    assert tell(phone, body, **{"X-Field-User": "somebody"}) == (403, "other_user")
    assert tell(stranger, body) == (403, "not_assigned")
    assert tell(phone, body | {"inspection": "11111111-2222-4333-8444-555555555555"}) == (
        404,
        "unknown_inspection",
    )
    for wrong in ([], {}, body | {"kind": "gone"}, body | {"kind": []}, body | {"inspection": "x"}):
        assert tell(phone, wrong) == (422, "invalid")
    assert tell(phone, body | {"more": "x" * 2000}) == (413, "too_large")
    assert db.session.scalar(select(func.count()).select_from(VisitStep)) == 0
    assert tell(phone, body) == (201, "noted")
    assert tell(phone, body) == (200, "noted_already")
    assert tell(phone, body | {"kind": "fetched"}) == (201, "noted")
    visit.team[0].left_at = datetime.now(UTC)
    db.session.commit()
    assert tell(phone, body) == (403, "not_assigned")
    assert db.session.scalar(select(func.count()).select_from(VisitStep)) == 2


@ON_SQLITE
def test_the_next_day_is_another_day(app: Flask, visit: Inspection, moment: datetime) -> None:
    officer = visit.team[0].officer_id
    late = midnight(moment) - timedelta(seconds=1)
    assert note_step(visit, officer, Kind.ARRIVED, late)
    assert not note_step(visit, officer, Kind.ARRIVED, late)
    assert note_step(visit, officer, Kind.ARRIVED, late + timedelta(seconds=2))


def test_which_visits_stand_on_the_page(
    app: Flask, clerk: Visitor, visit: Inspection, moment: datetime
) -> None:
    day, agency = today(moment), visit.agency
    campaign = visit.campaign

    def another(**more: Any) -> Inspection:
        return make_inspection(agency, campaign=campaign, **more)

    due, later = another(due_on=day), another(due_on=day + timedelta(days=9))
    moved = another(planned_on=day + timedelta(days=3))
    out = another(planned_on=day - timedelta(days=1))
    old = another(planned_on=day - timedelta(days=5))
    off_site = another(planned_on=day, off_site=True)
    here = another()
    fetched = another()
    mover = make_user(Role.OFFICE, agency=agency)
    db.session.add_all(
        [
            Reschedule(
                inspection_id=moved.id,
                from_on=day,
                to_on=moved.planned_on,
                reason="大雪封山",
                by_id=mover.id,
                at=moment,
            ),
            step_of(out, "arrived", moment - timedelta(days=1)),
            step_of(old, "arrived", moment - timedelta(days=4)),
            step_of(here, "arrived", moment),
            step_of(fetched, "fetched", moment),
        ]
    )
    db.session.commit()
    found = shown(clerk)
    assert set(found) == {one.entity.name for one in (visit, due, moved, out, here)}
    assert later.entity.name not in found
    assert off_site.entity.name not in found
    assert f"改到 {moved.planned_on.month}月{moved.planned_on.day}日：大雪封山" in found[moved.entity.name]
    yesterday = day - timedelta(days=1)
    assert f"已到现场 {yesterday.month}月{yesterday.day}日" in found[out.entity.name]
    assert list(shown(clerk, "/inspections/today?show=downloaded")) == [fetched.entity.name]
    elsewhere = make_inspection(planned_on=day)
    assert elsewhere.entity.name not in shown(clerk)


@ON_SQLITE
def test_agencies_and_sections_stand_apart(app: Flask, visitor: Visitor, moment: datetime) -> None:
    visits = [make_inspection(planned_on=today(moment)) for _ in range(2)]
    section = make_section(visits[1].agency)
    visits[1].campaign.section_id = section.id
    db.session.commit()
    visitor.sign_in(everywhere())
    assert set(shown(visitor)) == {one.entity.name for one in visits}
    heads = [head.get_text(strip=True) for head in visitor.page.select(".card-head h2")]
    assert heads == [visits[0].agency.name, f"{visits[1].agency.name} · {section.name}"]
    assert list(shown(visitor, f"/inspections/today?agency={visits[0].agency_id}")) == [visits[0].entity.name]
    assert list(shown(visitor, f"/inspections/today?section={section.id}")) == [visits[1].entity.name]
    officer = Visitor(app).sign_in(make_officer_user(visits[0].team[0].officer))
    officer.open("/inspections/today", status=403)


def everywhere() -> User:
    """Somebody who supervises every agency."""
    return make_user(Role.SUPERVISOR, agency=None)


@ON_SQLITE
def test_a_day_without_visits_says_what_will_stand_here(app: Flask, visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency())).open("/inspections/today")
    assert "今天没有检查" in visitor.text()
