"""The 复查记录 of a problem as PDF or .docx: filled with what was done so far, to be signed on paper."""

from dataclasses import dataclass

from flask import Blueprint, Response

from sjj.accounts.models import User
from sjj.followups import queries
from sjj.followups.models import Problem
from sjj.followups.recheck import recheck_paper
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_views import address_of, send_paper
from sjj.web import requires

bp = Blueprint("recheck", __name__, url_prefix="/papers/problems")


@dataclass(frozen=True, slots=True)
class Asked:
    """The paper of a problem, and as what."""

    problem: Problem
    suffix: str


def asked(user: User, problem_id: int, suffix: str) -> Asked | None:
    """A problem that this person may read."""
    found = queries.problem_of(user, problem_id)
    return Asked(found, suffix) if found is not None else None


@bp.get("/<int:problem_id>/recheck.<any(pdf, docx):suffix>")
@requires(queries.READ, asked)
def recheck(wanted: Asked) -> Response:
    """复查记录."""
    address = address_of(wanted.problem.inspection, PaperKind.RECHECK)
    return send_paper(recheck_paper(wanted.problem, address), wanted.suffix)
