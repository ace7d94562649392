"""The small copies of photos, made after receipt and not while somebody waits for a page.

A copy is made from the original and can be thrown away at any time: whoever shows it makes it if it is not there
(`files.store.copy_of`), and `sjj jobs copies` makes all of them again.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from sjj.database import db, only_reading
from sjj.files.copies import NoCopy
from sjj.files.models import StoredFile
from sjj.files.store import IMAGES, make_copies_of
from sjj.jobs.kinds import Kind, Step, Task
from sjj.jobs.services import ask

ONE, ALL = "copies", "all_copies"
_AT_ONCE = 200


def ask_for_copies(name: str, now: datetime) -> None:
    """Have the copies of a file made that has just been received, if it is a picture."""
    stored = db.session.get(StoredFile, name)
    if stored is not None and stored.media_type in IMAGES:
        ask(ONE, {"sha256": name}, now, key=f"{ONE}:{name}", total=1)


def ask_for_all(now: datetime) -> None:
    """Have every copy made that is missing."""
    ask(ALL, {}, now, key=ALL)


def _one(task: Task) -> Iterator[Step]:
    _is_made(str(task.about["sha256"]))
    yield Step("", 1, 1)


def _all(task: Task) -> Iterator[Step]:  # noqa: ARG001 - every kind is told its task
    """By hash, from the beginning: what is there already is passed over quickly."""
    with only_reading():
        pictures = StoredFile.media_type.in_(IMAGES)
        total = db.session.scalar(select(func.count()).where(pictures)) or 0
    done, last = 0, ""
    while True:
        with only_reading():
            after = select(StoredFile.sha256).where(pictures, StoredFile.sha256 > last)
            names = db.session.scalars(after.order_by(StoredFile.sha256).limit(_AT_ONCE)).all()
        if not names:
            return
        for name in names:
            done, last = done + 1, name
            if _is_made(name) or done % _AT_ONCE == 0:
                yield Step("正在做小图", done, max(done, total))


def _is_made(name: str) -> bool:
    """Make what is missing; whether anything was."""
    with only_reading():
        row = db.session.get(StoredFile, name)
        media_type = row.media_type if row is not None else ""
    try:
        return make_copies_of(name, media_type)
    except (NoCopy, FileNotFoundError):  # nothing to copy from; whoever opens it is told so
        return False


KINDS = (Kind(ONE, "照片小图", _one), Kind(ALL, "补做照片小图", _all))
