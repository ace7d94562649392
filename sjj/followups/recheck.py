"""What the 复查记录 of a problem says: what was found, what was done about it, how it ended. Words only."""

from datetime import datetime

from sjj.followups.models import FollowUp, Problem
from sjj.inspections.paper_data import Paper, common, team_of
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_pictures import Pictures
from sjj.presentation import day
from sjj.rules.lifecycle import ProblemState


def recheck_paper(problem: Problem, address: str) -> Paper:
    """The paper of one problem, dated by its last step; blank at its end while the problem is open."""
    inspection, pictures = problem.inspection, Pictures()
    closing = _closing(problem)
    data = common(inspection, PaperKind.RECHECK, pictures, address, day(closing.on) if closing else "")
    data |= {
        "team": team_of(inspection, None),
        "item": problem.item.name if problem.item else "",
        "text": problem.text,
        "clause": problem.clause,
        "kind": problem.kind,
        "due": day(problem.due_on),
        "opened": day(problem.opened_at),
        "steps": [_step(number, step) for number, step in enumerate(problem.steps, 1)],
        "conclusion": closing.text if closing else "",
        "closed": day(closing.on) if closing else "",
    }
    return Paper(PaperKind.RECHECK, inspection, data, pictures, last_moment(problem))


def last_moment(problem: Problem) -> datetime:
    """When what the paper says came to be."""
    return max([problem.opened_at, *(step.at for step in problem.steps)])


def _closing(problem: Problem) -> FollowUp | None:
    """The step that closed it, unless it was opened again."""
    if problem.state is not ProblemState.CLOSED:
        return None
    return next((step for step in reversed(problem.steps) if step.closes), None)


def _step(number: int, step: FollowUp) -> dict[str, str]:
    return {
        "no": str(number),
        "on": day(step.on),
        "kind": "闭环" if step.closes else step.kind,
        "text": step.text,
        "by": step.by.display_name if step.by else "",
        "proof": "有附件" if step.file_sha256 else "",
    }
