"""Keeping an agency's 常用语. Never commits. What stands in a record already is never touched."""

from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import Actor, record
from sjj.database import db
from sjj.inspections import phrase_events as events
from sjj.inspections.phrase_forms import PhraseForm
from sjj.inspections.phrase_presets import PRESETS
from sjj.inspections.visit_models import Phrase
from sjj.registers.models import Item


def add_phrase(agency: Agency, form: PhraseForm, actor: User, now: datetime) -> Phrase:
    """Offer one more phrase."""
    phrase = Phrase(agency_id=agency.id)
    _take(phrase, form)
    db.session.add(phrase)
    about = events.PhraseAdded(subject_id=agency.id, agency_id=agency.id, text=phrase.text)
    record(about, actor, now)
    return phrase


def change_phrase(phrase: Phrase, form: PhraseForm, actor: User, now: datetime) -> None:
    """Word it or place it anew."""
    before = phrase.text
    _take(phrase, form)
    about = events.PhraseChanged(
        subject_id=phrase.agency_id, agency_id=phrase.agency_id, text=phrase.text, before=before
    )
    record(about, actor, now)


def remove_phrase(phrase: Phrase, actor: User, now: datetime) -> None:
    """Offer it no more."""
    db.session.delete(phrase)
    about = events.PhraseRemoved(subject_id=phrase.agency_id, agency_id=phrase.agency_id, text=phrase.text)
    record(about, actor, now)


def take_presets(agency: Agency, actor: Actor, now: datetime) -> int:
    """Take over the phrases that ship with the product and are not here yet; how many there were."""
    items = dict(db.session.execute(select(Item.code, Item.id).where(Item.agency_id == agency.id)).all())
    known = set(db.session.scalars(select(Phrase.text).where(Phrase.agency_id == agency.id)))
    wanted = [one for one in PRESETS if one.text not in known and (not one.item or one.item in items)]
    for position, one in enumerate(wanted, start=1):
        db.session.add(
            Phrase(
                agency_id=agency.id,
                item_id=items.get(one.item),
                place=one.place,
                text=one.text,
                position=position,
            )
        )
    if wanted:
        about = events.PresetPhrasesTaken(subject_id=agency.id, agency_id=agency.id, number=len(wanted))
        record(about, actor, now)
    return len(wanted)


def _take(phrase: Phrase, form: PhraseForm) -> None:
    phrase.text = " ".join((form.text.data or "").split())
    phrase.place = form.place.data
    phrase.item_id = int(form.item.data or 0) or None
    phrase.position = form.position.data or 0
