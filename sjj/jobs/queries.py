"""The long work that a person asked for."""

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.database import Page, db, paged
from sjj.jobs.models import Job
from sjj.rules.lifecycle import JOB_MOVES, JobState


def own_job(user: User, job_id: int) -> Job | None:
    """A job that this person asked for."""
    job = db.session.get(Job, job_id)
    return job if job is not None and job.asked_by_id == user.id else None


def own_jobs(user: User, page: int) -> Page[Job]:
    """All of them, newest first."""
    return paged(select(Job).where(Job.asked_by_id == user.id).order_by(Job.id.desc()), page)


def is_open(job: Job) -> bool:
    """Whether something may still become of it by itself."""
    return job.state in (JobState.WAITING, JobState.RUNNING)


def can_be(job: Job, state: JobState) -> bool:
    """Whether the table of states lets a person bring it there."""
    return state in JOB_MOVES[job.state]
