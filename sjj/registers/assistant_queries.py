"""Finding 协助人员, each within what the asking person may see. They never stand among the officers."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.registers.assistant_forms import STATES
from sjj.registers.listing import Turn, order_by
from sjj.registers.scope import READ, may_edit_row
from sjj.registers.upkeep_models import Assistant

MOST_OFFERED = 12  # more names would push the form off the phone's screen
SORTS = {"name": (Assistant.name, Assistant.id), "post": (Assistant.post, Assistant.id)}
DEFAULT_SORT = "name"


@dataclass(frozen=True, slots=True)
class AssistantFilter:
    """What the clerk looks for; empty means everything."""

    words: str = ""
    state: str = ""
    section_id: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != AssistantFilter()


def assistant_to_edit(user: User, assistant_id: int) -> Assistant | None:
    """An assistant whose data this person may change."""
    found = db.session.get(Assistant, assistant_id)
    return found if found and may_edit_row(user, found) else None


def matching(user: User, wanted: AssistantFilter) -> Select[tuple[Assistant]]:
    """The assistants that fit, in no order yet."""
    query = select(Assistant).where(within(Assistant.agency_id, user, READ))
    query = query.options(joinedload(Assistant.section))
    if wanted.words:
        fits = (
            column.icontains(wanted.words, autoescape=True) for column in (Assistant.name, Assistant.post)
        )
        query = query.where(or_(*fits))
    if wanted.state in STATES:
        query = query.where(Assistant.on_duty.is_(wanted.state == "on"))
    if wanted.section_id:
        query = query.where(Assistant.section_id == wanted.section_id)
    return query


def assistants(user: User, wanted: AssistantFilter, turn: Turn) -> Page[Assistant]:
    """One page of the assistants that fit."""
    query = matching(user, wanted).order_by(*order_by(SORTS, turn.sort, DEFAULT_SORT))
    return paged(query, turn.page, turn.per_page)


def names_on_offer(agency_id: int) -> list[str]:
    """The names that may be given as having come along, for a form to offer."""
    query = select(Assistant.name).where(Assistant.agency_id == agency_id, Assistant.on_duty.is_(True))
    return list(db.session.scalars(query.distinct().order_by(Assistant.name).limit(MOST_OFFERED)))
