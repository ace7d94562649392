"""Long work: claimed by one runner, committed piece by piece, taken up again, cancelled, failed, found again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from sjj.accounts.models import Section, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import commit, db, only_reading, separately
from sjj.jobs import kinds, services
from sjj.jobs.kinds import CannotBeDone, Kind, Link, Step, Task
from sjj.jobs.models import Job
from sjj.jobs.runner_cli import run_one
from sjj.rules.lifecycle import JobState
from tests.live import at_once
from tests.makers.accounts import make_agency, make_user
from tests.visitor import Visitor

LONG_AGO = timedelta(hours=1)
PIECES = 5


class Killed(BaseException):
    """Stands for kill -9: nothing of the runner gets to say anything."""


def nothing(_number: int) -> None:
    """What happens before a piece, mostly."""


@pytest.fixture
def work() -> Iterator[Callable[..., None]]:
    """Let the kind “test” write one section a piece; what `at` does before piece n is the test's."""

    def install(at: Callable[[int], None] = nothing) -> None:
        def pieces(task: Task) -> Iterator[Step]:
            for number in range(task.done + 1, PIECES + 1):
                at(number)
                db.session.add(Section(agency_id=task.about["agency"], name=f"第{number}件"))
                db.session.flush()
                yield Step(f"正在办第{number}件", number, PIECES)

        kinds.register(Kind("test", "试办的事", pieces, lambda _: Link("看结果", "home.show", {})))

    yield install
    kinds._kinds.pop("test", None)


def ask(actor: User | None = None, **more: Any) -> int:
    """A job of the kind “test”; committed, its number."""
    about = {"agency": make_agency().id}
    job = services.ask("test", about, datetime.now(UTC), actor=actor, total=PIECES, **more)
    commit()
    return job.id


def made() -> list[str]:
    """What the pieces wrote."""
    return list(db.session.scalars(select(Section.name).order_by(Section.id)))


def left_lying(number: int) -> None:
    """Let the time pass after which a heartbeat that stands still tells of a kill."""
    db.session.get_one(Job, number).heartbeat_at = datetime.now(UTC) - LONG_AGO
    db.session.commit()


def test_a_job_is_done_piece_by_piece_and_once(app: Flask, work: Any) -> None:
    work()
    job = db.session.get_one(Job, ask())
    assert run_one()
    assert not run_one()
    assert (job.state, job.done, job.total, job.problem) == (JobState.DONE, PIECES, PIECES, "")
    assert made() == [f"第{n}件" for n in range(1, PIECES + 1)]


def test_a_killed_runner_s_job_goes_on_where_it_stopped(app: Flask, work: Any) -> None:
    def kill(number: int) -> None:
        if number == 3:
            raise Killed

    work(kill)
    number = ask()
    with pytest.raises(Killed):
        run_one()
    assert made() == ["第1件", "第2件"]
    work()
    assert not run_one(), "its heartbeat is fresh: it may be alive"
    left_lying(number)
    assert run_one()
    assert made() == [f"第{n}件" for n in range(1, PIECES + 1)]
    assert db.session.get_one(Job, number).tries == 2


def test_a_runner_thought_dead_that_wakes_up_can_change_nothing_any_more(app: Flask, work: Any) -> None:
    def slept(number: int) -> None:
        if number == 2:
            left_lying(job)
            assert services.claim(datetime.now(UTC)) is not None  # another runner takes it over
            commit()

    work(slept)
    job = ask()
    assert run_one()
    found = db.session.get_one(Job, job)
    assert (found.state, found.done, found.tries) == (JobState.RUNNING, 1, 2)
    assert made() == ["第1件"]


def test_a_runner_that_keeps_dying_over_a_job_leaves_it_at_last(app: Flask, work: Any) -> None:
    def kill(number: int) -> None:
        raise Killed

    work(kill)
    number = ask()
    for _ in range(services.MAX_TRIES):
        with pytest.raises(Killed):
            run_one()
        left_lying(number)
    assert not run_one()
    job = db.session.get_one(Job, number)
    assert (job.state, job.problem) == (JobState.FAILED, services.INTERRUPTED)


def test_a_stopping_runner_leaves_the_job_at_its_last_step(app: Flask, work: Any) -> None:
    work()
    job = db.session.get_one(Job, ask())
    assert run_one(lambda: True)
    assert (job.state, job.done, job.tries) == (JobState.WAITING, 1, 0)
    assert run_one()
    assert made() == [f"第{n}件" for n in range(1, PIECES + 1)]


def test_a_cancelled_job_writes_nothing_more(app: Flask, work: Any) -> None:
    def cancel(number: int) -> None:
        if number == 3:
            with separately() as connection:
                connection.execute(update(Job).values(state=JobState.CANCELLED))

    work(cancel)
    job = db.session.get_one(Job, ask())
    assert run_one()
    assert (job.state, job.done) == (JobState.CANCELLED, 2)
    assert made() == ["第1件", "第2件"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(CannotBeDone("第3行没有名称"), "第3行没有名称", id="a sentence for people"),
        pytest.param(ZeroDivisionError("secret"), "系统出错", id="a fault of the program"),
    ],
)
def test_what_failed_is_told_and_may_be_tried_again(
    app: Flask, work: Any, fault: Exception, told: str
) -> None:
    def fail(number: int) -> None:
        if number == 3:
            raise fault

    work(fail)
    user = make_user(Role.OFFICE, agency=make_agency())
    number = ask(user)
    assert run_one()
    visitor = Visitor(app).sign_in(user)
    shown = visitor.open(f"/jobs/{number}").get_text()
    assert told in shown
    assert "secret" not in shown
    work()
    visitor.submit(button="再试一次", status=303)
    assert run_one()
    assert "看结果" in visitor.open(f"/jobs/{number}").get_text()
    assert made() == [f"第{n}件" for n in range(1, PIECES + 1)]
    assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "job")).all() == [
        "job.tried_again"
    ]


def test_a_job_of_a_kind_that_this_version_does_not_know_is_not_begun(app: Flask) -> None:
    services.ask("of tomorrow", {}, datetime.now(UTC))
    commit()
    assert run_one()
    assert db.session.scalars(select(Job)).one().state is JobState.FAILED


def test_one_job_goes_to_one_runner(app: Flask, work: Any) -> None:
    work()
    for _ in range(3):
        ask()
    db.session.remove()

    def take() -> int | None:
        with app.app_context():
            with only_reading():
                services.is_any_due(datetime.now(UTC))
            claim = services.claim(datetime.now(UTC))
            commit()
            return claim.task.id if claim else None

    taken = at_once([take] * 6)
    again = [take() for _ in range(3)]  # a row that another runner had locked was passed over, not lost
    assert sorted(one for one in (*taken, *again) if one is not None) == sorted(
        db.session.scalars(select(Job.id))
    )


def test_the_same_work_waits_only_once_and_may_be_asked_for_again_once_begun(app: Flask) -> None:
    moment = datetime.now(UTC)
    first, twin = (services.ask("test", {"n": n}, moment, key="the same") for n in (1, 2))
    commit()
    assert first is twin
    claim = services.claim(moment)
    commit()
    assert claim is not None
    later = services.ask("test", {"n": 3}, moment, key="the same")
    commit()
    assert later.id != first.id


def test_rows_of_work_that_ended_long_ago_are_let_go(app: Flask, work: Any) -> None:
    work()
    user = make_user(Role.OFFICE, agency=make_agency())
    own, peoples, waiting = ask(), ask(user), ask()
    for _ in range(2):
        run_one()
    services.forget_old(datetime.now(UTC) + timedelta(days=2))
    assert set(db.session.scalars(select(Job.id))) == {peoples, waiting}
    assert own not in {peoples, waiting}
    services.forget_old(datetime.now(UTC) + timedelta(days=91))
    assert set(db.session.scalars(select(Job.id))) == {waiting}


def test_the_page_of_a_job_may_be_left_and_found_again(app: Flask, work: Any) -> None:
    work()
    agency = make_agency()
    user, other = (make_user(Role.OFFICE, agency=agency) for _ in range(2))
    number = ask(user)
    run_one(lambda: True)
    visitor = Visitor(app).sign_in(user)
    page = visitor.open("/jobs/")
    assert "1 / 5" in page.get_text()
    shown = visitor.open(str(page.find("a", string="试办的事")["href"]))
    bar = shown.find("progress")
    assert (bar["value"], bar["max"], shown.find(id="progress")["hx-trigger"]) == ("1", "5", "every 2s")
    part = visitor.client.get(f"/jobs/{number}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="progress"')
    visitor.submit(button="取消", status=303)
    page = visitor.open(f"/jobs/{number}")
    assert "已取消" in page.get_text()
    assert "hx-trigger" not in page.find(id="progress").attrs
    assert not run_one()
    stranger = Visitor(app).sign_in(other)
    assert stranger.client.get(f"/jobs/{number}").status_code == 404
    assert "还没有后台任务" in stranger.open("/jobs/").get_text()
