"""The sealed copy of a frozen draw: what the supervisor needs to finish it if the office cannot or will not.

Taken before the first outside value by a supervisor who neither put the list up nor confirmed it: whoever holds
it knows the secret. Every taking is audited. Never commits.
"""

from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.models import Draw
from sjj.draws.refusals import DrawRefused, SamePerson
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState

FORMAT = "sjj-sealed/1"


def draw_to_seal(user: User, draw_id: int) -> Draw | None:
    """A guard's loader: a draw of an agency where this person witnesses."""
    found = db.session.get(Draw, draw_id)
    return found if found is not None and user.may("draw.witness", found.agency_id) else None


def why_not_now(draw: Draw, user: User) -> str:
    """Why this person may not take the sealed copy now, or nothing."""
    if user.id in (draw.proposed_by_id, draw.frozen_by_id):
        return "名单由您提交或确认，封存件须由另一位监督人员领取。"
    if draw.state is not DrawState.FROZEN:
        return f"“{draw.draw_no}”{draw.state.label}，不再需要封存件。"
    if draw.values_seen_at is not None:
        return "已经开始录入外部数字，不能再领取封存件。"
    return ""


def sealed_copy(draw: Draw, actor: User, now: datetime) -> bytes:
    """Everything that is needed to finish the draw elsewhere, as canonical JSON. Raises DrawRefused."""
    db.session.refresh(draw, with_for_update={"key_share": True})
    refusal = why_not_now(draw, actor)
    if refusal:
        own = actor.id in (draw.proposed_by_id, draw.frozen_by_id)
        raise (SamePerson if own else DrawRefused)(refusal)
    again = draw.sealed_taken_at is not None
    if not again:
        draw.sealed_taken_at, draw.sealed_taken_by_id = now, actor.id
    event = events.SealedCopyTaken(
        subject_id=draw.id, agency_id=draw.agency_id, draw_no=draw.draw_no, again=again
    )
    record(event, actor, now)
    return verify.canonical(content(draw))


def content(draw: Draw) -> dict[str, Any]:
    """The sealed copy of a draw: its commitment, its pool, its rule, its secret."""
    parts = {
        name: verify.parse(getattr(draw, name).encode("utf-8")) for name in ("commitment", "pool", "rule")
    }
    return {
        "format": FORMAT,
        "draw_no": draw.draw_no,
        "commitment_sha256": draw.commitment_sha256,
        "secret": draw.secret,
        **parts,
    }
