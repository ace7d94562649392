"""`sjj jobs`: the runner by itself, and work that an administrator asks for."""

import signal
from datetime import UTC, datetime
from types import FrameType

import click
from flask.cli import with_appcontext

from sjj.database import commit
from sjj.jobs.photo_copies import ask_for_all
from sjj.jobs.runner_cli import run_one, run_until


@click.group()
def jobs() -> None:
    """后台任务。"""


@jobs.command("run")
@click.option("--once", is_flag=True, help="办完现有的就结束")
@with_appcontext
def run(once: bool) -> None:
    """办理后台任务（sjj serve 自己会办，不必另开）。"""
    told = {"to_end": False}

    def end(_number: int, _frame: FrameType | None) -> None:
        told["to_end"] = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if not once:
        run_until(lambda: told["to_end"])
        return
    while not told["to_end"] and run_one(lambda: told["to_end"]):
        pass


@jobs.command("copies")
@with_appcontext
def copies() -> None:
    """补做所有照片的小图（删掉小图之后用）。"""
    ask_for_all(datetime.now(UTC))
    commit()
    click.echo("已交后台办理。")
