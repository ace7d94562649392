"""Makers of changes after a draw, through the real services; committed."""

from datetime import date, datetime, timedelta

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.changes_services import REPLACE, SUBSTITUTE, Wanted
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.files.store import keep
from sjj.inspections.change_services import approve, ask
from tests.makers.accounts import make_user
from tests.makers.draws import DRAWN_AT
from tests.makers.inspections import picture

ASKED_AT = DRAWN_AT + timedelta(hours=2)
EVIDENCE_ON = date(2026, 3, 1)


def evidence(words: str = "注销证明") -> str:
    """A stored picture that proves something; its SHA-256."""
    return keep(picture(words)).sha256


def to_visit(draw: Draw) -> list[DrawnObject]:
    """The objects that are still to be inspected, as the database has them now."""
    query = db.select(DrawnObject).where(DrawnObject.draw_id == draw.id, DrawnObject.left_by.is_(None))
    return list(db.session.scalars(query.order_by(DrawnObject.place)))


def make_ask(
    draw: Draw,
    kind: str = REPLACE,
    *,
    row: DrawnObject | None = None,
    actor: User | None = None,
    at: datetime = ASKED_AT,
    **more: str,
) -> DrawChange:
    """A request about the first object still to be inspected; a substitution of its leader."""
    row = row or to_visit(draw)[0]
    wanted = Wanted(
        kind,
        row.code,
        more.get("reason", "注销" if kind == REPLACE else "病假"),
        more.get("evidence_sha256") or evidence(),
        EVIDENCE_ON,
        out=more.get("out", row.team_now[0]) if kind == SUBSTITUTE else "",
        note=more.get("note", ""),
    )
    made = ask(draw, wanted, actor or make_user(Role.OFFICE, agency=draw.agency), at)
    db.session.commit()
    return made


def make_change(
    draw: Draw, kind: str = REPLACE, *, approver: User | None = None, at: datetime = ASKED_AT, **more: object
) -> DrawChange:
    """A change that was asked for and approved an hour later."""
    change = make_ask(draw, kind, at=at, **more)  # type: ignore[arg-type]
    approver = approver or make_user(Role.APPROVER, agency=draw.agency, display_name="周正")
    approve(change, approver, at + timedelta(hours=1))
    db.session.commit()
    return change
