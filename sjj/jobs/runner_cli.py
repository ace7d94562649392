"""The runner: takes one job after the other and carries each of them from step to step.

One at a time in a process; as many processes as you like. It holds no transaction while a piece is being made
ready, and none at all while it waits. A kill at any moment leaves a job that another run takes up again.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.exc import OperationalError

from sjj.database import commit, db, giving_way, let_go, only_reading
from sjj.jobs import services
from sjj.jobs.kinds import CannotBeDone, Kind, kind_of

LOOK_EVERY = 1.0
FORGET_EVERY = timedelta(hours=1)
BROKEN = "系统出错，没有办成。可以再试一次；仍然不行，请联系系统管理员。"
UNKNOWN = "这个版本的程序不认得这种后台任务。"

log = logging.getLogger(__name__)
Stop = Callable[[], bool]


def run_until(stop: Stop) -> None:
    """Work until told to stop, then leave the current job at its last step."""
    forgotten = datetime.now(UTC)
    while not stop():
        if run_one(stop):
            continue
        if datetime.now(UTC) - forgotten > FORGET_EVERY:
            forgotten = datetime.now(UTC)
            services.forget_old(forgotten)
            commit()
        time.sleep(LOOK_EVERY)


def run_one(stop: Stop = lambda: False) -> bool:
    """Do the next job, if there is one; whether there was."""
    try:
        with only_reading():
            is_due = services.is_any_due(datetime.now(UTC))
        claim = services.claim(datetime.now(UTC)) if is_due else None
        commit()
        if claim is None:
            return False
        _work(claim, stop)
    except OperationalError:  # the database is busy or gone; the row still says what is to be done
        log.exception("the database does not answer")
        return False
    finally:
        let_go()
    return True


def _work(claim: services.Claim, stop: Stop) -> None:
    try:
        with giving_way():
            _carry_out(_known(claim), claim, stop)
    except services.JobEnded:
        let_go()
    except CannotBeDone as refusal:
        _tell(partial(services.fail, claim, str(refusal)), claim)
    except OperationalError:
        log.exception("job %s: the database does not answer", claim.task.id)
        _tell(partial(services.give_back, claim, soon=False), claim)
    except Exception:  # whatever a kind may do wrong must not end the runner
        log.exception("job %s (%s) broke", claim.task.id, claim.kind)
        _tell(partial(services.fail, claim, BROKEN), claim)


def _known(claim: services.Claim) -> Kind:
    kind = kind_of(claim.kind)
    if kind is None:
        raise CannotBeDone(UNKNOWN)
    return kind


def _carry_out(kind: Kind, claim: services.Claim, stop: Stop) -> None:
    with closing(kind.work(claim.task)) as steps:  # type: ignore[type-var]
        for step in steps:
            services.heartbeat(claim, step, datetime.now(UTC))
            commit()
            if stop():
                services.give_back(claim, datetime.now(UTC))
                commit()
                return
    services.finish(claim, datetime.now(UTC))
    commit()


def _tell(end: Callable[..., None], claim: services.Claim) -> None:
    let_go()  # with whatever the last piece would have written
    try:
        end(now=datetime.now(UTC))
        commit()
    except (services.JobEnded, OperationalError):  # cancelled meanwhile, or left lying: its heartbeat tells
        log.warning("job %s was not told its end", claim.task.id)


def lower_priority() -> None:
    """Requests go first on a small machine."""
    if hasattr(os, "nice"):
        os.nice(5)


def start_afresh() -> None:
    """After a fork: nothing of the parent's connections may be used."""
    db.session.remove()
    db.engine.dispose(close=False)
