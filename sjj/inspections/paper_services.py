"""Changing an agency's papers: its fixed words, its own templates. Never commits.

A template is kept only after it was examined and tried; the paper that it makes can never do more than the
built-in one.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import paper_events as events
from sjj.inspections.paper_kinds import PaperKind
from sjj.inspections.paper_models import PaperTemplate, PaperText
from sjj.inspections.paper_pictures import Pictures
from sjj.inspections.paper_print import own_template
from sjj.inspections.paper_texts import TEXTS
from sjj.inspections.paper_upload import examine

MOST_FILENAME = 200


def save_texts(
    agency: Agency, kind: PaperKind, words: Mapping[str, str], actor: User, now: datetime
) -> list[str]:
    """Print these words; empty or built-in ones go back to the built-in. The labels of what changed."""
    query = select(PaperText).where(PaperText.agency_id == agency.id, PaperText.paper == kind)
    kept = {row.key: row for row in db.session.scalars(query)}
    changed = []
    for text in TEXTS[kind]:
        wanted = words.get(text.key, "").replace("\r\n", "\n").strip()
        own = "" if wanted == text.words else wanted
        row = kept.get(text.key)
        if own == (row.text if row else ""):
            continue
        changed.append(text.label)
        if row is None:
            row = PaperText(agency_id=agency.id, paper=kind, key=text.key)
            db.session.add(row)
        if not own:
            db.session.delete(row)
            continue
        row.text, row.changed_at, row.changed_by_id = own, now, actor.id
    if changed:
        about = events.PaperTextsChanged(
            subject_id=agency.id, agency_id=agency.id, paper=kind.title, texts=tuple(changed)
        )
        record(about, actor, now)
    return changed


def keep_template(
    agency: Agency, kind: PaperKind, filename: str, content: bytes, actor: User, now: datetime
) -> PaperTemplate:
    """Use this template from now on. Raises BadTemplate."""
    pictures = Pictures()
    examine(content, kind, pictures[pictures.take_code("sjj")])
    row = own_template(agency.id, kind)
    if row is None:
        row = PaperTemplate(agency_id=agency.id, paper=kind)
        db.session.add(row)
    row.filename, row.content = filename[-MOST_FILENAME:], content
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.uploaded_at, row.uploaded_by_id = now, actor.id
    record(
        events.PaperTemplateKept(
            subject_id=agency.id,
            agency_id=agency.id,
            paper=kind.title,
            filename=row.filename,
            sha256=row.sha256,
        ),
        actor,
        now,
    )
    return row


def drop_template(agency: Agency, kind: PaperKind, actor: User, now: datetime) -> None:
    """Use the built-in template again."""
    row = own_template(agency.id, kind)
    if row is None:
        return
    db.session.delete(row)
    record(
        events.PaperTemplateDropped(
            subject_id=agency.id, agency_id=agency.id, paper=kind.title, sha256=row.sha256
        ),
        actor,
        now,
    )
