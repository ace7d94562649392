"""The small copies of photos: made by a job after receipt, made again after they were thrown away, whoever is killed."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.database import db, only_reading
from sjj.files.copies import SIZES
from sjj.files.store import copy_of, keep
from sjj.jobs.cli import jobs
from sjj.jobs.models import Job
from sjj.jobs.photo_copies import ask_for_all
from sjj.rules.lifecycle import JobState
from sjj.web import instance_folder
from tests.live import Caller, LiveServer
from tests.makers.inspections import hash_of, make_inspection, make_officer_user, picture
from tests.phone import Phone


def copies() -> set[tuple[int, str]]:
    """The copies on the disk: size and name."""
    found = (instance_folder() / "copies").rglob("*.jpg")
    return {(int(path.parents[1].name), path.stem) for path in found}


def all_of(*names: str) -> set[tuple[int, str]]:
    """Every size of these."""
    return {(size, name) for size in SIZES for name in names}


def test_a_received_photo_is_copied_after_the_answer(app: Flask) -> None:
    phone = Phone(app, make_officer_user(make_inspection().team[0].officer))
    name = hash_of("现场")
    db.session.remove()
    assert phone.send_file(name, picture("现场")).status_code == 201
    assert phone.send_file(name, picture("现场")).status_code == 200
    assert copies() == set()
    assert app.test_cli_runner().invoke(jobs, ["run", "--once"]).exit_code == 0
    assert copies() == all_of(name)
    assert [job.state for job in db.session.scalars(select(Job))] == [JobState.DONE]


def test_copies_are_derived_and_can_be_made_again(app: Flask) -> None:
    names = [keep(picture(f"现场{n}")).sha256 for n in range(3)]
    db.session.commit()
    first = copy_of(names[0], 320).read_bytes()
    shutil.rmtree(instance_folder() / "copies")
    runner = app.test_cli_runner()
    for arguments in (["copies"], ["copies"], ["run", "--once"]):
        assert runner.invoke(jobs, arguments).exit_code == 0
    assert copies() == all_of(*names)
    assert copy_of(names[0], 320).read_bytes() == first
    assert [(job.done, job.total) for job in db.session.scalars(select(Job))] == [(3, 3)]


def until(answer: Callable[[], object]) -> None:
    """Wait for it."""
    end = time.monotonic() + 60
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.05)


def offspring(pid: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def runner_of(server: LiveServer) -> int:
    """The runner: the child of that child of the server which does not serve."""
    assert server.process is not None
    runners = [one for child in offspring(server.process.pid) for one in offspring(child)]
    return runners[0] if runners else 0


def state_of_the_job() -> JobState:
    """Only looked at: the runner wants to write meanwhile."""
    with only_reading():
        return db.session.scalars(select(Job.state)).one()


@pytest.mark.slow
def test_the_server_s_runner_is_replaced_when_killed_and_gone_with_the_server(
    app: Flask, live_server: LiveServer
) -> None:
    photos = [keep(picture(f"大{n}", size=(1640, 1230))).sha256 for n in range(16)]
    ask_for_all(datetime.now(UTC))
    db.session.commit()
    db.session.remove()
    live_server.start()
    until(lambda: runner_of(live_server) and len(copies()) >= 6)
    killed = runner_of(live_server)
    os.kill(killed, signal.SIGKILL)
    job = db.session.scalars(select(Job)).one()
    assert job.state is JobState.RUNNING, "the rest of the photos waits"
    assert 0 < job.done < len(photos)
    job.heartbeat_at = datetime.now(UTC) - timedelta(minutes=5)  # as if so long had passed
    db.session.commit()
    assert Caller(live_server).get("/healthz").status == 200
    until(lambda: runner_of(live_server) not in (0, killed))
    until(lambda: state_of_the_job() is JobState.DONE)
    assert copies() == all_of(*photos)
    replaced = runner_of(live_server)
    assert live_server.process is not None
    keepers = offspring(live_server.process.pid)
    live_server.process.send_signal(signal.SIGTERM)
    live_server.process.wait(20)
    live_server.process = None
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in (*keepers, replaced)))
