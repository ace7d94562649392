"""Applying class rules to many objects in the background: judged at once, written in pieces.

An interrupted run judges again and goes on with what is left; the mark of what was shown is asked for only
before the first piece.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import Actor, System
from sjj.database import db, only_reading
from sjj.jobs.kinds import CannotBeDone, Kind, Link, Step, Task
from sjj.jobs.models import Job
from sjj.jobs.services import ask
from sjj.registers.class_queries import Looked, look
from sjj.registers.class_services import apply_piece, note_application, pieces
from sjj.registers.upkeep_models import ClassRules
from sjj.rules.classification import WrongRules

APPLY = "class_apply"
MOVED = "预览之后名录库或人工确定有变动，结果与看到的不一致。没有改动任何对象，请重新预览。"


def ask_for(rules: ClassRules, looked: Looked, day: date, actor: User, now: datetime) -> Job:
    """Have the rules applied to exactly what was shown."""
    about = {
        "rules": rules.id, "agency": rules.agency_id, "mark": looked.mark, "day": day.isoformat(),
        "before": dict(looked.preview.before), "after": dict(looked.preview.after),
    }  # fmt: skip
    return ask(
        APPLY, about, now, actor=actor, agency_id=rules.agency_id, key=f"class-{rules.agency_id}",
        total=len(looked.preview.changes),
    )  # fmt: skip


def _apply(task: Task) -> Iterator[Step]:
    yield Step("正在按规则判断", task.done)
    with only_reading():
        rules = db.session.get_one(ClassRules, task.about["rules"])
        try:
            looked = look(rules, date.fromisoformat(task.about["day"]))
        except WrongRules as problem:
            raise CannotBeDone(str(problem)) from None
    if task.done == 0 and looked.mark != task.about["mark"]:
        raise CannotBeDone(MOVED)
    done = task.done
    total = done + len(looked.preview.changes)
    for piece in pieces(looked):
        rules = db.session.get_one(ClassRules, task.about["rules"])
        apply_piece(rules, piece, _actor(task), datetime.now(UTC))
        done += len(piece)
        yield Step("正在调整类别", done, total)
    rules = db.session.get_one(ClassRules, task.about["rules"])
    note_application(rules, task.about["before"], task.about["after"], done, _actor(task), datetime.now(UTC))
    yield Step("已应用", done, total)


def _actor(task: Task) -> Actor:
    return db.session.get_one(User, task.asked_by_id) if task.asked_by_id else System()


def _outcome(about: dict[str, Any]) -> Link:
    return Link("看分类情况", "classes.class_rules", {"agency_id": about["agency"]})


KINDS = (Kind(APPLY, "按规则调整监管对象类别", _apply, _outcome),)
