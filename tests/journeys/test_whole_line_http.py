"""The whole line over HTTP, without a browser's JavaScript: from the office's workbook to the public page."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.check_cli import check
from sjj.database import db
from sjj.draws.models import Draw
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Item, Officer
from sjj.rules import verify
from sjj.web import SHANGHAI, now
from tests.journeys.paperwork import (
    CAMPAIGN,
    FIRMS,
    ITEM,
    OFFICERS,
    PRESENT_PHONE,
    TAG,
    campaign_dates,
    firm_name,
    firms_workbook,
    officers_workbook,
)
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_officer_user, picture, record_of, sign
from tests.room import name_witnesses, press_draw, show, type_value
from tests.visitor import Visitor

pytestmark = pytest.mark.slow

DICE = ("314159", "2718")


class Office:
    """The people of one bureau, each with a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.agency = make_agency("试点县林业局", short_name="试点林")
        self.clerk = self._person(Role.OFFICE)
        self.approver = self._person(Role.APPROVER)
        self.public = Visitor(app)

    def _person(self, role: Role) -> Visitor:
        return Visitor(self.app).sign_in(make_user(role, agency=self.agency))

    def officer(self, officer: Officer) -> "Phone":
        """The phone of an officer."""
        return Phone(self.app, make_officer_user(officer).username)


class Phone:
    """An officer's phone: talks to the field calls as the script of the form does."""

    def __init__(self, app: Flask, username: str) -> None:
        self.visitor = Visitor(app).sign_in(username)
        told = self.visitor.client.get("/field/ping").get_json()
        self.headers = {"X-CSRFToken": told["csrf"], "X-Field-User": quote(told["user"])}

    def get(self, path: str) -> Any:
        """A JSON answer."""
        answer = self.visitor.client.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def upload(self, pictures: list[bytes]) -> None:
        """Photos and signatures, by an ordinary multipart request."""
        files = [(BytesIO(data), f"{number}.jpg") for number, data in enumerate(pictures)]
        answer = self.visitor.client.post("/field/files", data={"file": files}, headers=self.headers)
        assert answer.status_code == 201, answer.get_json()

    def put(self, uid: object, record: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send a record."""
        answer = self.visitor.client.put(f"/field/submissions/{uid}", json=record, headers=self.headers)
        return answer.status_code, answer.get_json()


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """A bureau on its first day: people, and nothing else."""
    return Office(app)


def test_from_the_workbook_to_the_public_page(office: Office, tmp_path: Path) -> None:
    import_registers(office)
    publish_item(office)
    campaign_id = approved_campaign(office)
    draw_id = freeze(office, campaign_id)
    hold_the_draw(office, draw_id)
    verify_alone(office, draw_id, tmp_path)
    for uid in dispatch(office, draw_id):
        visit(office, uid)
    assert_receipt_is_public(office, draw_id, tmp_path)
    review_all(office)
    publish_all(office)
    assert_public_reads_the_results(office)
    done = office.app.test_cli_runner().invoke(check)
    assert done.exit_code == 0, done.output


def import_registers(office: Office) -> None:
    """Both workbooks go in as they are; what cannot be taken is told row by row."""
    clerk = office.clerk
    for what, content, said in (
        ("entities", firms_workbook(), "新增 10 条"),
        ("officers", officers_workbook(), f"新增 {len(OFFICERS)} 条"),
    ):
        clerk.open(f"/registers/imports/new?what={what}")
        clerk.submit(what=what, file=(BytesIO(content), f"{what}.xlsx"))
        clerk.follow()
        if what == "entities":
            assert "试点县错码木材厂" in clerk.text()
        clerk.submit("form[action$=apply]")
        clerk.follow()
        assert said in clerk.text()
    assert len(db.session.scalars(select(Entity)).all()) == FIRMS + 1
    assert len(db.session.scalars(select(Officer)).all()) == len(OFFICERS)


def publish_item(office: Office) -> None:
    """The preset pack, then one item of it into use; the others stay unpublished."""
    clerk = office.clerk
    clerk.open("/registers/presets/")
    clerk.submit("form[action*=presets]", pack="forestry", agency_id=str(agency_id()))
    item = db.session.scalars(select(Item).where(Item.name == ITEM)).one()
    item_id = item.id
    clerk.open(f"/registers/items/{item_id}/guide/confirm")
    clerk.submit("form[action$=confirm]", reviewer="法规科", reviewed="y")
    clerk.open(f"/registers/items/{item_id}")
    clerk.submit("form[action$=publish]")
    clerk.follow()
    assert "已公布" in clerk.text()
    office.public.open("/public/items")
    assert ITEM in office.public.text()
    assert "林木采伐许可执行情况监督检查" not in office.public.text()


def agency_id() -> int:
    """The one bureau."""
    found = db.session.scalars(select(Agency.id)).one()
    db.session.rollback()
    return found


def approved_campaign(office: Office) -> int:
    """Draft, submit, approve by another person, publish the scheme."""
    clerk, approver = office.clerk, office.approver
    item_id = db.session.scalars(select(Item.id).where(Item.name == ITEM)).one()
    clerk.open("/campaigns/new")
    clerk.submit("form[action*=campaigns]", name=CAMPAIGN, item_ids=[str(item_id)], **campaign_dates())
    clerk.follow()
    clerk.submit("form[action*=scope]", tags=[TAG])
    clerk.follow()
    clerk.submit("form[action*=strata]", take_0="20%")
    clerk.follow()
    clerk.submit("form[action$=team]")
    clerk.follow()
    clerk.submit("form[action$=submit]")
    campaign_id = db.session.scalars(select(Campaign.id)).one()
    clerk.post(f"/campaigns/{campaign_id}/approve", status=403)
    approver.open(f"/campaigns/{campaign_id}/approve")
    approver.submit("form[action$=approve]")
    clerk.open(f"/campaigns/{campaign_id}/publish")
    clerk.submit("form[action$=publish]")
    office.public.open(f"/public/schemes/{campaign_id}")
    assert CAMPAIGN in office.public.text()
    return campaign_id


def freeze(office: Office, campaign_id: int) -> int:
    """Pool and rule are fixed; the commitment is public before any value exists."""
    clerk = office.clerk
    clerk.open(f"/draws/freeze/{campaign_id}")
    clerk.submit("form[action*=freeze]")
    clerk.post(f"/draws/freeze/{campaign_id}/confirm", status=403)
    office.approver.open(f"/draws/freeze/{campaign_id}")
    office.approver.submit("#confirm")
    draw = db.session.scalars(select(Draw)).one()
    draw_id, sha256 = draw.id, draw.commitment_sha256
    office.public.open(f"/public/draws/{draw_id}")
    assert sha256 in office.public.text()
    office.public.open(f"/public/draws/{draw_id}/commitment.json")
    office.public.open(f"/public/draws/{draw_id}/receipt.json", status=404)
    clerk.post(f"/draws/freeze/{campaign_id}", status=422)
    return draw_id


def hold_the_draw(office: Office, draw_id: int) -> None:
    """Each value typed twice; the two must agree, and it happens once."""
    clerk = office.clerk
    name_witnesses(clerk, draw_id)
    type_value(clerk, draw_id, 0, DICE[0])
    type_value(clerk, draw_id, 1, DICE[1], again="2719", status=422)
    type_value(clerk, draw_id, 1, DICE[1])
    press_draw(clerk, draw_id)
    clerk.follow()
    show(clerk, draw_id, 0, 2)
    clerk.follow()
    assert "共抽中 2 户" in clerk.text()
    clerk.post(f"/draws/{draw_id}/hall", status=409)


def verify_alone(office: Office, draw_id: int, folder: Path) -> None:
    """The receipt, taken along, holds in a program that knows nothing of the app."""
    answer = office.clerk.client.get(f"/draws/{draw_id}/receipt.json")
    commitment = db.session.scalars(select(Draw.commitment_sha256)).one()
    lines = verified(answer.data, commitment, folder)
    assert any(line.startswith("ok") for line in lines)
    forged = json.loads(answer.data)
    forged["values"][1] = "2719"
    with pytest.raises(AssertionError, match="FAIL"):
        verified(json.dumps(forged).encode(), commitment, folder)


def verified(receipt: bytes, commitment: str, folder: Path) -> list[str]:
    """What verify.py says, copied out alone, without site packages and without our checkout on its path."""
    (folder / "receipt.json").write_bytes(receipt)
    shutil.copy(str(verify.__file__), folder / "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "receipt.json", "--commitment", commitment],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def dispatch(office: Office, draw_id: int) -> list[UUID]:
    """The teams are sent out; afterwards the page leads to the visits and sends nobody twice."""
    clerk = office.clerk
    clerk.open(f"/inspections/dispatch/{draw_id}")
    clerk.submit("form[action*=dispatch]")
    clerk.open(f"/inspections/dispatch/{draw_id}")
    assert not clerk.page.select("form[action*=dispatch]")
    uids = db.session.scalars(select(Inspection.uid)).all()
    assert len(uids) == 2
    return list(uids)


def visit(office: Office, uid: UUID) -> None:
    """The leader opens the task by the entity's code, sends record and pictures, and is told it is complete."""
    inspection = db.session.scalars(select(Inspection).where(Inspection.uid == uid)).one()
    token, name, leader = inspection.entity.token, inspection.entity.name, inspection.team[0].officer
    phone = office.officer(leader)
    assert [task["entity"] for task in phone.get("/field/tasks.json") if task["inspection"] == str(uid)] == [
        name
    ]
    scanned = phone.visitor.client.get(f"/field/scan/{token}", follow_redirects=True)
    assert scanned.status_code == 200
    assert name in scanned.get_data(as_text=True)
    record = todays_record(phone.get(f"/field/inspections/{uid}.json"), uid)
    submission = uuid4()
    status, body = phone.put(submission, record)
    assert (status, body["code"]) == (201, "received")
    assert len(body["missing_files"]) == 4
    phone.upload([picture(f"{uid}{mark}") for mark in ("甲", "乙", "被", "现场")])
    assert phone.put(submission, record)[0] == 200
    assert phone.get(f"/field/submissions/{submission}")["state"] == "complete"


def todays_record(form: dict[str, Any], uid: UUID) -> dict[str, Any]:
    """A visit of the last hour with one problem found."""
    end = now() - timedelta(minutes=3)
    point = form["points"][1]
    record = record_of(form, uid)
    times = {"started_at": 60, "ended_at": 0, "certificates_shown_at": 58, "rights_told_at": 57}
    record |= {name: told(end - timedelta(minutes=minutes)) for name, minutes in times.items()}
    record |= {"device_now": told(now()), "present": {"name": "李四", "phone": PRESENT_PHONE}}
    record["checkin"]["at"] = record["started_at"]
    record["photos"][0]["taken_at"] = told(end - timedelta(minutes=30))
    record["answers"][1] |= {"value": "problem", "note": "台账少记一批"}
    record["results"][0]["result"] = "发现问题已责令改正"
    due = (end + timedelta(days=10)).astimezone(SHANGHAI).date().isoformat()
    found = {
        "item": point["item"],
        "point": point["id"],
        "kind": "责令改正",
        "due": due,
        "text": "台账少记一批",
    }
    return sign({**record, "problems": [found]})


def told(at: datetime) -> str:
    """A moment as the phone writes it."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def assert_receipt_is_public(office: Office, draw_id: int, folder: Path) -> None:
    """Once the last visit has ended, everybody can check which objects were drawn."""
    answer = office.public.client.get(f"/public/draws/{draw_id}/receipt.json")
    assert answer.status_code == 200
    assert json.loads(answer.data)["kind"] == "public"
    commitment = db.session.scalars(select(Draw.commitment_sha256)).one()
    verified(answer.data, commitment, folder)


def review_all(office: Office) -> None:
    """The office accepts; each problem found is followed up from now on."""
    for number in db.session.scalars(select(Inspection.id)).all():
        office.clerk.open(f"/inspections/{number}")
        assert "台账少记一批" in office.clerk.text()
        office.clerk.submit("form[action$=accept]")
    office.clerk.open("/followups/")
    assert office.clerk.text().count("责令改正") >= 2


def publish_all(office: Office) -> None:
    """Preview what the public will read, then publish."""
    numbers = db.session.scalars(select(Inspection.id)).all()
    office.clerk.open("/notices/preview?" + "&".join(f"id={number}" for number in numbers))
    office.clerk.submit("form[action$=publish]", id=[str(number) for number in numbers])
    office.clerk.follow()
    assert "没有待公示的结果" in office.clerk.text()


def assert_public_reads_the_results(office: Office) -> None:
    """Result list, page and CSV; no phone number and no officer among them."""
    public = office.public
    drawn = db.session.scalars(select(Entity.name).join(Inspection)).all()
    public.open("/public/results")
    links = [str(link["href"]) for link in public.page.select('a[href^="/public/results/"]')]
    assert all(name in public.text() for name in drawn)
    table = public.client.get("/public/results.csv").get_data(as_text=True)
    assert all(name in table for name in drawn)
    untouched = {firm_name(number) for number in range(FIRMS)} - set(drawn)
    assert not any(name in table for name in untouched)
    public.open(links[0])
    assert "发现问题已责令改正" in public.text()
    assert not any(secret in public.text() + table for secret in (PRESENT_PHONE, "李四", *OFFICERS))
    finished = db.session.scalars(select(Campaign)).one()
    assert finished.finished_at is not None
