"""Keeping the 一业一查 list by hand. Never commits; each change is audited with what stood before."""

from datetime import datetime

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.database import db
from sjj.registers import item_events as events
from sjj.registers.changes import take_over
from sjj.registers.topic_forms import TopicForm
from sjj.registers.topic_queries import other_entry
from sjj.registers.topic_words import agencies_in, items_in
from sjj.registers.upkeep_models import IndustryTopic


class TopicExists(Exception):
    """The agency has an entry of this industry and theme already; the message may be shown."""


def save_topic(
    topic: IndustryTopic | None, form: TopicForm, agency_id: int, actor: User, now: datetime
) -> IndustryTopic:
    """Enter an entry, or take over what the form says of one. Raises TopicExists."""
    industry, theme = form.industry.data or "", form.theme.data or ""
    if other_entry(agency_id, industry, theme, topic) is not None:
        raise TopicExists("这个行业和主题已经登记过，请改原来的那一条")
    saved = topic or IndustryTopic(agency_id=agency_id, imported_at=now)
    changes = take_over(
        saved,
        {
            "industry": industry,
            "theme": theme,
            "lead": form.lead.data or "",
            "partners": agencies_in(form.partners.data),
            "items": items_in(form.items.data),
            "source": form.source.data or "",
        },
    )
    db.session.add(saved)
    db.session.flush()
    if topic is None:
        record(
            events.TopicAdded(subject_id=saved.id, agency_id=agency_id, name=industry, code=theme), actor, now
        )
    elif changes:
        changed = events.TopicChanged(
            subject_id=saved.id, agency_id=agency_id, name=industry, changes=changes
        )
        record(changed, actor, now)
    return saved


def remove_topic(topic: IndustryTopic, actor: User, now: datetime) -> None:
    """Take an entry out of the list; the audit log keeps that it was there."""
    removed = events.TopicRemoved(
        subject_id=topic.id, agency_id=topic.agency_id, name=topic.industry, code=topic.theme
    )
    record(removed, actor, now)
    db.session.delete(topic)
