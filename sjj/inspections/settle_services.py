"""Settling a record kept aside: the one in force stays, the other takes its place, or both go to the file.

Adopting changes no stored record: only which of them counts, and what is read from it. What counted before stays
stored, and a phone that asks again is told what it was told first. Never commits.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import review_events as events
from sjj.inspections.acceptance import take_effect
from sjj.inspections.carried_in import has_carried_in
from sjj.inspections.form_versions import spec_of
from sjj.inspections.models import MADE_PUBLIC, Inspection, Submission
from sjj.inspections.parts import is_settled
from sjj.inspections.review import MAX_NOTE, ReviewRefused, current_submission, hold, is_of_team
from sjj.inspections.submissions import OFFSITE
from sjj.rules.lifecycle import RESULT_MOVES, ResultState, move
from sjj.rules.submission_form import Problem
from sjj.rules.submissions import problems_of

SHOWN_PROBLEMS = 8
_PARTS = {
    "answers": "要点",
    "results": "检查结果",
    "problems": "问题",
    "photos": "照片",
    "signatures": "签名",
    "checkin": "签到",
    "present": "现场人员",
    "recusal": "回避",
    "narrative": "现场情况",
    "started_at": "开始时间",
    "ended_at": "结束时间",
    "outcome": "检查情形",
}


class Choice(StrEnum):
    """Which of the two counts."""

    CURRENT = "current"
    KEPT = "kept"
    BOTH = "both"

    @property
    def label(self) -> str:
        """How the office says it."""
        return {"current": "采用现有的", "kept": "采用另存的", "both": "两份都附卷"}[self.value]


def settle(submission: Submission, choice: Choice, note: str, actor: User, now: datetime) -> None:
    """Settle a record kept aside, with the reason. Raises ReviewRefused with everything that stands against it."""
    inspection = submission.inspection
    hold(inspection)
    db.session.refresh(submission)  # perhaps settled by whoever held the inspection before us
    found = obstacles(submission, actor)
    if not 1 <= len(note.strip()) <= MAX_NOTE:
        found.append(f"请写明理由（不超过 {MAX_NOTE} 字）")
    if choice is Choice.BOTH and inspection.revision is None:
        found.append("这次检查没有现有记录，不存在两份")
    if choice is Choice.KEPT:
        found += adoption_obstacles(submission)
    if found:
        raise ReviewRefused("；".join(found))
    submission.settled_at, submission.settled_note, submission.settled_as = now, note.strip(), choice.value
    if choice is Choice.KEPT:
        _adopt(submission, actor, now)
    about: dict[str, Any] = {"subject_id": inspection.id, "agency_id": inspection.agency_id}
    event = events.KeptRecordSettled(
        **about,
        entity=inspection.entity.name,
        submission=str(submission.uid),
        choice=choice.label,
        note=note.strip(),
    )
    record(event, actor, now)


def obstacles(submission: Submission, actor: User) -> list[str]:
    """Why this person cannot settle it now, whatever is chosen; empty if nothing stands against it."""
    if submission.kept_status is None or submission.settled_at is not None:
        return ["这份记录不需要比对，或者已经比对过"]
    if is_of_team(submission.inspection, actor):
        return ["您参加了这次检查，应由他人比对"]
    current = current_submission(submission.inspection)
    if actor.id in (submission.user_id, current.user_id if current else None):
        return ["其中一份是您提交的，应由他人比对"]
    if any(has_carried_in(one, actor) for one in (submission, current) if one is not None):
        return ["其中一份由您从手机导出文件收进，应由他人比对"]
    return []


def adoption_obstacles(submission: Submission) -> list[str]:
    """Why it cannot take the place of the record in force; empty if it can."""
    inspection = submission.inspection
    if inspection.standing in MADE_PUBLIC or is_settled(inspection):
        return [
            "检查结果已经公示，不能换成另一份记录：结果有错误的，在公示页面办理更正；这份记录可以选“两份都附卷”"
        ]
    if inspection.standing is ResultState.WITHDRAWN:
        return [f"这次检查已撤回，不能再采用记录：{inspection.why_withdrawn}"]
    if inspection.off_site and submission.source != OFFSITE:
        return ["这是非现场检查，记录只在非现场检查的页面填写：手机发来的没有检查方式和证据，不能采用"]
    problems = problems_of(json.loads(submission.content), spec_of(inspection))
    if not problems:
        return []
    said = "、".join(dict.fromkeys(_sentence(one) for one in problems[:SHOWN_PROBLEMS]))
    return [f"这份记录不完整，不能采用：{said}{'等' if len(problems) > SHOWN_PROBLEMS else ''}"]


def _sentence(problem: Problem) -> str:
    part = problem.path.split("/")[1] if problem.path else ""
    return f"{_PARTS.get(part, '')}{problem.problem}"


def _adopt(submission: Submission, actor: User, now: datetime) -> None:
    inspection = submission.inspection
    if inspection.state is ResultState.AWAITING_PUBLICATION:  # accepted already: it is reviewed anew
        inspection.state = move(RESULT_MOVES, inspection.state, ResultState.SENT_BACK)
    submission.adopted_at, submission.adopted_by_id = now, actor.id
    take_effect(submission, json.loads(submission.content), submission.user, submission.received_at)


def choices_at(inspection: Inspection) -> list[Choice]:
    """What can be chosen: two of the three where no other record is in force."""
    return [Choice.KEPT, Choice.CURRENT] if inspection.revision is None else list(Choice)
