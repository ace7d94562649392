"""Finding entries of the 一业一查 list: which industries are checked together, who leads, who takes part."""

from sqlalchemy import or_, select

from sjj.accounts.models import User
from sjj.database import db
from sjj.registers.scope import READ, may_edit
from sjj.registers.upkeep_models import IndustryTopic
from sjj.rules.identity import normalise_text


def topics_of(agency_id: int) -> list[IndustryTopic]:
    """The list as an agency keeps it, by industry."""
    query = select(IndustryTopic).where(IndustryTopic.agency_id == agency_id)
    return list(db.session.scalars(query.order_by(IndustryTopic.industry, IndustryTopic.theme)))


def topics(agency_ids: list[int], words: str = "") -> list[IndustryTopic]:
    """The lists of these agencies, narrowed to an industry, theme or leading agency with these words."""
    query = select(IndustryTopic).where(IndustryTopic.agency_id.in_(agency_ids))
    if words:
        wanted = normalise_text(words)
        fields = (IndustryTopic.industry, IndustryTopic.theme, IndustryTopic.lead)
        query = query.where(or_(*(field.icontains(wanted, autoescape=True) for field in fields)))
    order = (IndustryTopic.agency_id, IndustryTopic.industry, IndustryTopic.theme)
    return list(db.session.scalars(query.order_by(*order)))


def topic_to_edit(user: User, topic_id: int) -> IndustryTopic | None:
    """An entry that this person may change; the list belongs to the whole agency."""
    topic = db.session.get(IndustryTopic, topic_id)
    return topic if topic and may_edit(user, topic.agency_id, None) else None


def topic_to_read(user: User, topic_id: int) -> IndustryTopic | None:
    """An entry of an agency whose registers this person may read."""
    topic = db.session.get(IndustryTopic, topic_id)
    return topic if topic and user.may(READ, topic.agency_id) else None


def other_entry(
    agency_id: int, industry: str, theme: str, topic: IndustryTopic | None
) -> IndustryTopic | None:
    """Another entry of the agency with the same industry and theme."""
    query = select(IndustryTopic).where(
        IndustryTopic.agency_id == agency_id, IndustryTopic.industry == industry, IndustryTopic.theme == theme
    )
    with db.session.no_autoflush:
        return db.session.scalar(query.where(IndustryTopic.id != (topic.id or 0)) if topic else query)
