"""The draft of an off-site check: saved at every button, never over what somebody else saved meanwhile.

Never commits. It keeps the fields of the form as they were typed, and none of what belongs to one page only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.inspections.offsite_models import OffsiteDraft
from sjj.inspections.review import hold

OF_THE_PAGE = ("csrf_token", "do", "submission", "revises", "draft_version")
EVIDENCE_FIELDS = "evidence-"


class SavedMeanwhile(Exception):
    """Somebody saved a newer draft since this page was opened."""

    def __init__(self, draft: OffsiteDraft) -> None:
        super().__init__(draft.saved_by.display_name)
        self.draft = draft


def draft_of(inspection: Inspection) -> OffsiteDraft | None:
    """The draft, if anything was saved."""
    return db.session.get(OffsiteDraft, inspection.id)


def save(
    inspection: Inspection, fields: Mapping[str, Sequence[str]], seen: str, actor: User, now: datetime
) -> OffsiteDraft:
    """Keep what was typed, the values of each field by its name; `seen`: the version that the page was made from. Raises SavedMeanwhile."""
    hold(inspection)  # two who save the first draft at once come one by one
    content = {name: list(values) for name, values in fields.items() if _is_kept(name)}
    query = select(OffsiteDraft).where(OffsiteDraft.inspection_id == inspection.id)
    draft = db.session.scalar(
        query.with_for_update(of=OffsiteDraft).execution_options(populate_existing=True)
    )
    if draft is None:
        draft = OffsiteDraft(inspection_id=inspection.id, version=0)
        db.session.add(draft)
    elif seen != str(draft.version) and draft.content != content:
        raise SavedMeanwhile(draft)
    draft.content, draft.version = content, draft.version + 1
    draft.saved_by_id, draft.saved_at = actor.id, now
    db.session.flush()
    return draft


def _is_kept(name: str) -> bool:
    return name not in OF_THE_PAGE and not name.startswith(EVIDENCE_FIELDS)
