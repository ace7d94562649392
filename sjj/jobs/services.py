"""A job's life: asked for, claimed by one runner, going on step by step, ended. Never commits.

Whoever claims a job gets a number (`tries`) that no other runner has; every later word about the job must
carry it, so a runner that was thought dead and wakes up again can change nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.exc import IntegrityError

from sjj.accounts.models import User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.jobs.events import JobCancelled, JobTriedAgain
from sjj.jobs.kinds import Step, Task, label_of
from sjj.jobs.models import Job
from sjj.rules.lifecycle import JOB_MOVES, JobState, move

STALE = timedelta(minutes=2)  # a heartbeat that stands still so long belongs to a runner that is gone
MAX_TRIES = 5
AGAIN_AFTER = timedelta(seconds=20)
KEEP_OWN, KEEP_PEOPLES = timedelta(days=1), timedelta(days=90)
INTERRUPTED = f"已经试了 {MAX_TRIES} 次，每次都在中途断开，不再自动重试。"


class JobEnded(Exception):
    """The job is no longer this runner's: cancelled, or taken over by another one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job; `number` tells it from every earlier and later one."""

    kind: str
    task: Task
    number: int


def ask(
    kind: str,
    about: dict[str, Any],
    now: datetime,
    *,
    actor: User | None = None,
    agency_id: int | None = None,
    key: str | None = None,
    total: int | None = None,
) -> Job:
    """Put work in the queue. With a `key`: unless the same work waits already, which is then returned.

    `about` holds ids, never data; `actor` sees the job among their own.
    """
    if key is not None and (waiting := _waiting_under(key)) is not None:
        return waiting
    job = Job(
        kind=kind, about=about, key=key, total=total, agency_id=agency_id, asked_at=now,
        asked_by_id=actor.id if actor else None,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:  # the same work was asked for at the same instant
        found = _waiting_under(str(key))
        if found is None:
            raise
        return found
    return job


def _waiting_under(key: str) -> Job | None:
    return db.session.scalar(select(Job).where(Job.key == key))


def is_any_due(now: datetime) -> bool:
    """Whether a runner would find something to do. Only looks."""
    return db.session.scalar(select(Job.id).where(_due(now)).limit(1)) is not None


def claim(now: datetime) -> Claim | None:
    """Take the oldest job that waits or was left lying; nobody else gets it. None: there is nothing to do."""
    query: Select[tuple[Job]] = select(Job).where(_due(now)).order_by(Job.id).limit(1)
    job = db.session.scalar(query.with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.state is JobState.RUNNING:
        job.state = move(JOB_MOVES, job.state, JobState.WAITING)
    job.state = move(JOB_MOVES, job.state, JobState.RUNNING)
    if job.tries >= MAX_TRIES:
        _end(job, JobState.FAILED, now, INTERRUPTED)
        return claim(now)
    job.tries += 1
    job.key = None  # from here on the same work may be asked for again: this run may have passed it already
    job.started_at = job.started_at or now
    job.heartbeat_at, job.not_before = now, None
    return Claim(job.kind, Task(job.id, dict(job.about), job.asked_by_id, job.agency_id, job.done), job.tries)


def _due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(Job.state == JobState.WAITING, or_(Job.not_before.is_(None), Job.not_before <= now))
    return or_(waiting, and_(Job.state == JobState.RUNNING, Job.heartbeat_at < now - STALE))


def heartbeat(claim: Claim, step: Step, now: datetime) -> None:
    """A piece is done. Stands in one transaction with the piece. Raises JobEnded: then neither may stand."""
    job = _held(claim)
    job.doing, job.done, job.total, job.heartbeat_at = step.doing[:120], step.done, step.total, now


def finish(claim: Claim, now: datetime) -> None:
    """All of it is done. Raises JobEnded."""
    job = _held(claim)
    job.total = job.total if job.total is not None else job.done
    _end(job, JobState.DONE, now)


def fail(claim: Claim, problem: str, now: datetime) -> None:
    """It cannot be done; `problem` is shown. Raises JobEnded."""
    _end(_held(claim), JobState.FAILED, now, problem)


def give_back(claim: Claim, now: datetime, *, soon: bool = True) -> None:
    """Let another run go on from the last step: at once where the runner only stops, later after a hitch."""
    job = _held(claim)
    job.state = move(JOB_MOVES, job.state, JobState.WAITING)
    job.heartbeat_at = None
    if soon:
        job.tries -= 1  # nothing went wrong
    else:
        job.not_before = now + AGAIN_AFTER


def cancel(job: Job, actor: Actor, now: datetime) -> None:
    """Somebody does not want it any more; what is done stays done. Raises RefusedMove."""
    db.session.refresh(job, with_for_update={"key_share": True})
    _end(job, JobState.CANCELLED, now)
    record(JobCancelled(subject_id=job.id, agency_id=job.agency_id, what=label_of(job.kind)), actor, now)


def try_again(job: Job, actor: Actor, now: datetime) -> None:
    """A failed job waits once more, from its last step on. Raises RefusedMove."""
    db.session.refresh(job, with_for_update={"key_share": True})
    job.state = move(JOB_MOVES, job.state, JobState.WAITING)
    job.tries, job.problem, job.finished_at, job.heartbeat_at = 0, "", None, None
    record(JobTriedAgain(subject_id=job.id, agency_id=job.agency_id, what=label_of(job.kind)), actor, now)


def forget_old(now: datetime) -> None:
    """Let go the rows of work that ended long ago; of the system's own, those of yesterday."""
    ended = Job.state.in_((JobState.DONE, JobState.CANCELLED, JobState.FAILED))
    own = and_(Job.asked_by_id.is_(None), Job.finished_at < now - KEEP_OWN)
    db.session.execute(delete(Job).where(ended, or_(own, Job.finished_at < now - KEEP_PEOPLES)))


def _held(claim: Claim) -> Job:
    query = select(Job).where(
        Job.id == claim.task.id, Job.state == JobState.RUNNING, Job.tries == claim.number
    )
    job = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if job is None:
        raise JobEnded
    return job


def _end(job: Job, state: JobState, now: datetime, problem: str = "") -> None:
    job.state = move(JOB_MOVES, job.state, state)
    job.problem, job.finished_at, job.key, job.doing = problem, now, None, ""
