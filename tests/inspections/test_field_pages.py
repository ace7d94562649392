"""The officer's phone pages: only one's own, honest about what the server has, and a form that works bare."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ResultState
from tests.makers.accounts import make_user
from tests.makers.inspections import make_inspection, make_officer_user, make_submission
from tests.makers.registers import make_entity
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


def officer_at(inspection: Inspection, place: int = 0) -> User:
    """The account of an officer of the team."""
    return make_officer_user(inspection.team[place].officer)


def test_tasks_are_this_officers_only_sent_back_first_then_by_date(app: Flask, visitor: Visitor) -> None:
    first = make_inspection(due_on=date(2026, 3, 20))
    officer = first.team[0].officer
    team = [officer, first.team[1].officer]
    later = make_inspection(first.agency, campaign=first.campaign, officers=team, due_on=date(2026, 9, 1))
    back = make_inspection(
        first.agency,
        campaign=first.campaign,
        officers=team,
        state=ResultState.SENT_BACK,
        due_on=date(2026, 10, 1),
    )
    done = make_inspection(first.agency, campaign=first.campaign, officers=team, state=ResultState.PUBLISHED)
    others = make_inspection(first.agency, campaign=first.campaign)
    page = visitor.sign_in(make_officer_user(officer)).open("/field/")
    names = [task.strong.get_text() for task in page.select("a.task")]
    assert names == [one.entity.name for one in (back, first, later, done)]
    assert others.entity.name not in page.get_text()
    assert [tab.get_text(strip=True) for tab in page.select("nav.tabs a")] == [
        "任务",
        "扫码",
        "待发送",
        "我的",
    ]


def test_without_tasks_the_page_says_what_comes_next(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.WITHDRAWN)
    stranger = make_inspection().team[0].officer
    visitor.sign_in(make_officer_user(stranger))
    visitor.open("/field/")
    visitor.open(f"/field/inspections/{inspection.uid}", 404)


@pytest.mark.parametrize("path", ["", "scan", "outbox", "me"])
def test_phone_pages_are_for_officers(app: Flask, visitor: Visitor, path: str) -> None:
    clerk = make_user(Role.OFFICE, agency=make_inspection().agency)
    visitor.sign_in(clerk).open(f"/field/{path}", 403)


def test_a_colleagues_inspection_does_not_exist(app: Flask, visitor: Visitor) -> None:
    mine, other = make_inspection(), make_inspection()
    visitor.sign_in(officer_at(mine))
    for path in ("field/inspections/{}", "papers/inspections/{}/notice", "papers/inspections/{}/record"):
        visitor.open("/" + path.format(mine.uid))
        visitor.open("/" + path.format(other.uid), 404)
    visitor.open(f"/field/submissions/{uuid4()}/done", 404)


def test_whoever_left_the_team_no_longer_sees_the_task(app: Flask, visitor: Visitor) -> None:
    from_team = make_inspection()
    from_team.team[0].left_at = from_team.form.created_at
    visitor.sign_in(officer_at(from_team))
    assert from_team.entity.name not in visitor.open("/field/").get_text()
    visitor.open(f"/field/inspections/{from_team.uid}", 404)


def test_the_form_is_blank_until_tapped(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(items=2, points=3)
    page = visitor.sign_in(officer_at(inspection)).open(f"/field/inspections/{inspection.uid}")
    radios = page.select('input[type=radio][name^="answers-"]')
    assert len(radios) == 6 * 3
    assert not [radio for radio in radios if radio.has_attr("checked")]
    assert page.select_one('select[name="results-0-result"] option[selected]')["value"] == ""  # type: ignore[index]
    for member in inspection.team:
        assert member.officer.certificate_no in page.get_text()
    assert page.select_one("details summary").find_next(string="判定标准") is not None  # type: ignore[union-attr]


def test_a_scan_by_the_assigned_officer_opens_the_form_with_the_code(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(officer_at(inspection))
    page = visitor.open(f"/field/scan/{inspection.entity.token}")
    assert page.select_one('input[name="checkin-code"]')["value"].endswith(inspection.entity.token)  # type: ignore[index,union-attr]
    assert page.select_one('input[name="checkin-method"][value="qr"]').has_attr("checked")  # type: ignore[union-attr]


def test_a_scan_by_others_shows_no_tasks(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    path = f"/field/scan/{inspection.entity.token}"
    page = visitor.open(path)
    link = page.find("a", string="执法人员登录")
    assert f"next=/field/scan/{inspection.entity.token}" in link["href"].replace("%2F", "/")  # type: ignore[index,union-attr]
    assert inspection.campaign.name not in page.get_text()
    visitor.sign_in(officer_at(make_inspection()))
    assert "没有检查任务" in visitor.open(path).get_text()
    visitor.open("/field/scan/no-such-token", 404)


def test_a_pasted_address_leads_to_the_form(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.sign_in(officer_at(inspection))
    token = inspection.entity.token
    visitor.open("/field/scan")
    visitor.open(f"/field/scan?code=http://intranet:8000/field/scan/{token}", 303)
    assert visitor.follow().select_one('input[name="checkin-code"]') is not None
    visitor.open("/field/scan?code=http://elsewhere/x", 422)
    assert "不是检查对象的二维码" in visitor.text()


def test_the_outbox_says_what_the_server_has(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    user = officer_at(inspection)
    answer = make_submission(inspection, user)
    assert answer.status == 201
    make_inspection()  # commits
    page = visitor.sign_in(user).open("/field/outbox")
    assert "服务器已收" in page.get_text()
    assert inspection.entity.name in page.get_text()


def test_my_page_shows_the_certificate_and_warns_when_it_has_expired(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    officer = inspection.team[0].officer
    user = make_officer_user(officer)
    page = visitor.sign_in(user).open("/field/me")
    assert officer.certificate_no in page.get_text()
    assert "2028年12月31日" in page.get_text()
    officer.certificate_until = date(2025, 1, 1)
    make_entity(inspection.agency)
    make_inspection(inspection.agency, campaign=inspection.campaign)  # commits
    assert "执法证件不能使用" in visitor.open("/field/me").get_text()


def test_a_sent_back_record_opens_with_its_reason_and_its_content(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection(state=ResultState.SENT_BACK)
    page = visitor.sign_in(officer_at(inspection, 1)).open(f"/field/inspections/{inspection.uid}")
    assert inspection.sent_back_reason in page.get_text()
    assert page.select_one('input[name="revises"]')["value"] == str(inspection.revision)  # type: ignore[index]
    assert page.select_one('input[name="present-name"]')["value"] == "李四"  # type: ignore[index]
    assert len(page.select('input[type=radio][value="ok"][checked]')) == 4
    assert not page.select('input[name^="sign-"][name$="-image"]:not([value=""])')
