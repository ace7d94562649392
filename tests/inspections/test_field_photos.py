"""Pictures on the phone: one's own, and those of the visits one records; nobody else's, whoever knows the hash."""

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import Inspection
from tests.inspections.visits import send_form, upload
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import (
    VISITED_AT,
    hash_of,
    make_inspection,
    make_officer_user,
    make_submission,
    picture,
)
from tests.makers.registers import make_officer
from tests.phone import Phone
from tests.visitor import Visitor

pytestmark = pytest.mark.one_database


@pytest.fixture
def visited(app: Flask) -> Inspection:
    """An inspection whose record and photo are here."""
    inspection = make_inspection()
    assert make_submission(inspection).status == 201
    db.session.commit()
    return inspection


def status(app: Flask, user: User, sha256: str) -> int:
    """What this person gets for a picture."""
    client = Visitor(app).sign_in(user).client
    return client.get(f"/field/photos/{sha256}", buffered=True).status_code


def test_the_team_and_the_desk_see_the_pictures_of_a_record(app: Flask, visited: Inspection) -> None:
    photo = hash_of(f"{visited.uid}现场")
    assert status(app, make_officer_user(visited.team[1].officer), photo) == 200
    assert status(app, make_user(Role.OFFICE, agency=visited.agency), photo) == 200


def test_nobody_else_does_whoever_knows_the_hash(app: Flask, visited: Inspection) -> None:
    photo = hash_of(f"{visited.uid}现场")
    other = make_agency()
    assert status(app, make_officer_user(make_officer(visited.agency)), photo) == 404
    assert status(app, make_officer_user(make_officer(other)), photo) == 404
    assert status(app, make_user(Role.OFFICE, agency=other), photo) == 404
    visited.team[1].left_at = VISITED_AT
    db.session.commit()
    assert status(app, make_officer_user(visited.team[1].officer), photo) == 404


def test_what_one_has_sent_is_shown_before_any_record_names_it(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    officer, colleague = (make_officer_user(one.officer) for one in inspection.team)
    visitor.sign_in(officer).open(f"/field/inspections/{inspection.uid}")
    send_form(visitor, 200, keep="1", files=[upload("一")])
    assert visitor.client.get(f"/field/photos/{hash_of('一')}", buffered=True).mimetype == "image/jpeg"
    data = picture("二")
    assert Phone(app, officer).send_file(hash_of("二"), data).status_code == 201
    assert status(app, officer, hash_of("二")) == 200
    assert [status(app, colleague, hash_of(words)) for words in ("一", "二")] == [404, 404]


@pytest.mark.parametrize("name", ["a", "%00", "A" * 64, "b" * 64])
def test_what_is_no_stored_picture_is_not_found(app: Flask, name: str) -> None:
    assert status(app, make_officer_user(make_officer(make_agency())), name) == 404


@pytest.mark.parametrize("code", ["http://[", "http://[/x", "%00", "http://a/%00b", "//"])
def test_a_code_that_is_no_address_is_said_to_be_none(app: Flask, visitor: Visitor, code: str) -> None:
    visitor.sign_in(make_officer_user(make_officer(make_agency()))).open(
        f"/field/scan?code={code}", status=422
    )
    assert "不是检查对象的二维码网址" in visitor.text()
    assert visitor.client.get("/field/scan/%00").status_code == 404
