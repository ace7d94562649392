"""Publishing results: publish, withdraw, correct. Never commits; a notice once made is never rewritten.

谁检查、谁录入、谁公示 [S1]: only a reviewed result is published, within 20 working days; one that is late is
published all the same, and counted as late.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.inspections.deadlines import due_of
from sjj.inspections.models import Inspection
from sjj.inspections.part_models import InspectionPart
from sjj.inspections.parts import Holder, holder_of, results_of, visit_of
from sjj.inspections.review import hold as hold_inspection
from sjj.plans.models import Campaign
from sjj.plans.services import hold as hold_campaign
from sjj.plans.services import move_campaign
from sjj.publicity import events
from sjj.publicity.content import published_content
from sjj.publicity.models import Notice
from sjj.rules.lifecycle import RESULT_MOVES, CampaignState, RefusedMove, ResultState, move
from sjj.rules.privacy import personal_number_problem
from sjj.rules.results import roll_up
from sjj.web import today

MAX_REASON = 500
OVER = (ResultState.PUBLISHED, ResultState.CORRECTED, ResultState.WITHDRAWN)


class PublicationRefused(Exception):
    """It cannot be published, withdrawn or corrected as asked; the message may be shown."""


def publish(holder: Holder, actor: Actor, now: datetime) -> Notice:
    """待公示 → 已公示, for one agency's items. The last one finishes its campaign. Raises PublicationRefused."""
    inspection = visit_of(holder)
    hold_campaign(inspection.campaign)
    hold_inspection(holder)
    if holder.standing is not ResultState.AWAITING_PUBLICATION:
        raise PublicationRefused(
            f"“{inspection.entity.name}”现在是“{holder.standing.label}”，只有“待公示”的可以公示"
        )
    if inspection.ended_on is None:
        raise PublicationRefused(f"“{inspection.entity.name}”的记录里没有检查结束日期")
    _go_to(holder, ResultState.PUBLISHED)
    notice = _notice_of(holder, actor, now)
    record(events.Published(**_about(notice), result=notice.result), actor, now)
    finish_if_over(inspection.campaign, actor, now)
    return notice


def publish_all(holders: Iterable[Holder], actor: Actor, now: datetime) -> list[Notice]:
    """Publish several, all or none. Raises PublicationRefused naming the first that cannot be."""
    ordered = sorted(holders, key=lambda one: (visit_of(one).campaign_id, visit_of(one).id, one.agency_id))
    return [publish(one, actor, now) for one in ordered]


def withdraw(notice: Notice, reason: str, actor: User, now: datetime) -> None:
    """Take a notice back; the public reads that it was withdrawn, and why. Raises PublicationRefused."""
    holder = _live_holder(notice)
    reason = _public_reason(reason)
    _go_to(holder, ResultState.WITHDRAWN)
    notice.live_inspection_id = None
    notice.withdrawn_at, notice.withdrawn_reason = now, reason
    holder.withdrawn_reason = reason
    record(events.Withdrawn(**_about(notice), reason=reason), actor, now)


def correct(notice: Notice, results: Mapping[int, str], reason: str, actor: User, now: datetime) -> Notice:
    """A new notice with other results (item id → label) in place of this one, which stays stored.

    Raises PublicationRefused.
    """
    holder = _live_holder(notice)
    reason = _public_reason(reason)
    rows = results_of(holder)  # nobody corrects what another agency answers for
    if all(results.get(row.item_id, row.result) == row.result for row in rows):
        raise PublicationRefused("结果没有改动，不需要更正")
    for row in rows:
        row.result = results.get(row.item_id, row.result)
    try:
        holder.result = roll_up(row.result for row in rows)
    except ValueError as problem:
        raise PublicationRefused(str(problem)) from problem
    _go_to(holder, ResultState.CORRECTED)
    notice.live_inspection_id = None
    db.session.flush()
    corrected = _notice_of(holder, actor, now, replaces=notice, reason=reason)
    event = events.Corrected(**_about(corrected), reason=reason, before=notice.result, after=corrected.result)
    record(event, actor, now)
    return corrected


def finish_if_over(campaign: Campaign, actor: Actor, now: datetime) -> None:
    """Move a campaign to 已完成 once every inspection of it is public (or was withdrawn), by every agency."""
    if campaign.state is not CampaignState.IN_PROGRESS:
        return
    db.session.flush()
    own = select(Inspection.id).where(Inspection.campaign_id == campaign.id)
    visits = own.where(Inspection.standing.not_in(OVER))
    parts = own.join(InspectionPart).where(InspectionPart.standing.not_in(OVER))
    if any(db.session.scalar(query.limit(1)) is not None for query in (visits, parts)):
        return
    move_campaign(campaign, CampaignState.FINISHED, now)
    event = events.CampaignFinished(
        subject_id=campaign.id, agency_id=campaign.agency_id, number=campaign.number
    )
    record(event, actor, now)


def _notice_of(
    holder: Holder, actor: Actor, now: datetime, *, replaces: Notice | None = None, reason: str = ""
) -> Notice:
    inspection = visit_of(holder)
    assert inspection.ended_on is not None  # noqa: S101 - checked before a result may be published
    notice = Notice(
        agency_id=holder.agency_id,
        inspection_id=inspection.id,
        live_inspection_id=inspection.id,
        entity_name=inspection.entity.public_name,
        entity_code=inspection.entity.code,
        result=holder.result,
        inspected_on=inspection.ended_on,
        content=published_content(holder),
        first_published_on=replaces.first_published_on if replaces else today(now),
        due_on=replaces.due_on if replaces else due_of(holder),
        published_at=now,
        published_by_id=actor.id,
        replaces=replaces,
        correction_reason=reason,
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def _live_holder(notice: Notice) -> Holder:
    """Whose standing the notice made public: the leading agency's, or another's part."""
    holder = holder_of(notice.inspection, notice.agency_id)
    hold_inspection(holder)
    db.session.refresh(notice, with_for_update={"of": Notice})
    if notice.live_inspection_id is None:
        raise PublicationRefused("这条公示已经撤回或已被更正")
    return holder


def _public_reason(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise PublicationRefused(f"请写明原因（不超过 {MAX_REASON} 字），原因会公开")
    problem = personal_number_problem(reason)
    if problem:
        raise PublicationRefused(problem)
    return reason


def _go_to(holder: Holder, state: ResultState) -> None:
    try:
        holder.state = move(RESULT_MOVES, holder.state, state)
    except RefusedMove as refusal:
        raise PublicationRefused(str(refusal)) from refusal


def _about(notice: Notice) -> dict[str, object]:
    return {"subject_id": notice.id, "agency_id": notice.agency_id, "entity": notice.entity_name}
