"""The day's order by where the phone is, in a valley: nothing is asked of the server, what presses stays first."""

from datetime import date

import pytest
from playwright.sync_api import expect

from sjj.database import db
from tests.e2e.office import Office, inspection_of
from tests.e2e.phone_form import sign_in

pytestmark = pytest.mark.e2e
HERE = {"latitude": 40.0, "longitude": 118.0}


def test_the_nearest_comes_next_without_a_network(office: Office) -> None:
    visits = office.visits(4)
    for visit, lat in zip(visits, (40.3, 40.1, 40.2, 40.9), strict=True):
        one = inspection_of(visit)
        one.entity.lat, one.entity.lon, one.due_on = lat, 118.0, date(2100, 1, 1)
    inspection_of(visits[3]).due_on = date(2020, 1, 1)  # overdue: first, however far
    db.session.commit()
    with office.phone(geolocation=HERE, permissions=[]) as phone:
        sign_in(phone, office.address, visits[0].username)
        phone.goto(f"{office.address}/field/")
        expect(phone.locator("[data-far]:visible")).to_have_count(3)  # from the stop before: not of the first
        phone.context.set_offline(True)
        phone.context.grant_permissions(["geolocation"])
        phone.get_by_role("button", name="按离我远近排").tap()
        expect(phone.locator("[data-near] span")).to_contain_text("已按离您的远近排列")
        shown = phone.locator(".stop a.task").evaluate_all(
            "found => found.map(one => one.getAttribute('href').split('/').pop())"
        )
        assert shown == [str(visits[number].uid) for number in (3, 0, 2, 1)]
        assert phone.locator("[data-far]").all_text_contents() == [
            "离我 100.1 公里",
            "离我 33.4 公里",
            "离我 22.2 公里",
            "离我 11.1 公里",
        ]
        sizes = phone.locator(".stop-acts a").evaluate_all(
            "found => found.map(one => one.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 48
