"""Files that came with an ordinary form: kept first, so that a refusal of the record loses none of them.

The form is given the hash of each kept file in place of the upload; what is no picture becomes a problem at
its field.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from sjj.accounts.models import User
from sjj.files.senders import remember_sender
from sjj.files.store import IMAGES, IMAGES_AND_PDF, BadFile, keep
from sjj.inspections.form_plan import PRESENT, WITNESS, FormPlan, officer_slots
from sjj.inspections.record_forms import VisitForm
from sjj.jobs.photo_copies import ask_for_copies


class Upload(Protocol):
    """A file of a form as it came."""

    filename: str | None
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps the files of one person's form, and what was wrong with them, by field name."""

    user: User
    problems: dict[str, str] = field(default_factory=dict)

    def keep(self, uploads: Any, allowed: frozenset[str], take: Callable[[str], None], name: str) -> bool:
        """Keep the files of one field; whether there were any."""
        given = _given(uploads)
        for upload in given:
            try:
                stored = keep(upload.stream, allowed=allowed)
            except BadFile as refusal:
                self.problems[name] = f"{upload.filename}：{refusal}"
            else:
                remember_sender(self.user.id, stored.sha256)
                ask_for_copies(stored.sha256, stored.stored_at)
                take(stored.sha256)
        return bool(given)


def keep_files(form: VisitForm, plan: FormPlan, user: User) -> dict[str, str]:
    """Keep every file that this person uploaded with the form; the problems found, by field name."""
    keeper = _Keeper(user)
    boxes = [(f"answers-{place}-files", form[f"answers-{place}"].form) for place, _ in enumerate(plan.points)]
    for name, box in [*boxes, ("files", form)]:
        keeper.keep(box["files"].data, IMAGES, _adder(box["photos"]), name)
    for slot in (*officer_slots(plan), PRESENT, WITNESS):
        signature = form[f"sign-{slot}"].form
        if keeper.keep([signature.file.data], IMAGES, _setter(signature.image), f"sign-{slot}-file"):
            signature.signed.data = ""
    keeper.keep([form.scan.data], IMAGES_AND_PDF, _setter(form.scan_kept), "scan")
    return keeper.problems


def _given(uploads: Any) -> list[Upload]:
    """The files among what a field holds; a field without one holds a text or nothing."""
    return [one for one in uploads or [] if getattr(one, "filename", None)]


def _adder(field: Any) -> Callable[[str], None]:
    def add(sha256: str) -> None:
        if sha256 not in field.data:
            field.data = [*field.data, sha256]

    return add


def _setter(field: Any) -> Callable[[str], None]:
    def put(sha256: str) -> None:
        field.data = sha256

    return put
