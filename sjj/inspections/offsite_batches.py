"""非现场检查批次: made by a clerk, approved by another, worked at the desk. Never commits.

A batch names its objects; nothing is drawn, so nothing is published or frozen before. Whoever made it, submitted
it or checks in it does not approve it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import direct_events as events
from sjj.inspections.direct_begin import begin_if_named
from sjj.inspections.direct_checks import against_items, against_officers, against_pairs
from sjj.inspections.direct_scope import (
    OFF_SITE_SOURCE,
    Named,
    days_of,
    entities_by,
    named_in,
    officers_by,
)
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import Inspection, TeamMember
from sjj.inspections.offsite_pool import Wanted, find, no_longer
from sjj.inspections.visit_models import CheckApproval
from sjj.plans.checks import guide_to_use
from sjj.plans.models import Campaign, CampaignItem, PlanLine
from sjj.plans.numbering import number_campaign
from sjj.plans.services import hold, move_campaign
from sjj.rules.lifecycle import ApprovalState, CampaignState, ResultState


class BatchRefused(Exception):
    """The step is not possible; the message may be shown."""


def add_batch(
    agency: Agency,
    values: dict[str, Any],
    actor: User,
    now: datetime,
    day: date,
    line: PlanLine | None = None,
) -> Campaign:
    """A new batch that names at once everybody of the general class on the positive list who may be taken."""
    quarter: tuple[int, int] = values["quarter"]
    first, _ = days_of(quarter)
    batch = Campaign(
        agency_id=agency.id,
        by_draw=False,
        check_type="日常",
        source=OFF_SITE_SOURCE,
        scope={},
        needs=[],
        team_size=len(values["officers"]),
        created_by_id=actor.id,
        created_at=now,
        starts_on=max(day, first),
        plan_line=line,
        **_plain(values),
    )
    number_campaign(batch, agency, quarter[0])
    batch.items = [CampaignItem(item_id=number) for number in values["items"]]
    db.session.add(batch)
    db.session.flush()
    free = find(agency.id, Wanted(), quarter, day, batch.id).free
    batch.scope = Named(tuple(one.id for one in free), tuple(values["officers"]), quarter).stored()
    _saved(batch, "基本情况", actor, now)
    return batch


def save_batch(batch: Campaign, values: dict[str, Any], actor: User, now: datetime) -> None:
    """Change a draft. Raises BatchRefused."""
    _hold_draft(batch)
    if values["quarter"][0] != batch.year:
        raise BatchRefused(f"文号已编为〔{batch.year}〕年，季度须在{batch.year}年")
    for name, value in _plain(values).items():
        setattr(batch, name, value)
    kept = {row.item_id: row for row in batch.items}
    batch.items = [kept.get(number) or CampaignItem(item_id=number) for number in values["items"]]
    named = named_in(batch)
    batch.scope = Named(named.entities, tuple(values["officers"]), values["quarter"]).stored()
    _saved(batch, "基本情况", actor, now)


def name_objects(
    batch: Campaign, add: Iterable[int], drop: Iterable[int], actor: User, now: datetime, day: date
) -> int:
    """Take objects in or out; only those of the agency that may be taken come in. Returns how many it names."""
    _hold_draft(batch)
    named = named_in(batch)
    free = {
        one.id for one in find(batch.agency_id, Wanted("", None, ""), _quarter(batch), day, batch.id).free
    }
    wanted = [*named.entities, *(number for number in dict.fromkeys(add) if number in free)]
    gone = set(drop)
    kept = tuple(number for number in dict.fromkeys(wanted) if number not in gone)
    batch.scope = Named(kept, named.officers, named.quarter).stored()
    _saved(batch, "检查对象", actor, now)
    return len(kept)


def problems(batch: Campaign, day: date) -> list[str]:
    """Everything for which a batch is neither submitted nor approved."""
    named = named_in(batch)
    entities, officers = entities_by(named.entities), officers_by(named.officers)
    found = [one.sentence for one in against_items([row.item for row in batch.items])]
    if batch.ends_on < day:
        found.append("完成日期已过，请改期")
    if not entities:
        found.append("还没有选检查对象")
    found += [one.sentence for one in against_officers(officers, max(day, batch.ends_on))]
    found += [one.sentence for one in against_pairs(officers, entities)]
    return found + no_longer(entities, _quarter(batch), day, batch)


def submit(batch: Campaign, actor: User, now: datetime, day: date) -> None:
    """Hand it to the approver, with the guides that the form will use. Raises BatchRefused, RefusedMove."""
    move_campaign(batch, CampaignState.SUBMITTED, now)
    _refuse(problems(batch, day), "还不能提交")
    for row in batch.items:
        row.guide = guide_to_use(row.item)
    batch.submitted_by_id, batch.sent_back_reason = actor.id, ""
    count = len(named_in(batch).entities)
    record(events.BatchSubmitted(**_about(batch), count=count), actor, now)


def approve(batch: Campaign, actor: User, now: datetime, day: date) -> Sequence[Inspection]:
    """Approve it: its checks exist from now on. Raises BatchRefused, NoGuide."""
    hold(batch)  # first: who submitted it may have changed an instant ago
    named = named_in(batch)
    if actor.id in (batch.created_by_id, batch.submitted_by_id):
        raise BatchRefused("不能审批自己起草或提交的批次，请由另一位负责人审批")
    if actor.officer_id is not None and actor.officer_id in named.officers:
        raise BatchRefused("您是这个批次的检查人员，请由另一位负责人审批")
    if batch.state is not CampaignState.SUBMITTED:
        raise BatchRefused(f"这个批次现在是“{batch.state.label}”，不用审批")
    _refuse(problems(batch, day), "还不能批准，请退回修改")
    begin_if_named(batch, now, actor)
    form = form_for(batch, now)
    made = [
        Inspection(
            uid=uuid4(),
            agency_id=batch.agency_id,
            campaign=batch,
            entity=entity,
            state=ResultState.NOT_ENTERED,
            form=form,
            due_on=batch.ends_on,
            off_site=True,
            team=[
                TeamMember(officer_id=one, place=place) for place, one in enumerate(named.officers, start=1)
            ],
        )
        for entity in entities_by(named.entities)  # a row whose import was undone since is nobody
    ]
    db.session.add_all(made)
    db.session.flush()
    db.session.add_all(_approval(one, batch, actor, now) for one in made)
    event = events.BatchApproved(**_about(batch), count=len(made), due_on=batch.ends_on)
    record(event, actor, now)
    db.session.flush()
    return made


def _approval(one: Inspection, batch: Campaign, actor: User, now: datetime) -> CheckApproval:
    """The approval of each check of the batch: what its 审批表 says."""
    return CheckApproval(
        inspection_id=one.id,
        state=ApprovalState.APPROVED,
        reason=batch.source,
        asked_by_id=batch.submitted_by_id,
        asked_at=batch.submitted_at or now,
        decided_by_id=actor.id,
        decided_at=now,
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("name", "section_id", "purpose", "method", "ends_on")}


def _quarter(batch: Campaign) -> tuple[int, int]:
    return named_in(batch).quarter or (batch.year, (batch.starts_on.month + 2) // 3)


def _hold_draft(batch: Campaign) -> None:
    hold(batch)
    if batch.state is not CampaignState.DRAFT:
        raise BatchRefused(f"“{batch.number}”当前为“{batch.state.label}”，只有起草中的批次可以修改")


def _refuse(found: Sequence[str], what: str) -> None:
    if found:
        raise BatchRefused(f"{what}：{'；'.join(found)}")


def _saved(batch: Campaign, part: str, actor: User, now: datetime) -> None:
    db.session.flush()
    count = len(named_in(batch).entities)
    record(events.BatchSaved(**_about(batch), part=part, count=count), actor, now)


def _about(batch: Campaign) -> dict[str, Any]:
    return {"subject_id": batch.id, "agency_id": batch.agency_id, "number": batch.number}
