"""Nothing internal reaches the public: a mark is planted everywhere, then every public address is read.

The mark Ж stands in no text of the app. It goes into records before they are published, and afterwards into
every text column of every table, except the columns named here as public. A new column is covered by itself.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import JSON, Column, Enum, String, Table, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.changes_services import SUBSTITUTE, refuse
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.dispatch import dispatch
from sjj.plans.models import Campaign
from sjj.plans.plan_models import Plan
from sjj.plans.plan_paper_scans import keep_document
from sjj.plans.plan_version_moves import open_adjustment
from sjj.publicity.explain import standings_of
from sjj.publicity.models import Notice
from sjj.publicity.services import correct, withdraw
from sjj.registers.models import Entity, EntityKind, Officer
from sjj.rules.lifecycle import CampaignState, DrawState, PlanState
from sjj.web import Guard
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import ASKED_AT, make_ask, make_change, to_visit
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.inspections import make_inspection
from tests.makers.plan_versions import layer, make_plan, make_ready_line, make_year
from tests.makers.plans import ENDS_ON, by_credit, make_campaign
from tests.makers.publicity import PUBLISHED_AT, make_accepted, make_notice, with_problem
from tests.makers.registers import make_entity, make_item, make_officer, make_recusal
from tests.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages only


MARK = "Ж"
# What is public by design: its own words, or a snapshot that was whitelisted when it was made.
PUBLIC_COLUMNS = {
    "agency": {"name", "short_name", "theme", "phone", "supervision_phone", "address", "clock_starts"},
    "item": {"code", "name", "object_type", "entity_kind", "method", "level", "frequency"},
    "law_basis": {"title"},
    "item_basis": {"articles"},
    "check_point": {"text", "standard", "how", "basis"},
    "campaign": {"number", "name", "scheme"},
    "draw": {
        "draw_no",
        "commitment",
        "commitment_sha256",
        "receipt",
        "receipt_sha256",
        "outside_values",
        "void_reason",
        "entity_ids",
        "rule",  # its sources are shown; the mark goes into everything else of it
    },
    "draw_change": {"kind", "reason", "entry", "receipt_sha256"},  # of `entry` the approver stays inside
    "notice": {"entity_name", "entity_code", "result", "content", "correction_reason", "withdrawn_reason"},
    "entity": {"name", "code", "token"},
    "problem": {"kind"},
    "plan": {"document_no", "reason", "content"},  # of `content` only the part for everybody
}
_numbers = count(1)


@pytest.fixture
def world(app: Flask) -> Agency:
    """Everything that can be published, with the mark wherever it must not come out."""
    agency = make_agency(clock_starts="visit")
    _register(agency)
    hidden = make_campaign(
        agency, state=CampaignState.IN_PROGRESS, strata=by_credit(), scope={"credit": ["C"]}
    )
    notices = [_published(agency, hidden) for _ in range(3)]
    person = _entity(agency, f"王{MARK}", kind=EntityKind.PERSON)
    make_notice(make_inspection(agency, campaign=hidden, entity=person, officers=_team(agency)))
    office = make_user(Role.OFFICE, agency=agency, display_name=MARK)
    withdraw(notices[0], "对象有误", office, PUBLISHED_AT)
    row = notices[1].inspection.results[0]
    correct(notices[1], {row.item_id: "发现问题待后续处理"}, "录错", office, PUBLISHED_AT)
    _changed(make_draw(make_campaign(agency, publishes_at_once=True)))
    make_draw(make_campaign(agency, publishes_at_once=True, strata=by_credit()))
    _visited(make_draw(make_campaign(agency)))
    make_draw(make_campaign(agency), state=DrawState.FROZEN)
    make_draw(make_campaign(agency), state=DrawState.VOIDED)
    make_campaign(agency, state=CampaignState.APPROVED, name=MARK)
    _planned(agency)
    db.session.commit()
    plant_everywhere()
    return agency


def _planned(agency: Agency) -> None:
    """A published plan with a scan, its adjustment, and one that is not public yet."""
    make_year(agency, register=False)
    layers = [layer("credit_risk", "C", "20%"), layer("credit_risk", "D", "50%")]
    make_ready_line(agency, number=3, layers=layers, scope={"credit": ["C", "D"]})
    plan = make_plan(agency)
    clerk = make_user(Role.OFFICE, agency=agency, display_name=MARK)
    keep_document(plan, "试林字〔2026〕3号", BytesIO(picture()), clerk, PUBLISHED_AT)
    for state in (PlanState.PUBLISHED, PlanState.APPROVED):
        open_adjustment(agency, plan.year, "县里统一安排", clerk, PUBLISHED_AT)
        make_plan(agency, state=state, clerk=clerk, at=PUBLISHED_AT)


def _changed(draw: Draw) -> None:
    """A 递补 and a substitution that were made, one refused, one that waits: the mark in everybody's words."""
    approver = make_user(Role.APPROVER, agency=draw.agency, display_name=MARK)
    make_change(draw, approver=approver, note=MARK)
    row = to_visit(draw)[1]
    make_change(draw, SUBSTITUTE, row=row, approver=approver, note=MARK, at=ASKED_AT + timedelta(days=1))
    refused = make_ask(draw, row=row, note=MARK, at=ASKED_AT + timedelta(days=2))
    refuse(refused, MARK, approver, ASKED_AT + timedelta(days=2))
    make_ask(draw, row=row, note=MARK, at=ASKED_AT + timedelta(days=3))


def _visited(draw: Draw) -> None:
    """One visit has ended, the others go on: the first enterprise alone may be told of the draw."""
    visits = dispatch(draw, ENDS_ON, make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    make_accepted(visits[0], problem=False)


def _register(agency: Agency) -> None:
    make_item(agency, MARK, published_at=None)
    make_item(agency, "指引未确认的事项", confirmed=False).guides[0].points[0].text = MARK
    make_recusal(make_officer(agency, MARK), _entity(agency), approved=None, reason=MARK)


def _entity(agency: Agency, name: str = "", **more: Any) -> Entity:
    inner = ("legal_representative", "phone", "contact", "address", "capital", "business_scope", "industry")
    values = dict.fromkeys(inner, MARK) | {"credit_risk": MARK, "extra": {"身份证号": MARK}}
    return make_entity(agency, name, **{**values, **more})


def _team(agency: Agency) -> list[Officer]:
    return [
        make_officer(agency, MARK, phone=MARK, certificate_no=f"{MARK}{next(_numbers)}") for _ in range(2)
    ]


def _published(agency: Agency, campaign: Campaign) -> Notice:
    """A result whose record says the mark wherever a record can."""
    inspection = make_inspection(agency, campaign=campaign, entity=_entity(agency), officers=_team(agency))
    said = with_problem(inspection, text=MARK, clause=MARK)
    said["answers"] = [row | {"note": MARK} for row in said["answers"]]
    said["results"] = [row | {"note": MARK} for row in said["results"]]
    more = {
        "present": {"name": MARK, "post": MARK, "phone": MARK},
        "narrative": MARK,
        "remarks": MARK,
        "assistants": [MARK],
    }
    return make_notice(make_accepted(inspection, said={**said, **more}))


def plant_everywhere(also_told: Mapping[str, set[str]] | None = None) -> None:
    """The mark in every text column that is not public by design, nor told to whom a page is for."""
    for table in db.metadata.sorted_tables:
        told = PUBLIC_COLUMNS.get(table.name, set()) | (also_told or {}).get(table.name, set())
        for column in table.columns:
            if column.name not in told and _holds_text(column):
                _plant(table, column)
    for plan in db.session.scalars(select(Plan)):
        plan.content = dict.fromkeys(plan.content, MARK) | {"public": plan.content["public"]}
    for draw in db.session.scalars(select(Draw)):
        rule = json.loads(draw.rule)
        rule |= {"salt": MARK, "officers": [{"code": MARK, "groups": [MARK], "tags": [MARK], "load": 0}]}
        rule |= {"needs": {MARK: [[MARK]]}, "barred": {MARK: {MARK: MARK}}}
        draw.rule = json.dumps(rule, ensure_ascii=False)
    db.session.commit()


def _holds_text(column: Column[Any]) -> bool:
    if column.primary_key or column.foreign_keys or isinstance(column.type, Enum):
        return False
    return isinstance(column.type, String | JSON)


def _plant(table: Table, column: Column[Any]) -> None:
    if isinstance(column.type, JSON):
        db.session.execute(update(table).values({column: {MARK: MARK}}))
        return
    try:
        with db.session.begin_nested():
            db.session.execute(update(table).values({column: MARK}))
    except IntegrityError:  # unique: a different mark for each row
        keys = list(table.primary_key.columns)
        for row in db.session.execute(db.select(*keys)).all():
            where = [key == value for key, value in zip(keys, row, strict=True)]
            db.session.execute(update(table).where(*where).values({column: f"{MARK}{next(_numbers)}"}))


def public_addresses(app: Flask) -> Iterator[str]:
    """Every address that anybody may open, with every id there is."""
    known = {
        "campaign_id": db.session.scalars(db.select(Campaign.id)).all(),
        "draw_id": db.session.scalars(db.select(Draw.id)).all(),
        "notice_id": db.session.scalars(db.select(Notice.id)).all(),
        "token": db.session.scalars(db.select(Entity.token)).all(),
        "plan_id": db.session.scalars(db.select(Plan.id)).all(),
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            guard: Guard = app.view_functions[rule.endpoint].__guard__  # type: ignore[attr-defined]
            if not guard.open_to_all or "GET" not in (rule.methods or ()):
                continue
            if rule.rule.startswith("/public/visits/"):
                continue  # one visit's own page, for its enterprise: test_visit_page.py
            if rule.arguments == {"token", "draw_id"}:
                yield from (adapter.build(rule.endpoint, values) for values in explained())
                continue
            (name,) = rule.arguments or {""}
            for value in known[name] if name else [None]:
                yield adapter.build(rule.endpoint, {name: value} if name else {})


def explained() -> Iterator[dict[str, Any]]:
    """The draws that are explained to each enterprise, and for each one that is not."""
    draws = set(db.session.scalars(db.select(Draw.id)))
    drawn = set(db.session.scalars(db.select(DrawnObject.entity_id)))
    others = [one.id for one in db.session.scalars(db.select(Entity)) if one.id not in drawn][:5]
    for entity in db.session.scalars(db.select(Entity).where(Entity.id.in_([*drawn, *others]))):
        told = {one.draw.id for one in standings_of(entity)}
        for draw_id in [*told, *list(draws - told)[:1]]:
            yield {"token": entity.token, "draw_id": draw_id}


def readable(answer: TestResponse) -> str:
    """All that can be read of an answer, in whatever kind of file; of a picture what stands beside its pixels."""
    data = answer.get_data()
    if answer.mimetype == "application/pdf":
        return "".join(one.extract_text() for one in PdfReader(BytesIO(data)).pages)
    if answer.mimetype.endswith("spreadsheetml.sheet"):
        with ZipFile(BytesIO(data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    if answer.mimetype == "image/jpeg":
        return str(dict(Image.open(BytesIO(data)).getexif()))
    return data.decode()


def picture() -> bytes:
    """A scan whose scanner wrote the mark into it."""
    target, exif = BytesIO(), Image.Exif()
    exif[0x010E] = MARK
    Image.new("RGB", (40, 30), "white").save(target, "JPEG", exif=exif)
    return target.getvalue()


def test_no_public_address_carries_a_planted_mark(app: Flask, world: Agency, visitor: Visitor) -> None:
    addresses = list(public_addresses(app))
    assert len(addresses) > 40
    opened = 0
    for address in [
        *addresses,
        f"/public/?agency={world.id}",
        f"/public/results?agency={world.id}&result=found",
    ]:
        answer = visitor.client.get(address, buffered=True)
        assert answer.status_code in (200, 404), address
        assert MARK not in readable(answer), f"{address} shows what is internal"
        opened += answer.status_code == 200
    assert opened > 30


def test_the_mark_really_stands_everywhere_else(world: Agency, visitor: Visitor) -> None:
    assert db.session.scalar(db.select(AuditEntry.sentence)) == MARK
    entity = db.session.scalars(db.select(Entity)).first()
    assert entity is not None
    assert (entity.credit_risk, entity.phone) == (MARK, MARK)


@pytest.mark.parametrize("words", ["张三", "13800000000", "李四", "信用", "未建立原料入库台账"])
def test_a_search_cannot_find_what_is_not_shown(app: Flask, visitor: Visitor, words: str) -> None:
    make_notice()
    visitor.open(f"/public/results?q={words}")
    assert "没有查到" in visitor.text()


def test_a_natural_person_is_not_found_by_the_whole_name(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_notice(make_inspection(agency, entity=make_entity(agency, "欧阳小明", kind=EntityKind.PERSON)))
    visitor.open("/public/results?q=欧阳小明")
    assert "没有查到" in visitor.text()
    visitor.open("/public/results?q=欧***")
    assert "欧***" in visitor.text()


def test_a_closed_layer_and_credit_risk_are_named_nowhere(app: Flask, visitor: Visitor) -> None:
    campaign = make_campaign(strata=by_credit(), scope={"credit": ["C"]}, publishes_at_once=True)
    draw = make_draw(campaign)
    pages = ("", f"/draws/{draw.id}", f"/draws/{draw.id}/line.json")
    for address in (
        f"/public/schemes/{campaign.id}",
        f"/public/draws/{draw.id}",
        f"/public/draws/{draw.id}/receipt.json",
        f"/public/draws.csv?agency={draw.agency_id}",
        *(f"/public/e/{one.entity.token}{page}" for one in draw.objects[:2] for page in pages),
    ):
        answer = visitor.client.get(address)
        assert answer.status_code == 200, address
        assert "信用" not in answer.get_data(as_text=True), address
    visitor.open(f"/public/schemes/{campaign.id}")
    assert "不公开的分层" in visitor.text()
