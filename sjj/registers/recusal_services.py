"""Declaring recusals and deciding on them. Never commits. Nobody decides on what they declared themself."""

from datetime import datetime
from enum import StrEnum

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import events
from sjj.registers.changes import take_over
from sjj.registers.codes import hold
from sjj.registers.draws_ahead import DrawAhead, ahead
from sjj.registers.models import Entity, Officer
from sjj.registers.recusal_models import Recusal
from sjj.registers.recusal_queries import recusal_between


class RecusalRefused(Exception):
    """A recusal cannot be declared or decided as asked; the message may be shown."""


class Decision(StrEnum):
    """What the approver may decide. An approved recusal is lifted by refusing it later."""

    APPROVE = "approve"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """The decision in the office's words."""
        return {"approve": "批准", "refuse": "不予"}[self.value]


def declare(
    officer: Officer,
    entity: Entity,
    reason: str,
    actor: User,
    now: datetime,
    campaign_id: int | None = None,
) -> Recusal:
    """Declare a recusal, standing or for one coming draw only, or a refused one again. Raises RecusalRefused."""
    draw = _draw_for(officer, entity, campaign_id)
    hold(entity.agency)
    standing = recusal_between(officer, entity)
    if campaign_id is not None and standing is not None and standing.approved:
        raise RecusalRefused(f"{officer.name}对“{entity.name}”已经长期回避，不用再为本次抽取申报")
    recusal = standing if campaign_id is None else recusal_between(officer, entity, campaign_id)
    if recusal is not None and recusal.approved is not False:
        state = "正等待审批" if recusal.approved is None else "已经批准"
        raise RecusalRefused(f"{officer.name}与“{entity.name}”的回避{state}，不用再申报")
    recusal = recusal or Recusal(officer=officer, entity=entity, campaign_id=campaign_id)
    recusal.reason, recusal.declared_at, recusal.declared_by_id = reason, now, actor.id
    recusal.approved, recusal.decided_at, recusal.decided_by_id, recusal.decision_note = None, None, None, ""
    db.session.add(recusal)
    db.session.flush()
    record(
        events.RecusalDeclared(
            subject_id=recusal.id,
            agency_id=entity.agency_id,
            officer=officer.name,
            entity=entity.name,
            reason=reason,
            draw=draw.number if draw else "",
        ),
        actor,
        now,
    )
    return recusal


def _draw_for(officer: Officer, entity: Entity, campaign_id: int | None) -> DrawAhead | None:
    """The coming draw that is meant, if one is. Officers of another agency need one that they are sent to."""
    coming = [one for one in ahead([entity.agency_id]) if officer.agency_id in one.sends]
    if campaign_id is not None:
        draw = next((one for one in coming if one.campaign_id == campaign_id), None)
        if draw is None:
            raise RecusalRefused("这次抽取的名单已经冻结，或此人不参加，不能再为它申报；请选长期回避")
        return draw
    if officer.agency_id != entity.agency_id and not coming:
        raise RecusalRefused("执法人员和检查对象不属于同一部门，也没有两个部门联合的检查")
    return None


def decide(recusal: Recusal, decision: Decision, note: str, actor: User, now: datetime) -> None:
    """Approve a recusal, refuse it, or lift one that was approved. Raises RecusalRefused."""
    if recusal.declared_by_id == actor.id:
        raise RecusalRefused("不能审批自己申报的回避，请由其他负责人审批")
    wanted = decision is Decision.APPROVE
    if recusal.approved is wanted:
        raise RecusalRefused(f"这条回避已经是“{'应当回避' if wanted else '不需回避'}”，不用再审批")
    if recusal.approved is False:
        raise RecusalRefused("已经作出不需回避的决定；情况有变化的，请重新申报")
    if not wanted and not note:
        raise RecusalRefused("不予回避或解除回避，须写明理由")
    label = "解除" if recusal.approved else decision.label
    changes = take_over(recusal, {"approved": wanted})
    recusal.decided_at, recusal.decided_by_id, recusal.decision_note = now, actor.id, note
    record(
        events.RecusalDecided(
            subject_id=recusal.id,
            agency_id=recusal.entity.agency_id,
            officer=recusal.officer.name,
            entity=recusal.entity.name,
            decision=label,
            note=note,
            changes=changes,
        ),
        actor,
        now,
    )
