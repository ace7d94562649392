"""Changes of a draw as the office reads them, with the visits behind them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.draws.change_events import KINDS
from sjj.draws.changes_queries import ASK, changes_of, drawn_object
from sjj.draws.changes_services import REPLACE
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.draws.queries import officer_names
from sjj.draws.teams import Roster
from sjj.files.models import StoredFile
from sjj.files.store import IMAGES
from sjj.inspections.models import Inspection, Submission
from sjj.plans.models import Campaign
from sjj.registers.leave_queries import leave_words, leaves_by_officer
from sjj.registers.recusal_queries import bars
from sjj.rules import verify
from sjj.rules.lifecycle import CampaignState, ChangeState, DrawState, ResultState
from sjj.rules.results import Outcome
from sjj.web import today

FOUND_NOBODY = (Outcome.CLOSED.value, Outcome.MOVED.value, Outcome.NOT_FOUND.value)
UNACCEPTED = (ResultState.AWAITING_REVIEW, ResultState.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Shown:
    """One change in words: whom it is about, who left, who came, and what proves it."""

    kind: str
    name: str
    out: str
    came: str
    team: list[str]
    evidence: StoredFile | None
    is_picture: bool
    record: Submission | None
    visit: Inspection | None
    away: str = ""  # who came in and has leave in the days of a visit still to be made
    place: int | None = None


def shown(change: DrawChange) -> Shown:
    """Everything that the page of one change says."""
    draw, row = change.draw, drawn_object(change.draw, change.code)
    roster, names = Roster(draw), officer_names(draw)
    entry = verify.parse(change.entry.encode("utf-8")) if change.entry else {}
    came, away, team = "", "", []
    if change.kind == "replace" and entry:
        reserve = drawn_object(draw, entry["by"])
        came = reserve.name if reserve else entry["by"]
        team = roster.words(reserve.team_now if reserve else entry["team"], names)
    elif entry:
        came = roster.words([entry["in"]], names)[0]
        away = _away(change, visit_of(row) if row else None, entry["in"])
    stored = db.session.get(StoredFile, change.evidence_sha256)
    visit = visit_of(row) if row else None
    return Shown(
        kind=KINDS[change.kind],
        name=row.name if row else change.code,
        out=roster.words([change.out], names)[0] if change.out else "",
        came=came,
        team=team,
        evidence=stored,
        is_picture=stored is not None and stored.media_type in IMAGES,
        record=_record(visit, change.evidence_sha256) if stored is None else None,
        visit=visit,
        away=away,
        place=row.place if row else None,
    )


def _away(change: DrawChange, visit: Inspection | None, came: str) -> str:
    """Leave of who came in, in the days of the visit: the tickets alone choose, so this is to be changed in turn."""
    if (
        visit is None
        or visit.due_on is None
        or change.decided_at is None
        or visit_obstacles(visit, change.kind)
    ):
        return ""
    first, last = visit.planned_on or today(change.decided_at), visit.planned_on or visit.due_on
    standing = {member.officer_id: member.officer.name for member in visit.team if member.left_at is None}
    known = [number for number in Roster(change.draw).officer_ids([came]) if number in standing]
    return "、".join(
        f"{standing[number]}{leave_words(leave)}"
        for number, leaves in leaves_by_officer(known).items()
        for leave in leaves
        if leave.from_on <= last and leave.until_on >= first
    )


@dataclass(frozen=True, slots=True)
class Barred:
    """Somebody in a team whom a later recusal bars from its object, before the visit: to be substituted."""

    draw: Draw
    place: int
    entity_id: int
    name: str
    officer: str
    out: str
    reason: str


def barred_now(draw: Draw) -> list[Barred]:
    """Whom an approved recusal bars from an object still to be visited, where no change is asked for yet."""
    objects = _unvisited(draw)
    found = bars([one.entity_id for one in objects], draw.campaign_id)
    if not found:
        return []
    roster, names = Roster(draw), officer_names(draw)
    asked = {(one.code, one.out) for one in changes_of(draw) if one.state is ChangeState.ASKED}
    return [
        Barred(draw, row.place, row.entity_id, row.name, names.get(code, code), out, reason)
        for row in objects
        for out in row.team_now
        if not asked & {(row.code, out), (row.code, "")}
        for code in roster.codes(out)
        if (reason := found.get(row.entity_id, {}).get(draw.officer_ids.get(code, 0)))
    ]


def barred_at(visit: Inspection) -> list[Barred]:
    """The same of one visit."""
    if visit.draw is None or visit.standing is not ResultState.NOT_ENTERED:
        return []
    return [one for one in barred_now(visit.draw) if one.entity_id == visit.entity_id]


def barred_of(user: User) -> list[Barred]:
    """The same over all draws whose office this person is."""
    query = select(Draw).where(Draw.state == DrawState.DRAWN, within(Draw.agency_id, user, ASK))
    going_on = query.join(Draw.campaign).where(Campaign.state == CampaignState.IN_PROGRESS)
    return [one for draw in db.session.scalars(going_on.order_by(Draw.id)) for one in barred_now(draw)]


def visit_obstacles(visit: Inspection | None, kind: str) -> list[str]:
    """Why a change of this kind comes too late for the visit; empty if it does not, or there is none yet."""
    if visit is None or (visit.standing is ResultState.NOT_ENTERED and visit.revision is None):
        return []
    if visit.standing is ResultState.WITHDRAWN:
        return ["这一户的检查已经撤回，不能变更"]
    if kind != REPLACE:
        return ["这一户已经检查完，不能再换人"]
    if visit.outcome not in FOUND_NOBODY:
        return ["这一户已有检查记录，不能再递补"]
    if visit.standing not in UNACCEPTED:
        return [f"这一户的检查结果已经审核通过（{visit.standing.label}），不能再递补"]
    return []


def record_as_evidence(visit: Inspection | None) -> Submission | None:
    """The record of a visit that found nobody: the evidence for a 递补, by the SHA-256 of its text."""
    if visit is None or visit.outcome not in FOUND_NOBODY or visit.revision is None:
        return None
    return db.session.get(Submission, visit.revision)


def possible_changes(visit: Inspection, row: DrawnObject | None, user: User) -> list[str]:
    """The kinds of change that this person may ask for at a visit now: of the object, of somebody in the team."""
    if row is None or row.left_by is not None or not user.may(ASK, visit.agency_id):
        return []
    return [kind for kind in KINDS if not visit_obstacles(visit, kind) and not row.draw.voided_at]


def _unvisited(draw: Draw) -> Sequence[DrawnObject]:
    """The objects that a visit may still be made to by another team."""
    if draw.state is not DrawState.DRAWN:
        return ()
    visit = (Inspection.draw_id == DrawnObject.draw_id) & (Inspection.entity_id == DrawnObject.entity_id)
    query = (
        select(DrawnObject)
        .outerjoin(Inspection, visit)
        .where(
            DrawnObject.draw_id == draw.id,
            DrawnObject.left_by.is_(None),
            or_(Inspection.id.is_(None), Inspection.state == ResultState.NOT_ENTERED),
        )
    )
    return db.session.scalars(query.order_by(DrawnObject.place)).all()


def visit_of(row: DrawnObject) -> Inspection | None:
    """The visit of a drawn object, if the teams were sent out."""
    query = select(Inspection).where(Inspection.draw_id == row.draw_id, Inspection.entity_id == row.entity_id)
    return db.session.scalar(query)


def _record(visit: Inspection | None, content_sha256: str) -> Submission | None:
    if visit is None:
        return None
    query = select(Submission).where(
        Submission.inspection_id == visit.id, Submission.content_sha256 == content_sha256
    )
    return db.session.scalars(query.limit(1)).first()


def team_names(row: DrawnObject) -> list[tuple[str, str]]:
    """The team of an object as it is now: each name in the receipt with its words."""
    words = Roster(row.draw).words(row.team_now, officer_names(row.draw))
    return list(zip(row.team_now, words, strict=True))
