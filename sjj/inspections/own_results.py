"""An agency puts the results of its own items right before it publishes them, where the record can no longer go back.

Only in a joint visit of which another agency has published: else the record itself is corrected. Never commits.
"""

from collections.abc import Mapping
from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.inspections import review_events as events
from sjj.inspections.parts import Holder, results_of, somebody_published, visit_of
from sjj.inspections.review import MAX_REASON, ReviewRefused, hold, own_hand
from sjj.rules.lifecycle import ResultState
from sjj.rules.results import RESULTS, roll_up


def against_correcting(holder: Holder, actor: User) -> str:
    """Why this person cannot put the results right now; empty if nothing stands against it."""
    if holder.standing is not ResultState.AWAITING_REVIEW:
        return f"现在是“{holder.standing.label}”，只有“待审核”的可以更正"
    if not somebody_published(holder):
        return "记录还可以退回更正，请退回执法人员"
    return own_hand(visit_of(holder), actor)


def correct_own(holder: Holder, results: Mapping[int, str], reason: str, actor: User, now: datetime) -> None:
    """Other results (item id → label) of its own items, with the reason. Raises ReviewRefused."""
    hold(holder)
    reason = reason.strip()
    against = against_correcting(holder, actor)
    if against:
        raise ReviewRefused(against)
    if not 1 <= len(reason) <= MAX_REASON:
        raise ReviewRefused(f"请写明更正的理由（不超过 {MAX_REASON} 字）")
    rows = results_of(holder)
    wanted = {row.item_id: results.get(row.item_id, row.result) for row in rows}
    if any(one not in RESULTS for one in wanted.values()):
        raise ReviewRefused("请选择检查结果")
    if all(row.result == wanted[row.item_id] for row in rows):
        raise ReviewRefused("结果没有改动，不需要更正")
    before = holder.result
    for row in rows:
        row.result = wanted[row.item_id]
    holder.result = roll_up(row.result for row in rows)
    event = events.OwnResultsCorrected(
        subject_id=visit_of(holder).id,
        agency_id=holder.agency_id,
        entity=visit_of(holder).entity.name,
        before=before,
        after=holder.result,
        reason=reason,
    )
    record(event, actor, now)
