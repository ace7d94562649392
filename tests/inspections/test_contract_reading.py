"""The field calls that only read: ping, tasks, the form that a record is checked against."""

import json
from hashlib import sha256
from uuid import uuid4

import pytest
from flask import Flask

from sjj.database import db
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import FormVersion
from sjj.rules.lifecycle import ResultState
from sjj.rules.submissions import canonical_record
from tests.makers.accounts import make_user
from tests.makers.inspections import MADE_AT, make_inspection, make_officer_user, make_record
from tests.makers.registers import make_officer
from tests.phone import Phone

NOWHERE = "00000000-0000-4000-8000-000000000000"
POINT_KEYS = {"id", "item", "text", "standard", "how", "basis", "required"}


@pytest.mark.parametrize("path", ["/field/ping", "/field/tasks.json", f"/field/inspections/{NOWHERE}.json"])
def test_signed_out_is_401_and_never_a_redirect(app: Flask, path: str) -> None:
    answer = Phone(app).get(path)
    assert (answer.status_code, answer.get_json()) == (401, {"code": "signed_out"})


def test_ping_tells_who_and_gives_a_token_and_the_time(app: Flask) -> None:
    user = make_officer_user(make_inspection().team[0].officer)
    told = Phone(app, user).get("/field/ping").get_json()
    assert told["user"] == user.username
    assert told["csrf"]
    assert told["now"].endswith("+08:00")


def test_tasks_are_this_officers_open_ones_only(app: Flask) -> None:
    mine = make_inspection()
    agency, officer = mine.agency, mine.team[0].officer
    other = make_officer(agency)
    waiting = make_inspection(agency, officers=[other, officer], state=ResultState.AWAITING_REVIEW)
    back = make_inspection(agency, officers=[officer, other], state=ResultState.SENT_BACK)
    make_inspection(agency, officers=[officer, other], state=ResultState.PUBLISHED)
    make_inspection(agency, officers=[officer, other], state=ResultState.WITHDRAWN)
    left = make_inspection(agency, officers=[officer, other])
    left.team[0].left_at = MADE_AT
    make_inspection(agency)
    db.session.commit()
    tasks = Phone(app, make_officer_user(officer)).get("/field/tasks.json").get_json()
    assert [task["inspection"] for task in tasks] == [str(one.uid) for one in (mine, back, waiting)]
    assert tasks[0] == {
        "inspection": str(mine.uid),
        "url": f"/field/inspections/{mine.uid}",
        "entity": mine.entity.name,
        "code": mine.entity.code,
        "campaign": mine.campaign.name,
        "due": "2026-03-31",
        "state": "not_entered",
        "form_version": mine.form_sha256,
        "token_sha256": sha256(mine.entity.token.encode()).hexdigest(),
        "older_tokens_sha256": [],
    }


def test_somebody_who_is_no_officer_has_no_tasks(app: Flask) -> None:
    make_inspection()
    assert Phone(app, make_user()).get("/field/tasks.json").get_json() == []


def test_the_form_is_what_a_record_is_checked_against(app: Flask) -> None:
    inspection = make_inspection(items=2, points=3)
    phone = Phone(app, make_officer_user(inspection.team[1].officer))
    form = phone.form(inspection.uid)
    assert set(form) == {"form_version", "items", "points", "kinds", "team", "state", "revision"}
    assert [item["code"] for item in form["items"]] == [
        chosen.item.code for chosen in inspection.campaign.items
    ]
    assert "未发现问题" in form["items"][0]["results"]
    assert "责令改正" in form["kinds"]
    assert all(set(point) == POINT_KEYS for point in form["points"])
    assert [point["required"] for point in form["points"]] == [True, True, False] * 2
    assert form["team"] == [
        {"officer": one.officer.code, "name": one.officer.name} for one in inspection.team
    ]
    assert (form["state"], form["revision"]) == ("not_entered", None)
    version = {key: form[key] for key in ("items", "points", "kinds")}
    assert sha256(canonical_record(version)).hexdigest() == form["form_version"]


def test_the_form_names_the_current_revision(app: Flask) -> None:
    inspection = make_inspection()
    phone, uid = Phone(app, make_officer_user(inspection.team[0].officer)), uuid4()
    phone.put(uid, make_record(inspection))
    form = phone.form(inspection.uid)
    assert (form["state"], form["revision"]) == ("awaiting_review", str(uid))


@pytest.mark.parametrize("name", [NOWHERE, "nothing", "1"])
def test_anothers_form_or_an_unknown_one_is_not_found(app: Flask, name: str) -> None:
    inspection = make_inspection()
    phone = Phone(app, make_officer_user(make_officer(inspection.agency)))
    assert phone.get(f"/field/inspections/{inspection.uid}.json").status_code == 404
    assert phone.get(f"/field/inspections/{name}.json").status_code == 404


def test_a_form_version_stays_as_it_was_when_the_guide_changes(app: Flask) -> None:
    inspection = make_inspection()
    phone = Phone(app, make_officer_user(inspection.team[0].officer))
    before = phone.form(inspection.uid)
    record = make_record(inspection)
    inspection.campaign.items[0].guide.points[0].text = "改过的要点"
    db.session.commit()
    assert phone.form(inspection.uid) == before
    newer = form_for(inspection.campaign, MADE_AT)
    assert newer.sha256 != before["form_version"]
    assert db.session.get(FormVersion, before["form_version"]) is not None
    assert phone.put(uuid4(), record).status_code == 201


def test_points_of_the_same_code_in_two_items_are_told_apart(app: Flask) -> None:
    inspection = make_inspection(items=2)
    for chosen in inspection.campaign.items:
        for place, point in enumerate(chosen.guide.points):
            point.code = f"P{place}"
    ids = [point["id"] for point in json.loads(form_for(inspection.campaign, MADE_AT).content)["points"]]
    assert len(set(ids)) == len(ids) == 8
