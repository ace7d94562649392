"""How far long work has come: a page of its own that may be left and found again, and one's own list."""

from typing import Any

from flask import Blueprint, Response, flash, g, request, url_for

from sjj.database import commit
from sjj.jobs import services
from sjj.jobs.kinds import kind_of, label_of
from sjj.jobs.models import Job
from sjj.jobs.queries import can_be, is_open, own_job, own_jobs
from sjj.rules.lifecycle import JobState, RefusedMove
from sjj.web import go, now, page, requires

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("/")
@requires("")
def jobs() -> Response:
    """What this person asked for, newest first."""
    found = own_jobs(g.user, request.args.get("page", 1, type=int))
    return page("jobs/list.html", found=found, label_of=label_of)


@bp.get("/<int:job_id>")
@requires("", own_job)
def job(job: Job) -> Response:
    """One job; its fragment asks for itself while there is something to wait for."""
    return page("jobs/job.html", "jobs/_progress.html", **_shown(job))


def _shown(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "label": label_of(job.kind),
        "is_open": is_open(job),
        "may_cancel": can_be(job, JobState.CANCELLED),
        "may_try_again": job.state is JobState.FAILED,
        "outcome": _outcome(job),
    }


def _outcome(job: Job) -> dict[str, str] | None:
    kind = kind_of(job.kind)
    link = kind.outcome(job.about) if kind is not None and job.state is JobState.DONE else None
    return {"label": link.label, "url": url_for(link.endpoint, **link.values)} if link else None


@bp.post("/<int:job_id>/cancel")
@requires("", own_job)
def cancel(job: Job) -> Response:
    """Stop it after the piece that is being done."""
    return _moved(job, services.cancel)


@bp.post("/<int:job_id>/again")
@requires("", own_job)
def again(job: Job) -> Response:
    """Let a failed one go on from where it stopped."""
    return _moved(job, services.try_again)


def _moved(job: Job, act: Any) -> Response:
    number = job.id
    try:
        act(job, g.user, now())
        commit()
    except RefusedMove as refusal:
        flash(str(refusal), "bad")
    return go("jobs.job", job_id=number)
