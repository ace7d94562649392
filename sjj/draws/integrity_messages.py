"""Was the supervisor told of everything the audit log tells of a draw? Reads and reports.

A message is written in one transaction with its act, so one that is missing, or says another thing, was taken
out or edited. Draws from before there were two persons at a freeze had no messages yet and are passed over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.messages import Kind
from sjj.draws.models import Draw, DrawMessage

_TOLD: Mapping[str, Kind] = {
    "draw.frozen": Kind.FROZEN,
    "draw.drawn": Kind.DRAWN,
    "draw.void_asked": Kind.VOID_ASKED,
    "draw.void_taken_back": Kind.VOID_DROPPED,
    "draw.voided": Kind.VOIDED,
    "draw.change_asked": Kind.CHANGE_ASKED,
    "draw.change_made": Kind.CHANGE_MADE,
    "draw.change_refused": Kind.CHANGE_REFUSED,
}
_QUOTED = {  # what of the act stands word for word in the message
    "draw.frozen": "commitment_sha256",
    "draw.void_asked": "reason",
    "draw.voided": "reason",
    "draw.change_made": "receipt_sha256",
}


def message_faults(draw: Draw) -> Iterator[str]:
    """Messages of a draw that are missing, too many, or say another thing than the log."""
    if draw.proposed_by_id is None:
        return
    query = select(DrawMessage).where(DrawMessage.draw_id == draw.id)
    messages = list(db.session.scalars(query.order_by(DrawMessage.id)))
    acts = _acts(draw)
    found = Counter((one.kind, _second(one.at)) for one in messages)
    expected = Counter((_TOLD[one.action].value, _second(one.at)) for one in acts)
    places = {(one.agency_id, one.campaign_id) for one in messages}
    if found != expected or places - {(draw.agency_id, draw.campaign_id)}:
        yield "给监督人员的提醒与操作日志不符"
        return
    said = "\n".join(one.sentence for one in messages)
    quoted = [str(one.details[_QUOTED[one.action]]) for one in acts if one.action in _QUOTED]
    if not all(one.sentence.startswith(f"{draw.draw_no}：") for one in messages) or not all(
        words in said for words in quoted
    ):
        yield "给监督人员的提醒的文字与操作日志不符"


def _acts(draw: Draw) -> Sequence[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action.in_(_TOLD), AuditEntry.agency_id == draw.agency_id)
    return [one for one in db.session.scalars(query) if one.details.get("draw_no") == draw.draw_no]


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
