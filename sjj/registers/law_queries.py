"""Finding laws, and what must be said beside one on a day: 依据已失效, 尚未施行, 依据待核实."""

from datetime import date

from sqlalchemy import select

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.registers.models import ItemBasis, LawBasis
from sjj.registers.scope import READ, may_edit

REPEALED = "依据已失效"
NOT_YET = "尚未施行"
UNVERIFIED = "依据待核实"


def warnings_of(law: LawBasis, day: date) -> list[str]:
    """What a reader must be told of this law that day; empty when nothing is wrong."""
    said = []
    if law.is_repealed_on(day):
        said.append(REPEALED)
    if law.effective_on is not None and law.effective_on > day:
        said.append(NOT_YET)
    if not law.verified:
        said.append(UNVERIFIED)
    return said


def laws(user: User) -> list[LawBasis]:
    """The laws of the agencies whose registers this person may read."""
    query = select(LawBasis).where(within(LawBasis.agency_id, user, READ))
    return list(db.session.scalars(query.order_by(LawBasis.agency_id, LawBasis.id)))


def laws_of(agency_id: int) -> list[LawBasis]:
    """The laws of one agency, in the order they were entered."""
    return list(
        db.session.scalars(select(LawBasis).where(LawBasis.agency_id == agency_id).order_by(LawBasis.id))
    )


def choices_of(agency_id: int, day: date) -> list[tuple[int, str]]:
    """The laws of an agency to choose from, by their short titles, with what must be said of each that day."""
    found = []
    for law in laws_of(agency_id):
        said, name = warnings_of(law, day), law.title.removeprefix("中华人民共和国")
        found.append((law.id, f"{name}（{'、'.join(said)}）" if said else name))
    return found


def unverified(user: User) -> list[LawBasis]:
    """The laws whose dates this person may confirm and nobody has."""
    return [law for law in laws(user) if not law.verified and may_edit(user, law.agency_id, None)]


def law_to_edit(user: User, law_id: int) -> LawBasis | None:
    """A law that this person may change; laws belong to the whole agency."""
    law = db.session.get(LawBasis, law_id)
    return law if law and may_edit(user, law.agency_id, None) else None


def other_with_key(agency_id: int, key: str, law: LawBasis | None) -> LawBasis | None:
    """Another law of the agency with this short name."""
    query = select(LawBasis).where(LawBasis.agency_id == agency_id, LawBasis.key == key)
    with db.session.no_autoflush:
        return db.session.scalar(query.where(LawBasis.id != (law.id or 0)) if law is not None else query)


def citations(law: LawBasis) -> list[ItemBasis]:
    """Which items stand on this law."""
    return list(
        db.session.scalars(select(ItemBasis).where(ItemBasis.law_id == law.id).order_by(ItemBasis.id))
    )
