"""Makers of records that name problems, of problems under way, and of published results; committed."""

from datetime import UTC, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.followups.models import Problem
from sjj.followups.services import open_problems
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection
from sjj.inspections.review import accept
from sjj.publicity.models import Notice
from sjj.publicity.services import publish
from sjj.rules.lifecycle import ResultState
from sjj.rules.results import CORRECTION_ORDERED
from tests.makers.accounts import make_user
from tests.makers.inspections import make_inspection, make_submission

REVIEWED_AT = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
PROBLEM_TEXT = "未建立原料入库台账"


def with_problem(inspection: Inspection, **more: Any) -> dict[str, Any]:
    """What a record says that found one problem: changes for `make_submission`."""
    form = served(inspection)
    item = form["items"][0]["code"]
    point = next(point["id"] for point in form["points"] if point["item"] == item)
    problem = {
        "item": item,
        "point": point,
        "kind": "责令改正",
        "clause": "森林法第六十五条",
        "due": "2026-03-20",
        "text": PROBLEM_TEXT,
        **more,
    }
    answers = [
        {"point": one["id"], "value": "problem" if one["id"] == point else "ok"} for one in form["points"]
    ]
    results = [
        {"item": one["code"], "result": CORRECTION_ORDERED if one["code"] == item else "未发现问题"}
        for one in form["items"]
    ]
    return {"answers": answers, "results": results, "problems": [problem]}


def make_recorded(
    inspection: Inspection | None = None,
    *,
    problem: bool = True,
    said: dict[str, Any] | None = None,
    **more: Any,
) -> Inspection:
    """An inspection that waits for review; its record names a problem, none, or what is `said`."""
    inspection = inspection or make_inspection(**more)
    answer = make_submission(inspection, **(said or (with_problem(inspection) if problem else {})))
    assert answer.status == 201, answer.body
    db.session.commit()
    return inspection


def make_accepted(
    inspection: Inspection | None = None, *, actor: User | None = None, **more: Any
) -> Inspection:
    """An inspection that waits for publication, its problems open."""
    inspection = make_recorded(inspection, **more)
    actor = actor or _office(inspection)
    accept(inspection, actor, REVIEWED_AT)
    open_problems(inspection, actor, REVIEWED_AT)
    db.session.commit()
    return inspection


def make_notice(
    inspection: Inspection | None = None,
    *,
    actor: User | None = None,
    at: datetime = PUBLISHED_AT,
    **more: Any,
) -> Notice:
    """A published result, on time."""
    if inspection is None or inspection.state is not ResultState.AWAITING_PUBLICATION:
        inspection = make_accepted(inspection, actor=actor, **more)
    notice = publish(inspection, actor or _office(inspection), at)
    db.session.commit()
    return notice


def make_problem(inspection: Inspection | None = None, **more: Any) -> Problem:
    """An open problem of an accepted inspection."""
    inspection = make_accepted(inspection, **more)
    return db.session.scalars(db.select(Problem).where(Problem.inspection_id == inspection.id)).one()


def _office(inspection: Inspection) -> User:
    return make_user(Role.OFFICE, agency=inspection.agency)
