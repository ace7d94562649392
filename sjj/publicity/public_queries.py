"""What the public pages read: published items, schemes, and results. Reads only what was published.

The result list stays at a few short queries however many results there are: it reads columns, not objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import Agency
from sjj.database import Page, db, paged
from sjj.draws.models import Draw
from sjj.followups.models import Problem
from sjj.plans.models import Campaign
from sjj.publicity.models import Notice
from sjj.registers.models import Entity, Guide, Item, ItemBasis
from sjj.rules.results import PROBLEM_RESULTS

FOUND, CLEAN = "found", "clean"
PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor looks for; everything of it stands in the address."""

    agency_id: int | None = None
    words: str = ""
    result: str = ""
    year: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether more than an agency was chosen."""
        return bool(self.words or self.result or self.year)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one year, and how many results stand in all."""

    total: int
    this_year: int
    in_time: int
    with_deadline: int
    found: int


def agencies() -> list[Agency]:
    """Every agency, in the order they were entered."""
    return list(db.session.scalars(select(Agency).order_by(Agency.id)))


def figures(agency_id: int | None, year: int) -> Figures:
    """One pass over the live notices."""
    this_year = Notice.first_published_on >= date(year, 1, 1)
    query = select(
        func.count(),
        func.count().filter(this_year),
        func.count().filter(this_year & (Notice.first_published_on <= Notice.due_on)),
        func.count().filter(this_year & Notice.due_on.is_not(None)),
        func.count().filter(this_year & Notice.result.in_(PROBLEM_RESULTS)),
    ).where(*_live(agency_id))
    return Figures(*db.session.execute(query).one())


def _live(agency_id: int | None) -> list[ColumnElement[bool]]:
    found = [Notice.live_inspection_id.is_not(None)]
    return found if agency_id is None else [*found, Notice.agency_id == agency_id]


def results(wanted: Wanted, page: int, known_total: int | None = None) -> Page[Row[Any]]:
    """One page of live notices, the newest first; `known_total` saves counting where it is known."""
    conditions = _conditions(wanted)
    total = known_total
    if total is None:
        total = db.session.scalar(select(func.count()).select_from(Notice).where(*conditions)) or 0
    page = min(max(1, page), max(1, -(-total // PER_PAGE)))
    query = _columns().where(*conditions).order_by(Notice.published_at.desc(), Notice.id.desc())
    rows = db.session.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Page(list(rows), total, page, PER_PAGE)


def _columns() -> Any:
    return select(
        Notice.id,
        Notice.entity_name,
        Notice.entity_code,
        Notice.result,
        Notice.inspected_on,
        Notice.published_at,
        Notice.replaces_id,
        Notice.content,
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _live(wanted.agency_id)
    if wanted.words:
        found.append(
            or_(
                Notice.entity_name.contains(wanted.words, autoescape=True),
                Notice.entity_code.contains(wanted.words.upper(), autoescape=True),
            )
        )
    if wanted.result == FOUND:
        found.append(Notice.result.in_(PROBLEM_RESULTS))
    elif wanted.result == CLEAN:
        found.append(Notice.result.not_in(PROBLEM_RESULTS))
    if wanted.year:
        found.append(Notice.first_published_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    return found


def every_result(wanted: Wanted) -> Sequence[Row[Any]]:
    """All live notices that are wanted, the newest first, for the open file."""
    query = _columns().where(*_conditions(wanted)).order_by(Notice.published_at.desc(), Notice.id.desc())
    return db.session.execute(query).all()


def years() -> list[int]:
    """The years in which anything was published, the newest first."""
    first, last = db.session.execute(
        select(func.min(Notice.first_published_on), func.max(Notice.first_published_on))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def problems_of(inspection_id: int) -> list[Problem]:
    """The problems behind a published result, for their kind and state only."""
    query = select(Problem).where(Problem.inspection_id == inspection_id).order_by(Problem.id)
    return list(db.session.scalars(query))


def items(agency_id: int | None) -> list[Item]:
    """随机抽查事项清单: what is published and not retired, with its basis and guide."""
    query = (
        select(Item)
        .where(Item.published_at.is_not(None), Item.retired_at.is_(None))
        .options(
            selectinload(Item.bases).joinedload(ItemBasis.law),
            selectinload(Item.guides).selectinload(Guide.points),
            selectinload(Item.agency),
        )
        .order_by(Item.agency_id, Item.code)
    )
    if agency_id is not None:
        query = query.where(Item.agency_id == agency_id)
    return list(db.session.scalars(query))


def schemes(agency_id: int | None, page: int) -> Page[Campaign]:
    """Published schemes, the newest first."""
    query = select(Campaign).where(Campaign.published_at.is_not(None))
    if agency_id is not None:
        query = query.where(Campaign.agency_id == agency_id)
    return paged(query.order_by(Campaign.published_at.desc(), Campaign.id.desc()), page, PER_PAGE)


def scheme(campaign_id: int) -> Campaign | None:
    """One published scheme."""
    found = db.session.get(Campaign, campaign_id)
    return found if found is not None and found.published_at is not None else None


def draws_of(campaign_id: int) -> list[Draw]:
    """Every draw of a campaign, voided ones too."""
    return list(db.session.scalars(select(Draw).where(Draw.campaign_id == campaign_id).order_by(Draw.serial)))


def entity_by_token(token: str) -> Entity | None:
    """The entity whose code was scanned."""
    return db.session.scalar(select(Entity).where(Entity.token == token))


def results_of_entity(entity: Entity) -> Sequence[Row[Any]]:
    """What is published of one entity, the newest first."""
    query = _columns().where(
        Notice.live_inspection_id.is_not(None),
        Notice.agency_id == entity.agency_id,
        Notice.entity_code == entity.code,
    )
    return db.session.execute(query.order_by(Notice.published_at.desc())).all()
