"""What the supervisor is told of draws: written with the act itself, kept for ever, read by whoever witnesses.

`tell` adds a message to the session of the act that it tells of, so that both stand or fall together. Nothing
here commits, sends anything out of the house or deletes a message; reading one only leaves a mark.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.draws.models import Draw, DrawMessage, DrawMessageRead
from sjj.plans.models import Campaign

WITNESS = "draw.witness"  # whoever may witness is told
LONGEST = 700


class Kind(StrEnum):
    """What a message is about."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    FROZEN = "frozen"
    DRAWN = "drawn"
    VOID_ASKED = "void_asked"
    VOID_DROPPED = "void_dropped"
    VOIDED = "voided"
    CHANGE_ASKED = "change_asked"
    CHANGE_MADE = "change_made"
    CHANGE_REFUSED = "change_refused"

    @property
    def label(self) -> str:
        """The kind in the office's words."""
        return _LABELS[self]


_LABELS = {
    Kind.PROPOSED: "名单待确认",
    Kind.WITHDRAWN: "名单撤回",
    Kind.FROZEN: "名单冻结",
    Kind.DRAWN: "已经抽取",
    Kind.VOID_ASKED: "申请作废",
    Kind.VOID_DROPPED: "撤回作废申请",
    Kind.VOIDED: "已经作废",
    Kind.CHANGE_ASKED: "申请变更",
    Kind.CHANGE_MADE: "变更批准",
    Kind.CHANGE_REFUSED: "变更未批准",
}


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What somebody looks for among the messages."""

    words: str = ""
    kind: str = ""
    only_unread: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One message as a person sees it; `read_at` None: not read by this person."""

    message: DrawMessage
    kind: Kind
    read_at: datetime | None


def tell(
    agency_id: int, campaign: Campaign, draw: Draw | None, kind: Kind, sentence: str, now: datetime
) -> DrawMessage:
    """Tell the agency's supervisors of one act. `sentence` is complete and names no drawn object."""
    message = DrawMessage(
        agency_id=agency_id,
        campaign=campaign,
        draw=draw,
        kind=Kind(kind).value,
        sentence=sentence[:LONGEST],
        at=now,
    )
    db.session.add(message)
    return message


def messages(user: User, wanted: MessageFilter, page: int, per_page: int = 20) -> Page[DrawMessage]:
    """One page of the messages to this person, newest first."""
    query = select(DrawMessage).join(DrawMessage.campaign).where(within(DrawMessage.agency_id, user, WITNESS))
    if wanted.words:
        named = Campaign.name.contains(wanted.words, autoescape=True)
        said = DrawMessage.sentence.contains(wanted.words, autoescape=True)
        query = query.where(named | said)
    if wanted.kind in list(Kind):
        query = query.where(DrawMessage.kind == wanted.kind)
    if wanted.only_unread:
        query = query.where(_unread(user))
    return paged(query.order_by(DrawMessage.at.desc(), DrawMessage.id.desc()), page, per_page)


def with_marks(user: User, found: list[DrawMessage]) -> list[Told]:
    """These messages, each with when this person read it."""
    query = select(DrawMessageRead.message_id, DrawMessageRead.read_at).where(
        DrawMessageRead.user_id == user.id, DrawMessageRead.message_id.in_([one.id for one in found])
    )
    read: dict[int, datetime] = dict(db.session.execute(query).all())
    return [Told(one, Kind(one.kind), read.get(one.id)) for one in found]


def unread(user: User) -> list[DrawMessage]:
    """The messages that this person has not read, newest first."""
    query = _of(user).where(_unread(user)).order_by(DrawMessage.at.desc(), DrawMessage.id.desc())
    return list(db.session.scalars(query))


def unread_count(user: User) -> int:
    """How many messages this person has not read."""
    query = _of(user).where(_unread(user)).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def message_for(user: User, message_id: int) -> DrawMessage | None:
    """A guard's loader: a message to this person."""
    found = db.session.get(DrawMessage, message_id)
    return found if found is not None and user.may(WITNESS, found.agency_id) else None


def mark_read(message: DrawMessage, user: User, now: datetime) -> None:
    """Note that this person has read it; the first time counts."""
    if db.session.get(DrawMessageRead, (message.id, user.id)) is None:
        db.session.add(DrawMessageRead(message_id=message.id, user_id=user.id, read_at=now))


def mark_all_read(user: User, now: datetime) -> int:
    """Note that this person has read everything so far; returns how many that were."""
    waiting = unread(user)
    for message in waiting:
        mark_read(message, user, now)
    return len(waiting)


def _of(user: User) -> Select[tuple[DrawMessage]]:
    return select(DrawMessage).where(within(DrawMessage.agency_id, user, WITNESS))


def _unread(user: User) -> ColumnElement[bool]:
    read = select(DrawMessageRead.message_id).where(DrawMessageRead.user_id == user.id)
    return DrawMessage.id.not_in(read)
