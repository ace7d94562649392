"""The sealed copy of a frozen draw: what the supervisor needs to finish it if the office cannot or will not.

Taken before the first outside value by a supervisor who neither put the list up nor confirmed it: whoever holds
it knows the secret, so nobody who took it may type an outside value. Every taking is audited. Never commits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from sjj.accounts.models import User
from sjj.audit.models import AuditEntry
from sjj.audit.services import record
from sjj.database import db
from sjj.draws import events
from sjj.draws.freeze_services import stamp
from sjj.draws.models import Draw
from sjj.draws.refusals import DrawRefused, SamePerson
from sjj.rules import draw as rules
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState

FORMAT = "sjj-sealed/1"


class SealedCopyDamaged(Exception):
    """A draw cannot be finished from this file with these values; the message may be shown."""


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


def knows_secret(draw: Draw, user: User) -> bool:
    """Whether this person ever took the sealed copy: the log knows those who took it again, too."""
    event = events.SealedCopyTaken
    took = exists().where(
        AuditEntry.action == event.action,
        AuditEntry.subject_type == event.subject_type,
        AuditEntry.subject_id == str(draw.id),
        AuditEntry.actor_id == user.id,
    )
    return bool(db.session.scalar(select(took)))


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


def finish(sealed: bytes, values: Sequence[str], now: datetime) -> dict[str, Any]:
    """The full receipt of the draw in a sealed copy with these outside values. Raises SealedCopyDamaged."""
    try:
        held = verify.parse(sealed)
        if not isinstance(held, dict) or held.get("format") != FORMAT:
            raise SealedCopyDamaged("这不是抽取的封存件")
        texts = [verify.canonical(held[name]).decode("utf-8") for name in ("commitment", "pool", "rule")]
        frozen = rules.Frozen.restore(*texts, held["secret"])
        return rules.run(frozen, values, stamp(now))
    except rules.WrongValues as wrong:
        raise SealedCopyDamaged("；".join(problem.sentence for problem in wrong.problems)) from wrong
    except (verify.Refused, rules.DamagedDraw, rules.NobodyLeft) as refusal:
        raise SealedCopyDamaged(str(refusal)) from refusal
    except (KeyError, TypeError, AttributeError) as missing:
        raise SealedCopyDamaged("封存件的内容不完整") from missing
