"""分类标注: the tags of an agency, found or made by name."""

import re
from collections.abc import Iterable

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.registers.models import Tag
from sjj.registers.scope import READ

ON_ENTITY = "entity"
ON_OFFICER = "officer"
_BETWEEN_WORDS = re.compile(r"[、，,;；\s]+")


def tag_names(user: User, on: str) -> list[str]:
    """The names of the tags in the agencies that this person may read, each once."""
    query = select(Tag.name).where(Tag.on == on, within(Tag.agency_id, user, READ)).distinct()
    return list(db.session.scalars(query.order_by(Tag.name)))


def tags_named(agency: Agency, on: str, names: Iterable[str]) -> list[Tag]:
    """The agency's tags with these names, making those that are missing."""
    known = {
        tag.name: tag
        for tag in db.session.scalars(select(Tag).where(Tag.agency_id == agency.id, Tag.on == on))
    }
    wanted = sorted(set(names))
    for name in wanted:
        if name not in known:
            known[name] = Tag(agency_id=agency.id, on=on, name=name)
            db.session.add(known[name])
    return [known[name] for name in wanted]


def words_in(text: str | None) -> list[str]:
    """The words of a text that people part with 、 or commas, each once."""
    return list(dict.fromkeys(word for word in _BETWEEN_WORDS.split(text or "") if word))
