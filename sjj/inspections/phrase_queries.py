"""常用语 as they are kept and as they go out with a visit's form. Reads only."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import or_, select

from sjj.accounts.models import User
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import Phrase
from sjj.plans.item_codes import form_codes
from sjj.registers.models import Item

EDIT = "paper.edit"


class PhrasePlace(StrEnum):
    """Where a phrase is offered."""

    POINT = "point"
    NARRATIVE = "narrative"
    REMARKS = "remarks"

    @property
    def label(self) -> str:
        """The place in the office's words."""
        return {"point": "要点说明", "narrative": "现场情况", "remarks": "备注"}[self.value]


def phrases_for(inspection: Inspection) -> list[dict[str, str]]:
    """The phrases of a visit's items and those of all items, in the office's order."""
    items = form_codes(inspection.campaign)
    query = (
        select(Phrase)
        .where(
            Phrase.agency_id == inspection.agency_id,
            or_(Phrase.item_id.is_(None), Phrase.item_id.in_(items)),
        )
        .order_by(Phrase.item_id.is_(None), Phrase.position, Phrase.id)
    )
    return [
        {"place": one.place, "item": items.get(one.item_id or 0, ""), "text": one.text}
        for one in db.session.scalars(query)
    ]


def phrases_of(agency_id: int) -> Sequence[Phrase]:
    """Every phrase of an agency: by place, those of all items first."""
    query = (
        select(Phrase)
        .outerjoin(Item)
        .where(Phrase.agency_id == agency_id)
        .order_by(Phrase.place, Item.code.is_not(None), Item.code, Phrase.position, Phrase.id)
    )
    return db.session.scalars(query).all()


def phrase_to_edit(user: User, phrase_id: int) -> Phrase | None:
    """A phrase of an agency whose papers this person keeps."""
    found = db.session.get(Phrase, phrase_id)
    return found if found is not None and user.may(EDIT, found.agency_id) else None


def items_of(agency_id: int) -> Sequence[Item]:
    """The items that a phrase may belong to."""
    return db.session.scalars(select(Item).where(Item.agency_id == agency_id).order_by(Item.code)).all()
