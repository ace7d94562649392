"""What the page of one inspection shows side by side for review. Gathers and orders; decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from sjj.accounts.models import User
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.inspections.approval_queries import ASK
from sjj.inspections.before import before
from sjj.inspections.change_queries import barred_at, possible_changes
from sjj.inspections.deadlines import Clock, Deadlines
from sjj.inspections.direct_queries import EDIT, may_open_case, opened_from, origin_of
from sjj.inspections.models import FormVersion, Inspection, Submission
from sjj.inspections.office_queries import drawn_as, for_detail, stored_of
from sjj.inspections.part_queries import holders_shown
from sjj.inspections.reading import Record, read_record
from sjj.inspections.review import missing_files, obstacles, own_hand
from sjj.inspections.review_forms import AcceptForm, SendBackForm
from sjj.inspections.review_register import visit_to_register
from sjj.presentation import day, moment
from sjj.rules.lifecycle import RESULT_MOVES, ResultState
from sjj.web import page, today


def detail_page(
    inspection: Inspection,
    user: User,
    now: datetime,
    *,
    refusal: str = "",
) -> Response:
    """The page; with a refusal it answers 422."""
    shown = for_detail(inspection.id)
    stored = stored_of(shown)
    records = [_read(submission, stored) for submission in shown.submissions]
    current = next((r for r in records if r.submission.uid == shown.revision), None)
    others = [r for r in records if r is not current]
    deadlines = Deadlines(today(now))
    clock = deadlines.of(shown)
    drawn = drawn_as(shown)
    may_review = user.may("inspection.review", shown.agency_id)
    return page(
        "inspections/detail.html",
        status=422 if refusal else 200,
        inspection=shown,
        drawn=drawn,
        changes_possible=possible_changes(shown, drawn, user),
        barred=barred_at(shown),
        before=before(shown, today(now)),
        may_ask=user.may(ASK, shown.agency_id),
        record=current,
        earlier=[r for r in others if r.submission.kept_status is None or r.submission.adopted_at],
        kept=[r for r in others if r.submission.kept_status is not None and not r.submission.adopted_at],
        clock=clock,
        holders=holders_shown(shown, user, deadlines),
        steps=_steps(shown, current, clock),
        may_review=may_review,
        register_states=visit_to_register(user, shown),
        may_send_back=may_review
        and ResultState.SENT_BACK in RESULT_MOVES[shown.standing]
        and not own_hand(shown, user),
        obstacles=obstacles(shown, user) if may_review else [],
        missing=missing_files(shown),
        own_hand=own_hand(shown, user),
        accept_form=AcceptForm(),
        send_back_form=SendBackForm(formdata=None),
        refusal=refusal,
        stored=stored,
        origin=origin_of(shown),
        cases=opened_from(shown),
        may_open_case=may_open_case(shown) and user.may(EDIT, shown.agency_id),
        today=today(now),
    )


def _read(submission: Submission, stored: Mapping[str, StoredFile]) -> Record:
    version = db.session.get(FormVersion, submission.form_sha256)
    return read_record(submission, version.content if version else "{}", stored)


def _steps(inspection: Inspection, record: Record | None, clock: Clock) -> list[dict[str, Any]]:
    """The way of one inspection, with when each step was taken."""
    draw, state = inspection.draw, inspection.standing
    ended = record is not None and record.ended_at is not None
    reviewed = state in (ResultState.AWAITING_PUBLICATION, ResultState.PUBLISHED, ResultState.CORRECTED)
    published = state in (ResultState.PUBLISHED, ResultState.CORRECTED)
    steps = [
        _step("抽中", moment(draw.drawn_at) if draw else "", True)
        if inspection.campaign.by_draw
        else _begun(inspection),
        _step(
            "非现场检查" if inspection.off_site else "上门检查",
            moment(record.started_at)
            if record
            else f"应于 {day(inspection.due_on)}前"
            if inspection.due_on
            else "",
            ended,
            record.outcome if record else "",
        ),
        _step("提交记录", moment(record.submission.received_at) if record else "", record is not None),
        _step(
            "审核", moment(inspection.reviewed_at) if reviewed else "", reviewed, inspection.sent_back_reason
        ),
        _step(
            "公示", "" if published else clock.day, published, "" if published or not ended else clock.when
        ),
    ]
    if state is ResultState.WITHDRAWN:
        steps.append(_step("撤回", "", True, inspection.why_withdrawn))
    pending = next((step for step in steps if step["state"] == "todo"), None)
    if pending is not None and state is not ResultState.WITHDRAWN:
        pending["state"] = "now"
    return steps


def _begun(inspection: Inspection) -> dict[str, Any]:
    """How a check without a draw began: its campaign's approval, or at once."""
    campaign = inspection.campaign
    return _step("指定对象", moment(campaign.approved_at or campaign.submitted_at), True, campaign.source)


def _step(label: str, at: str, is_done: bool, note: str = "") -> dict[str, Any]:
    return {"label": label, "at": at, "state": "done" if is_done else "todo", "note": note}
