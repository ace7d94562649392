"""A drawn firm turns out to be cancelled: from the draw to the public receipt with its 递补, all over HTTP."""

import shutil
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.check_cli import check
from sjj.database import db
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.inspections.models import Inspection
from sjj.registers.models import Officer
from sjj.rules import verify
from sjj.rules.lifecycle import ResultState
from sjj.web import now, today
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import make_draw
from tests.makers.inspections import make_officer_user, picture, record_of, sign
from tests.makers.plans import by_class, make_campaign
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

pytestmark = pytest.mark.slow

FIRMS, PICTURES = 6, ("甲", "乙", "被", "现场")


class Phone:
    """An officer's phone."""

    def __init__(self, app: Flask, username: str) -> None:
        self.visitor = Visitor(app).sign_in(username)
        told = self.get("/field/ping")
        self.headers = {"X-CSRFToken": told["csrf"], "X-Field-User": quote(told["user"])}

    def get(self, path: str) -> Any:
        """A JSON answer."""
        answer = self.visitor.client.get(path)
        assert answer.status_code == 200, path
        return answer.get_json()

    def tasks(self) -> set[str]:
        """The firms that this officer is to visit."""
        return {task["entity"] for task in self.get("/field/tasks.json")}

    def visit(self, uid: str) -> None:
        """Send the record of a visit and its pictures."""
        record = sign(record_of(self.get(f"/field/inspections/{uid}.json"), uid))
        answer = self.visitor.client.put(f"/field/submissions/{uuid4()}", json=record, headers=self.headers)
        assert answer.status_code == 201, answer.get_json()
        files = [(BytesIO(picture(f"{uid}{mark}")), f"{mark}.jpg") for mark in PICTURES]
        sent = self.visitor.client.post("/field/files", data={"file": files}, headers=self.headers)
        assert sent.status_code == 201, sent.get_json()


def held_draw() -> int:
    """A draw of two of six firms, an hour ago."""
    agency, day = make_agency(), today(now())
    for _ in range(FIRMS):
        make_entity(agency)
    for _ in range(5):
        make_officer(agency, certificate_until=day + timedelta(days=700))
    dates = {"starts_on": day, "ends_on": day + timedelta(days=30)}
    campaign = make_campaign(agency, register=False, strata=by_class("0", "0", "30%"), **dates)
    return make_draw(campaign, at=now() - timedelta(hours=1)).id


def test_from_the_draw_to_the_public_receipt_with_its_change(app: Flask, tmp_path: Path) -> None:
    draw_id = held_draw()
    draw = db.session.get_one(Draw, draw_id)
    commitment = draw.commitment_sha256
    clerk, approver, supervisor = (
        Visitor(app).sign_in(make_user(role, agency=draw.agency))
        for role in (Role.OFFICE, Role.APPROVER, Role.SUPERVISOR)
    )
    public = Visitor(app)
    clerk.open(f"/inspections/dispatch/{draw_id}")
    clerk.submit("form[action*=dispatch]")
    gone = db.session.scalars(select(DrawnObject).order_by(DrawnObject.place)).first()
    assert gone is not None
    name, code, token = gone.name, gone.code, gone.entity.token
    phones = {
        officer_id: Phone(app, make_officer_user(officer).username)
        for officer_id, officer in officers_of(draw_id).items()
    }
    team = team_at(code)
    assert all(name in phones[one].tasks() for one in team)

    ask_and_approve(clerk, approver, draw_id, name)
    assert not any(name in phone.tasks() for phone in phones.values())
    new = newcomer()
    assert all(new.name in phones[one].tasks() for one in team_at(new.code))
    supervisor.open("/draws/messages")
    assert "变更批准" in supervisor.text()
    assert public.client.get(f"/public/draws/{draw_id}/receipt.json").status_code == 404

    for uid in open_visits(draw_id):
        leader = db.session.scalars(select(Inspection).where(Inspection.uid == uid)).one().team[0].officer_id
        phones[leader].visit(str(uid))
    review_and_publish(clerk, draw_id)

    receipt = public.client.get(f"/public/draws/{draw_id}/receipt.json")
    assert [(one["code"], one["reason"]) for one in receipt.get_json()["changes"]] == [(code, "注销")]
    said = verified(receipt.data, commitment, tmp_path)
    assert any(line.startswith("ok") and "1项，逐项复算一致" in line for line in said)
    line = public.client.get(f"/public/e/{token}/draws/{draw_id}/line.json")
    assert any(one.startswith("ok") for one in verified(line.data, commitment, tmp_path))
    full = supervisor.client.get(f"/draws/{draw_id}/receipt.json")
    verified(full.data, commitment, tmp_path)
    public.open(f"/public/draws/{draw_id}")
    assert name in public.text()
    assert new.name in public.text()
    done = app.test_cli_runner().invoke(check)
    assert done.exit_code == 0, done.output


def officers_of(draw_id: int) -> dict[int, Officer]:
    """Everybody who could be drawn, by id."""
    ids = db.session.get_one(Draw, draw_id).officer_ids.values()
    return {one.id: one for one in db.session.scalars(select(Officer).where(Officer.id.in_(ids)))}


def team_at(code: str) -> list[int]:
    """Who visits the object with this code."""
    found = db.session.scalars(
        select(Inspection)
        .join(DrawnObject, DrawnObject.entity_id == Inspection.entity_id)
        .where(DrawnObject.code == code)
    ).one()
    return [one.officer_id for one in found.team]


def ask_and_approve(clerk: Visitor, approver: Visitor, draw_id: int, name: str) -> None:
    """The clerk asks from the draw's page with the register's notice; the approver looks at it and approves."""
    clerk.open(f"/draws/{draw_id}")
    assert name in clerk.text()
    link = clerk.page.select_one('#changes a[href$="/replace"]')
    assert link is not None
    clerk.open(str(link["href"]))
    file = (BytesIO(picture("注销登记通知书")), "注销.jpg")
    day = (now() - timedelta(days=3)).date().isoformat()
    clerk.submit("form[action*=changes]", reason="注销", evidence=file, evidence_on=day)
    number = db.session.scalars(select(DrawChange.id)).one()
    approver.open("/")
    assert approver.page.select_one(f'a[href="/changes/{number}"]') is not None
    approver.open(f"/changes/{number}")
    approver.submit("form[action$=approve]")


def newcomer() -> DrawnObject:
    """Who came in."""
    return db.session.scalars(select(DrawnObject).where(DrawnObject.came_by == 1)).one()


def open_visits(draw_id: int) -> list[UUID]:
    """The visits still to be made."""
    query = select(Inspection.uid).where(Inspection.draw_id == draw_id)
    return list(db.session.scalars(query.where(Inspection.state == ResultState.NOT_ENTERED)))


def review_and_publish(clerk: Visitor, draw_id: int) -> None:
    """Every record is accepted, every result published."""
    waiting = Inspection.state == ResultState.AWAITING_REVIEW
    ids = db.session.scalars(select(Inspection.id).where(Inspection.draw_id == draw_id, waiting)).all()
    assert len(ids) == 2
    for number in ids:
        clerk.open(f"/inspections/{number}")
        clerk.submit("form[action$=accept]")
    clerk.open("/notices/preview?" + "&".join(f"id={number}" for number in ids))
    clerk.submit("form[action$=publish]", id=[str(number) for number in ids])


def verified(document: bytes, commitment: str, folder: Path) -> list[str]:
    """What verify.py says, copied out alone, without site packages and without our checkout on its path."""
    (folder / "document.json").write_bytes(document)
    shutil.copy(str(verify.__file__), folder / "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "document.json", "--commitment", commitment],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()
