"""Finding imports: those of the places where this person may import, and the rows of one of them."""

from sqlalchemy import func, select

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.import_headers import REFUSED_HEAD
from sjj.registers.import_models import ImportBatch, ImportRow, Verdict
from sjj.registers.scope import NO_SECTION, Place

IMPORT = "register.import"
CONFLICT = "conflict"  # the filter “与手工改动不一致”
MOST_REASONS = 8


def import_places(user: User) -> list[Place]:
    """Where this person may import to: whole agencies, or only their own sections."""
    places: list[Place] = []
    for agency in db.session.scalars(
        select(Agency).where(within(Agency.id, user, IMPORT)).order_by(Agency.id)
    ):
        if user.may(IMPORT, agency.id, NO_SECTION):
            places.append(Place(agency))
        else:
            places += [
                Place(agency, each) for each in agency.sections if user.may(IMPORT, agency.id, each.id)
            ]
    return places


def batch_for(user: User, batch_id: int) -> ImportBatch | None:
    """One import, if this person may import where it goes."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or not user.may(IMPORT, batch.agency_id, batch.section_id or NO_SECTION):
        return None
    return batch


def batches(user: User, page: int, per_page: int) -> Page[ImportBatch]:
    """Imports, the newest first."""
    query = select(ImportBatch).where(within(ImportBatch.agency_id, user, IMPORT))
    whole = [place.agency.id for place in import_places(user) if place.section is None]
    own = [place.section.id for place in import_places(user) if place.section is not None]
    query = query.where(ImportBatch.agency_id.in_(whole) | ImportBatch.section_id.in_(own))
    return paged(query.order_by(ImportBatch.id.desc()), page, per_page)


def rows(batch: ImportBatch, verdict: str, words: str, page: int, per_page: int) -> Page[ImportRow]:
    """The rows of an import, as they stand in the file."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    if verdict in [each.value for each in Verdict]:
        query = query.where(ImportRow.verdict == Verdict(verdict))
    if verdict == CONFLICT:
        query = query.where(ImportRow.conflicts.is_not(None))
    if words:
        query = query.where(
            ImportRow.name.icontains(words, autoescape=True)
            | ImportRow.reason.contains(words, autoescape=True)
        )
    return paged(query, page, per_page)


def refused_rows(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Number, name and reason of every row that cannot be taken."""
    query = select(ImportRow.number, ImportRow.name, ImportRow.reason).where(
        ImportRow.batch_id == batch.id, ImportRow.verdict == Verdict.REJECTED
    )
    return list(db.session.execute(query.order_by(ImportRow.number)))


def refused_table(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    """The refused rows as they stand in the file, with number and reason before them: to mend and upload again."""
    titles = [title for title, _label, how in batch.header.get("columns", []) if how != "left_out"]
    query = select(ImportRow.number, ImportRow.reason, ImportRow.name, ImportRow.cells).where(
        ImportRow.batch_id == batch.id, ImportRow.verdict == Verdict.REJECTED
    )
    lines = [
        [str(number), reason, *(said or [name])]
        for number, reason, name, said in db.session.execute(query.order_by(ImportRow.number))
    ]
    return [*REFUSED_HEAD, *titles], lines


def common_reasons(batch: ImportBatch) -> list[tuple[str, int]]:
    """The reasons that stand at more than one row, the most frequent first."""
    how_often = func.count().label("how_often")
    query = (
        select(ImportRow.reason, how_often)
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict == Verdict.REJECTED)
        .group_by(ImportRow.reason)
        .having(func.count() > 1)
        .order_by(how_often.desc(), ImportRow.reason)
        .limit(MOST_REASONS)
    )
    return list(db.session.execute(query))
