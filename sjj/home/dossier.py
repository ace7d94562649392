"""一企一档: everything that is known of one object, each part as far as the reader's permissions go. Reads only.

What is confidential stays so: whether an object was drawn is told only to those who may read draws, and a visit
only to those who may read inspections (domain §4). A merged double's rows stand with the kept one's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.files.models import StoredFile
from sjj.followups.models import Problem
from sjj.inspections.feedback_models import Objection, VisitRating
from sjj.inspections.feedback_queries import not_of_team
from sjj.inspections.models import Inspection, ItemResult, Submission, TeamMember
from sjj.inspections.record_values import mapping_in, number_in, rows_in, text_at
from sjj.inspections.scan_models import ScanMadeUp
from sjj.plans.models import Campaign
from sjj.plans.visits import visits_that_count
from sjj.publicity.models import Notice
from sjj.registers.merge_queries import same_rows
from sjj.registers.models import Entity
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import DrawState, ResultState

MOST = 100  # of each kind of thing; nobody is inspected more often
GOOD_METRES = 30
NOT_DRAWN = "未抽中"


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw whose list the object stood on: its rank where it was drawn."""

    draw: Draw
    place: int | None
    total: int
    said: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with what hangs on it."""

    inspection: Inspection
    photos: tuple[tuple[str, str], ...]  # (sha256, caption)
    scans: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a visit took place, good enough to stand in the register."""

    inspection_id: int
    on: date
    lat: float
    lon: float
    metres: float


@dataclass(slots=True)
class Dossier:
    """All parts; a part that the reader may not read is None, one with nothing in it is empty."""

    ids: list[int]  # the object's, then those of the doubles merged into it
    codes: list[str]
    draws: list[DrawRow] | None = None
    visits: list[Visit] | None = None
    problems: list[Problem] | None = None
    notices: list[Notice] = field(default_factory=list)
    objections: list[Objection] | None = None
    ratings: list[VisitRating] | None = None
    recusals: list[Recusal] | None = None
    counted: int = 0
    under_way: int = 0
    position: Position | None = None


def dossier_of(entity: Entity, user: User, day: date) -> Dossier:
    """Everything of the object, and of the doubles merged into it, that this person may read."""
    rows = same_rows(entity)
    found = Dossier([number for number, _ in rows], [code for _, code in rows])
    ids = found.ids
    if user.may("draw.read"):
        found.draws = _draws(entity, found, user)
    if user.may("inspection.read"):
        _add_visits(found, user)
        _count(found, entity, day)
    if user.may("followup.read"):
        found.problems = _hanging(Problem, ids, within(Inspection.agency_id, user, "followup.read"))
    found.notices = _notices(ids)
    if user.may("inspection.read"):
        theirs = within(Inspection.agency_id, user, "inspection.read")
        found.objections = _hanging(Objection, ids, theirs)
    if user.may("rating.read"):
        theirs = and_(within(Inspection.agency_id, user, "rating.read"), not_of_team(user))
        found.ratings = _hanging(VisitRating, ids, theirs)
    if user.may("recusal.read", entity.agency_id):
        query = select(Recusal).where(Recusal.entity_id.in_(ids)).options(joinedload(Recusal.officer))
        found.recusals = list(db.session.scalars(query.order_by(Recusal.id.desc()).limit(MOST)))
    return found


def _draws(entity: Entity, found: Dossier, user: User) -> list[DrawRow]:
    """Every list it stood on. The list itself may be megabytes: it is searched in the database, not read."""
    on_list = or_(*(_names(code) for code in found.codes))
    drawn = and_(DrawnObject.draw_id == Draw.id, DrawnObject.entity_id.in_(found.ids))
    every = aliased(DrawnObject)
    total = select(func.count()).where(every.draw_id == Draw.id).scalar_subquery()
    query = (
        select(Draw, DrawnObject, total)
        .outerjoin(DrawnObject, drawn)
        .where(
            within(Draw.agency_id, user, "draw.read"),
            or_(DrawnObject.draw_id.is_not(None), and_(Draw.agency_id == entity.agency_id, on_list)),
        )
        .options(joinedload(Draw.campaign))
        .order_by(Draw.frozen_at.desc(), Draw.id.desc())
        .limit(MOST)
    )
    return [_draw_row(*row) for row in db.session.execute(query)]


def _names(code: str) -> ColumnElement[bool]:
    """Whether a frozen list names this code: its keys are codes, as JSON writes them."""
    return cast(Draw.entity_ids, String).contains(f"{json.dumps(code)}:", autoescape=True)


def _draw_row(draw: Draw, row: DrawnObject | None, total: int) -> DrawRow:
    if draw.state is DrawState.VOIDED:
        return DrawRow(draw, row.place if row else None, total, "抽取已作废")
    if row is None:
        waits = draw.state is DrawState.FROZEN
        return DrawRow(draw, None, total, "在名单中，还没有抽取" if waits else NOT_DRAWN)
    said = "抽中" if row.came_by is None else "递补"
    return DrawRow(draw, row.place, total, f"{said}，后已退出" if row.left_by is not None else said)


def _add_visits(found: Dossier, user: User) -> None:
    scans = select(func.count()).where(ScanMadeUp.inspection_id == Inspection.id).scalar_subquery()
    query = (
        select(Inspection, scans)
        .where(Inspection.entity_id.in_(found.ids), within(Inspection.agency_id, user, "inspection.read"))
        .options(
            joinedload(Inspection.campaign).joinedload(Campaign.plan_line),
            joinedload(Inspection.agency),
            joinedload(Inspection.draw).load_only(Draw.draw_no, Draw.state),
            joinedload(Inspection.team).joinedload(TeamMember.officer),
            joinedload(Inspection.results).joinedload(ItemResult.item),
        )
        .order_by(Inspection.ended_on.desc().nulls_first(), Inspection.id.desc())
        .limit(MOST)
    )
    rows = db.session.execute(query).unique().all()
    records = _records([row for row, _ in rows])
    stored = _stored(records.values())
    found.visits = [Visit(row, _photos(records.get(row.id, {}), stored), made_up) for row, made_up in rows]
    places = (_position(row, records.get(row.id, {})) for row, _ in rows)
    found.position = next(filter(None, places), None)


def _records(rows: Sequence[Inspection]) -> dict[int, Any]:
    """{visit: its record that counts}; what cannot be read is nothing."""
    current = {row.revision: row.id for row in rows if row.revision is not None}
    query = select(Submission.uid, Submission.content).where(Submission.uid.in_(current))
    found = {}
    for uid, content in db.session.execute(query):
        said = json.loads(content)
        found[current[uid]] = said if isinstance(said, dict) else {}
    return found


def _stored(records: Any) -> set[str]:
    """Which of the pictures that records name have arrived."""
    named = {text_at(row, "sha256") for said in records for row in rows_in(said.get("photos"))}
    query = select(StoredFile.sha256).where(
        StoredFile.sha256.in_(named), StoredFile.media_type.startswith("image/")
    )
    return set(db.session.scalars(query))


def _photos(said: Any, stored: set[str]) -> tuple[tuple[str, str], ...]:
    rows = rows_in(said.get("photos"))
    return tuple(
        (text_at(row, "sha256"), text_at(row, "caption")) for row in rows if text_at(row, "sha256") in stored
    )


def _count(found: Dossier, entity: Entity, day: date) -> None:
    """Visits of this year that count to the cap, and those that are still to be made."""
    kept = entity.merged_into_id or entity.id
    for one in visits_that_count(entity.agency_id, day.year, {kept}):
        found.counted += one.day is not None
        found.under_way += one.day is None


def _position(row: Inspection, said: Any) -> Position | None:
    """Where the record was begun, if the telephone was sure of it and the visit took place on site."""
    checkin = mapping_in(said.get("checkin"))
    lat, lon, metres = (number_in(checkin.get(name)) for name in ("lat", "lon", "accuracy_m"))
    if row.off_site or row.ended_on is None or row.standing is ResultState.WITHDRAWN:
        return None
    if lat is None or lon is None or metres is None or metres > GOOD_METRES:
        return None
    return Position(row.id, row.ended_on, lat, lon, metres)


def _hanging(model: Any, ids: Sequence[int], theirs: ColumnElement[bool]) -> list[Any]:
    """What hangs on the visits of the object, the latest first."""
    query = (
        select(model)
        .join(model.inspection)
        .where(Inspection.entity_id.in_(ids), Inspection.standing != ResultState.WITHDRAWN, theirs)
        .order_by(model.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def _notices(ids: Sequence[int]) -> list[Notice]:
    """What stands in public anyway."""
    query = (
        select(Notice)
        .join(Notice.inspection)
        .where(Inspection.entity_id.in_(ids), Notice.live_inspection_id.is_not(None))
        .order_by(Notice.published_at.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(query))
