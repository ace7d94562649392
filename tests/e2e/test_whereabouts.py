"""The office sees how far a visit is while the phone has signal; without signal the phone says nothing and goes on."""

import pytest
from playwright.sync_api import expect

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.web import now, today
from tests.e2e.office import Office, inspection_of
from tests.e2e.phone_form import sign_in, tap
from tests.e2e.valley import download
from tests.makers.accounts import make_user

pytestmark = pytest.mark.e2e


def test_the_office_follows_a_visit_as_far_as_the_phone_has_signal(office: Office) -> None:
    there, valley = office.visits(2)
    for visit in (there, valley):
        inspection_of(visit).planned_on = today(now())
    clerk = make_user(Role.OFFICE, agency=inspection_of(there).agency).username
    names = [inspection_of(visit).entity.name for visit in (there, valley)]
    db.session.commit()
    with office.phone() as phone, office.phone() as desk:
        sign_in(desk, office.address, clerk)
        sign_in(phone, office.address, there.username)
        download(phone, office.address, 2)
        desk.goto(f"{office.address}/inspections/today")
        rows = [desk.locator(".where tbody tr", has_text=name) for name in names]
        for _ in range(100):
            if all("已下载到手机" in row.inner_text() for row in rows):
                break
            desk.reload()
        phone.goto(f"{office.address}/field/inspections/{there.uid}")
        with phone.expect_response("**/field/steps"):
            tap(phone, "checkin-method", "manual")
        phone.goto(f"{office.address}/field/inspections/{valley.uid}")
        phone.context.set_offline(True)
        tap(phone, "checkin-method", "manual")
        expect(phone.locator("[data-draft]")).to_contain_text("已存手机")
        desk.reload()
        expect(rows[0]).to_contain_text("已到现场")
        expect(rows[1]).to_contain_text("已下载到手机")
