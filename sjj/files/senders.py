"""Who has sent which stored bytes. Knows nothing of records; whom a record's files are shown to is said there."""

from sqlalchemy.exc import IntegrityError

from sjj.database import db
from sjj.files.models import FileSender


def remember_sender(user_id: int, digest: str) -> None:
    """This person has sent these bytes, now or before."""
    if has_sent(user_id, digest):
        return
    try:
        with db.session.begin_nested():
            db.session.add(FileSender(user_id=user_id, sha256=digest))
    except IntegrityError:  # the same person's other tab sent them at the same instant
        return


def has_sent(user_id: int, digest: str) -> bool:
    """Whether this person has sent these bytes."""
    return db.session.get(FileSender, (user_id, digest)) is not None
