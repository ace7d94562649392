"""31 January on the first page: who has to do what about the year's plan, with the days that are left."""

from datetime import date

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.home.plan_dues import plans_due
from sjj.inspections.deadlines import Deadlines
from sjj.plans import plan_version_moves as moves
from tests.makers.accounts import make_agency, make_user
from tests.makers.plan_versions import AT, YEAR, make_year, reasons_for

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # words only


def told(user: User, day: date = date(2026, 1, 20)) -> list[tuple[str, str, str, str]]:
    """What stands on the first page."""
    return [(line.when, line.sub, line.title, line.tone) for line in plans_due(user, Deadlines(day))]


def test_each_step_waits_for_the_one_who_takes_it(app: Flask) -> None:
    agency = make_year()
    clerk, leader = make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)
    name = "2026年度抽查计划"
    assert told(clerk) == [("未制定", "还有 11 天", f"制定{name}", "")]
    assert told(clerk, date(2026, 1, 31)) == [("未制定", "今天到期", f"制定{name}", "soon")]
    assert told(clerk, date(2026, 2, 3)) == [("未制定", "已超期 3 天", f"制定{name}", "late")]
    assert told(leader) == []
    plan = moves.submit(agency, YEAR, reasons_for(agency), clerk, AT)
    assert (told(clerk), told(leader)) == ([], [("待审批", "还有 11 天", f"审批{name}", "")])
    moves.send_back(plan, "太集中", leader, AT)
    assert told(clerk) == [("已退回", "还有 11 天", f"修改{name}", "")]
    moves.submit(agency, YEAR, reasons_for(agency), clerk, AT)
    moves.approve(plan, leader, AT)
    assert told(clerk, date(2026, 1, 29)) == [("待上报", "还有 2 天", f"上报{name}", "soon")]
    moves.report(plan, "市林业局", clerk, AT)
    assert told(clerk)[0][0] == "待公示"
    moves.publish(plan, clerk, AT)
    assert told(clerk) == told(leader) == []
    moves.open_adjustment(agency, YEAR, "增加联合检查", clerk, AT)
    assert told(clerk, date(2026, 6, 1)) == [("调整中", "", f"制定{name}第1次调整", "")]


def test_the_coming_year_is_told_in_december_and_an_agency_without_items_is_left_alone(app: Flask) -> None:
    agency = make_year()
    clerk = make_user(Role.OFFICE, agency=agency)
    titles = [title for _, _, title, _ in told(clerk, date(2026, 12, 1))]
    assert titles == ["制定2026年度抽查计划", "制定2027年度抽查计划"]
    assert told(make_user(Role.OFFICE, agency=make_agency())) == []
    assert told(make_user(Role.SUPERVISOR, agency=agency)) == []
