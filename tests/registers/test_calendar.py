"""The working-day calendar: the library's years, years entered by hand over them, unknown years refused."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.calendar import library_years, work_calendar
from sjj.registers.calendar_models import CalendarDay
from sjj.registers.calendar_text import as_text, days_in
from sjj.rules.workdays import CalendarGap
from tests.makers.accounts import make_agency, make_user
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database
UNKNOWN = 2031
OFF = "1月1日 元旦\n1月22日至1月29日 春节\n4月5日 清明\n5月1日至5日 劳动节\n10月1日至10月8日 国庆节"
MAKEUP = "2月1日、9月28日"


@pytest.fixture
def admin(app: Flask, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.SYSTEM_ADMIN))


def test_the_library_s_year_has_its_holidays_and_make_up_days(app: Flask) -> None:
    calendar = work_calendar()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 2, 14)), "a Saturday that is worked"
    assert not calendar.is_workday(date(2026, 2, 17)), "春节"
    assert calendar.holiday_name(date(2026, 2, 17)) == "春节"
    assert calendar.add_workdays(date(2026, 9, 29), 2) == date(2026, 10, 8)


def test_an_unannounced_year_is_refused_not_guessed(app: Flask) -> None:
    assert UNKNOWN not in library_years()
    with pytest.raises(CalendarGap):
        work_calendar().is_workday(date(UNKNOWN, 3, 3))


def test_a_year_entered_by_hand_is_counted_on(admin: Visitor) -> None:
    admin.open(f"/admin/calendar/{UNKNOWN}")
    assert "这一年还没有放假安排" in admin.text()
    admin.submit(off=OFF, makeup=MAKEUP, source="国办发明电〔2030〕1号")
    calendar = work_calendar()
    assert not calendar.is_workday(date(UNKNOWN, 1, 22))
    assert calendar.is_workday(date(UNKNOWN, 2, 1)), "a Saturday that is worked"
    assert calendar.holiday_name(date(UNKNOWN, 5, 3)) == "劳动节"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.details["changes"]["makeup"] == ["", "2月1日\n9月28日"]
    admin.follow()
    assert "国办发明电〔2030〕1号" in admin.text()


def test_a_year_by_hand_replaces_the_library_s_whole_and_can_be_taken_out(admin: Visitor) -> None:
    admin.open("/admin/calendar/2026")
    admin.submit(off="1月1日 元旦\n5月1日 劳动节\n10月1日 国庆节", makeup="", source="试验")
    assert work_calendar().is_workday(date(2026, 10, 2))
    assert not work_calendar().is_workday(date(2026, 2, 14))
    assert not work_calendar().is_workday(date(2025, 10, 2)), "other years stay the library's"
    admin.open("/admin/calendar/2026/remove")
    admin.submit()
    assert not work_calendar().is_workday(date(2026, 10, 2))
    assert db.session.scalar(select(CalendarDay)) is None
    admin.open("/admin/calendar/2026/remove")
    admin.submit(status=422)
    assert "没有人工录入" in admin.text()


def test_the_page_shows_where_each_year_is_from(admin: Visitor) -> None:
    with time_machine.travel(datetime(2026, 3, 5, 1, 0, tzinfo=UTC), tick=False):
        admin.sign_in(make_user(Role.SYSTEM_ADMIN))
        admin.open("/admin/calendar")
    rows = {row.select_one("td").get_text(): row.get_text(" ") for row in admin.page.select("tbody tr")}
    assert list(rows) == ["2025年", "2026年", "2027年", "2028年"]
    assert "程序自带" in rows["2026年"]
    assert "待定" in rows["2028年"]


@pytest.mark.parametrize(
    ("off", "makeup", "problem"),
    [
        ("", "", "请填写全年的放假日期"),
        ("1月1日 元旦", "", "没有5月1日、10月1日，放假日期不全"),
        (OFF + "\n明天放假", "", "看不懂"),
        (OFF + "\n2月30日", "", "没有这一天"),
        (OFF + "\n2030-12-31 元旦", "", f"不在 {UNKNOWN} 年"),
        (OFF + "\n1月1日 又一次", "", "写了两次"),
        (OFF + "\n12月9日至12月1日", "", "结束日期早于开始日期"),
        (OFF + "\n6月1日至9月1日 暑假", "", "太长了"),
        (OFF, "2月3日", "不是周末"),
        (OFF, "10月4日", "不能既放假又上班"),
    ],
    ids=lambda value: str(value)[-14:].replace("\n", " "),
)
def test_a_wrong_list_is_refused_with_its_line(off: str, makeup: str, problem: str, admin: Visitor) -> None:
    admin.open(f"/admin/calendar/{UNKNOWN}")
    admin.submit(off=off, makeup=makeup, source="通知", status=422)
    assert problem in admin.text()
    assert db.session.scalar(select(CalendarDay)) is None


@pytest.mark.parametrize("year", sorted(library_years()))
def test_every_known_year_can_be_written_out_and_read_back(year: int) -> None:
    known = library_years()[year]
    assert days_in(as_text(known.off), year) == (known.off, [])


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_only_the_system_administrator_edits_it(role: Role, app: Flask, visitor: Visitor) -> None:
    visitor.sign_in(make_user(role, agency=make_agency()))
    visitor.open("/admin/calendar", status=403)
    visitor.open("/admin/calendar/2027", status=403)
    visitor.post("/admin/calendar/2027/remove", status=403)


def test_years_out_of_reach_are_not_found(admin: Visitor) -> None:
    admin.open("/admin/calendar/1999", status=404)
    admin.open("/admin/calendar/99999", status=404)
