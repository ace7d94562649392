"""Files that came with an ordinary form: kept first, so that a refusal of the record loses none of them.

The form is given the hash of each kept file in place of the upload; what is no picture becomes a problem at
its field.
"""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import FileStorage

from sjj.files.store import IMAGES, IMAGES_AND_PDF, BadFile, keep
from sjj.inspections.form_plan import PRESENT, WITNESS, FormPlan, officer_slots
from sjj.inspections.record_forms import VisitForm


def keep_files(form: VisitForm, plan: FormPlan) -> dict[str, str]:
    """Keep every uploaded file of the form; the problems found, by field name."""
    problems: dict[str, str] = {}
    boxes = [(f"answers-{place}-files", form[f"answers-{place}"].form) for place, _ in enumerate(plan.points)]
    for name, box in [*boxes, ("files", form)]:
        for upload in _given(box["files"].data):
            _keep(upload, IMAGES, _adder(box["photos"]), name, problems)
    for slot in (*officer_slots(plan), PRESENT, WITNESS):
        signature = form[f"sign-{slot}"].form
        for upload in _given([signature.file.data]):
            _keep(upload, IMAGES, _setter(signature.image), f"sign-{slot}-file", problems)
            signature.signed.data = ""
    for upload in _given([form.scan.data]):
        _keep(upload, IMAGES_AND_PDF, _setter(form.scan_kept), "scan", problems)
    return problems


def _given(uploads: Any) -> Iterable[FileStorage]:
    return [one for one in uploads or [] if isinstance(one, FileStorage) and one.filename]


def _keep(
    upload: FileStorage,
    allowed: frozenset[str],
    take: Callable[[str], None],
    name: str,
    problems: dict[str, str],
) -> None:
    try:
        take(keep(upload.stream, allowed=allowed).sha256)
    except BadFile as refusal:
        problems[name] = f"{upload.filename}：{refusal}"


def _adder(field: Any) -> Callable[[str], None]:
    def add(sha256: str) -> None:
        if sha256 not in field.data:
            field.data = [*field.data, sha256]

    return add


def _setter(field: Any) -> Callable[[str], None]:
    def put(sha256: str) -> None:
        field.data = sha256

    return put
